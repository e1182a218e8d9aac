"""`handrail init` and `up`: how a service begins."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.settings import settings
from desk.imports.commands import import_sample
from desk.imports.import_file import print_reports
from desk.output import Json, print_json, say, sentences
from desk.service.state_folder import open_folder
from services.imports import first_administrator, writing
from services.people.invitations import invite
from services.ready import prepare
from services.session import Connection, actor_for

app = typer.Typer()


@app.command("init")
def init(
    sample: Annotated[
        bool, typer.Option("--sample", help="Import the sample service as well.")
    ] = False,
    administrator: Annotated[
        str, typer.Option(help="E-mail address of the first administrator, who imports the others.")
    ] = "",
    name: Annotated[str, typer.Option(help="The first administrator's name.")] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Make the database and its folder; running it again changes nothing."""
    link = ""
    with sentences(as_json=as_json):
        url = settings().resolved_database_url
        open_folder(home=settings().resolved_home)
        prepare(url)
        if administrator:
            with writing(url) as conn:
                made = first_administrator(conn, email=administrator, name=name, now=clock.now())
                link = _invited(conn, administrator) if made else ""
        reports = (
            import_sample(url, folder=Path(str(files("deployments") / "sample"))) if sample else []
        )
    if as_json:
        counted = [one.counted for one in reports]
        made_here = {"home": str(settings().resolved_home), "imported": counted}
        print_json(made_here | ({"invitation": link} if link else {}))
        return
    say(f"Handrail's state is in {settings().resolved_home}.")
    if link:
        say(f"{administrator} is invited to the desk. Once `handrail up` runs, open:\n  {link}")
    if sample:
        print_reports(reports)
        say("Next: `handrail up` starts the service; `handrail case list` shows the cases.")
    else:
        by = administrator or "ADDRESS"
        if not administrator:
            say("Next: `handrail init --administrator ADDRESS --name NAME`, if there is none yet.")
        say(f"Then: `handrail import authorities FILE --by {by}`, and so on; or `init --sample`.")


def _invited(conn: Connection, administrator: str) -> str:
    actor = actor_for(conn, identity=administrator)
    return invite(conn, by=actor, email=actor.identity, now=datetime.now(UTC))


@app.command("up")
def up() -> None:
    """Start the service: the desk, Prefect's server, its schedules, and the conductor."""
    from desk.service.up import up as start

    with sentences():
        start()

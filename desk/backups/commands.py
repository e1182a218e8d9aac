"""`handrail backup` and `handrail restore`."""

from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.settings import settings
from desk.output import Json, err, print_json, say, sentences
from services.backups.restore import restore as bring_back
from services.backups.take import take
from services.session import database_url

BROKEN = 1
"""Exit status where all was copied, and the record in it does not hold, as of `verify`."""

app = typer.Typer()


@app.command("backup")
def backup(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder that is not there yet; it is made.")
    ],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Copy the whole service to a folder while it runs, and verify the copy."""
    to = path.expanduser().resolve()
    with sentences(as_json=as_json):
        taken = take(url=database_url(), home=settings().resolved_home, to=to, now=clock.now())
    if as_json:
        print_json({"path": to, "counts": taken.counts, "findings": taken.findings})
    else:
        held = ", ".join(f"{number} {name}" for name, number in taken.counts.items())
        say(f"Backed up to {to}: {held} rows, {len(taken.files)} files.")
        _say_findings(taken.findings, "The copy is whole and verified.")
    raise typer.Exit(BROKEN if taken.findings else 0)


@app.command("restore")
def restore(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder that `backup` made.")],
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Move the service that is here into a folder first.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Bring a back-up into the state folder in force, which holds no service, and verify it."""
    with sentences(as_json=as_json):
        done = bring_back(
            source=path.expanduser().resolve(),
            url=settings().resolved_database_url,
            home=settings().resolved_home,
            set_aside=set_aside,
            now=clock.now(),
        )
    if as_json:
        shown = {"home": settings().resolved_home, "set_aside": done.set_aside}
        print_json({**shown, "counts": done.manifest.counts, "findings": done.findings})
    else:
        say(f"Restored as of {done.manifest.taken_at:%-d %B %Y %H:%M} UTC.")
        if done.set_aside:
            say(f"What was here lies in {done.set_aside}.")
        _say_findings(done.findings, "Everything holds. Next: `handrail up`.")
    raise typer.Exit(BROKEN if done.findings else 0)


def _say_findings(found: tuple[str, ...], sound: str) -> None:
    for finding in found:
        err.print(f"error: {finding}", markup=False)
    say("It is all there, and the record in it does not hold." if found else sound)

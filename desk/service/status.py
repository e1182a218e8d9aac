"""`handrail status`: which state folder and database are used here, and who one is."""

import re
from pathlib import Path
from typing import Annotated

import typer

from adapters.desk_server import desk_answers
from adapters.locks import held
from adapters.os_user import os_user
from adapters.settings import settings
from desk.output import Json, print_json, say, sentences

app = typer.Typer()


@app.command("status")
def status(as_json: Annotated[bool, Json] = False) -> None:
    """Say which state folder and database are used from here, and in whose name you may record."""
    with sentences(as_json=as_json):
        chosen = settings()
        home = chosen.resolved_home
        database = _without_password(chosen.resolved_database_url)
        user, people = os_user(), chosen.officers_of(os_user())
        desk, answers = chosen.desk_address, desk_answers(port=chosen.desk_port)
    if as_json:
        shown = {"home": home, "found": _found(home), "database": database, "exists": home.is_dir()}
        shown |= {"up": held(home / "up.lock"), "desk": desk, "desk_answers": answers}
        print_json(shown | {"user": user, "records_as": people})
        return
    say(f"State folder: {home} ({_found(home)}){'' if home.is_dir() else '; it is not there yet'}.")
    say(f"Database: {database}.")
    say(f"`handrail up` {'runs' if held(home / 'up.lock') else 'does not run'} on this folder.")
    say(f"The desk: {desk} ({'it answers' if answers else 'it does not answer'}).")
    say(f"You are {user} to this machine, and may record as {_words(people)}.")


def _found(home: Path) -> str:
    if "home" in settings().model_fields_set:
        return "HANDRAIL_HOME"
    return "in the present folder" if home.parent == Path.cwd() else "found above this folder"


def _without_password(url: str) -> str:
    return re.sub(r"(://[^:@/]*):[^@]*@", r"\1@", url)


def _words(people: tuple[str, ...] | None) -> str:
    if people is None:
        return "anybody: HANDRAIL_CLI_OFFICERS is not set"
    return ", ".join(people) or "nobody: HANDRAIL_CLI_OFFICERS does not name you"

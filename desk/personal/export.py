"""`handrail people export` and `held`: what is held on a client, or on an officer, in a file."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.files import write_whole
from desk.options import Reason, parse_day
from desk.output import Json, answer, sentences
from desk.personal.bundle import as_json as plain_json
from desk.personal.bundle import bundle
from rules.errors import StorageError
from services.personal.access import cases_of, give_out
from services.personal.officer import held_on_officer
from services.session import acting, writing

app = typer.Typer()

To = Annotated[Path, typer.Option("--to", help="The file to write; it must not be there yet.")]
Manager = Annotated[str, typer.Option("--by", help="A manager's or administrator's address.")]


@app.command("export")
def export(
    to: To,
    by: Manager,
    reason: Reason,
    case: Annotated[str, typer.Option(help="A case of theirs.")] = "",
    name: Annotated[str, typer.Option(help="Their name, with --born.")] = "",
    born: Annotated[
        date | None, typer.Option(parser=parse_day, help="Their date of birth.")
    ] = None,
    email: Annotated[str, typer.Option(help="Their e-mail address.")] = "",
    roles: Annotated[
        bool, typer.Option("--roles/--names", help="How officers are called.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Write all that is held on a client to a zip file: to read, for machines, the documents."""
    with sentences(as_json=as_json):
        _check_free(to)
        with writing() as conn:
            viewer = acting(conn, identity=by, on=clock.today())
            asked = {"reference": case, "name": name, "email": email}
            found = cases_of(conn, viewer=viewer, born=born, **asked)
            references = [row.reference for row in found]
            given = give_out(
                conn, references=references, by=viewer, reason=reason, roles=roles, now=clock.now()
            )
            _write(to, bundle(given))
    answer(
        {"file": str(to), "cases": references, "missing": given.missing},
        f"{to} holds what is held on the client of {', '.join(references)}. Read it through before "
        "you hand it over: documents and notes may tell of others.",
        as_json=as_json,
    )


@app.command("held")
def held(
    officer: Annotated[str, typer.Argument(metavar="ADDRESS", help="The officer's address.")],
    to: To,
    by: Annotated[str, typer.Option("--by", help="Your address: a manager's, or your own.")],
    reason: Reason,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Write what is held on an officer, such as one who has left, to a JSON file."""
    with sentences(as_json=as_json):
        _check_free(to)
        with writing() as conn:
            viewer = acting(conn, identity=by, on=clock.today())
            found = held_on_officer(conn, email=officer, by=viewer, reason=reason, now=clock.now())
            _write(to, plain_json(found).encode())
    answer({"file": str(to)}, f"{to} holds what is held on {officer}.", as_json=as_json)


def _check_free(to: Path) -> None:
    if to.exists():
        raise StorageError(f"{to} is there already.", next_step="Name another file.")


def _write(to: Path, data: bytes) -> None:
    try:
        write_whole(target=to, data=data)
    except OSError as error:
        raise StorageError(
            f"{to} cannot be written.", why=f"The system says: {error.strerror or error}."
        ) from error

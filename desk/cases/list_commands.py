"""`handrail case list`."""

from typing import Annotated, Any

import typer

from adapters import clock
from adapters.os_user import os_user
from adapters.settings import settings
from desk.output import Json, print_json, sentences, table
from rules.errors import InvalidDecisionError
from rules.pathway import CaseStatus, StepName
from rules.sentences import several
from services.reports.case_list import case_list
from services.session import actor_for, check_authority, reading

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_cases(
    authority: Annotated[str, typer.Option(help="Only this authority's cases.")] = "",
    status: Annotated[CaseStatus | None, typer.Option(help="Only cases with this status.")] = None,
    step: Annotated[StepName | None, typer.Option(help="Only cases open at this step.")] = None,
    officer: Annotated[
        str, typer.Option(metavar="WHO", help="Only this officer's or assessor's (e-mail).")
    ] = "",
    mine: Annotated[
        bool,
        typer.Option(
            "--mine",
            help="Only those you answer for today, for somebody who is away too; with --officer, "
            "those they do.",
        ),
    ] = False,
    unassigned: Annotated[
        bool, typer.Option("--unassigned", help="Only those without an officer who serves.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List cases with what each is waiting for."""
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        who = actor_for(conn, identity=officer or _sitting()).identity if officer or mine else ""
        found = case_list(
            conn,
            today=clock.today(),
            authority=authority,
            status=status or "",
            step=step or "",
            officer="" if mine else who,
            mine=who if mine else "",
            nobodys=unassigned,
        )
    if as_json:
        print_json(found)
    else:
        _show_list(found)


def _show_list(found: list[dict[str, Any]]) -> None:
    table(
        title=several(len(found), "case"),
        columns=("Case", "Authority", "Client", "Works", "Status", "Officer", "Waiting for", "Due"),
        spare=("Authority", "Works", "Officer"),
        rows=[
            (
                row["reference"],
                row["authority"],
                row["client_name"],
                row["work_type"].replace("_", " "),
                row["status"].replace("_", " "),
                row["officer_name"],
                "\n".join(_wait(wait) for wait in row["open_steps"]),
                "\n".join(wait["due_on"] or "" for wait in row["open_steps"]),
            )
            for row in found
        ],
    )


def _sitting() -> str:
    """Return who sits here, where the settings name one person for the user of this machine."""
    people = settings().officers_of(os_user()) or ()
    if len(people) != 1:
        raise InvalidDecisionError(
            "It is not known who you are.",
            why="HANDRAIL_CLI_OFFICERS does not name one person for you.",
            next_step="Say so: `handrail case list --mine --officer you@council.example`.",
        )
    return people[0]


def _wait(wait: dict[str, Any]) -> str:
    return f"{wait['step']}: {wait['holder']}" + (" (!)" if wait["trouble"] else "")

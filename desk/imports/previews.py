"""What a file that was sent would change: looked at once, as it comes in, and kept beside it.

Looking tries the import and takes it back, for which it is the database's one writer. Whoever reads
the preview afterwards, or takes it away as a file, has what was found then, and writes nothing.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from adapters import clock
from adapters.spreadsheets import read
from adapters.uploads import keep_beside, kept_beside, upload_at
from desk.csv_output import write_lines
from desk.imports.choices import options_of, said_of
from desk.imports.differences import OF_CHANGES, change_rows, record_shown
from rules.errors import ImportProblemsError, Problem, UnknownReferenceError
from rules.people import Actor, check_may_import
from rules.sentences import without_commands
from services.imports import ImportReport, run_import
from services.session import writing

_PROBLEMS: Final = 100
_RECORDS: Final = 200
_COMMAND: Final = re.compile(r"; `handrail [^`]*`[^.]*")
"""What a remedy says besides of the command that would help."""

_OF_PROBLEMS: Final = ("Row", "Column", "What is there", "What is wrong", "What is right")

Typed = dict[str, str]
"""What was typed with a file: its kind, and of a schedule of rates which version it is."""


def import_of(viewer: Actor, number: str, typed: Typed) -> Callable[..., ImportReport]:
    """Return the import of a file that was read, to be run with a connection and ``dry_run``.

    Raises:
        ImportProblemsError: It is no file that can be read.
        NotPermittedError: It is not for the viewer's role.
    """
    check_may_import(actor=viewer, kind=typed["kind"])
    file = upload_at(number=number, whose=viewer.identity)
    return partial(
        run_import,
        kind=typed["kind"],
        sheet=read(file, kind=typed["kind"]),
        now=clock.now(),
        actor=viewer.identity,
        schedule=options_of(typed),
        said=said_of(typed),
    )


def mark_of(report: ImportReport) -> str:
    """Return what tells a difference from another."""
    return hashlib.sha256(repr(report).encode()).hexdigest()


def keep_preview(viewer: Actor, number: str, typed: Typed) -> None:
    """Look at what a file would change, or at every problem of it, and keep that beside it."""
    report: ImportReport | None = None
    problems: tuple[Problem, ...] = ()
    try:
        run = import_of(viewer, number, typed)
        with writing() as conn:
            report = run(conn, dry_run=True)
    except ImportProblemsError as error:
        problems = error.problems
    shown = [record_shown(one) for one in report.shown] if report else []
    said = [_said(one) for one in problems]
    found = {
        "report": report.counted if report else None,
        "seen": mark_of(report) if report else "",
        "shown": shown[:_RECORDS],
        "differing": len(shown),
        "accepts": sorted({one.accept for one in problems if one.accept}),
        "ignores": sorted({one.value for one in problems if one.ignore}),
        "problems": said[:_PROBLEMS],
        "count": len(said),
    }
    keep = partial(keep_beside, number=number, whose=viewer.identity)
    keep(name=_name(typed, "csv"), text=_as_csv(said, shown))
    keep(name=_name(typed, "json"), text=json.dumps(found))


def kept_preview(viewer: Actor, number: str, typed: Typed) -> dict[str, Any]:
    """Return what a preview shows, as it was found when the file came in.

    Raises:
        UnknownReferenceError: The file is not kept, or was not looked at as such a file.
    """
    found: dict[str, Any] = json.loads(_kept(viewer, number, _name(typed, "json")))
    return found


def kept_lines(viewer: Actor, number: str, typed: Typed) -> str:
    """Return every problem of a file, or every field that it would change, as CSV.

    Raises:
        UnknownReferenceError: The file is not kept, or was not looked at as such a file.
    """
    return _kept(viewer, number, _name(typed, "csv"))


def _kept(viewer: Actor, number: str, name: str) -> str:
    found = kept_beside(number=number, whose=viewer.identity, name=name)
    if found is None:
        raise UnknownReferenceError(
            "This file was not looked at as one of that kind.", next_step="Send it under Imports."
        )
    return found


def _name(typed: Typed, ending: str) -> str:
    return f"{hashlib.sha256(repr(sorted(typed.items())).encode()).hexdigest()}.{ending}"


def _as_csv(said: Sequence[dict[str, Any]], shown: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    if said:
        write_lines(out, _OF_PROBLEMS, (list(one.values()) for one in said))
    else:
        write_lines(out, OF_CHANGES, change_rows(shown))
    return out.getvalue()


def _said(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column or "",
        "value": problem.value,
        "wrong": without_commands(problem.wrong),
        "right": without_commands(_COMMAND.sub("", problem.right)),
    }

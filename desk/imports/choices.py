"""What the form of an import offers and understands."""

from collections.abc import Iterator

from rules.errors import InvalidDecisionError, NotPermittedError
from rules.imports import KINDS
from rules.people import Actor, check_may_import
from rules.typed import read_day, read_percent
from services.imports import ScheduleOptions

SCHEDULE = "schedule"


def kinds_of(viewer: Actor) -> list[tuple[str, str]]:
    """Return the kinds of file that somebody may bring in, each with what it is called."""
    return [(kind, kind.replace("_", " ").capitalize()) for kind in KINDS if _may(viewer, kind)]


def _may(viewer: Actor, kind: str) -> bool:
    try:
        check_may_import(actor=viewer, kind=kind)
    except NotPermittedError:
        return False
    return True


def options_of(
    *, kind: str, schedule: str, valid_from: str, index_percent: str
) -> ScheduleOptions | None:
    """Return which version a file of a schedule of rates is; None for any other file.

    Raises:
        InvalidDecisionError: What was typed does not say it.
    """
    if kind != SCHEDULE:
        return None
    problems = list(
        option_problems(
            kind=kind, schedule=schedule, valid_from=valid_from, index_percent=index_percent
        )
    )
    if problems:
        raise InvalidDecisionError(" ".join(words for _, words in problems))
    return ScheduleOptions(
        schedule=schedule,
        valid_from=read_day(valid_from),
        index_percent=read_percent(index_percent or "0"),
    )


def option_problems(
    *, kind: str, schedule: str, valid_from: str, index_percent: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the particulars of a version, each with its field."""
    if kind != SCHEDULE:
        if schedule or valid_from or index_percent:
            yield "schedule", "Name, first day and index belong to a schedule of rates only."
        return
    if not schedule:
        yield "schedule", "Say which schedule of rates this is a version of."
    try:
        read_day(valid_from)
    except ValueError:
        yield "valid_from", "Say the version’s first day, such as 01/04/2026."
    try:
        read_percent(index_percent or "0")
    except ValueError:
        yield "index_percent", "The index is a number, such as 2.5 for 2.5 % above."

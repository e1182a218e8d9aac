"""What the form of an import offers and understands."""

from collections.abc import Iterator, Mapping
from typing import Final

from rules.errors import InvalidDecisionError, NotPermittedError
from rules.imports import KINDS
from rules.imports.choices import Choices
from rules.people import Actor, check_may_import
from rules.typed import read_day, read_percent
from services.imports import ScheduleOptions

SCHEDULE = "schedule"
VERSION: Final = ("schedule", "valid_from", "index_percent")
SAID: Final = ("accept", "ignore")
"""Words of ``ACCEPTS``, and headings that are left aside, with ; between them."""


def kinds_of(viewer: Actor) -> list[tuple[str, str]]:
    """Return the kinds of file that somebody may bring in, each with what it is called."""
    return [(kind, kind.replace("_", " ").capitalize()) for kind in KINDS if _may(viewer, kind)]


def _may(viewer: Actor, kind: str) -> bool:
    try:
        check_may_import(actor=viewer, kind=kind)
    except NotPermittedError:
        return False
    return True


def said_of(typed: Mapping[str, str]) -> Choices:
    """Return what the sender has said of a file: what is meant, and what is left aside."""
    return Choices(*(frozenset(filter(None, typed.get(name, "").split(";"))) for name in SAID))


def options_of(typed: Mapping[str, str]) -> ScheduleOptions | None:
    """Return which version a file of a schedule of rates is; None for any other file.

    Raises:
        InvalidDecisionError: What was typed does not say it.
    """
    if typed["kind"] != SCHEDULE:
        return None
    problems = list(option_problems(typed))
    if problems:
        raise InvalidDecisionError(" ".join(words for _, words in problems))
    return ScheduleOptions(
        schedule=typed["schedule"],
        valid_from=read_day(typed["valid_from"]),
        index_percent=read_percent(typed["index_percent"] or "0"),
    )


def option_problems(typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the particulars of a version, each with its field."""
    kind, schedule, valid_from, index_percent = (typed[name] for name in ("kind", *VERSION))
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

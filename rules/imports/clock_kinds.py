"""The kinds of import file that say how long each clock is given, and who is told when it is late.

A target is a version: it holds from its first day on, for the clocks that start from then on.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.imports import numbers, words
from rules.imports.cells import CellError
from rules.imports.columns import COMPLEXITIES, DATE, ROLES, YES_NO, Column, Spec, chosen, needed
from rules.imports.sheet import Cell

URGENT, NOT_URGENT = "urgent", "non_urgent"
MOST_DAYS: Final = 520
"""Two years of working days: longer than any target, shorter than a slip of the keyboard."""
WARN_PERCENT: Final = 80
FIRST_RUNG, LAST_RUNG = 3, 4

_FIXED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "decide": (
            "six months is s.34(1)'s limit and no target",
            "Leave the row out; a target for application_to_decision warns before the limit does.",
        ),
        "finish": (
            "twelve months is s.37(1)'s limit and no target",
            "Leave the row out; a target for finish_works warns before the limit does.",
        ),
    }
)


def _has_target(name: str) -> bool:
    return bool(CLOCKS[name].days) or CLOCKS[name].kind is ClockKind.GUIDANCE


WITH_TARGETS: Final = tuple(str(name) for name in CLOCKS if _has_target(name))
"""The clocks that are given working days; the others run to a date that is set elsewhere."""

_SPELT: Final[Mapping[str, str]] = MappingProxyType(
    {words.as_word(name): str(name) for name in CLOCKS}
)
_KNOWN: Final = f"One of: {', '.join(WITH_TARGETS)}."


def clock_called(name: str) -> str | None:
    """Return the clock of a name; case, spaces, hyphens and underscores make no difference.

    Args:
        name: What somebody typed.
    """
    return _SPELT.get(words.as_word(name))


def why_no_target(name: str) -> str:
    """Return why a clock takes no target, as part of a sentence, or an empty string if it does.

    Args:
        name: A clock.
    """
    if _has_target(name):
        return ""
    return _FIXED[name][0] if name in _FIXED else "its date comes with the case and is no target"


def _clock(cell: Cell) -> str:
    """Return the name of a clock that may be given a target.

    Raises:
        CellError: There is no such clock, or its date is set elsewhere.
    """
    name = clock_called(words.line(cell))
    if name is None:
        raise CellError("there is no such clock", right=_KNOWN)
    if not _has_target(name):
        _, right = _FIXED.get(name, ("", "Leave the row out."))
        raise CellError(why_no_target(name), right=right)
    return name


def _urgency(cell: Cell) -> str:
    """Return ``urgent`` or ``non_urgent``, which may be written as yes or no."""
    try:
        return URGENT if words.yes_no(cell) else NOT_URGENT
    except CellError:
        return words.one_of((URGENT, NOT_URGENT))(cell)


def _days(least: int = 1) -> Callable[[Cell], int]:
    return numbers.whole(least=least, most=MOST_DAYS)


TARGETS: Final = Spec(
    kind="targets",
    key=("clock", "authority", "lot", "urgent", "complexity", "valid_from"),
    columns=(
        needed("clock", _clock, _KNOWN),
        needed("days", _days(), f"Working days, 1 to {MOST_DAYS}."),
        Column("urgent", _urgency, "urgent, non_urgent, or empty for either.", default=""),
        Column(
            "complexity",
            words.one_of(COMPLEXITIES),
            f"{' or '.join(COMPLEXITIES)}, or empty for either.",
            default="",
        ),
        Column("authority", words.code, "The authority's code, or empty for all.", default=""),
        Column("lot", words.code, "The lot's code, or empty for all.", default=""),
        Column(
            "warn_percent",
            numbers.whole(least=1, most=100),
            "The share of the days after which to warn, such as 80.",
            default=WARN_PERCENT,
        ),
        Column("warn_days", _days(0), "Working days left at which to warn, such as 2.", default=0),
        needed("valid_from", numbers.day, DATE),
        Column("valid_to", numbers.day, f"{DATE} Empty until the next version begins."),
        Column("verified", words.yes_no, YES_NO, default=False),
        Column("source", words.line, "Where the number is from, in a line.", default=""),
    ),
)
ESCALATIONS: Final = Spec(
    kind="escalations",
    key=("authority", "rung"),
    columns=(
        Column("authority", words.code, "The authority's code, or empty for all.", default=""),
        needed(
            "rung",
            numbers.whole(least=FIRST_RUNG, most=LAST_RUNG),
            "3 for the first escalation, 4 for the second.",
        ),
        chosen("role", ROLES),
        needed("days", _days(), f"Working days after the due date, 1 to {MOST_DAYS}."),
    ),
)

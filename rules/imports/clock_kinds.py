"""The kinds of import file that say how long each clock is given, and who is told when it is late.

A target is a version: it holds from its first day on, for the clocks that start from then on.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.imports import numbers, words
from rules.imports.cells import CellError
from rules.imports.clock_checks import ladder_findings, warning_findings
from rules.imports.columns import (
    ANY_AUTHORITY,
    COMPLEXITIES,
    DATE,
    ROLES,
    YES_NO,
    Column,
    chosen,
    kind_of,
    needed,
)
from rules.imports.numbers import whole
from rules.imports.sheet import Cell

URGENT, NOT_URGENT = "urgent", "non_urgent"
MOST_DAYS: Final = 520
"""Two years of working days: longer than any target, shorter than a slip of the keyboard."""

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


TARGETS: Final = kind_of(
    "targets",
    ("clock", "authority", "lot", "urgent", "complexity", "valid_from"),
    needed("clock", _clock, _KNOWN),
    needed("days", whole(1, MOST_DAYS, of="days"), f"Working days, 1 to {MOST_DAYS}."),
    Column("urgent", _urgency, "urgent, non_urgent, or empty for either.", ""),
    Column(
        "complexity",
        words.one_of(COMPLEXITIES),
        f"{' or '.join(COMPLEXITIES)}, or empty for either.",
        "",
    ),
    ANY_AUTHORITY,
    Column("lot", words.code, "The lot's code, or empty for all.", ""),
    Column(
        "warn_percent", whole(1, 100), "The share of the days after which to warn, such as 80.", 80
    ),
    Column(
        "warn_days",
        whole(0, MOST_DAYS, of="days"),
        "Working days left at which to warn, such as 2.",
        0,
    ),
    needed("valid_from", numbers.day, DATE),
    Column("valid_to", numbers.day, f"{DATE} Empty until the next version begins."),
    Column("verified", words.yes_no, YES_NO, default=False),
    Column("source", words.line, "Where the number is from, in a line.", ""),
    row_check=warning_findings,
)
ESCALATIONS: Final = kind_of(
    "escalations",
    ("authority", "rung"),
    ANY_AUTHORITY,
    needed("rung", whole(3, 4), "3 for the first escalation, 4 for the second."),
    chosen("role", ROLES),
    needed(
        "days",
        whole(1, MOST_DAYS, of="days"),
        f"Working days after the due date, 1 to {MOST_DAYS}.",
    ),
    file_check=ladder_findings,
)

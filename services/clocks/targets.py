"""Targets as they are shown: those in force on a day, and the check of what is not verified."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import product
from typing import Any, Final

from sqlalchemy.engine import Connection

from rules.clocks.clock_names import CLOCKS
from rules.clocks.target_words import for_whom
from rules.clocks.targets import DEFAULTS, Target, TargetBook, sum_problems
from rules.imports.clock_kinds import NOT_URGENT, URGENT, why_no_target
from rules.imports.columns import COMPLEXITIES
from rules.sentences import named
from services.cases.clocks.terms import clock_terms

URGENCIES: Final = (URGENT, NOT_URGENT)
SHIPPED: Final = frozenset(DEFAULTS)
"""The targets that Handrail comes with."""

_PLACE: Final = {name: position for position, name in enumerate(CLOCKS)}


@dataclass(frozen=True, slots=True)
class Asked:
    """The case a target is asked for.

    Args:
        authority: The authority's code, or an empty string.
        lot: The lot's code, or an empty string.
        urgent: Whether the case is urgent.
        complexity: ``simple`` or ``complex``.
        on: The day on which the clock starts.
    """

    authority: str
    lot: str
    urgent: bool
    complexity: str
    on: date

    def finds(self, book: TargetBook, clock: str) -> Target | None:
        """Return the target that such a case is given."""
        return book.find(
            clock,
            authority=self.authority,
            lot=self.lot,
            urgent=self.urgent,
            complexity=self.complexity,
            on=self.on,
        )

    def meets(self, target: Target) -> bool:
        """Say whether a target is in force for such a case, whatever comes before it."""
        return (
            target.authority in ("", self.authority)
            and target.lot in ("", self.lot)
            and target.urgency in ("", URGENT if self.urgent else NOT_URGENT)
            and target.complexity in ("", self.complexity)
            and target.in_force(self.on)
        )


def targets_in_force(conn: Connection, *, authority: str, on: date) -> list[dict[str, Any]]:
    """Return every target that some case is given on a day, and the clocks that take none.

    Args:
        authority: Those of this authority and everybody's; of all authorities if empty.
    """
    book = clock_terms(conn, authority=authority).book
    found = [
        target
        for target in (*book.targets, *DEFAULTS)
        if target.authority in ("", authority or target.authority)
        and _is_given(book, target, authority, on)
    ]
    rows = [as_row(target) for target in found] + [without_target(name) for name in _untargeted()]
    return sorted(rows, key=_order)


def _is_given(book: TargetBook, target: Target, authority: str, on: date) -> bool:
    """Say whether some case is given this very target on a day."""
    if not target.in_force(on):
        return False
    cases = product(
        (target.urgency,) if target.urgency else URGENCIES,
        (target.complexity,) if target.complexity else COMPLEXITIES,
    )
    return any(
        Asked(authority or target.authority, target.lot, urgency == URGENT, complexity, on).finds(
            book, target.clock
        )
        == target
        for urgency, complexity in cases
    )


def _untargeted() -> Iterator[str]:
    return (name for name in CLOCKS if why_no_target(name))


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        *(_PLACE[row["clock"]], row["authority"], row["lot"]),
        ("", *COMPLEXITIES).index(row["complexity"]),
        ("", *URGENCIES).index(row["urgency"]),
        row["valid_from"] or date.min,
    )


def as_row(target: Target) -> dict[str, Any]:
    """Return a target as plain values, with the words for it.

    Args:
        target: The target.
    """
    return {
        **asdict(target),
        "for": for_whom(target),
        "title": CLOCKS[target.clock].title,
        "kind": CLOCKS[target.clock].kind.value,
        "valid_from": None if target.valid_from == date.min else target.valid_from,
        "default": target in SHIPPED,
    }


def without_target(name: str) -> dict[str, Any]:
    """Return the same values for a clock that takes no target, with why as its source.

    Args:
        name: The clock.
    """
    spec = CLOCKS[name]
    return {
        **dict.fromkeys(("authority", "lot", "urgency", "complexity"), ""),
        **dict.fromkeys(("days", "warn_percent", "warn_days", "valid_from", "valid_to")),
        "clock": name,
        "for": "",
        "title": spec.title,
        "kind": spec.kind.value,
        "verified": None,
        "source": why_no_target(name),
        "default": True,
    }


def next_change(conn: Connection, *, on: date) -> date | None:
    """Return the first day after a day on which a version begins, or None."""
    book = clock_terms(conn, authority="").book
    return min((t.valid_from for t in book.targets if t.valid_from > on), default=None)


def targets_checked(conn: Connection, *, on: date) -> dict[str, Any]:
    """Return the targets in force or to come that nobody has verified, and the sums that fail.

    Args:
        on: The day from which on.
    """
    book = clock_terms(conn, authority="").book
    coming = [target for target in book.targets if target.valid_from > on]
    in_force = [target for target in (*book.targets, *DEFAULTS) if _is_given(book, target, "", on)]
    looked_at = [*in_force, *coming]
    unverified = sorted((as_row(t) for t in looked_at if not t.verified), key=_order)
    problems = sum_problems((*book.targets, *DEFAULTS))
    return {
        "on": on,
        "checked": len(looked_at),
        "unverified": unverified,
        "sum_problems": list(problems),
        "words": _check_words(len(looked_at), len(unverified), problems),
    }


def _check_words(checked: int, unverified: int, problems: tuple[str, ...]) -> str:
    sums = named(problems) if problems else "Every set of guidance stages makes its total."
    if not unverified:
        return f"All {checked} targets are verified. {sums}"
    return (
        f"{unverified} of {checked} targets are not verified: read them in their source, then "
        f"import them with `verified` yes. {sums}"
    )

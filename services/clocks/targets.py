"""Targets as they are shown: those in force, those not verified, and which a clock is given."""

from dataclasses import asdict, dataclass
from datetime import date
from itertools import product
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.case_queries import case_row, newest_award
from models.spelling import as_recorded
from models.tables.clocks import Clock
from models.tables.contractors import Lot
from rules.clocks import target_words
from rules.clocks.clock_names import CLOCKS
from rules.clocks.targets import DEFAULTS, Target, TargetBook
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.imports.clock_kinds import NOT_URGENT, URGENT, clock_called, why_no_target
from rules.imports.columns import COMPLEXITIES
from rules.sentences import named
from services.cases.clocks.terms import clock_terms

URGENCIES: Final = (URGENT, NOT_URGENT)
SHIPPED: Final = frozenset(DEFAULTS)
"""The targets that Handrail comes with."""

_PLACE: Final = {name: position for position, name in enumerate(CLOCKS)}


_RUNNING: Final = (
    select(Clock.subject, Clock.opened_on, Clock.target_days, Clock.target_source, Clock.due_on)
    .where(
        Clock.case_id == bindparam("case_id"),
        Clock.name == bindparam("name"),
        Clock.stopped_on.is_(None),
    )
    .order_by(Clock.id)
)


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
        return book.find(clock, **asdict(self))


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
    without = [_without_target(name) for name in CLOCKS if why_no_target(name)]
    return sorted([*map(_as_row, found), *without], key=_order)


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


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        *(_PLACE[row["clock"]], row["authority"], row["lot"]),
        ("", *COMPLEXITIES).index(row["complexity"]),
        ("", *URGENCIES).index(row["urgency"]),
        row["valid_from"] or date.min,
    )


def _as_row(target: Target) -> dict[str, Any]:
    """Return a target as plain values, with the words for it."""
    return {
        **asdict(target),
        "for": target_words.for_whom(target),
        "title": CLOCKS[target.clock].title,
        "kind": CLOCKS[target.clock].kind.value,
        "valid_from": None if target.valid_from == date.min else target.valid_from,
        "default": target in SHIPPED,
    }


def _without_target(name: str) -> dict[str, Any]:
    """Return the same values for a clock that takes no target, with why as its source."""
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
    """Return the targets in force or to come that nobody has verified, and the sums that fail."""
    book = clock_terms(conn, authority="").book
    coming = [target for target in book.targets if target.valid_from > on]
    in_force = [target for target in (*book.targets, *DEFAULTS) if _is_given(book, target, "", on)]
    looked_at = [*in_force, *coming]
    unverified = sorted((_as_row(t) for t in looked_at if not t.verified), key=_order)
    problems = target_words.sum_problems((*book.targets, *DEFAULTS))
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


# ---- which target one clock is given


def target_shown(conn: Connection, *, clock: str, asked: Asked) -> dict[str, Any]:
    """Return which target a clock of such a case is given, and why before which others.

    Args:
        clock: The clock's name.
        asked: The case.

    Raises:
        UnknownReferenceError: There is no such clock.
    """
    name = _known_clock(clock)
    title = f"{CLOCKS[name].title[0].upper()}{CLOCKS[name].title[1:]}"
    book = clock_terms(conn, authority=asked.authority).book
    winner = asked.finds(book, name)
    if winner is None:
        row = _without_target(name)
        return {**row, "words": f"{title}: {row['source']}.", "others": []}
    others = [
        {**_as_row(other), "words": _beaten(winner, other)}
        for other in (*book.targets, *DEFAULTS)
        if other.clock == name and other != winner and other.meets(**asdict(asked))
    ]
    first = target_words.what_comes_first(name)
    words = f"{title}: {target_words.in_full(winner)}. {first}".rstrip()
    return {**_as_row(winner), "words": words, "others": others}


def target_of_case(conn: Connection, *, clock: str, reference: str, on: date) -> dict[str, Any]:
    """Return which target a clock of a case would be given, and what those that run were given.

    Args:
        clock: The clock's name.
        on: The day on which the clock would start.

    Raises:
        UnknownReferenceError: There is no such clock, or no such case.
    """
    case = case_row(conn, reference=reference)
    reference = case.reference
    award = newest_award(conn, case_id=case.id)
    asked = Asked(
        authority=case.authority,
        lot=(award.lot or "") if award else "",
        urgent=case.urgent,
        complexity=case.complexity,
        on=on,
    )
    found = target_shown(conn, clock=clock, asked=asked)
    if not asked.lot and _some_lot_has_its_own(conn, found["clock"]):
        found["words"] += (
            f" {reference} is in no lot yet; that of its lot counts once it is tendered."
        )
    running = conn.execute(_RUNNING, {"case_id": case.id, "name": found["clock"]})
    return {
        **found,
        "case": {"reference": reference, **asdict(asked)},
        "running": [_running(row, found, reference) for row in running],
    }


def _some_lot_has_its_own(conn: Connection, clock: str) -> bool:
    book = clock_terms(conn, authority="").book
    return any(target.lot and target.clock == clock for target in book.targets)


def _running(row: AnyRow, found: dict[str, Any], reference: str) -> dict[str, Any]:
    given = target_words.in_working_days(row.target_days) if row.target_days else "a date"
    words = f"{reference}: it runs since {in_words(row.opened_on)} and was given {given}"
    words += f", due on {in_words(row.due_on)}" if row.due_on else ", paused"
    again = found["days"] and row.target_days and found["days"] != row.target_days
    rebase = f"`handrail decide {reference} rebase --clock {found['clock']}`"
    return {
        **row._mapping,
        "words": f"{words}. {rebase} gives it {target_words.in_working_days(found['days'])}."
        if again
        else f"{words}.",
    }


def check_lot(conn: Connection, *, code: str) -> str:
    """Return the code of a lot as it is on record; an empty one stands for none.

    Raises:
        UnknownReferenceError: There is no such lot.
    """
    held = conn.execute(select(Lot.code).order_by(Lot.code)).scalars().all()
    meant = as_recorded(conn, Lot.code, code) if code else ""
    if meant and meant not in held:
        raise UnknownReferenceError(
            f"There is no lot {code}.", next_step=f"Use one of: {', '.join(held) or 'none yet'}."
        )
    return meant


def _known_clock(name: str) -> str:
    """Return the name of a clock as it is spelt here.

    Raises:
        UnknownReferenceError: There is no such clock.
    """
    found = clock_called(name)
    if found is None:
        raise UnknownReferenceError(
            f"There is no clock {name}.", next_step=f"Use one of: {', '.join(CLOCKS)}."
        )
    return found


def _beaten(winner: Target, other: Target) -> str:
    why = target_words.why_before(winner, other, other_is_default=other in SHIPPED)
    return f"It comes before {target_words.in_full(other)}: {why}."

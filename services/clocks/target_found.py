"""Which target a clock is given, why before which others, and what running clocks were given."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import case_row, newest_award
from models.tables.clocks import Clock
from models.tables.contractors import Lot
from rules.clocks.clock_names import CLOCKS
from rules.clocks.target_words import in_full, in_working_days, what_comes_first, why_before
from rules.clocks.targets import DEFAULTS, Target
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.imports.clock_kinds import clock_called
from services.cases.clocks.terms import clock_terms
from services.clocks.targets import SHIPPED, Asked, as_row, without_target

_RUNNING: Final = (
    select(Clock.subject, Clock.opened_on, Clock.target_days, Clock.target_source, Clock.due_on)
    .where(
        Clock.case_id == bindparam("case_id"),
        Clock.name == bindparam("name"),
        Clock.stopped_on.is_(None),
    )
    .order_by(Clock.id)
)


def target_shown(conn: Connection, *, clock: str, asked: Asked) -> dict[str, Any]:
    """Return which target a clock of such a case is given, and why before which others.

    Args:
        clock: The clock's name.
        asked: The case.

    Raises:
        UnknownReferenceError: There is no such clock.
    """
    name = known_clock(clock)
    book = clock_terms(conn, authority=asked.authority).book
    winner = asked.finds(book, name)
    if winner is None:
        row = without_target(name)
        return {**row, "words": f"{_title(name)}: {row['source']}.", "others": []}
    others = [
        {**as_row(other), "words": _beaten(winner, other)}
        for other in (*book.targets, *DEFAULTS)
        if other.clock == name and other != winner and asked.meets(other)
    ]
    words = f"{_title(name)}: {in_full(winner)}. {what_comes_first(name)}".rstrip()
    return {**as_row(winner), "words": words, "others": others}


def target_of_case(conn: Connection, *, clock: str, reference: str, on: date) -> dict[str, Any]:
    """Return which target a clock of a case would be given, and what those that run were given.

    Args:
        clock: The clock's name.
        on: The day on which the clock would start.

    Raises:
        UnknownReferenceError: There is no such clock, or no such case.
    """
    case = case_row(conn, reference=reference)
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
    given = in_working_days(row.target_days) if row.target_days else "a date"
    words = f"{reference}: it runs since {in_words(row.opened_on)} and was given {given}"
    words += f", due on {in_words(row.due_on)}" if row.due_on else ", paused"
    again = found["days"] and row.target_days and found["days"] != row.target_days
    rebase = f"`handrail decide {reference} rebase --clock {found['clock']}`"
    return {
        **row._mapping,
        "words": f"{words}. {rebase} gives it {in_working_days(found['days'])}."
        if again
        else f"{words}.",
    }


def check_lot(conn: Connection, *, code: str) -> None:
    """Refuse the code of a lot that is not there; an empty one stands for none.

    Args:
        code: Its code, or an empty string.

    Raises:
        UnknownReferenceError: There is no such lot.
    """
    held = conn.execute(select(Lot.code).order_by(Lot.code)).scalars().all()
    if code and code not in held:
        raise UnknownReferenceError(
            f"There is no lot {code}.", next_step=f"Use one of: {', '.join(held) or 'none yet'}."
        )


def known_clock(name: str) -> str:
    """Return the name of a clock as it is spelt here.

    Args:
        name: What somebody typed.

    Raises:
        UnknownReferenceError: There is no such clock.
    """
    found = clock_called(name)
    if found is None:
        raise UnknownReferenceError(
            f"There is no clock {name}.", next_step=f"Use one of: {', '.join(CLOCKS)}."
        )
    return found


def _title(name: str) -> str:
    title = CLOCKS[name].title
    return f"{title[0].upper()}{title[1:]}"


def _beaten(winner: Target, other: Target) -> str:
    why = why_before(winner, other, other_is_default=other in SHIPPED)
    return f"It comes before {in_full(other)}: {why}."

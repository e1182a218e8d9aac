"""What clocks are reckoned with: an authority's working days, the targets and the ladders.

They are made once for each state of reference data (``models.asked``).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.tables.clocks import Escalation
from models.tables.clocks import Target as TargetRow
from models.tables.prices import Award
from rules.clocks.targets import Rung, Target, TargetBook
from rules.clocks.workdays import Calendar
from rules.people import Role
from services.cases.clocks import calendar as days

_TARGETS: Final = select(*(c for c in TargetRow.__table__.c if c.name != "id")).order_by(
    TargetRow.id
)
_LADDERS: Final = select(*Escalation.__table__.c).order_by(Escalation.authority, Escalation.rung)
_LOT: Final = (
    select(Award.lot)
    .where(Award.case_id == bindparam("case_id"))
    .order_by(Award.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What the clocks of one authority are reckoned with.

    Args:
        calendar: Its working days.
        book: The targets and ladders of everybody.
        authority: Its code, or an empty string for what holds for all.
    """

    calendar: Calendar
    book: TargetBook
    authority: str = ""

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """Who is told next of a late clock of this authority, and after how many working days."""
        return self.book.ladder(self.authority)

    def target(self, clock: str, *, case: AnyRow, lot: str, on: date) -> Target | None:
        """Return the target of a clock on a date, or None where it has none.

        Args:
            case: What says how urgent and how complex the case is.
            lot: The lot's code, or an empty string.
            on: The day the clock starts.
        """
        return self.book.find(
            clock,
            authority=self.authority,
            lot=lot,
            urgent=case.urgent,
            complexity=case.complexity,
            on=on,
        )


def fresh_terms(conn: Connection, *, authority: str) -> ClockTerms:
    """Return the same, read now and kept for nobody: for what may yet be rolled back.

    Raises:
        NoBankHolidayDataError: No bank holidays are held at all.
    """
    ladders: dict[str, tuple[Rung, ...]] = {}
    for row in conn.execute(_LADDERS):
        rung = Rung(rung=row.rung, role=Role(row.role), days=row.days)
        ladders[row.authority] = (*ladders.get(row.authority, ()), rung)
    targets = tuple(Target(**row) for row in conn.execute(_TARGETS).mappings())
    return ClockTerms(
        days.build(conn, authority=authority), TargetBook(targets, ladders), authority
    )


clock_terms: Final = days.kept(fresh_terms)
"""Return what an authority's clocks are reckoned with, as it stands in this transaction.

Args:
    authority: The authority's code, or an empty string.

Raises:
    NoBankHolidayDataError: No bank holidays are held at all.
"""


def lot_of(conn: Connection, *, case_id: int, book: TargetBook) -> str:
    """Return the lot that a case's works are tendered in, looked up only where targets name lots.

    Returns:
        The lot's code, or an empty string.
    """
    if not book.uses_lots:
        return ""
    return conn.execute(_LOT, {"case_id": case_id}).scalar() or ""


def days_given(conn: Connection, *, case: AnyRow, clock: str, on: date) -> int:
    """Return the working days that a clock of a case is given if it starts on a date.

    Raises:
        ValueError: The clock has no target; a fault in the program.
    """
    terms = clock_terms(conn, authority=case.authority)
    lot = lot_of(conn, case_id=case.id, book=terms.book)
    return days_of(terms.target(clock, case=case, lot=lot, on=on), clock)


def days_of(target: Target | None, clock: str) -> int:
    """Return the working days that a clock's target gives.

    Raises:
        ValueError: The clock has no target; a fault in the program.
    """
    if target is None:
        raise ValueError(f"Clock {clock} has no target of working days.")
    return target.days

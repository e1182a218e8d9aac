"""How late the open steps of one case are, or how they stand still: for whoever shows the case."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.clocks import Clock
from rules.clocks import clock_words
from rules.errors import NoBankHolidayDataError
from services.cases.clocks.calendar import calendar_for

_RUNNING: Final = (
    select(Clock.step, Clock.due_on, Clock.paused)
    .where(Clock.case_id == bindparam("case_id"), Clock.stopped_on.is_(None), Clock.step != "")
    .order_by(Clock.due_on.is_(None).desc(), Clock.due_on.desc(), Clock.id)
)


def step_timings(conn: Connection, *, case: AnyRow, today: date) -> dict[str, str]:
    """Return, for each open step of a case, how the first of its clocks to be due stands.

    Args:
        today: Today's date.

    Returns:
        Step to words, such as ``7 working days late``. None of them where the bank holidays of a
        year are not held: no case is kept from being shown by that, and its due dates are there.
    """
    clocks = {row.step: row for row in conn.execute(_RUNNING, {"case_id": case.id})}
    try:
        calendar = calendar_for(conn, authority=case.authority)
        return {
            step: clock_words.standing(
                due_on=row.due_on,
                today=today,
                calendar=calendar,
                paused_since=case.paused_on if row.paused else None,
            )
            for step, row in clocks.items()
        }
    except NoBankHolidayDataError:
        return {}

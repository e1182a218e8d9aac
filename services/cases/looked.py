"""Who looked at which case: a row a person and London day, written the first time that day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from models.base import on_conflict, rows_by
from models.case_queries import case_row
from models.people import name_of
from models.tables.files import Looked as Row
from rules.clocks.dates import london_date
from services.session import writing

_KEEP: Final = on_conflict(Row, lambda fresh: fresh.on_conflict_do_nothing())
_THERE: Final = rows_by(Row, "case_id", "officer", "day")
_LOOKS: Final = rows_by(Row, "case_id").order_by(Row.first_at, Row.officer)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's first look at a case on a day."""

    officer: str
    officer_name: str
    day: date
    first_at: datetime


def record_look(conn: Connection, *, case_id: int, officer: str, now: datetime) -> None:
    """Put on record that an officer looks at a case; what is there already costs one question.

    Args:
        conn: Any connection, which is read alone: the row is written in a transaction of its own.
        case_id: The case's row.
        officer: Their address, as on record.
    """
    key = {"case_id": case_id, "officer": officer, "day": london_date(now)}
    if conn.execute(_THERE, key).first() is not None:
        return
    with writing() as own:
        own.execute(_KEEP[own.dialect.name], {**key, "first_at": now})


def looks_at(conn: Connection, *, reference: str) -> list[Look]:
    """Return who looked at a case, the earliest first.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = case_row(conn, reference=reference)
    return [
        Look(row.officer, name_of(conn, row.officer), row.day, row.first_at)
        for row in conn.execute(_LOOKS, {"case_id": case.id})
    ]

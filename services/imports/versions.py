"""The versions of the schedules of rates, and the one that a list shows."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from models.base import AnyRow
from models.tables.schedules import ScheduleVersion


def versions(conn: Connection) -> list[AnyRow]:
    """Return every version, the newest first."""
    asked = select(*ScheduleVersion.__table__.c)
    newest = asked.order_by(ScheduleVersion.valid_from.desc(), ScheduleVersion.id.desc())
    return list(conn.execute(newest))


def version_on(among: Sequence[AnyRow], *, chosen: int, today: date) -> AnyRow | None:
    """Return the version with a row id, else the newest that holds today; None if there is none."""
    by_choice = (one for one in among if one.id == chosen)
    begun = (one for one in among if one.valid_from <= today)
    return next(by_choice, None) or next(begun, None) or next(iter(among), None)

"""Working days between many pairs of instants, such as an offer and its answer.

The working days of London are no sum for a database. So that not every instant is made into one
here, the database gives the hour in which it is; London’s date never changes within an hour.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from rules.clocks.dates import london_date
from services.cases.clocks.calendar import ByAuthority, calendar_for

_SECONDS: Final = 3600


class hour(FunctionElement[int]):  # noqa: N801 - as functions of SQL are called
    """The hour since 1970 of a column’s instant, as the database reckons it."""

    type = BigInteger()
    inherit_cache = True


@compiles(hour, "postgresql")
def _on_postgresql(element: hour, compiler: SQLCompiler, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    return f"CAST(floor(extract(epoch FROM {at}) / {_SECONDS}) AS BIGINT)"


@compiles(hour, "sqlite")
def _on_sqlite(element: hour, compiler: SQLCompiler, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)  # whole hours, as parts of a second are rounded
    return f"CAST(strftime('%s', substr({at}, 1, 13) || ':00') AS INTEGER) / {_SECONDS}"


def hour_of(at: datetime) -> int:
    """Return the hour since 1970 of an instant."""
    return int(at.timestamp()) // _SECONDS


class DaysBetween:
    """The working days between hours since 1970, each pair worked out once."""

    def __init__(self, conn: Connection) -> None:
        self._calendars = ByAuthority(conn, calendar_for)
        self._known: dict[tuple[str, int, int], int] = {}
        self._london: dict[int, date] = {}

    def between(self, authority: str, first: int, last: int) -> int:
        """Return the working days from one hour to another, by an authority’s calendar."""
        key = (authority, first, last)
        if key not in self._known:
            days = self._day(first), self._day(last)
            self._known[key] = self._calendars[authority].between(*days)
        return self._known[key]

    def _day(self, hour: int) -> date:
        if hour not in self._london:
            self._london[hour] = london_date(datetime.fromtimestamp(hour * _SECONDS, UTC))
        return self._london[hour]

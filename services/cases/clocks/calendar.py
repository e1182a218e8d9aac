"""The working-day calendar, from dated rows: bank holidays and each authority's own closures."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Generic, Protocol, TypeVar

from sqlalchemy import BindParameter, Connection, bindparam, select

from models.asked import lasting
from models.base import AnyRow
from models.tables.reference import ClosedDay
from rules.clocks.workdays import Calendar, calendar

EVERYBODY: Final = ""
"""The authority of a day that is closed for all of them."""

_FEWEST_BANK_HOLIDAYS: Final = 4
"""A year with fewer days closed for all has not been loaded; eight a year are, moved ones apart."""

_WHOSE: Final[BindParameter[Any]] = bindparam("authorities", expanding=True)

_CLOSED: Final = (
    select(ClosedDay.day, ClosedDay.authority, ClosedDay.title)
    .where(ClosedDay.authority.in_(_WHOSE))
    .order_by(ClosedDay.day, ClosedDay.authority)
)
_CLOSED_WITHIN: Final = _CLOSED.where(ClosedDay.day.between(bindparam("first"), bindparam("last")))


Made = TypeVar("Made", covariant=True)


class ForAuthority(Protocol[Made]):
    """What reads something of an authority."""

    def __call__(self, conn: Connection, *, authority: str) -> Made:
        """Return it for an authority's code, or for an empty string what holds for all."""


class ByAuthority(dict[str, Any], Generic[Made]):
    """The same of each authority, read once each."""

    def __init__(self, conn: Connection, read: ForAuthority[Made]) -> None:
        super().__init__()
        self._conn, self._read = conn, read

    def __missing__(self, authority: str) -> Made:
        found = self[authority] = self._read(self._conn, authority=authority)
        return found


def kept(make: ForAuthority[Made]) -> ForAuthority[Made]:
    """Return what makes something of an authority once for each state of reference data."""

    def of(conn: Connection, *, authority: str) -> Made:
        return lasting(conn, (make, authority), lambda: make(conn, authority=authority))

    return of


def build(conn: Connection, *, authority: str) -> Calendar:
    """Return the calendar of an authority as its closed days are now, kept for nobody.

    Raises:
        NoBankHolidayDataError: No bank holidays are held at all.
    """
    rows = conn.execute(_CLOSED, {"authorities": whose(authority)}).all()
    first, last = _loaded(rows) or (1, 0)
    return calendar(closed=[row.day for row in rows], first_year=first, last_year=last)


calendar_for: Final = kept(build)
"""Return the calendar of an authority; it is built once for each set of closed days.

Args:
    authority: The authority's code, or an empty string for the bank holidays alone.

Raises:
    NoBankHolidayDataError: No bank holidays are held at all.
"""


def known_years(conn: Connection) -> tuple[int, int] | None:
    """Return the first and the last year whose bank holidays are held, or None if there is none."""
    return _loaded(conn.execute(_CLOSED, {"authorities": (EVERYBODY,)}).all())


def _loaded(rows: Sequence[AnyRow]) -> tuple[int, int] | None:
    """Return the first run of years without a gap.

    Only bank holidays make a year known; a closure says nothing of the other days of its year.
    """
    held = Counter(row.day.year for row in rows if row.authority == EVERYBODY)
    years = {year for year, days in held.items() if days >= _FEWEST_BANK_HOLIDAYS}
    if not years:
        return None
    first = last = min(years)
    while last + 1 in years:
        last += 1
    return first, last


def closed_days(conn: Connection, *, authority: str, first: date, last: date) -> tuple[AnyRow, ...]:
    """Return the closed days of a stretch of time, each once, with its title and whose it is.

    Args:
        authority: The authority's code, or an empty string for those of everybody alone.
        first: First date, counted.
        last: Last date, counted.
    """
    wanted = {"authorities": whose(authority), "first": first, "last": last}
    found: dict[date, AnyRow] = {}
    for row in conn.execute(_CLOSED_WITHIN, wanted):
        found.setdefault(row.day, row)  # everybody's comes first
    return tuple(found.values())


def whose(authority: str) -> tuple[str, ...]:
    """Return whose closed days count for an authority: everybody's, and its own."""
    return (EVERYBODY,) if authority == EVERYBODY else (EVERYBODY, authority)

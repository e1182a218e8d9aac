"""My work: one page of a list of cases, its counts, and what it can be narrowed by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, select

from models.asked import reference_rows
from models.tables.contractors import Lot
from models.tables.reference import Authority
from models.tables.schedules import Package
from rules.errors import NoBankHolidayDataError
from rules.people import Actor
from rules.reports.work import HAVE_CASES, Tab
from services.cases.whose import answered_by, unassigned
from services.reports import case_search
from services.reports.clock_lines import Days
from services.reports.kept import kept
from services.reports.work_cases import Wanted, WorkList
from services.reports.work_rows import WorkRow, rows_of

A_PAGE: Final = 50
A_FILE: Final = 2_000
"""Rows of a list that are written to a file at most."""

_ABOUT_A_WEEK: Final = timedelta(days=7)  # five working days, where no calendar is held
_AUTHORITIES: Final = select(Authority.code, Authority.name).order_by(Authority.code)
_PACKAGES: Final = select(Package.work_type).distinct()
_LOTS: Final = select(Lot.work_types)


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of a list.

    Args:
        rows: The cases on it.
        total: How many the whole list has.
        number: Which page it is, from 1.
        pages: How many there are, at least 1.
        counts: How many cases each tab has, of those that a search found if there was one.
        too_short: Whether what was searched for was too short to search by.
        capped: Whether a search found more than are listed.
        authorities: Those that the viewer may choose from: code and name.
        work_types: The works that there are.
    """

    rows: tuple[WorkRow, ...]
    total: int
    number: int
    pages: int
    counts: Mapping[Tab, int]
    too_short: bool
    capped: bool
    authorities: tuple[tuple[str, str], ...]
    work_types: tuple[str, ...]


def work_page(
    conn: Connection, *, wanted: Wanted, viewer: Actor, today: date, number: int = 1
) -> WorkPage:
    """Return one page of a list, as somebody may see it.

    Args:
        number: Which page, from 1; past the last, the last.
    """
    days = _days(conn, today)
    work = _list(conn, wanted, viewer, today, days)
    counts = _counts(conn, work)
    plain = not wanted.narrowed
    total = counts[wanted.tab] if plain else conn.execute(work.count()).scalar_one()
    pages = max(1, -(-total // A_PAGE))
    number = min(max(1, number), pages)
    ids = work.ids(conn, limit=A_PAGE, offset=(number - 1) * A_PAGE) if total else []
    return WorkPage(
        rows=tuple(rows_of(conn, work, ids=ids, days=days)),
        total=total,
        number=number,
        pages=pages,
        counts=counts,
        too_short=bool(wanted.q.strip()) and work.found is None,
        capped=work.found is not None and len(work.found) == case_search.MOST,
        authorities=authorities_of(conn, viewer),
        work_types=_work_types(conn),
    )


def work_rows(
    conn: Connection, *, wanted: Wanted, viewer: Actor, today: date
) -> tuple[WorkRow, ...]:
    """Return the rows of a whole list, at most ``A_FILE``, as for a file."""
    days = _days(conn, today)
    work = _list(conn, wanted, viewer, today, days)
    ids = work.ids(conn, limit=A_FILE, offset=0)
    return tuple(rows_of(conn, work, ids=ids, days=days))


def _list(
    conn: Connection, wanted: Wanted, viewer: Actor, today: date, days: Days | None
) -> WorkList:
    soon = days.soon[""] if days else today + _ABOUT_A_WEEK
    found = case_search.case_ids(conn, q=wanted.q, viewer=viewer) if wanted.q.strip() else None
    own = viewer.role in HAVE_CASES
    whose = answered_by(conn, identity=viewer.identity, on=today) if own else None
    return WorkList(wanted, viewer, today, soon, found, whose, unassigned(conn, on=today))


def _days(conn: Connection, today: date) -> Days | None:
    try:
        return Days(conn, at=today)
    except NoBankHolidayDataError:
        return None


def _counts(conn: Connection, work: WorkList) -> dict[Tab, int]:
    """Return how many each tab has without what narrows this one, in at most one statement."""
    plain = {tab: replace(work, wanted=Wanted(tab=tab)) for tab in Tab}
    figures = kept(conn) if work.found is None else {}
    keys = {tab: _key(one) for tab, one in plain.items()}
    asked = [tab for tab in Tab if keys[tab] not in figures]
    if asked:
        counts = (plain[tab].count().scalar_subquery().label(tab.value) for tab in asked)
        row = conn.execute(select(*counts)).one()
        figures |= {keys[tab]: getattr(row, tab.value) for tab in asked}
    return {tab: figures[key] for tab, key in keys.items()}


def _key(work: WorkList) -> tuple[object, ...]:
    """Return whose count it is: somebody's own, or that of everybody who sees the same cases."""
    viewer, tab = work.viewer, work.wanted.tab
    person = viewer.identity if tab is Tab.MINE else ""
    return tab, viewer.role, viewer.authorities, person, work.today


def authorities_of(conn: Connection, viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the authorities that somebody serves, each with its code and its name."""
    held = reference_rows(conn, _AUTHORITIES)
    return tuple(
        (row.code, row.name)
        for row in held
        if not viewer.authorities or row.code in viewer.authorities
    )


def _work_types(conn: Connection) -> tuple[str, ...]:
    lots = {work for row in reference_rows(conn, _LOTS) for work in row.work_types}
    return tuple(sorted(lots | {row.work_type for row in reference_rows(conn, _PACKAGES)}))

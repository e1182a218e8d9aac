"""`handrail sla`: what is late and what will be, whose, and one case's clocks, on any date."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from models.case_queries import case_row
from models.contacts import check_authority
from models.people import actor_for
from models.tables.prices import Offer
from rules.parties import Party
from rules.people import Actor, Role
from rules.reports.sla import ClockLine, Counts, Sort, Standing, Tally, caution, count, headline
from services.cases.whose import told_to
from services.reports.clock_lines import Days, likeliest_first, lines_of, with_forecasts
from services.reports.clocks_at import Asked, ClocksAt

_OWNER_OF_ROLE: Final = {
    Role.APPROVING_OFFICER: "approving officer",
    Role.FINANCE: "finance",
    Role.ASSESSOR: "assessor",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants listed.

    Args:
        standings: How the clocks to list stand, in the order of the lists.
        limit: At most so many of each, or None for all.
        sort: What those not late are sorted by.
    """

    standings: tuple[Standing, ...] = (Standing.LATE, Standing.SOON)
    limit: int | None = None
    sort: Sort = Sort.DUE


@dataclass(frozen=True, slots=True)
class Page:
    """The clocks on a date.

    Args:
        at: The date.
        headline: The counts in a sentence.
        caution: How an answer for another day is to be read, or an empty string.
        whose: Whose clocks they are, if somebody's were asked for.
        counts: All that was asked for, counted, listed or not.
        in_time_percent: The share not late of those not paused, or None.
        lists: What is listed, by standing, the worst first.
    """

    at: date
    headline: str
    caution: str
    whose: str
    counts: Counts
    in_time_percent: int | None
    lists: Mapping[str, tuple[ClockLine, ...]]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Every clock of one case on a date, those that run and those that have stopped.

    Args:
        case: The case reference.
        at: The date.
        headline: The counts in a sentence.
        caution: How an answer for another day is to be read, or an empty string.
        running: Those that run, the first due first.
        stopped: Those that have stopped, the first to stop first.
    """

    case: str
    at: date
    headline: str
    caution: str
    running: tuple[ClockLine, ...]
    stopped: tuple[ClockLine, ...]


def page(conn: Connection, *, asked: Asked, wanted: Wanted, identity: str = "") -> Page:
    """Return the clocks that were asked for: counted in full, listed up to the limit.

    Args:
        asked: Which clocks, on which date.
        wanted: Which of them to list, and how many.
        identity: Whose, if only somebody's are wanted: an officer's address, a contractor's code.

    Raises:
        UnknownReferenceError: There is no such authority, or nobody of that name.
        NoBankHolidayDataError: The bank holidays of the date's year are not held.
    """
    asked = replace(asked, authority=check_authority(conn, code=asked.authority))
    whose = ""
    if identity:
        asked, actor = of_person(conn, asked=asked, identity=identity)
        whose = f"{actor.name} ({actor.identity})"
    days = Days(conn, at=asked.at)
    found = ClocksAt(asked, soon=days.soon)
    counts = count(found.counts(conn))
    return Page(
        at=asked.at,
        headline=headline(counts.all, at=asked.at, today=asked.today),
        caution=caution(at=asked.at, today=asked.today),
        whose=whose,
        counts=counts,
        in_time_percent=counts.all.in_time_percent,
        lists={
            how.value: _listed(conn, found, asked, days, how=how, wanted=wanted)
            for how in wanted.standings
        },
    )


def _listed(
    conn: Connection, found: ClocksAt, asked: Asked, days: Days, *, how: Standing, wanted: Wanted
) -> tuple[ClockLine, ...]:
    to_come = how in {Standing.SOON, Standing.IN_TIME} and asked.at == asked.today
    sorting = to_come and wanted.sort is Sort.CHANCE
    rows = found.rows(conn, standings=(how,), limit=None if sorting else wanted.limit)
    if sorting:
        rows = likeliest_first(conn, rows, today=asked.today)[: wanted.limit]
    lines = lines_of(conn, rows, asked=asked, days=days)
    return tuple(with_forecasts(conn, lines, today=asked.today) if to_come else lines)


def case_page(conn: Connection, *, reference: str, at: date, today: date) -> CasePage:
    """Return every clock of one case, running and stopped.

    Args:
        at: The date.
        today: Today's date.

    Raises:
        UnknownReferenceError: There is no such case.
        NoBankHolidayDataError: The bank holidays of the date's year are not held.
    """
    reference = case_row(conn, reference=reference).reference
    asked = Asked(at=at, today=today, reference=reference)
    days = Days(conn, at=at)
    rows = ClocksAt(asked, soon=days.soon).rows(conn, standings=(), limit=None)
    lines = lines_of(conn, rows, asked=asked, days=days)
    running = [line for line in lines if line.standing is not None]
    if at == today:
        running = with_forecasts(conn, running, today=today)
    states = Counter(str(line.standing) for line in running)
    return CasePage(
        case=reference,
        at=at,
        headline=headline(Tally(**states), at=at, today=today),
        caution=caution(at=at, today=today),
        running=tuple(running),
        stopped=tuple(
            sorted(
                (line for line in lines if line.standing is None),
                key=lambda line: (line.stopped_on or at, line.id),
            )
        ),
    )


# ---- whose clocks somebody means by "mine"


def of_person(conn: Connection, *, asked: Asked, identity: str) -> tuple[Asked, Actor]:
    """Narrow a question to somebody's clocks, and say who they are.

    A technical officer has the cases that are theirs, or of whom they stand in for, and those of
    nobody that they are told of; an approving officer, finance and an assessor what waits for their
    role; a contractor what it holds of the works offered to it; everybody else all of their
    authorities.

    Args:
        asked: The question.
        identity: An officer's e-mail address, or a contractor's code.

    Raises:
        UnknownReferenceError: Nobody is known by it.
    """
    actor = actor_for(conn, identity=identity)
    asked = replace(asked, authorities=actor.authorities)
    if actor.role is Role.TECHNICAL_OFFICER:
        return replace(asked, of_cases=told_to(conn, actor, on=asked.today)), actor
    if actor.role is Role.CONTRACTOR:
        offered = select(Offer.case_id).where(
            Offer.contractor == actor.identity, Offer.status.in_(("offered", "accepted"))
        )
        return replace(asked, of_cases=offered, holder=Party.CONTRACTOR), actor
    return replace(asked, owner=_OWNER_OF_ROLE.get(actor.role, "")), actor

"""The forecast of clocks in the database: from clocks like them, in controllable working days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import insert, select, update

from adapters import clock
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.clocks import Clock, Pause
from rules.clocks.targets import Target
from rules.reports.forecast import Like
from services.cases.clocks.calendar import ByAuthority, calendar_for
from services.cases.clocks.rows import ClockWrites, clock_row
from services.cases.clocks.terms import clock_terms
from services.reports.forecast import forecast_list, forecasts
from tests.bench.backtest import past_clocks
from tests.factories import bring

OPENED = date(2026, 3, 2)
HEADER = (
    "reference | authority | client_name | address | postcode | tenure | landlord | work_type "
    "| urgent | complexity | contact_on"
)


def cases(url: str, count: int, *, first: int = 0, authority: str = "RBC") -> list[int]:
    """Import cases of an Oak Homes tenant's shower, and return their row ids."""
    references = [f"F-{first + number:03d}" for number in range(count)]
    rows = (
        f"{reference} | {authority} | Mrs Ashby | 14 Hill Road | CV22 5AA | rp_tenant | OAK "
        "| level_access_shower | no | simple | 2026-01-05"
        for reference in references
    )
    bring(url, "cases", "\n".join((HEADER, *rows)))
    with reading(url) as conn:
        query = select(Case.id).where(Case.reference.in_(references)).order_by(Case.reference)
        return list(conn.scalars(query))


def consents(url: str, case_ids: Sequence[int], *, opened_on: date = OPENED) -> list[int]:
    """Start a consent clock of 15 working days on each case, and return their row ids."""
    target = Target(clock="consent", days=15)
    with writing(url) as conn:
        terms = clock_terms(conn, authority="RBC")
        rows = [
            clock_row(
                case_id=case_id,
                name="consent",
                opened_on=opened_on,
                terms=terms,
                target=target,
                step_revision=1,
            )
            for case_id in case_ids
        ]
        ClockWrites(clock.now(), fresh=rows).write(conn)
        query = select(Clock.id).where(Clock.case_id.in_(case_ids), Clock.name == "consent")
        return list(conn.scalars(query.order_by(Clock.case_id)))


def stop(url: str, clock_ids: Sequence[int], *, after: int, why: str = "done") -> None:
    """Stop clocks so many working days after they opened."""
    with writing(url) as conn:
        on = clock_terms(conn, authority="RBC").calendar.add(OPENED, after)
        changed: dict[str, Any] = {"stopped_on": on, "stopped_why": why, "next_on": None}
        conn.execute(update(Clock).where(Clock.id.in_(clock_ids)).values(changed))


def history(url: str) -> None:
    """Let 34 consents have lasted 6 working days or longer, 21 of them longer than 15."""
    ids = consents(url, cases(url, 50))
    stop(url, ids[:13], after=9)
    stop(url, ids[13:17], after=16)
    stop(url, ids[17:34], after=30)
    stop(url, ids[34:49], after=4)  # too short to say anything of one that has waited 6
    stop(url, ids[49:], after=5, why="case ended")


def running(url: str, *, elapsed: int, first: int = 90, count: int = 1) -> list[int]:
    with reading(url) as conn:
        opened_on = clock_terms(conn, authority="RBC").calendar.add(clock.today(), -elapsed)
    return consents(url, cases(url, count, first=first), opened_on=opened_on)


def test_a_running_clock_is_compared_with_those_that_lasted_as_long(url: str) -> None:
    history(url)
    (asked,) = running(url, elapsed=6)
    with reading(url) as conn:
        found = forecasts(conn, today=clock.today(), clock_ids=[asked])
    assert list(found) == [asked]
    assert found[asked].group == Like("consent", "OAK", "RBC", "level_access_shower")
    assert found[asked].chance == Fraction(21, 34)
    assert found[asked].sentence == (
        "Landlord's consent: of 34 level access shower cases of Rugby Borough Council whose "
        "landlord is Oak Homes that had waited 6 working days, 21 went past 15: about 62 in 100. "
        "Half were over within 16, which is 15 June 2026."
    )


def test_paused_time_is_not_counted(sqlite_service: str) -> None:
    history(sqlite_service)
    (asked,) = running(sqlite_service, elapsed=9)
    with writing(sqlite_service) as conn:
        calendar = clock_terms(conn, authority="RBC").calendar
        first = calendar.add(clock.today(), -4)
        conn.execute(
            insert(Pause).values(
                case_id=select(Clock.case_id).where(Clock.id == asked).scalar_subquery(),
                number=1,
                cause="hospital",
                owner="client",
                reason="in hospital",
                started_on=first,
                ended_on=calendar.add(first, 2),
                recorded_by="tess@rbc.example",
                recorded_at=clock.now(),
            )
        )
        found = forecasts(conn, today=clock.today(), clock_ids=[asked])
        calendars = ByAuthority(conn, calendar_for)
        past = {o.key: o for o in past_clocks(conn, today=clock.today(), calendars=calendars)}
    assert found[asked].elapsed == 6
    assert found[asked].chance == Fraction(21, 34)
    assert len(past[asked].pauses) == 1


def test_nothing_is_told_where_fewer_than_twenty_are_known(sqlite_service: str) -> None:
    ids = consents(sqlite_service, cases(sqlite_service, 19))
    stop(sqlite_service, ids, after=16)
    (asked,) = running(sqlite_service, elapsed=6)
    with reading(sqlite_service) as conn:
        found = forecasts(conn, today=clock.today(), authority="RBC")[asked]
        elsewhere = forecasts(conn, today=clock.today(), authority="WDC")
    assert found.chance is None
    assert (
        found.why_silent
        == "Too few are known: 19 cases that had waited 6 working days; it takes 20."
    )
    assert elsewhere == {}


def test_the_likeliest_to_be_late_come_first_and_the_late_are_counted_apart(
    sqlite_service: str,
) -> None:
    history(sqlite_service)
    running(sqlite_service, elapsed=0, first=90)
    running(sqlite_service, elapsed=6, first=91)
    running(sqlite_service, elapsed=14, first=92)
    running(sqlite_service, elapsed=20, first=93)
    with reading(sqlite_service) as conn:
        found = forecast_list(conn, today=clock.today(), limit=2)
    assert [one.case for one in found.clocks] == ["F-092", "F-091"]
    # Two more were seen beyond 6 days; of 36 then, 13 ended in time: 23 of 36.
    assert [str(one.chance) for one in found.clocks] == ["1.000", "0.639"]
    assert (found.more, found.late) == (1, 1)

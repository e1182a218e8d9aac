"""Lists of clocks: narrowed, somebody's own, in order, by chance; and the clocks of one case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters import clock
from models.database import reading
from rules.clocks.dates import london_date
from rules.errors import UnknownReferenceError
from rules.parties import Party
from rules.reports.sla import ClockLine, Sort, Standing
from services.decisions.specification import Specify
from services.reports.clocks_at import Asked
from services.reports.sla import Wanted, page
from tests.factories import act, case_at, go, later, new_case
from tests.sla import close, lines, named, names, shown, shown_case
from tests.small_service import ADA, AUDREY, AVON, BRIAR, FINN, MIA, NOW, TESS, TOBY, WENDY

TODAY = london_date(NOW)


def test_a_list_is_narrowed_and_counted_as_narrowed(sqlite_service: str) -> None:
    case_at(sqlite_service, "consent", tenure="private_tenant")
    new_case(sqlite_service, reference="DFG-2", authority="WDC")
    go("DFG-2")
    everything = names(shown(sqlite_service))
    rugby = shown(sqlite_service, authority="RBC")
    assert names(rugby) == {one for one in everything if one[0] == "DFG-1"} != everything
    held = shown(sqlite_service, holder=Party.LANDLORD)
    assert ("DFG-1", "consent") in names(held)
    assert {line.holder for line in lines(held)} == {"landlord"}
    assert set(held.counts.by_holder) == {"landlord"}
    limits = shown(sqlite_service, kind="statutory")
    assert {line.clock for line in lines(limits)} == {"decide"}
    assert limits.counts.all.running == 2
    with pytest.raises(UnknownReferenceError):
        shown(sqlite_service, authority="NONE")


def test_a_list_is_somebody_s_own(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve")  # specified by Tess
    new_case(sqlite_service, reference="DFG-2")  # nobody's yet: any officer's of Rugby
    go("DFG-2")
    new_case(sqlite_service, reference="DFG-3", authority="WDC")
    go("DFG-3")

    def of(identity: str) -> set[str]:
        return {name for name, _ in names(shown(sqlite_service, identity=identity))}

    assert of(TESS) == {"DFG-1", "DFG-2"}
    assert of(TOBY) == {"DFG-2"}
    assert of(WENDY) == {"DFG-3"}
    assert of(MIA) == {"DFG-1", "DFG-2", "DFG-3"} == of(AUDREY)
    assert of(ADA) == {"DFG-1"}
    assert {line.held_by for line in lines(shown(sqlite_service, identity=ADA))} == {
        "approving officer"
    }
    assert of(FINN) == set()
    assert shown(sqlite_service, identity=TESS).whose == "Tess Tyler (tess@rbc.example)"
    with pytest.raises(UnknownReferenceError):
        of("nobody@rbc.example")


def test_a_contractor_s_list_is_what_it_holds(sqlite_service: str) -> None:
    case_at(sqlite_service, "works")
    found = {firm: names(shown(sqlite_service, identity=firm)) for firm in (AVON, BRIAR)}
    held = [clocks for clocks in found.values() if clocks]
    assert len(held) == 1
    assert ("DFG-1", "works") in held[0]


def test_the_worst_come_first_and_no_more_than_asked_for(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    later(days=200)
    today = clock.today()

    def listed(wanted: Wanted) -> Sequence[ClockLine]:
        with reading(sqlite_service) as conn:
            found = page(conn, asked=Asked(at=today, today=today), wanted=wanted)
        return found.lists["late"]

    everything = listed(Wanted())
    assert len(everything) > 2
    assert [line.days for line in everything] == sorted(
        (line.days or 0 for line in everything), reverse=True
    )
    assert listed(Wanted(limit=2)) == everything[:2]
    assert listed(Wanted(limit=2, sort=Sort.CHANCE)) == everything[:2]


def test_what_is_to_come_shows_its_chance_where_the_history_is_enough(sqlite_service: str) -> None:
    known = [f"DFG-{number}" for number in range(10, 32)]
    for reference in known:
        new_case(sqlite_service, reference=reference)
        go(reference)
    later(days=2)
    for reference in known[:11]:
        act(sqlite_service, reference, Specify())
    later(days=19)
    for reference in known[11:]:
        act(sqlite_service, reference, Specify())
    later(days=1)
    new_case(sqlite_service, reference="DFG-1")
    go("DFG-1")
    today = clock.today()
    wanted = Wanted((Standing.IN_TIME,), limit=1, sort=Sort.CHANCE)
    with reading(sqlite_service) as conn:
        asked = Asked(at=today, today=today, kind="step")
        (line,) = page(conn, asked=asked, wanted=wanted).lists["in_time"]
    told = named(shown(sqlite_service, reference="DFG-1", kind="step"), "specify")
    assert told.chance == Decimal("0.5")
    assert "about 50 in 100" in told.forecast
    assert told.likely_on is not None
    assert line.chance is not None
    assert line.chance >= told.chance
    past = shown(sqlite_service, at=today - timedelta(days=1))
    assert all(line.chance is None for line in lines(past))


def test_a_case_shows_the_clocks_that_run_and_those_that_stopped(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    found = shown_case(sqlite_service, reference)
    assert {line.clock for line in found.running} >= {"price", "decide", "contact_to_completion"}
    stopped = {line.clock: line for line in found.stopped}
    assert stopped["specify"].stopped_on == TODAY
    assert stopped["specify"].stopped_why
    assert stopped["contact_to_recommendation"].timing == "over on 15 April 2026, in time"
    assert all(line.standing is None for line in found.stopped)
    before = shown_case(sqlite_service, reference, at=date(2026, 4, 10))
    assert {line.clock for line in before.running} == {
        "contact_to_recommendation",
        "contact_to_completion",
    }
    with pytest.raises(UnknownReferenceError):
        shown_case(sqlite_service, "DFG-404")


def test_a_clock_that_had_stopped_is_not_explained_by_what_came_later(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    close(sqlite_service, date(2026, 6, 5))
    (line,) = [
        line for line in shown_case(sqlite_service, reference).stopped if line.clock == "specify"
    ]
    assert line.due_on == date(2026, 6, 15)
    assert line.words == (
        "10 working days from 1 June 2026, as days were recorded then; due 15 June 2026."
    )

"""How long clients waited and whose the days were, read from cases that real decisions walked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.cases import Case
from rules.cases import ConsentAnswer
from rules.clocks.pause_terms import PauseCause
from rules.errors import NoBankHolidayDataError, UnknownReferenceError
from rules.parties import Party
from rules.pathway import CaseStatus, StepName
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.completion.inspecting import InspectLines
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.reports.waits import Wait, due_dates_moved, wait_of, waits
from tests.factories import act, case_at, decide, go, later, new_case, pass_step
from tests.looking import case

JUNE = date(2026, 6, 1)


def wait(url: str, reference: str = "DFG-1") -> Wait:
    with reading(url) as conn:
        return wait_of(conn, reference=reference, today=clock.today())


def told(found: Wait) -> list[tuple[str, str, str, str]]:
    return [
        (f"{part.first:%d.%m.}", f"{part.last:%d.%m.}", part.owner, part.what)
        for part in found.stretches
    ]


def test_a_new_case_waits_for_its_assessor_and_then_for_the_council(sqlite_service: str) -> None:
    new_case(sqlite_service)
    go("DFG-1")
    found = wait(sqlite_service)
    assert told(found) == [
        ("02.04.", "15.04.", "assessor", "recommendation"),
        ("16.04.", "01.06.", "council", "before the first step"),
    ]
    total = found.totals
    assert (total.contact_on, total.until, total.over) == (date(2026, 4, 1), JUNE, False)
    # 61 days; 3 and 6 April, 4 and 25 May are bank holidays
    assert (total.days, total.working_days, total.controllable_days) == (61, 39, 39)
    assert [found.shares[party].days for party in Party] == [47, 14, 0, 0, 0]
    assert sum(share.working_days for share in found.shares.values()) == 39
    assert (found.reference, found.authority, found.status) == ("DFG-1", "RBC", "open")


def test_whoever_holds_a_step_has_its_days_and_a_pause_its_own(url: str) -> None:
    """Walk to the landlord, whose silence goes to the officer; the client is in hospital."""
    case_at(url, "consent", tenure="rp_tenant", landlord="ELM")
    later(days=7)  # the 8th
    for step in (StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
        pass_step(url, "DFG-1", step)
    assert told(wait(url))[2:] == [("02.06.", "08.06.", "landlord", "landlord's consent")]
    decide(url, "DFG-1", Pause(PauseCause.HOSPITAL, date(2026, 6, 4), "note"))
    later(days=2)  # the 10th
    found = wait(url)
    assert told(found)[2:] == [
        ("02.06.", "03.06.", "landlord", "landlord's consent"),
        ("04.06.", "10.06.", "client", "pause 1: hospital"),
    ]
    assert found.shares[Party.CLIENT].days == 7
    assert found.shares[Party.CLIENT].working_days == 5
    assert found.totals.controllable_days == found.totals.working_days - 5
    decide(url, "DFG-1", EndPause(date(2026, 6, 9)))
    act(url, "DFG-1", AnswerConsent(ConsentAnswer.GRANTED))
    later(days=1)  # the 11th
    assert told(wait(url))[2:] == [
        ("02.06.", "03.06.", "landlord", "landlord's consent"),
        ("04.06.", "09.06.", "client", "pause 1: hospital"),
        ("10.06.", "10.06.", "landlord", "landlord's consent"),
        ("11.06.", "11.06.", "approving officer", "approve the grant"),
    ]


def test_a_step_that_changed_hands_is_each_holders_while_they_held_it(sqlite_service: str) -> None:
    case_at(sqlite_service, "sign-off")
    began = clock.today()
    later(days=3)
    act(sqlite_service, "DFG-1", InspectLines(passed=(1,), snags={2: "a tile is loose"}))
    later(days=4)
    act(sqlite_service, "DFG-1", InspectLines(passed=(2,)))
    later(days=2)
    found = wait(sqlite_service)
    mine = [part for part in found.stretches if part.step is StepName.SIGN_OFF]
    assert [(part.owner, part.days) for part in mine] == [
        ("technical officer", 3),
        ("contractor", 4),
        ("client", 2),  # whose own agreement is asked for
    ]
    assert mine[0].first == began + timedelta(days=1)
    assert found.shares[Party.CONTRACTOR].days >= 4
    assert sum(part.days for part in found.stretches) == found.totals.days


def test_the_wait_ends_with_certified_works_and_the_days_stay_put(sqlite_service: str) -> None:
    case_at(sqlite_service, "sign-off")
    later(days=2)
    pass_step(sqlite_service, "DFG-1", StepName.SIGN_OFF)
    first = wait(sqlite_service)
    assert first.totals.over
    assert first.totals.until == clock.today()
    later(days=30)
    assert wait(sqlite_service) == first


def test_the_wait_ends_where_the_case_does(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    later(days=3)
    decide(sqlite_service, "DFG-1", Exit(CaseStatus.DIED))
    later(days=30)
    found = wait(sqlite_service)
    assert (found.totals.until, found.totals.over) == (date(2026, 6, 4), True)
    assert told(found)[-1] == ("02.06.", "04.06.", "technical officer", "specify the works")
    assert found.totals.sentence().startswith(
        "The client waited 64 days from 1 April 2026 to 4 June 2026"
    )


def test_a_withdrawn_pause_counts_for_nobody_and_is_still_listed(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    before = wait(sqlite_service)
    decide(sqlite_service, "DFG-1", Pause(PauseCause.AWAY, date(2026, 5, 4), "n", date(2026, 5, 8)))
    paused = wait(sqlite_service)
    assert paused.totals.controllable_days == before.totals.controllable_days - 4
    assert (paused.totals.days, paused.totals.working_days) == (61, 39)
    decide(sqlite_service, "DFG-1", CorrectPause(1, withdrawn=True))
    after = wait(sqlite_service)
    assert (after.totals, after.stretches) == (before.totals, before.stretches)
    assert [pause.withdrawn for pause in after.pauses] == [True]


def test_due_dates_that_moved_are_told_with_why(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", Pause(PauseCause.AWAY, JUNE, "n"))
    with reading(sqlite_service) as conn:
        moves = due_dates_moved(conn, case_id=case(sqlite_service, "DFG-1").id)
    (one,) = [move for move in moves if move.clock == "specify"]
    assert (one.title, one.from_due, one.to_due, one.why) == (
        "specify the works",
        date(2026, 6, 15),
        None,
        "paused since 1 June 2026",
    )


def test_many_cases_are_read_at_once(sqlite_service: str) -> None:
    for number in range(1, 4):
        new_case(sqlite_service, reference=f"DFG-{number}")
        go(f"DFG-{number}")
    decide(sqlite_service, "DFG-2", Pause(PauseCause.AWAY, date(2026, 5, 5), "n"))
    asked: list[str] = []
    wait(sqlite_service)  # and so the calendar is built
    with reading(sqlite_service) as conn:
        ids = conn.execute(sa.select(Case.id)).scalars().all()
        sa.event.listen(conn.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        found = list(waits(conn, case_ids=ids, today=JUNE))
        assert len(asked) == 5  # however many the cases: three of their parts, they, the calendar
    assert [one.reference for one in found] == ["DFG-1", "DFG-2", "DFG-3"]
    assert found == [wait(sqlite_service, one.reference) for one in found]
    assert [one.shares[Party.CLIENT].days for one in found] == [0, 28, 0]


def test_what_cannot_be_counted_is_refused_or_left_out(sqlite_service: str) -> None:
    new_case(sqlite_service)
    new_case(sqlite_service, reference="DFG-2")
    with writing(sqlite_service) as conn:
        early = sa.update(Case).where(Case.reference == "DFG-2").values(contact_on=date(1990, 1, 1))
        conn.execute(early)
    with reading(sqlite_service) as conn:
        ids = conn.execute(sa.select(Case.id)).scalars().all()
        with pytest.raises(NoBankHolidayDataError):
            list(waits(conn, case_ids=ids, today=JUNE))
        found = list(waits(conn, case_ids=ids, today=JUNE, skip_unknown=True))
        assert [one.reference for one in found] == ["DFG-1"]
        with pytest.raises(UnknownReferenceError):
            wait_of(conn, reference="DFG-9", today=JUNE)

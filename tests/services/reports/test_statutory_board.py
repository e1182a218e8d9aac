"""The statutory board: limits of the Act, consents, certificates and papers, before they lapse."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

import pytest

from adapters import clock
from models.database import reading
from rules.cases import ConsentAnswer
from rules.clocks.dates import decide_by, finish_by, london_date
from rules.errors import NoBankHolidayDataError, UnknownReferenceError
from rules.pathway import CaseStatus, StepName
from rules.reports.sla import Standing
from rules.reports.statutory_board import Entry, Matter
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.orders.extending import ExtendTime
from services.orders.works import CompleteWorks, StartWorks
from services.reports.board import Board, board
from services.reports.clocks_at import Asked
from services.reports.sla import Wanted, page
from tests.factories import act, bring, case_at, go, later, live_at, new_case, pass_step
from tests.small_service import NOW

TODAY = london_date(NOW)
LONG_AGO = MappingProxyType({"contact_on": "2025-10-01", "recommended_on": "2025-10-15"})


def shown(url: str, *, at: date | None = None, authority: str = "") -> Board:
    with reading(url) as conn:
        today = clock.today()
        return board(conn, at=at or today, today=today, authority=authority)


def entries(found: Board, matter: Matter) -> tuple[Entry, ...]:
    return next(section.entries for section in found.sections if section.matter is matter)


def on(url: str, matter: Matter, at: date | None = None, authority: str = "") -> tuple[Entry, ...]:
    return entries(shown(url, at=at, authority=authority), matter)


def test_an_application_is_on_the_board_two_months_before_its_limit(sqlite_service: str) -> None:
    case_at(sqlite_service, "consent", tenure="private_tenant", applied_on="2026-05-31")
    assert on(sqlite_service, Matter.UNDECIDED, date(2026, 9, 29)) == ()
    (near,) = on(
        sqlite_service, Matter.UNDECIDED, date(2026, 9, 30)
    )  # 31 May and six months: 30 November
    assert (near.subject, near.authority, near.section) == ("DFG-1", "RBC", "s.34(1)")
    assert (near.on, near.over) == (date(2026, 11, 30), False)
    assert near.what == "applied 31 May 2026; six months end 30 November 2026, in 61 days"
    assert (near.held_by, near.held_at, near.since) == ("landlord", "consent", TODAY)
    assert near.other_steps == 1
    assert "handrail decide consent" in near.todo
    (last,) = on(sqlite_service, Matter.UNDECIDED, date(2026, 11, 30))
    assert last.over is False
    (over,) = on(sqlite_service, Matter.UNDECIDED, date(2026, 12, 1))
    assert over.over is True
    assert over.what.endswith("six months ended 30 November 2026, 1 day ago")


def test_a_decision_takes_an_application_off_the_board_from_its_day(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve", applied_on="2025-12-20", **LONG_AGO)
    later(days=30)
    assert len(on(sqlite_service, Matter.UNDECIDED)) == 1
    act(sqlite_service, "DFG-1", Approve(approved=True))
    assert on(sqlite_service, Matter.UNDECIDED) == ()
    assert len(on(sqlite_service, Matter.UNDECIDED, clock.today() - timedelta(days=1))) == 1


def test_a_case_that_left_is_on_no_board_from_its_day(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve", applied_on="2025-11-20", **LONG_AGO)
    later(days=2)
    act(sqlite_service, "DFG-1", Exit(CaseStatus.WITHDRAWN))
    assert on(sqlite_service, Matter.UNDECIDED) == ()
    assert len(on(sqlite_service, Matter.UNDECIDED, TODAY)) == 1


def test_a_case_nobody_has_begun_is_on_the_board_as_well(sqlite_service: str) -> None:
    new_case(sqlite_service, applied_on="2025-11-20", **LONG_AGO)
    (entry,) = on(sqlite_service, Matter.UNDECIDED)
    assert (entry.held_by, entry.since) == ("", None)
    assert "handrail case advance" in entry.todo


@pytest.mark.sqlite
def test_approved_works_are_on_the_board_until_they_are_certified(url: str) -> None:
    case_at(url, "works")
    limit = finish_by(approved_on=TODAY)
    assert on(url, Matter.UNFINISHED, date(2027, 3, 31)) == ()
    (near,) = on(url, Matter.UNFINISHED, date(2027, 4, 1))
    assert (near.on, near.over, near.section) == (limit, False, "s.37(1)")
    assert (near.held_by, near.held_at) == ("contractor", "works")
    assert "s.37(2)" in near.todo
    act(url, "DFG-1", StartWorks(TODAY))
    live_at(NOW + timedelta(days=370))
    act(url, "DFG-1", CompleteWorks(clock.today() - timedelta(days=1), "photographs"))
    (over,) = on(url, Matter.UNFINISHED)
    assert over.over is True
    assert over.what.endswith("; the contractor says complete on 5 June 2027")
    pass_step(url, "DFG-1", StepName.SIGN_OFF)
    assert on(url, Matter.UNFINISHED) == ()


def test_more_time_that_was_allowed_is_on_the_board_from_the_day_it_was(url: str) -> None:
    case_at(url, "works")
    limit = finish_by(approved_on=TODAY)
    live_at(NOW + timedelta(days=310))
    act(url, "DFG-1", ExtendTime(limit + timedelta(days=60)))
    assert on(url, Matter.UNFINISHED, limit + timedelta(days=1))[0].over is False
    (over,) = on(url, Matter.UNFINISHED, limit + timedelta(days=61))
    assert "twelve months, as extended, ended 31 July 2027" in over.what
    assert "s.42" in over.todo
    (before,) = on(url, Matter.UNFINISHED, clock.today() - timedelta(days=1))
    assert before.on == limit


def test_the_board_and_the_clocks_of_the_act_agree(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve", applied_on="2026-01-31", **LONG_AGO)
    case_at(sqlite_service, "works", reference="DFG-2", applied_on="2026-03-05", **LONG_AGO)
    new_case(sqlite_service, reference="DFG-3", applied_on="2025-12-20", **LONG_AGO)
    go("DFG-3")
    for day in (TODAY, date(2026, 8, 1), date(2027, 6, 2)):
        with reading(sqlite_service) as conn:
            asked = Asked(at=day, today=TODAY, kind="statutory")
            late = page(conn, asked=asked, wanted=Wanted((Standing.LATE,))).lists["late"]
        told = shown(sqlite_service, at=day)
        limits = (Matter.UNDECIDED, Matter.UNFINISHED)
        over = [entry for matter in limits for entry in entries(told, matter) if entry.over]
        assert {(line.case, line.due_on) for line in late} == {(e.subject, e.on) for e in over}
    assert {entry.subject for entry in over} == {"DFG-1", "DFG-2", "DFG-3"}
    assert decide_by(applied_on=date(2025, 12, 20)) in {entry.on for entry in over}


@pytest.mark.sqlite
def test_a_consent_is_on_the_board_before_it_lapses_while_approval_waits(url: str) -> None:
    case_at(url, "consent", tenure="private_tenant")
    last = TODAY + timedelta(days=70)
    act(url, "DFG-1", AnswerConsent(ConsentAnswer.GRANTED, valid_to=last))
    assert on(url, Matter.CONSENTS) == ()
    (soon,) = on(url, Matter.CONSENTS, TODAY + timedelta(days=10))
    assert (soon.subject, soon.on, soon.over) == ("DFG-1", last, False)
    assert soon.what == (
        "the landlord's consent lapses after 10 August 2026, in 60 days; approval waits"
    )
    (lapsed,) = on(url, Matter.CONSENTS, last + timedelta(days=1))
    assert lapsed.over is True
    assert "lapsed after 10 August 2026, 1 day ago" in lapsed.what
    assert on(url, Matter.CONSENTS, TODAY - timedelta(days=1)) == ()


def test_a_consent_that_rests_on_an_agreement_lapses_with_it(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve", tenure="rp_tenant")
    (entry,) = on(sqlite_service, Matter.CONSENTS, date(2026, 12, 1))
    assert entry.what.startswith("the pre-permission lapses after 31 December 2026, in 30 days")
    act(sqlite_service, "DFG-1", Approve(approved=True))
    assert on(sqlite_service, Matter.CONSENTS, date(2026, 12, 1)) == ()


def test_certificates_that_hold_a_near_decision_are_on_the_board(sqlite_service: str) -> None:
    case_at(
        sqlite_service, "certificates", tenure="private_tenant", applied_on="2026-02-01", **LONG_AGO
    )
    (both,) = on(sqlite_service, Matter.CERTIFICATES, date(2026, 7, 1))
    assert (both.section, both.on) == ("ss.19 to 22", date(2026, 8, 1))
    assert both.what.startswith("the tenant's and the landlord's certificates are awaited; applied")
    assert both.held_by == "applicant"
    later(days=1)
    act(sqlite_service, "DFG-1", RecordCertificate("tenant"))
    (one,) = on(sqlite_service, Matter.CERTIFICATES, date(2026, 7, 1))
    assert one.what.startswith("the landlord's certificate is awaited")
    assert one.held_by == "landlord"
    (then,) = on(sqlite_service, Matter.CERTIFICATES, TODAY)
    assert then.what.startswith("the tenant's and the landlord's certificates are awaited")
    assert on(sqlite_service, Matter.CERTIFICATES, TODAY - timedelta(days=1)) == ()
    pass_step(sqlite_service, "DFG-1", StepName.CERTIFICATES)
    assert on(sqlite_service, Matter.CERTIFICATES, date(2026, 7, 1)) == ()


@pytest.mark.sqlite
def test_certificates_of_completed_works_are_on_the_board_until_they_come(url: str) -> None:
    case_at(url, "sign-off", route="call_off")
    (entry,) = on(url, Matter.CERTIFICATES)
    assert (entry.section, entry.over, entry.on) == ("s.37(4)", True, TODAY)
    assert entry.what.startswith("electrical certificate of ")
    assert entry.held_by.startswith("contractor ")
    pass_step(url, "DFG-1", StepName.SIGN_OFF)
    assert on(url, Matter.CERTIFICATES) == ()


DOCUMENTS = "contractor | document | valid_from | valid_to\n"


def test_a_contractor_s_document_is_on_the_board_before_it_lapses(sqlite_service: str) -> None:
    last = date(2027, 12, 31)
    assert on(sqlite_service, Matter.DOCUMENTS, last - timedelta(days=61)) == ()
    soon = on(sqlite_service, Matter.DOCUMENTS, last - timedelta(days=60))
    assert len(soon) == 3 * 7
    assert soon[0].what == (
        "NICEIC registration of Avon Access Ltd lapses after 31 December 2027, in 60 days"
    )
    assert {entry.over for entry in soon} == {False}
    bring(
        sqlite_service, "contractor_documents", f"{DOCUMENTS}AVON | ssip | 2028-01-01 | 2028-12-31"
    )
    renewed = on(sqlite_service, Matter.DOCUMENTS, last)
    assert len(renewed) == 3 * 7 - 1
    bring(
        sqlite_service, "contractor_documents", f"{DOCUMENTS}AVON | napit | 2027-12-01 | 2028-12-31"
    )
    assert (
        len(on(sqlite_service, Matter.DOCUMENTS, last)) == 3 * 7 - 2
    )  # either of NICEIC and NAPIT will do
    assert (
        on(sqlite_service, Matter.DOCUMENTS, last + timedelta(days=1)) == ()
    )  # no work is under way


def test_a_document_that_lapsed_with_work_under_way_stays_on_the_board(sqlite_service: str) -> None:
    case_at(sqlite_service, "works")
    lapsed = on(sqlite_service, Matter.DOCUMENTS, date(2028, 1, 10))
    assert len(lapsed) == 7
    entry = lapsed[0]
    assert entry.over is True
    assert (entry.held_by, entry.since) == ("contractor", date(2028, 1, 1))
    assert "; 1 order under way: " in entry.what
    assert "before work goes on" in entry.todo
    pass_step(sqlite_service, "DFG-1", StepName.WORKS)
    pass_step(sqlite_service, "DFG-1", StepName.SIGN_OFF)
    assert on(sqlite_service, Matter.DOCUMENTS, date(2028, 1, 10)) == ()


PERMISSIONS = "provider|work_types|value_cap|conditions|valid_from|valid_to|response_days|silence\n"


def test_an_agreement_is_on_the_board_before_it_lapses_unless_another_follows(
    sqlite_service: str,
) -> None:
    (soon,) = on(sqlite_service, Matter.PERMISSIONS, date(2026, 11, 1))
    assert (soon.subject, soon.on, soon.over) == ("OAK", date(2026, 12, 31), False)
    assert soon.what.startswith(
        "the agreement with Oak Homes on grab rails, level access shower lapses after"
    )
    follows = f"{PERMISSIONS}OAK|level_access_shower|2000||2027-01-01|2027-12-31|10|"
    bring(sqlite_service, "permissions", follows)
    assert (
        len(on(sqlite_service, Matter.PERMISSIONS, date(2026, 11, 1))) == 1
    )  # grab rails do not go on
    bring(
        sqlite_service,
        "permissions",
        f"{PERMISSIONS}OAK|grab_rails|2000||2026-12-01|2027-12-31|10|",
    )
    assert on(sqlite_service, Matter.PERMISSIONS, date(2026, 11, 1)) == ()


def test_an_agreement_that_lapsed_stays_while_cases_rest_on_it(sqlite_service: str) -> None:
    assert on(sqlite_service, Matter.PERMISSIONS, date(2027, 2, 1)) == ()
    case_at(sqlite_service, "approve", tenure="rp_tenant")
    (entry,) = on(sqlite_service, Matter.PERMISSIONS, date(2027, 2, 1))
    assert entry.over is True
    assert entry.what.endswith("; 1 case rests on it: DFG-1")
    assert on(sqlite_service, Matter.PERMISSIONS, date(2027, 2, 1), authority="WDC") == ()


def test_a_lot_is_on_the_board_before_it_ends_and_while_it_has_orders(sqlite_service: str) -> None:
    soon = on(sqlite_service, Matter.LOTS, date(2027, 12, 1))
    assert [entry.subject for entry in soon] == ["BUILD", "RAILS", "SHOWERS"]
    assert soon[2].what == "the lot Showers lapses after 31 December 2027, in 30 days"
    assert on(sqlite_service, Matter.LOTS, date(2028, 1, 1)) == ()
    case_at(sqlite_service, "works")
    (ended,) = on(sqlite_service, Matter.LOTS, date(2028, 1, 1))
    assert (ended.subject, ended.over) == ("SHOWERS", True)
    assert "; 1 order under way: " in ended.what


def test_a_board_is_one_authority_s_and_counts_what_it_shows(sqlite_service: str) -> None:
    new_case(sqlite_service, applied_on="2025-11-20", **LONG_AGO)
    new_case(
        sqlite_service, reference="DFG-2", authority="WDC", applied_on="2026-01-01", **LONG_AGO
    )
    found = shown(sqlite_service)
    assert [entry.subject for entry in found.sections[0].entries] == ["DFG-1", "DFG-2"]
    assert (found.sections[0].over, found.sections[0].soon) == (1, 1)
    only = on(sqlite_service, Matter.UNDECIDED, authority="WDC")
    assert [entry.subject for entry in only] == ["DFG-2"]
    with pytest.raises(UnknownReferenceError):
        shown(sqlite_service, authority="NONE")
    with pytest.raises(NoBankHolidayDataError) as refusal:
        shown(sqlite_service, at=date(2036, 1, 1))
    assert "2036" in refusal.value.what


def test_a_past_board_names_who_held_the_case_then(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify", applied_on="2025-12-20", **LONG_AGO)
    later(days=3)
    act(sqlite_service, "DFG-1", Specify())
    (then,) = on(sqlite_service, Matter.UNDECIDED, TODAY)
    assert (then.held_by, then.held_at) == ("technical officer", "specify")
    (now,) = on(sqlite_service, Matter.UNDECIDED)
    assert now.held_at != "specify"

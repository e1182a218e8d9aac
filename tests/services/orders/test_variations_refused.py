"""Variations that are refused, rejected, withdrawn or late, and what they leave as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from adapters import clock
from models.case_queries import inspected
from models.database import reading, writing
from models.tables.variations import OrderVersion, Variation
from models.tables.works import Approval
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.payers import PayerHow
from rules.orders import EndGround
from rules.pathway import CaseStatus, StepName
from services.completion.completion import Certify
from services.completion.inspecting import InspectLines
from services.decisions.exits import Exit
from services.grants.approve import Approve
from services.grants.payer import RecordPayer
from services.imports import ScheduleOptions, run_import
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation, WithdrawVariation
from services.orders.ended import EndOrder
from services.orders.varying import ApproveVariation, RejectVariation
from services.orders.works import CompleteWorks
from tests.factories import (
    act,
    bring,
    case_at,
    decide,
    go,
    later,
    live_at,
    pass_step,
    refused,
)
from tests.looking import messages, rows, step_of
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.services.orders.varied import (
    MEANT,
    MORE,
    SWAP,
    TODAY,
    begun,
    lines_of,
    live,
    sound,
    varied,
)
from tests.small_service import ADA, ADAM, AMOS, AVON, BRIAR, MIA, SCHEDULE, TERMS, TESS, TOBY


def test_one_that_is_rejected_or_withdrawn_changes_nothing(url: str) -> None:
    reference = begun(url)
    before = live(url, reference)
    for end, by in ((RejectVariation(), ADA), (WithdrawVariation(), AVON)):
        act(url, reference, SWAP, by=AVON)
        other = refused(url, reference, MORE, InvalidDecisionError, by=AVON)
        assert "is claimed and not decided" in other.what
        act(url, reference, end, by=by)
        assert step_of(url, reference, "works").owner == "contractor"
    assert live(url, reference) == before
    assert [row["status"] for row in rows(url, Variation)] == ["rejected", "withdrawn"]
    (told,) = messages(url, "variation_rejected_to_contractor")
    assert told["context"]["reason"] == "as agreed at the visit"
    act(url, reference, SWAP, by=AVON)
    assert [row["number"] for row in rows(url, Variation)] == [1, 2, 3]
    assert sound(url) == []


@pytest.mark.sqlite
def test_whoever_claimed_or_assessed_it_does_not_approve_it(url: str) -> None:
    reference = begun(url)
    act(url, reference, SWAP, by=TOBY)
    not_yet = refused(url, reference, ApproveVariation(), StepNotOpenError, by=ADA)
    assert "What is agreed is assessed before" in not_yet.why
    act(url, reference, AssessVariation())
    officers = f"email | name | role | authorities | approval_limit\n{TESS} | Tess Tyler | "
    bring(url, "officers", officers + "approving_officer | RBC | 30000")
    error = refused(url, reference, ApproveVariation(), NotPermittedError, by=TESS)
    assert "so may not approve the variation" in error.what
    act(url, reference, ApproveVariation(), by=ADA)
    twice = refused(url, reference, ApproveVariation(), AlreadyDecidedError, by=ADA)
    assert twice.what == "No variation of WO-2026-00001 is open."
    assert [row["version"] for row in rows(url, OrderVersion)] == [1, 2]


def test_two_who_approve_at_once_make_one_version(url: str) -> None:
    reference = begun(url)
    act(url, reference, SWAP, by=AVON)
    act(url, reference, AssessVariation())
    together = Barrier(2)

    def approve(by: str) -> str:
        together.wait(20)
        try:
            decide(url, reference, ApproveVariation(), by=by)
        except HandrailError as error:
            return type(error).__name__
        return "approved"

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(approve, (ADA, AMOS)))
    assert said[1] == "approved"
    assert said[0] in {"AlreadyDecidedError", "StepNotOpenError"}
    assert [row["version"] for row in rows(url, OrderVersion)] == [1, 2]
    go(reference)
    assert sound(url) == []


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (ClaimVariation(), "Say which line is to change"),
        (ClaimVariation(quantities={1: Decimal(0)}), "above zero"),
        (ClaimVariation(added={"RAIL": Decimal(-1)}), "above zero"),
        (ClaimVariation(quantities={1: Decimal("NaN")}), "above zero"),
        (ClaimVariation(quantities={1: Decimal(100_001)}), "at most 100,000"),
        (ClaimVariation(quantities={1: Decimal(4)}), "ordered at that quantity already"),
        (ClaimVariation(quantities={7: Decimal(1)}), "has no line 7"),
        (ClaimVariation(omit=(1, 2)), "Nothing would be left"),
        (ClaimVariation(omit=(1,), quantities={1: Decimal(2)}), "either left out or"),
        (ClaimVariation(added={"GONE": Decimal(1)}), "has GONE"),
        (
            ClaimVariation(quantities={1: Decimal(2)}, sums={1: 9}, evidence="x"),
            "from the schedule",
        ),
        (ClaimVariation(bespoke={"shelf": 40_00}), "what shows the sum quoted"),
        (ClaimVariation(bespoke={"shelf": 0}, evidence="quote"), "a sum is above zero"),
        (ClaimVariation(bespoke={"shelf": 10**12}, evidence="quote"), "at most £1,000,000"),
        (replace(SWAP, locations={"RAIL": "Hall"}), "“RAIL” is not among the work added"),
        (replace(SWAP, locations={"TILE": "x" * 101}), "at most 100 characters"),
        (replace(SWAP, by_telephone="yesterday"), "no day and time"),
        (replace(SWAP, by_telephone="2026-06-01 23:00"), "Nothing can have been said"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_in_words(
    sqlite_service: str, claim: ClaimVariation, words: str
) -> None:
    reference = begun(sqlite_service)
    with pytest.raises(HandrailError) as caught:
        decide(sqlite_service, reference, claim, by=TESS)
    assert words in caught.value.text()
    assert rows(sqlite_service, Variation) == []


@pytest.mark.sqlite
def test_a_firm_speaks_of_its_own_order_and_does_not_instruct(url: str) -> None:
    reference = begun(url)
    refused(url, reference, SWAP, NotPermittedError, by=BRIAR)
    by_phone = replace(SWAP, by_telephone="2026-06-01 09:30")
    error: HandrailError = refused(url, reference, by_phone, NotPermittedError, by=AVON)
    assert error.why == "Only the technical officer says it."
    act(url, reference, SWAP, by=TESS)
    refused(url, reference, WithdrawVariation(), NotPermittedError, by=AVON)
    refused(url, reference, AssessVariation(), NotPermittedError, by=AVON)
    refused(url, reference, RejectVariation(), NotPermittedError, by=MIA)


def test_what_was_said_by_telephone_is_confirmed_and_late_once_a_working_day_is_over(
    url: str,
) -> None:
    reference = begun(url)
    early = later(days=1)
    said = replace(SWAP, by_telephone="2026-06-01 10:30")
    receipt = decide(url, reference, said, by=TESS)
    assert receipt.notice.endswith("is confirmed to the contractor in writing.")
    (held,) = rows(url, Variation)
    assert held["instructed_at"].isoformat() == "2026-06-01T09:30:00+00:00", "London, stored in UTC"
    assert held["claimed_at"] == early
    (told,) = messages(url, "variation_instructed_to_contractor")
    assert told["context"]["changed"] == [
        "line 1, Grab rail: omitted",
        "line 3, Wall tiling: added, 2 m2",
    ]
    act(url, reference, WithdrawVariation(), by=TESS)
    live_at(early.replace(day=3))
    late = decide(url, reference, said, by=TESS)
    assert "is recorded late" in late.notice


def test_growth_past_the_policy_is_said(url: str) -> None:
    reference = begun(url)
    act(url, reference, ClaimVariation(quantities={1: Decimal(5)}), by=AVON)
    act(url, reference, MEANT)
    receipt = decide(url, reference, ApproveVariation(), by=ADA)
    assert "11.3 % above the £417.60" in receipt.notice


@pytest.mark.sqlite
def test_nothing_is_settled_while_a_variation_is_open(url: str) -> None:
    reference = begun(url)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    act(url, reference, InspectLines(all_pass=True))
    done = refused(url, reference, SWAP, InvalidDecisionError, by=AVON)
    assert done.what == "Line 1 of WO-2026-00001 passed inspection."
    act(url, reference, ClaimVariation(added={"RAIL": Decimal(1)}), by=AVON)
    assert step_of(url, reference, "sign-off").owner == "technical officer"
    assert (
        "variation 1 of WO-2026-00001 is assessed"
        in refused(url, reference, Certify(), StatuteError).why
    )
    end = EndOrder(EndGround.OCCUPANT_DIED, done=("1", "2"))
    assert "is claimed and not decided" in refused(url, reference, end, StepNotOpenError).what
    act(url, reference, MEANT)
    act(url, reference, ApproveVariation(), by=ADA)
    assert "inspection of line 3" in step_of(url, reference, "sign-off").waiting_for
    assert sound(url) == []


@pytest.mark.sqlite
def test_a_line_passed_after_it_was_claimed_is_not_omitted(url: str) -> None:
    reference = begun(url)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    act(url, reference, SWAP, by=AVON)
    act(url, reference, AssessVariation())
    act(url, reference, InspectLines(all_pass=True))
    error = refused(url, reference, ApproveVariation(), InvalidDecisionError, by=ADA)
    assert error.what == "Line 1 of WO-2026-00001 passed inspection."


@pytest.mark.sqlite
def test_a_snag_goes_with_the_line_that_is_omitted(url: str) -> None:
    reference = begun(url)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    act(url, reference, InspectLines(passed=(2,), snags={1: "loose"}))
    varied(url, reference, SWAP)
    with reading(url) as conn:
        known = inspected(conn, order=live(url, reference))
    assert (known.snags, known.not_inspected, known.variation) == ({}, (3,), None)


def _signed_off(url: str) -> str:
    return case_at(url, "pay", route="call_off")


def _ended(url: str) -> str:
    reference = begun(url)
    act(url, reference, EndOrder(EndGround.OCCUPANT_DIED, done=("1",), not_done=("2",)))
    return reference


def _cancelled(url: str) -> str:
    reference = case_at(url, "works", route="call_off")
    act(url, reference, SWAP, by=AVON)
    act(url, reference, Exit(CaseStatus.WITHDRAWN))
    (held,) = rows(url, Variation)
    assert (held["status"], held["ended_reason"]) == ("withdrawn", "WO-2026-00001 is cancelled")
    return reference


def _not_ordered(url: str) -> str:
    return case_at(url, "assign", route="call_off")


@pytest.mark.parametrize("at", [_signed_off, _ended, _cancelled, _not_ordered])
def test_an_order_that_nobody_works_on_is_not_varied(sqlite_service: str, at: Any) -> None:
    reference = at(sqlite_service)
    refused(sqlite_service, reference, SWAP, StepNotOpenError, by=TESS)
    assert sound(sqlite_service) == []


def test_a_code_withdrawn_since_is_priced_as_the_order_was(url: str) -> None:
    for kind in ("contract_rates", "zones"):
        bring(url, kind, TERMS[kind])
    reference = begun(url)
    later(days=40)
    withdraw_tiles(url)
    act(
        url,
        reference,
        ClaimVariation(omit=(2,), added={"TILE": Decimal(2), "RAIL": Decimal(1)}),
        by=AVON,
    )
    act(url, reference, AssessVariation())
    act(url, reference, ApproveVariation(), by=ADA)
    assert lines_of(url, live(url, reference).price_id)[1:] == [
        (3, None, Decimal(2), 123_42, 0),
        (4, None, Decimal(1), 44_12, 2_21),
    ]
    act(url, reference, CompleteWorks(clock.today(), "photographs"))
    act(url, reference, InspectLines(passed=(1, 4), snags={3: "a tile is loose"}))
    (told,) = messages(url, "snags_to_contractor")
    assert "Wall tiling" in told["context"]["snags"][0]


def withdraw_tiles(url: str) -> None:
    """Bring in the next version of the schedule, which has no tiles and dearer rails."""
    text = "\n".join(row for row in SCHEDULE.splitlines() if "TILE" not in row)
    with writing(url) as conn:
        run_import(
            conn,
            kind="schedule",
            sheet=sheet(text.replace("45 ", "61 "), file="schedule.csv"),
            now=clock.now(),
            actor=ADAM,
            schedule=ScheduleOptions("BASE", clock.today()),
            dry_run=False,
            said=ALL_MEANT,
        )


@pytest.mark.sqlite
def test_others_pay_no_more_than_the_order_and_no_penny_is_open(url: str) -> None:
    reference = case_at(url, "approve", route="call_off", contribution="208.80")
    act(url, reference, Approve(approved=True))
    pass_step(url, reference, StepName.ASSIGN)
    act(url, reference, RecordPayer(PayerHow.DIRECT, "client", 208_80))
    act(url, reference, ClaimVariation(omit=(2,)), by=AVON)
    act(url, reference, AssessVariation())
    error = refused(url, reference, ApproveVariation(), InvalidDecisionError, by=ADA)
    assert "for works of £189.00" in error.what
    act(url, reference, WithdrawVariation(), by=AVON)
    varied(url, reference, MORE, MEANT)
    assert [row["grant_pence"] for row in rows(url, Approval)] == [208_80, 492_30]
    assert sound(url) == []

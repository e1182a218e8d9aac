"""Variations: claimed, assessed and decided; each approved one is the order's next version."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.case_queries import case_row, inspected, order_in_force, payable_on, works_lines
from models.database import reading
from models.tables.clocks import Clock
from models.tables.funding import Budget
from models.tables.record import Document
from models.tables.variations import OrderVersion, Variation, VariationLine
from models.tables.works import Approval, Payment
from rules.errors import (
    BudgetError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
)
from rules.pathway import CaseStatus, StepName, StepStatus
from services.completion.inspecting import InspectLines
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation, WithdrawVariation
from services.orders.corrections import CorrectStart
from services.orders.order_paper import work_order_paper
from services.orders.varying import ApproveVariation
from services.orders.works import CompleteWorks
from tests.factories import (
    act,
    bring,
    later,
    pass_step,
    refused,
)
from tests.looking import case, messages, rows, status_of, step_of
from tests.services.orders.varied import (
    MEANT,
    MORE,
    SWAP,
    TODAY,
    begun,
    lines_of,
    live,
    sound,
)
from tests.small_service import ADA, AMOS, AVON, BRIAR


@pytest.mark.sqlite
def test_what_is_approved_is_the_next_version_done_inspected_and_paid(url: str) -> None:
    reference = begun(url)
    act(url, reference, SWAP, by=AVON)
    assert step_of(url, reference, "works").owner == "technical officer"
    assert step_of(url, reference, "works").waiting_for == (
        "variation 1 of WO-2026-00001 is assessed"
    )
    (answer,) = [row for row in rows(url, Clock) if row["name"] == "answer_variation"]
    assert (answer["holder"], answer["due_on"].isoformat()) == ("council", "2026-06-08")
    act(url, reference, AssessVariation())
    assert step_of(url, reference, "works").owner == "approving officer"
    act(url, reference, ApproveVariation(), by=ADA)
    assert step_of(url, reference, "works").owner == "contractor"
    (answer,) = [row for row in rows(url, Clock) if row["name"] == "answer_variation"]
    assert answer["stopped_why"] == "answered"
    first, second = rows(url, OrderVersion)
    assert (first["version"], second["version"]) == (1, 2)
    assert second["changed"] == ["line 1, Grab rail: omitted", "line 3, Wall tiling: added, 2 m2"]
    assert lines_of(url, first["price_id"]) == [
        (1, None, Decimal(4), 180_00, 9_00),
        (2, None, Decimal(2), 190_50, 38_10),
    ]
    assert lines_of(url, second["price_id"]) == [
        (2, None, Decimal(2), 190_50, 38_10),
        (3, None, Decimal(2), 121_00, 0),
    ]
    assert [
        (d["kind"], d["version"]) for d in rows(url, Document) if d["kind"] == "work_order"
    ] == [
        ("work_order", 1),
        ("work_order", 2),
    ]
    sent = messages(url, "order_to_contractor")[-1]["context"]
    assert (sent["version"], sent["changed"], sent["total_pence"]) == (2, second["changed"], 349_60)
    assert messages(url, "order_varied_to_client")[0]["context"]["changed"] == second["changed"]
    assert sound(url) == []
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    with reading(url) as conn:
        order = order_in_force(conn, case_id=case_row(conn, reference=reference).id)
        assert inspected(conn, order=order).lines == {2, 3}
        assert [line.item for line in payable_on(conn, order=order)] == [2, 3]
    gone = refused(url, reference, InspectLines(passed=(1,)), InvalidDecisionError)
    assert gone.what == "WO-2026-00001 has no line 1."
    for step in (StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, reference, step)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [349_60]
    assert sound(url) == []


@pytest.mark.sqlite
def test_a_rise_above_what_was_approved_redetermines_the_grant_with_its_limb(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    later(days=30)
    act(url, reference, MORE, by=AVON)
    error = refused(url, reference, AssessVariation(), StatuteError)
    assert (error.section, error.what) == (
        "s.34(5)",
        "The works would come to £701.10; £417.60 were approved.",
    )
    act(url, reference, MEANT)
    assert [row["grant_pence"] for row in rows(url, Approval)] == [417_60], (
        "not before it is decided"
    )
    act(url, reference, ApproveVariation(), by=ADA)
    first, again = rows(url, Approval)
    assert (again["works_pence"], again["grant_pence"], again["limb"]) == (
        701_10,
        701_10,
        "unforeseeable_works",
    )
    assert [row["committed_pence"] for row in rows(url, Budget)] == [701_10]
    assert status_of(url, reference, "approve") is StepStatus.DONE
    notices = messages(url, "approval_to_client")
    assert [one["context"]["grant_pence"] for one in notices] == [417_60, 701_10]
    assert {one["context"]["complete_by"] for one in notices} == {"2027-06-01"}, "s.37(1)"
    (finish,) = [row for row in rows(url, Clock) if row["name"] == "finish"]
    assert finish["due_on"].isoformat() == "2027-06-01"
    act(url, reference, CorrectStart(TODAY.replace(day=2)), reason="it was the day after")
    assert [row["approval_id"] for row in rows(url, OrderVersion)] == [first["id"], again["id"]]
    assert sound(url) == []


@pytest.mark.sqlite
def test_the_budget_and_the_officers_limit_hold_for_the_whole_grant(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 700")
    reference = begun(url)
    act(url, reference, MORE, by=AVON)
    act(url, reference, MEANT)
    error = refused(url, reference, ApproveVariation(), BudgetError, by=ADA)
    assert "The grant of £701.10 is more than is left of the budget" in error.what
    act(url, reference, WithdrawVariation(), by=AVON)
    act(url, reference, ClaimVariation(quantities={1: Decimal(30)}), by=AVON)
    act(url, reference, MEANT)
    error = refused(url, reference, ApproveVariation(), NotPermittedError, by=AMOS)
    assert error.what == (
        "The grant of £1,646.10 is above the delegated limit of Amos Able (£1,000.00)."
    )


@pytest.mark.sqlite
def test_a_package_is_varied_by_what_it_has_more_or_less_of(url: str) -> None:
    reference = begun(url, route="pre_priced")
    firm = live(url, reference).contractor
    assert lines_of(url, live(url, reference).price_id) == [
        (1, (1, 2), Decimal(1), 1600_00, 0),
    ]
    claim = ClaimVariation(omit=(1,), quantities={2: Decimal(10)}, bespoke=SHELF, evidence="quote")
    act(url, reference, claim, by=firm)
    agreed = AssessVariation(no_certificates={3: "nothing in it is certified"})
    act(url, reference, agreed)
    act(url, reference, ApproveVariation(), by=ADA)
    assert lines_of(url, live(url, reference).price_id) == [
        (1, (2,), Decimal(1), 1600_00, 0),
        (2, (2,), Decimal(2), 121_00, 0),
        (3, (), Decimal(-1), -1200_00, 0),
        (4, (3,), Decimal(1), 40_00, 8_00),
    ]
    sums = [(row["line"], row["agreed_net_pence"]) for row in rows(url, VariationLine)]
    assert sums == [(1, -1200_00), (2, 121_00), (3, 40_00)]
    with reading(url) as conn:
        printed = work_order_paper(conn, case=case(url, reference))
    assert "Lines 2 and 3 have no standard minutes" in printed.f10, "line 1 was omitted"
    assert sound(url) == []
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, reference, step)
    assert (case(url, reference).status, sound(url)) == (CaseStatus.PAID, [])


SHELF = {"2 m of shelf over the bath": 40_00}


@pytest.mark.sqlite
def test_quoted_works_are_varied_at_new_sums_and_by_the_schedule_beside_them(url: str) -> None:
    reference = begun(url, route="quotes")
    unpriced = ClaimVariation(quantities={1: Decimal(2)})
    assert (
        "No sum is given for line 1"
        in refused(url, reference, unpriced, InvalidDecisionError, by=BRIAR).what
    )
    claim = ClaimVariation(
        omit=(2,),
        quantities={1: Decimal(2)},
        sums={1: 5_000_00},
        added={"RAIL": Decimal(2)},
        evidence="quote of 2 June",
    )
    act(url, reference, claim, by=BRIAR)
    agreed = AssessVariation(agreed_sums={1: 4_500_00}, why={1: "the second is half as wide"})
    act(url, reference, agreed)
    act(url, reference, ApproveVariation(), by=ADA)
    assert lines_of(url, live(url, reference).price_id) == [
        (1, None, Decimal(1), 4_500_00, 900_00),
        (3, None, Decimal(2), 94_50, 4_73),
    ]
    one, _, _ = rows(url, VariationLine)
    assert (one["claimed_net_pence"], one["agreed_net_pence"]) == (1_100_00, 600_00)
    assert sound(url) == []


@pytest.mark.sqlite
def test_what_is_agreed_is_kept_apart_from_what_was_claimed(url: str) -> None:
    reference = begun(url)
    claim = ClaimVariation(
        omit=(2,), added={"rail": Decimal(3)}, bespoke=SHELF, evidence="quote and photographs"
    )
    act(url, reference, claim, by=AVON)
    unsaid = refused(url, reference, AssessVariation(), InvalidDecisionError)
    assert "say which certificates it must end with" in unsaid.what
    agreed = AssessVariation(
        agreed_quantities={3: Decimal(1)},
        agreed_sums={4: 35_00},
        why={3: "one is in the package", 4: "as the framework’s sample rate"},
        reliefs={4: ("disabled_adaptation",)},
        certificates={4: ("electrical",)},
    )
    act(url, reference, agreed)
    act(url, reference, ApproveVariation(), by=ADA)
    (held,) = rows(url, Variation)
    assert (held["claimed_net_pence"], held["agreed_net_pence"]) == (-15_50, -110_50)
    assert lines_of(url, live(url, reference).price_id)[1:] == [
        (3, None, Decimal(1), 45_00, 2_25),
        (4, None, Decimal(1), 35_00, 0),
    ]
    with reading(url) as conn:
        known = inspected(conn, order=live(url, reference))
        shelf = works_lines(conn, case_id=live(url, reference).case_id)[-1]
    assert known.certificates_needed == {"electrical"}, "of the shelf: the lamps are omitted"
    assert (shelf.description, shelf.unit, shelf.quantity) == ("shelf over the bath", "m", 2)
    assert sound(url) == []

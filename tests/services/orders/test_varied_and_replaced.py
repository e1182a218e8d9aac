"""Orders that are varied and whose contractor is replaced: what is left is what was ordered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from models.case_queries import inspected, lines_to_do, order_in_force
from models.database import reading
from models.tables.prices import Offer, PriceLine
from models.tables.variations import VariationLine
from models.tables.works import WorkOrder
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.replacements import NextBy, ReplaceGround
from rules.variations import Limb
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.replacing import ReplaceContractor
from services.orders.varying import ApproveVariation
from tests.factories import act, begin, pass_step, refused
from tests.looking import case, rows
from tests.services.orders.replacing import HALF, TODAY, begun, finish, sound
from tests.small_service import ADA

SWAP = ClaimVariation(omit=(2,), added={"TILE": Decimal(1)})
"""Lamps, 190.50 net, for a square metre of tiles."""
NEXT = ReplaceContractor(ReplaceGround.STOPPED, NextBy.BY_RULE, not_done=("1", "3"))


def varied(url: str, reference: str, claim: ClaimVariation, limb: Limb | None = None) -> None:
    act(url, reference, claim)
    act(url, reference, AssessVariation(limb=limb))
    act(url, reference, ApproveVariation(), by=ADA)


def ordered(url: str, price_id: int) -> list[tuple[str, Decimal]]:
    """Return the codes and quantities of a price."""
    held = [row for row in rows(url, PriceLine) if row["price_id"] == price_id]
    return [(row["code"], row["quantity"]) for row in held]


@pytest.mark.sqlite
def test_the_next_contractor_is_offered_the_works_as_they_were_varied(url: str) -> None:
    reference = begun(url)
    varied(url, reference, SWAP)
    act(url, reference, NEXT)
    offer = rows(url, Offer)[-1]
    assert offer["status"] == "offered"
    assert ordered(url, offer["price_id"]) == [("RAIL", Decimal(4)), ("TILE", Decimal(1))]
    assert sound(url) == []
    finish(url, reference)
    with reading(url) as conn:
        order = order_in_force(conn, case_id=case(url, reference).id)
        assert inspected(conn, order=order).lines == {1, 3}
    assert sound(url) == []


@pytest.mark.sqlite
def test_what_is_left_half_done_of_a_quantity_that_was_varied_is_ordered_on(url: str) -> None:
    reference = begun(url)
    varied(url, reference, ClaimVariation(omit=(2,), quantities={1: Decimal(6)}))
    half = ReplaceContractor(
        ReplaceGround.INSOLVENT,
        NextBy.BY_RULE,
        part={"1": 50_00},
        left={1: Decimal(5)},
        inspected_on=TODAY,
    )
    act(url, reference, half)
    assert ordered(url, rows(url, Offer)[-1]["price_id"]) == [("RAIL", Decimal(5))]
    finish(url, reference)
    assert sound(url) == []


@pytest.mark.sqlite
def test_nobody_is_replaced_while_a_variation_is_open(url: str) -> None:
    reference = begun(url)
    act(url, reference, SWAP)
    error = refused(url, reference, HALF, StepNotOpenError)
    assert error.what == "Variation 1 of WO-2026-00001 is claimed and not decided."


@pytest.mark.sqlite
def test_what_was_added_at_a_quoted_sum_has_to_be_quoted_for_anew(url: str) -> None:
    reference = begun(url)
    act(url, reference, ClaimVariation(omit=(2,), bespoke={"a shelf": 20_00}, evidence="quote 7"))
    act(url, reference, AssessVariation(no_certificates={3: "nothing in it is certified"}))
    act(url, reference, ApproveVariation(), by=ADA)
    error = refused(url, reference, NEXT, InvalidDecisionError)
    assert "has no price of the next contractor’s: line 3" in error.what
    act(url, reference, ReplaceContractor(NEXT.ground, NextBy.COMPETITION, not_done=("1", "3")))
    assert sound(url) == []


@pytest.mark.sqlite
def test_the_second_order_is_varied_with_what_the_first_did_counted(url: str) -> None:
    reference = begun(url)
    act(url, reference, HALF)
    pass_step(url, reference, "assign")  # type: ignore[arg-type]  # a step by its name
    first, second = rows(url, WorkOrder)
    assert (first["status"], second["version"]) == ("replaced", 2)
    as_it_is = ClaimVariation(quantities={1: Decimal(2)})
    error = refused(url, reference, as_it_is, InvalidDecisionError)
    assert error.what == "Line 1 is ordered at that quantity already.", "two of four are left"
    more = ClaimVariation(quantities={1: Decimal(4)}, added={"TILE": Decimal(1)})
    act(url, reference, more)
    assert [row["before"] for row in rows(url, VariationLine)] == [Decimal(2), None]
    refusal = refused(url, reference, AssessVariation(), StatuteError)
    assert refusal.section == "s.34(5)"
    act(url, reference, AssessVariation(limb=Limb.UNFORESEEABLE_WORKS))
    act(url, reference, ApproveVariation(), by=ADA)
    assert sound(url) == []
    with reading(url) as conn:
        left = [line.line for line in lines_to_do(conn, case_id=case(url, reference).id)]
    assert left == [1, 2, 3]
    begin(url, reference, TODAY)
    finish(url, reference)
    assert sound(url) == []
    assert rows(url, WorkOrder)[1]["version"] == 3


@pytest.mark.sqlite
def test_a_line_added_to_the_second_order_may_be_left_to_a_third(url: str) -> None:
    reference = begun(url)
    act(url, reference, HALF)
    pass_step(url, reference, "assign")  # type: ignore[arg-type]  # a step by its name
    begin(url, reference, TODAY)
    limb = Limb.UNFORESEEABLE_WORKS
    varied(url, reference, ClaimVariation(quantities={1: Decimal(9)}), limb)
    varied(url, reference, ClaimVariation(added={"TILE": Decimal(1)}), limb)
    left = {1: Decimal(8)}
    act(url, reference, replace(HALF, not_done=("2", "3"), left=left))
    assert sound(url) == []
    pass_step(url, reference, "approve")  # type: ignore[arg-type]  # a step by its name
    pass_step(url, reference, "assign")  # type: ignore[arg-type]  # a step by its name
    begin(url, reference, TODAY)
    varied(url, reference, ClaimVariation(omit=(2,), quantities={1: Decimal(3)}))
    assert sound(url) == []

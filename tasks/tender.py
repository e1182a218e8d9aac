"""Tendering a case: the route to a price, and who of the lot is to be offered it, and why."""

from __future__ import annotations

from models import lots
from models.in_hand import CaseInHand
from rules import awards
from rules.pathway import StepName, StepStatus
from rules.routes import Route
from tasks import competition
from tasks.basket import (
    Basket,
    LotPrices,
    basket_of,
    check_consent_covers,
    keep_award,
    keep_tender,
    lot_of,
    prices_by_contractor,
    reasons_against,
)
from tasks.unit import at_step, step_task


@step_task("tender the works")
def tender_case(case_ref: str) -> None:
    """Choose the route and make the award, or finish a mini-competition that was awarded.

    Args:
        case_ref: The case reference.
    """
    with at_step(case_ref, StepName.TENDER) as case:
        if case is None:
            return
        if case.steps[StepName.TENDER].outcome == "awarded":
            competition.finish(case)
            return
        basket = basket_of(case)
        if basket.choice.route is Route.QUOTES:
            competition.invite(case, basket)
        else:
            _award(case, basket)


def _award(case: CaseInHand, basket: Basket) -> None:
    lot = lot_of(case, basket)
    members = lots.members(case.conn, lot=lot.code)
    found = prices_by_contractor(case, basket, members)
    bidders = [_bidder(case, basket, member, found) for member in members]
    turns = lots.turns(case.conn, lot=lot.code)
    made = awards.award(rule=lot.award_rule, bidders=bidders, turns=turns, on=basket.on)
    winner = made.order[0]
    totals = found.priced
    price_id = keep_tender(case, basket, contractor=winner, priced=totals[winner])
    keep_award(case, basket, contractor=winner, price_id=price_id, placings=made.placings)
    check_consent_covers(case, value_pence=totals[winner].net_pence)
    case.move(
        StepName.TENDER,
        StepStatus.WAITING,
        owner="technical officer",
        waiting_for="officer directs under s.2(2)(b) that one price is enough in this case",
    )


def _bidder(
    case: CaseInHand, basket: Basket, member: lots.Member, found: LotPrices
) -> awards.Bidder:
    code = member.contractor.code
    priced = found.priced.get(code)
    reasons = reasons_against(case, basket, member, net_pence=priced.net_pence if priced else 0)
    fault = (found.faults[code],) if code in found.faults else ()
    return awards.Bidder(
        contractor=code,
        rank=member.rank,
        total_pence=priced.total_pence if priced else None,
        net_pence=priced.net_pence if priced else None,
        reasons=(*reasons, *fault),
    )

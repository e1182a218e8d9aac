"""Tendering a case: the route to a price, and who of the lot is to be offered it, and why."""

from enum import StrEnum
from typing import Final

from models.case_queries import award_in_force, price_by_id
from rules.clocks.dates import london_date
from rules.pathway import StepName, StepStatus
from rules.tenders.routes import Route
from rules.tenders.tendering import tender
from services.cases import CaseInHand, at_step
from services.competitions.award import finish
from services.competitions.competitions import cancel
from services.competitions.invitations import invite
from services.tenders.awards import award_first, check_consent_covers
from services.tenders.baskets import basket_of
from services.tenders.left import left_to_tender

DECIDED: Final = frozenset({"directed", "awarded"})
"""How a tender comes out that leads to an award on file."""


class Left(StrEnum):
    """The document that is left to write of a tender once its transaction is over."""

    NOTHING = "nothing"
    INVITATIONS = "invitations"
    RECORD = "record"


def tender_case(case_ref: str) -> Left:
    """Choose the route and make the award, or finish a mini-competition that was awarded."""
    left = Left.NOTHING
    with at_step(case_ref, StepName.TENDER) as case:
        if case is not None:
            left = _tender(case)
    return left


def _tender(case: CaseInHand) -> Left:
    if case.steps[StepName.TENDER].outcome in DECIDED:
        made = award_in_force(case.conn, case_id=case.id)
        if made.route == Route.QUOTES:
            finish(case)
        else:  # a batch award may have gone to a dearer contractor than the rule's
            price = price_by_id(case.conn, price_id=made.price_id)
            check_consent_covers(case, value_pence=price.net_pence)
        return Left.RECORD
    again = case.steps[StepName.TENDER].revision > 1
    left = left_to_tender(case.conn, case_id=case.id) if again else None
    basket = basket_of(case.conn, case=case.row, on=london_date(case.now), left=left)
    if basket.choice.route is Route.QUOTES:
        invite(case, basket)
        return Left.INVITATIONS
    cancel(case, reason=f"the works are priced {basket.choice.words}")
    award_first(case, basket, tender(basket.inputs))
    case.move(
        StepName.TENDER,
        StepStatus.WAITING,
        owner="technical officer",
        waiting_for="officer directs under s.2(2)(b) that one price is enough in this case",
    )
    return Left.NOTHING

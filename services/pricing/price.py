"""Pricing a case from the schedule in force: the estimate, line by line."""

from models.audit import AUTOMATIC
from rules.pathway import StepName, StepStatus
from services.cases.unit import at_step
from services.pricing.estimates import estimate, keep_estimate


def price_case(case_ref: str) -> None:
    """Price every line that a schedule prices, and freeze the total as an estimate.

    Bespoke lines have no rate until somebody quotes; they are named on the estimate.
    """
    with at_step(case_ref, StepName.PRICE) as case:
        if case is None:
            return
        made = estimate(case)
        keep_estimate(case, made)
        confirmed = case.steps[StepName.PRICE].outcome == "confirmed"
        case.note(
            actor=AUTOMATIC,
            action="price: estimated",
            reason="every line of the schedule priced; bespoke lines go to quotes"
            if made.unpriced
            else "every line priced from the schedule in force",
            detail={"net_pence": made.priced.net_pence, "vat_pence": made.priced.vat_pence},
        )
        if confirmed:
            case.move(StepName.PRICE, StepStatus.DONE)
            return
        case.move(
            StepName.PRICE,
            StepStatus.WAITING,
            owner="technical officer",
            waiting_for=made.waiting_for,
        )

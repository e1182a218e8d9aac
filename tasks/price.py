"""Pricing a case from the schedule in force: the estimate, line by line."""

from __future__ import annotations

from models import pricing
from models.audit import AUTOMATIC
from models.in_hand import CaseInHand
from rules.clocks import london_date
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.rates import Terms, price
from rules.works import Priced, check_lines
from tasks.unit import at_step, step_task


@step_task("price the works")
def price_case(case_ref: str) -> None:
    """Price every line that a schedule prices, and freeze the total as an estimate.

    Bespoke lines have no rate until somebody quotes; they are named on the estimate.

    Args:
        case_ref: The case reference.
    """
    with at_step(case_ref, StepName.PRICE) as case:
        if case is None:
            return
        priced, bespoke = _estimate(case)
        confirmed = case.steps[StepName.PRICE].outcome == "confirmed"
        case.note(
            actor=AUTOMATIC,
            action="price: estimated",
            reason="every line of the schedule priced; bespoke lines go to quotes"
            if bespoke
            else "every line priced from the schedule in force",
            detail={"net_pence": priced.net_pence, "vat_pence": priced.vat_pence},
        )
        if confirmed:
            case.move(StepName.PRICE, StepStatus.DONE)
            return
        case.move(
            StepName.PRICE,
            StepStatus.WAITING,
            owner="technical officer",
            waiting_for=f"officer confirms the quantities ({_words(priced, bespoke)})",
        )


def _estimate(case: CaseInHand) -> tuple[Priced, list[int]]:
    today = london_date(case.now)
    coded, bespoke, index = pricing.lines_to_price(case.conn, case_id=case.id, on=today)
    check_lines([*coded, *bespoke])
    client = pricing.vat_client(case.row)
    priced = price(lines=coded, terms=Terms(index=index), client=client, supplied_on=today)
    unpriced = [line.line for line in bespoke]
    pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="estimate",
        priced=priced,
        basis={
            "on": today.isoformat(),
            "index_percent": str(index),
            "vat_declaration": client.declaration,
            "unpriced_lines": unpriced,
        },
        now=case.now,
    )
    return priced, unpriced


def _words(priced: Priced, bespoke: list[int]) -> str:
    if bespoke:
        count = len(bespoke)
        return f"{pounds(priced.total_pence)} with VAT, and {count} bespoke line{'s'[: count > 1]}"
    return f"{pounds(priced.total_pence)} with VAT"

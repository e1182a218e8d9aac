"""Pricing a case from the schedule of rates.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: works lines of a specified case, and a schedule of rates in force.
Leaves behind: an estimate frozen line by line, and the step waiting for the officer's confirmation.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.pricing import price_case


def price(case_ref: str) -> None:
    """Price the case."""
    price_case(case_ref)


@flow(name="price-works", flow_run_name="{case_ref} · price", persist_result=False)
def price_works(case_ref: CaseRef) -> State[Any]:
    """Price the works of a case from the schedule of rates, line by line, with VAT.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.PRICE, price, case_ref)
    return end_of_step(case_ref)

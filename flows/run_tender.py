"""Tendering a case: pre-priced package, call-off from the schedule, or quotes.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a priced case, a lot in force for its works and area, and contractors' prices.
Leaves behind: the award with every contractor's placing, and the step waiting for the direction
or for quotes.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.tender import tender_case


def tender(case_ref: str) -> None:
    """Choose the route and make the award.

    Args:
        case_ref: The case reference.
    """
    tender_case(case_ref)


@flow(name="run-tender", flow_run_name="{case_ref} · tender", persist_result=False)
def run_tender(case_ref: CaseRef) -> State[Any]:
    """Choose the route to a price and put the lot's contractors in order, with the reasons.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.TENDER, tender, case_ref)
    return end_of_step(case_ref)

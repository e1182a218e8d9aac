"""Aftercare: the survey sent, and the defects period watched.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a paid case.
Leaves behind: the survey with the client, and the step open until the defects period is over.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.payments import follow_up


def follow(case_ref: str) -> None:
    """Begin aftercare."""
    follow_up(case_ref)


@flow(name="begin-aftercare", flow_run_name="{case_ref} · aftercare", persist_result=False)
def begin_aftercare(case_ref: CaseRef) -> State[Any]:
    """Send the client the survey and say what is still awaited in the defects period.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.AFTERCARE, follow, case_ref)
    return end_of_step(case_ref)

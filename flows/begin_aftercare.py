"""Aftercare: the survey sent, and the defects period watched.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a paid case.
Leaves behind: the survey with the client, and the step open until the defects period is over.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.aftercare import follow_up


def follow(case_ref: str) -> None:
    """Send the client the survey and say what is still awaited in the defects period."""
    follow_up(case_ref)


begin_aftercare = case_flow("begin-aftercare", StepName.AFTERCARE, follow)

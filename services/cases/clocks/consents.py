"""The clock of a consent that lapses: it runs while the approval waits on the consent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from models.case_queries import consent_of
from rules.consents import consent_needed
from rules.pathway import OVER, StepName, StepStatus

if TYPE_CHECKING:  # a case in hand opens the approval with this
    from services.cases.in_hand import CaseInHand


def consent_begins_to_lapse(case: CaseInHand) -> None:
    """Start the clock with the approval, where the consent it waits on has a last day.

    Args:
        case: The case in hand, its approval just opened.
    """
    if consent_needed(case.row.tenure):
        standing = consent_of(case.conn, case_id=case.id)
        consent_runs_to(case, standing.valid_to if standing is not None else None)


def consent_runs_to(case: CaseInHand, valid_to: date | None) -> None:
    """Let the clock run to the last day of a consent given anew, where approval waits on it.

    Args:
        case: The case in hand.
        valid_to: The last day, or None where it does not lapse.
    """
    if case.step_status(StepName.APPROVE) in {StepStatus.NOT_STARTED, *OVER}:
        return
    if valid_to is None:
        case.stop_clock("consent_lapses", why="it does not lapse")
    else:
        case.start_clock("consent_lapses", due_on=valid_to)

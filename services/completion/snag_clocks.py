"""The clocks of a snag: to put it right, to look at it again, and how long it is open at all.

To put right and to look again take turns: each starts as the other stops. How long a snag is open
runs from the day it was found until it is cleared, whatever is answered meanwhile.
"""

from collections.abc import Sequence
from datetime import date

from rules.snags import ANSWERED, WITH_CONTRACTOR, Snag
from services.cases import CaseInHand, working_days_on

CLEAR, LOOK, OLD = "clear_snags", "look_again", "old_snag"


def start_snag_clocks(case: CaseInHand, *, snags: Sequence[Snag]) -> None:
    """Start what runs on each open snag, and is not running yet.

    Args:
        snags: Of the order in force.
    """
    for one in snags:
        if one.state in WITH_CONTRACTOR:
            _start(case, CLEAR, one.heard, due_on=one.rectify_by)
        elif one.state in ANSWERED:
            _start(case, LOOK, one.heard)
        if one.is_open:
            _start(case, OLD, str(one.finding))


def _start(case: CaseInHand, name: str, subject: str, *, due_on: date | None = None) -> None:
    if case.clocks.given(name, subject=subject) is None:
        case.start_clock(name, subject=subject, due_on=due_on)


def stop_snag_clocks(case: CaseInHand, *, snags: Sequence[Snag]) -> None:
    """Stop what runs on snags that are answered, looked at again, or cleared."""
    clear = {one.heard for one in snags if one.state in WITH_CONTRACTOR}
    look = {one.heard for one in snags if one.state in ANSWERED}
    old = {str(one.finding) for one in snags if one.is_open}
    for name, runs in ((CLEAR, clear), (LOOK, look), (OLD, old)):
        for subject in case.clocks.subjects(name):
            if subject not in runs:
                answered = name == CLEAR and subject in look
                case.stop_clock(name, subject=subject, why="answered" if answered else "looked at")


def snag_due(case: CaseInHand, snag: Snag) -> date:
    """Return the day by which a snag is to be put right, as its clock runs."""
    runs_to = case.clocks.given(CLEAR, subject=snag.heard)
    return runs_to or snag.rectify_by or working_days_on(case, case.days(CLEAR))

"""What a tender waits for while its mini-competition is under way, and in whose hands that is."""

from typing import Final

from models.base import AnyRow
from rules.clocks.dates import london_date
from rules.competitions.competition import (
    ENOUGH,
    is_over,
    waits_for_award,
    waits_for_more,
    waits_for_quotes,
)
from rules.pathway import StepName, StepStatus
from services.cases import CaseInHand
from services.competitions.competitions import due_on, invited, standing
from services.competitions.evaluations import evaluation_of

OFFICER: Final = "technical officer"


def quotes_in(case: CaseInHand, competition: AnyRow) -> int:
    """Return how many quotes are in, sealed or opened."""
    held = standing(case.conn, award_id=competition.award_id).values()
    return sum(row.status != "declined" for row in held)


def wait_for_next(case: CaseInHand, competition: AnyRow) -> None:
    """Leave the tender waiting: for quotes, a direction or more time, marks, or the award.

    Args:
        competition: The competition as it is now.
    """
    quotes = quotes_in(case, competition)
    step = case.steps[StepName.TENDER]
    owner = OFFICER
    subject = str(competition.version)
    if competition.status == "opened":
        words = _for_award(case, competition, quotes=quotes)
    elif not is_over(deadline=competition.deadline, now=case.now):
        owner = "contractor"
        _run_to_deadline(case, competition, subject=subject)
        count = len(invited(competition))
        words = waits_for_quotes(deadline=competition.deadline, quotes=quotes, invited=count)
    elif quotes < ENOUGH:
        words = waits_for_more(quotes=quotes)
    else:
        owner, words = step.owner, step.waiting_for  # the sweep opens them next
    case.move(StepName.TENDER, StepStatus.WAITING, owner=owner, waiting_for=words)
    if owner == OFFICER:
        case.stop_clock("return_quote", subject=subject, why="the deadline has passed")


def _run_to_deadline(case: CaseInHand, competition: AnyRow, *, subject: str) -> None:
    """Let quotes be due by the deadline, and the officer's own part of the step begin with it."""
    deadline = due_on(competition)
    case.start_clock("return_quote", subject=subject, due_on=deadline)
    until = case.calendar.add(deadline, case.days(StepName.TENDER))
    case.date_step(StepName.TENDER, until=until, why="quotes are awaited until their deadline")


def _for_award(case: CaseInHand, competition: AnyRow, *, quotes: int) -> str:
    on = london_date(case.now)
    found = evaluation_of(case.conn, case=case.row, competition=competition, on=on)
    return waits_for_award(
        quotes=quotes, unmarked=len(found.missing), directed=bool(competition.direction)
    )

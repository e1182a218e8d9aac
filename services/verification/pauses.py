"""What must hold of pauses and of who held what: each day of a wait rests on it."""

from typing import Final

from sqlalchemy import Text, and_, cast, exists, func, not_, select

from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock, Holding, Pause
from rules.pathway import CaseStatus
from services.verification.checks import PLACE, Check, of_case, of_opening

_REVIEW: Final = "review_pause"
_UNDER_WAY = and_(Pause.case_id == Case.id, Pause.ended_on.is_(None), not_(Pause.withdrawn))
_SINCE = select(func.min(Pause.started_on)).where(_UNDER_WAY).scalar_subquery()
_REVIEWED = and_(
    Clock.case_id == Case.id,
    Clock.name == _REVIEW,
    Clock.subject == cast(Pause.number, Text),
    Clock.stopped_on.is_(None),
)

PAUSES: Final = (
    Check(
        select(PLACE, Case.paused_on.label("held"), _SINCE.label("since")).where(
            Case.paused_on.is_distinct_from(_SINCE)
        ),
        "The case says that it is paused since {held}; its pauses under way begin {since}.",
    ),
    Check(
        select(PLACE, Pause.number, Case.status)
        .join(Pause, _UNDER_WAY)
        .where(Case.status != CaseStatus.OPEN),
        "Pause {number} is under way on a case that is {status}.",
    ),
    Check(
        of_case(Pause, func.max(Pause.number).label("last"), func.count().label("held"))
        .group_by(Case.id, Case.reference)
        .having(func.max(Pause.number) != func.count()),
        "Its pauses are numbered to {last}, and there are {held}.",
    ),
    Check(
        select(PLACE, Pause.number).join(Pause, _UNDER_WAY).where(not_(exists().where(_REVIEWED))),
        "Pause {number} is under way, and no clock says when it is looked at again.",
    ),
    Check(
        of_case(Clock, Clock.subject).where(
            Clock.name == _REVIEW,
            Clock.stopped_on.is_(None),
            not_(exists().where(_UNDER_WAY, _REVIEWED)),
        ),
        "A clock runs for the review of pause {subject}, which is not under way.",
    ),
)
"""How pauses, their reviews and their cases agree."""

_HANDED_ON = func.lag(Holding.held_to).over(
    partition_by=(Holding.case_id, Holding.step, Holding.step_revision),
    order_by=(Holding.held_from, Holding.id),
)
_TURNS = select(*Holding.__table__.c, _HANDED_ON.label("handed_on")).subquery().c
_LAST = select(func.max(Holding.held_to)).where(of_opening(Holding)).scalar_subquery()

HOLDINGS: Final = (
    Check(
        of_case(CaseStep, _TURNS.step, _TURNS.owner).where(
            of_opening(_TURNS),
            _TURNS.held_from != func.coalesce(_TURNS.handed_on, CaseStep.opened_at),
        ),
        "“{step}” came to {owner} at another instant than somebody gave it away.",
    ),
    Check(
        of_case(CaseStep, CaseStep.step, CaseStep.owner).where(
            CaseStep.held_since != func.coalesce(_LAST, CaseStep.opened_at)
        ),
        "“{step}” is held by {owner} since another instant than somebody gave it away.",
    ),
)
"""How the times agree in which each owner held a step."""

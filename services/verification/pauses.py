"""What must hold of pauses and of who held what: each day of a wait rests on it."""

from typing import Final

from sqlalchemy import Text, and_, cast, exists, func, not_, select

from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock, Holding, Pause
from rules.pathway import CaseStatus
from services.verification.checks import Check

_REVIEW: Final = "review_pause"
_PLACE = Case.reference.label("place")
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
        select(_PLACE, Case.paused_on.label("held"), _SINCE.label("since")).where(
            Case.paused_on.is_distinct_from(_SINCE)
        ),
        "The case says that it is paused since {held}; its pauses under way begin {since}.",
    ),
    Check(
        select(_PLACE, Pause.number, Case.status)
        .join(Pause, _UNDER_WAY)
        .where(Case.status != CaseStatus.OPEN),
        "Pause {number} is under way on a case that is {status}.",
    ),
    Check(
        select(_PLACE, func.max(Pause.number).label("last"), func.count().label("held"))
        .join(Pause, Pause.case_id == Case.id)
        .group_by(Case.id, Case.reference)
        .having(func.max(Pause.number) != func.count()),
        "Its pauses are numbered to {last}, and there are {held}.",
    ),
    Check(
        select(_PLACE, Pause.number).join(Pause, _UNDER_WAY).where(not_(exists().where(_REVIEWED))),
        "Pause {number} is under way, and no clock says when it is looked at again.",
    ),
    Check(
        select(_PLACE, Clock.subject)
        .join(Clock, and_(Clock.case_id == Case.id, Clock.name == _REVIEW))
        .where(Clock.stopped_on.is_(None), not_(exists().where(_UNDER_WAY, _REVIEWED))),
        "A clock runs for the review of pause {subject}, which is not under way.",
    ),
)
"""How pauses, their reviews and their cases agree."""

_TURNS = select(
    Holding.case_id,
    Holding.step,
    Holding.step_revision,
    Holding.owner,
    Holding.held_from,
    func.lag(Holding.held_to)
    .over(
        partition_by=(Holding.case_id, Holding.step, Holding.step_revision),
        order_by=(Holding.held_from, Holding.id),
    )
    .label("handed_on"),
).subquery()
_LAST = (
    select(func.max(Holding.held_to))
    .where(
        Holding.case_id == CaseStep.case_id,
        Holding.step == CaseStep.step,
        Holding.step_revision == CaseStep.revision,
    )
    .scalar_subquery()
)

HOLDINGS: Final = (
    Check(
        select(_PLACE, _TURNS.c.step, _TURNS.c.owner)
        .join(_TURNS, _TURNS.c.case_id == Case.id)
        .join(
            CaseStep,
            and_(
                CaseStep.case_id == _TURNS.c.case_id,
                CaseStep.step == _TURNS.c.step,
                CaseStep.revision == _TURNS.c.step_revision,
            ),
        )
        .where(_TURNS.c.held_from != func.coalesce(_TURNS.c.handed_on, CaseStep.opened_at)),
        "“{step}” came to {owner} at another instant than somebody gave it away.",
    ),
    Check(
        select(_PLACE, CaseStep.step, CaseStep.owner)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(CaseStep.held_since != func.coalesce(_LAST, CaseStep.opened_at)),
        "“{step}” is held by {owner} since another instant than somebody gave it away.",
    ),
)
"""How the times agree in which each owner held a step."""

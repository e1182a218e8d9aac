"""Limits of the Act on the statutory board: six months to decide, twelve to complete the works."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.works import Approval, WorkOrder
from rules.clocks.dates import DECIDE_WITHIN, FINISH_WITHIN, decide_by, finish_by
from rules.clocks.workdays import in_words
from rules.pathway import StepName
from rules.reports.statutory_board import LIMIT_SOON, Entry, Matter, limit_words, on_board
from services.reports.holders import Held
from services.reports.on_board import BoardView, entry_of

_MONTHS_DIFFER: Final = timedelta(days=4)  # 31 August and six months: the last day of February

TO_DECIDE: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.SPECIFY: "Specify the works: `handrail decide specify`.",
        StepName.PRICE: "Confirm the quantities: `handrail decide price`.",
        StepName.TENDER: "Direct under s.2(2)(b), or award: `handrail decide tender`.",
        StepName.CONSENT: "Chase the landlord; on silence decide: `handrail decide consent`.",
        StepName.CERTIFICATES: "Chase the certificate, or waive the landlord's under s.22(3): "
        "`handrail decide certificates`.",
        StepName.APPROVE: "Decide, and give the notice: `handrail decide approve`.",
    }
)
"""What to do about a case that is not decided, by the step that holds it."""

_BEGIN: Final = "Nobody has begun it: `handrail case advance`."

_TO_FINISH: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.ASSIGN: "Get a contractor's answer: `handrail decide assign`.",
        StepName.ORDER: "See why the order has not gone out: `handrail case show`.",
        StepName.WORKS: "Agree a completion date with the contractor.",
    }
)
_EXTEND: Final = "Decide whether the time is extended (s.37(2)), and file that with the case."


def undecided(view: BoardView) -> Iterator[Entry]:
    """Yield applications that are not decided after six months, or nearly so (s.34(1)).

    Args:
        view: The board.
    """
    latest = view.at + LIMIT_SOON - DECIDE_WITHIN + _MONTHS_DIFFER
    near = view.cases(Case.applied_on <= latest, view.not_decided)
    held = view.held(select(Case.id).where(*near))
    for case in view.conn.execute(select(*Case.__table__.c).where(*near).order_by(Case.id)):
        limit = decide_by(applied_on=case.applied_on)
        if on_board(limit, at=view.at):
            holder = held.get(case.id)
            yield entry_of(
                view,
                matter=Matter.UNDECIDED,
                case=case,
                on=limit,
                what=limit_words(
                    "applied",
                    began_on=case.applied_on,
                    months="six months",
                    limit=limit,
                    at=view.at,
                ),
                held=holder,
                todo=TO_DECIDE.get(holder.step, "") if holder else _BEGIN,
            )


def unfinished(view: BoardView) -> Iterator[Entry]:
    """Yield approvals whose works are not certified after twelve months, or nearly so (s.37(1)).

    Args:
        view: The board.
    """
    later = aliased(Approval)
    superseded = exists().where(
        later.case_id == Approval.case_id,
        later.step_revision > Approval.step_revision,
        later.decided_on <= view.at,
    )
    certified = exists().where(
        WorkOrder.case_id == Case.id,
        WorkOrder.status != "cancelled",
        WorkOrder.certified_on <= view.at,
    )
    said = (
        select(func.max(WorkOrder.completed_on))
        .where(WorkOrder.case_id == Case.id, WorkOrder.status != "cancelled")
        .where(WorkOrder.completed_on <= view.at)
        .scalar_subquery()
    )
    latest = view.at + LIMIT_SOON - FINISH_WITHIN + _MONTHS_DIFFER
    near = view.cases(
        Approval.outcome == "approved", Approval.decided_on <= latest, ~superseded, ~certified
    )
    query = (
        select(*Case.__table__.c, Approval.decided_on, said.label("said_complete"))
        .join(Approval, Approval.case_id == Case.id)
        .where(*near)
        .order_by(Case.id)
    )
    ids = select(Case.id).join(Approval, Approval.case_id == Case.id).where(*near)
    held = view.held(ids)
    for case in view.conn.execute(query):
        limit = finish_by(approved_on=case.decided_on)
        if on_board(limit, at=view.at):
            yield _unfinished(view, case, limit, held.get(case.id))


def _unfinished(view: BoardView, case: AnyRow, limit: date, held: Held | None) -> Entry:
    words = limit_words(
        "approved", began_on=case.decided_on, months="twelve months", limit=limit, at=view.at
    )
    said = case.said_complete
    if said is not None:
        words = f"{words}; the contractor says complete on {in_words(said)}"
    chase = _TO_FINISH.get(held.step, "") if held else ""
    todo = f"{chase} {_EXTEND}".strip()
    matter = Matter.UNFINISHED
    return entry_of(view, matter=matter, case=case, on=limit, what=words, held=held, todo=todo)

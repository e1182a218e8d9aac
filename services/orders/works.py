"""Decisions of the works on site: begun, and said to be complete."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import approval_in_force, order_in_force
from models.tables.works import WorkOrder
from rules.decisions import CompleteWorks, StartWorks
from rules.errors import InvalidDecisionError, NotPermittedError, StatuteError
from rules.pathway import StepStatus
from rules.people import Role
from services.cases.effect import Context, Effect

_ORDER: Final = update(WorkOrder).where(WorkOrder.id == bindparam("row_id"))


def start(context: Context, decision: StartWorks) -> Effect:
    """Record that works began: not before the approval (s.29), not in the future, once."""
    order = _own_order(context)
    approval = approval_in_force(context.conn, case_id=context.case.id)
    if decision.started_on < approval.decided_on:
        raise StatuteError(
            f"Works cannot have begun on {decision.started_on:%-d %B %Y}.",
            why=f"The grant was approved on {approval.decided_on:%-d %B %Y}, and works begun "
            "before approval are not grant-aided.",
            section="s.29",
            next_step="Check the date with the contractor.",
        )
    _not_in_future(context, "start", decision.started_on)
    if order.started_on is not None:
        raise InvalidDecisionError(
            f"Works on {order.number} began on {order.started_on:%-d %B %Y}, as recorded before.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(_ORDER, {"row_id": order.id, "started_on": decision.started_on})
    context.case.stop_clock("start_works", why="started")
    return Effect(to=StepStatus.WAITING, waiting_for="contractor says complete, with evidence")


def complete(context: Context, decision: CompleteWorks) -> Effect:
    """Record that the contractor says the works are complete."""
    order = _own_order(context)
    _not_in_future(context, "completion", decision.completed_on)
    if order.started_on is None:
        raise InvalidDecisionError(
            f"No start is recorded for {order.number}.",
            why="The start of works is always recorded.",
            next_step="Record the start first, with `decide … works --start DATE`.",
        )
    if decision.completed_on < order.started_on:
        raise InvalidDecisionError(
            f"Works cannot be complete on {decision.completed_on:%-d %B %Y}.",
            why=f"They began on {order.started_on:%-d %B %Y}.",
            next_step="Check the date with the contractor.",
        )
    complete = {"completed_on": decision.completed_on, "status": "complete"}
    context.conn.execute(_ORDER, {"row_id": order.id, **complete})
    return Effect(to=StepStatus.DONE, closes=True, outcome="complete")


def _own_order(context: Context) -> AnyRow:
    """Return the order in force; a contractor speaks of its own orders only."""
    order = order_in_force(context.conn, case_id=context.case.id)
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != order.contractor:
        raise NotPermittedError(
            f"{order.number} is not an order to {context.actor.name}.",
            next_step="A contractor records the start and completion of its own orders only.",
        )
    return order


def _not_in_future(context: Context, what: str, day: date) -> None:
    if day > context.today:
        raise InvalidDecisionError(
            f"The {what} cannot be in the future ({day:%-d %B %Y}).",
            next_step="Record it on the day or afterwards.",
        )

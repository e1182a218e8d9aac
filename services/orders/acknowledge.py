"""The contractor says that it has the order: once for each version of it."""

from typing import Final

from sqlalchemy import Connection

from models.base import AnyRow, rows_by
from models.tables.record import Decision
from rules.decisions import BaseDecision, Facts, Option, decided, known
from rules.errors import AlreadyDecidedError
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.orders.works import own_order

_RECORDED: Final = rows_by(Decision, "case_id", "kind").order_by(Decision.id)


@decided(
    "acknowledge",
    at=StepName.WORKS,
    by=OFFICERS | {Role.CONTRACTOR},
    command="works",
    flag=Option("--acknowledge", "The contractor has the order and does it as it stands."),
)
class Acknowledge(BaseDecision):
    """The contractor has the order, has read it, and does the works as it says."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which order the contractor has."""
        version = known(", version {}", facts["version"])
        return f"The contractor has the order{known(' {}', facts['order'])}{version}."


def check_acknowledge(context: Context) -> AnyRow:
    """Return the order to be acknowledged; each version of it is once."""
    order = own_order(context)
    if acknowledged(context.conn, order=order):
        raise AlreadyDecidedError(
            f"{order.number}, version {order.version}, is acknowledged already.",
            next_step="Nothing was changed.",
        )
    return order


def acknowledged(conn: Connection, *, order: AnyRow) -> bool:
    """Say whether the contractor has said that it has the order as it stands."""
    said = {"order": order.number, "version": order.version}
    found = conn.execute(_RECORDED, {"case_id": order.case_id, "kind": "acknowledge"})
    return any(said.items() <= row.facts.items() for row in found)


@applies(Acknowledge, check=check_acknowledge)
def acknowledge(_context: Context, _decision: Acknowledge, order: AnyRow) -> Effect:
    """Put on record that it has the order; no step moves."""
    return Effect(to=None, facts={"order": order.number, "version": order.version})

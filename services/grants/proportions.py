"""Whether works came out cheaper than the approval rested on, and what was decided of it (s.42)."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.engine import Connection

from models.asked import one
from models.base import AnyRow
from models.case_queries import approval_of, ending_of, live_order, price_by_id
from models.replaced import done_before
from models.tables.record import Decision
from rules.grants.proportion import Proportion
from services.grants.budgets import grant_held, reduce_grant

SAID: Final = (
    select(Decision.facts, Decision.decided_at, Decision.actor)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind == literal_column("'recalculate-grant'"),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)
"""What was decided last of a case's grant as the works came out cheaper."""


class Recalculated(NamedTuple):
    """What was decided of a grant as the works came out cheaper.

    Args:
        reduced: Whether in proportion; otherwise it stays as approved.
    """

    case_id: int
    proportion: Proportion
    reduced: bool
    decided_at: datetime
    decided_by: str


def recalculated(conn: Connection, *, approval: AnyRow) -> Recalculated | None:
    """Return what was decided of the grant of an approval, or None."""
    row = one(conn, SAID, case_id=approval.case_id)
    if row is None or row.facts["approval"] != approval.step_revision:
        return None
    facts: dict[str, Any] = row.facts
    found = Proportion(
        estimated_pence=approval.works_pence + approval.fees_pence,
        outturn_pence=facts["outturn_pence"],
        granted_pence=approval.grant_pence,
    )
    return Recalculated(approval.case_id, found, facts["reduced"], row.decided_at, row.actor)


def grant_stands(conn: Connection, *, approval: AnyRow) -> int:
    """Return the grant in pence: as approved, or as reduced since (s.42)."""
    held = grant_held(conn, approval=approval)
    if held is not None:
        return held
    found = recalculated(conn, approval=approval)
    return found.proportion.grant_pence if found and found.reduced else int(approval.grant_pence)


def cheaper(conn: Connection, *, approval: AnyRow) -> Proportion | None:
    """Return how works that are signed off came out cheaper than approved; None where they did not.

    An order that ended with what was done is in proportion by its valuation.
    """
    order = live_order(conn, case_id=approval.case_id)
    if order is None or order.certified_on is None or ending_of(conn, order_id=order.id):
        return None
    works = done_before(conn, case_id=approval.case_id).total_pence
    works += price_by_id(conn, price_id=order.price_id).total_pence
    if works >= approval.works_pence:
        return None
    fees = approval.fees_pence
    return Proportion(approval.works_pence + fees, works + fees, approval.grant_pence)


def undecided(conn: Connection, *, approval: AnyRow) -> Proportion | None:
    """Return a cheaper out-turn of which somebody has to decide; None where nothing depends on it.

    Where the grant pays everything, it pays what the works came to: that is the proportion.
    """
    found = cheaper(conn, approval=approval)
    if found is None or found.of_all:
        return None
    return found if reduction(conn, approval=approval, cheaper=found) is None else None


def reduction(conn: Connection, *, approval: AnyRow, cheaper: Proportion | None) -> bool | None:
    """Return whether it is decided that the grant is reduced in a proportion; None: it is not."""
    said = recalculated(conn, approval=approval)
    return said.reduced if said is not None and said.proportion == cheaper else None


def pay_what_it_came_to(conn: Connection, *, case: AnyRow, now: datetime) -> int:
    """Let a grant that pays everything pay what works signed off came to; return what it frees."""
    approval = approval_of(conn, case_id=case.id)
    found = None if approval is None else cheaper(conn, approval=approval)
    if approval is None or found is None or not found.of_all:
        return 0
    if recalculated(conn, approval=approval) is not None:
        return 0
    return reduce_grant(conn, case=case, approval=approval, grant_pence=found.grant_pence, now=now)


def pay_as_approved(conn: Connection, *, case: AnyRow, now: datetime) -> None:
    """Let it pay as approved again, where sign-off is opened again; what was decided stands."""
    approval = approval_of(conn, case_id=case.id)
    if approval is not None and recalculated(conn, approval=approval) is None:
        granted = approval.grant_pence
        reduce_grant(conn, case=case, approval=approval, grant_pence=granted, now=now)

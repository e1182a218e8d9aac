"""A contractor's capacity: what it has on hand, locked while somebody counts on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow, rows_by, word
from models.tables.contractors import Contractor
from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.errors import CapacityError
from rules.money import pounds

_CODES: Final[BindParameter[Any]] = bindparam("codes", expanding=True)
_LIVE: Final = or_(
    Offer.status == word("offered"),
    and_(
        Offer.status == word("accepted"),
        or_(WorkOrder.id.is_(None), WorkOrder.status.in_((word("raised"), word("sent")))),
    ),
)
_ON_HAND: Final = (
    select(Offer.contractor, func.count(), func.sum(Offer.net_pence))
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(Offer.contractor.in_(_CODES), _LIVE)
    .group_by(Offer.contractor)
)
_LOCKED: Final = (
    select(Contractor.code)
    .where(Contractor.code.in_(_CODES))
    .order_by(Contractor.code)
    .with_for_update()
)
_LIMITS: Final = rows_by(Contractor, "code")


@dataclass(frozen=True, slots=True)
class OnHand:
    """What a contractor has accepted or been offered and not yet completed."""

    orders: int
    net_pence: int


def on_hand(conn: Connection, *, contractors: Iterable[str]) -> dict[str, OnHand]:
    """Return what each contractor has on hand: offers out, and works accepted and not complete."""
    rows = conn.execute(_ON_HAND, {"codes": list(contractors)})
    return {code: OnHand(int(count), int(net)) for code, count, net in rows}


def lock_contractors(conn: Connection, *, contractors: Iterable[str]) -> None:
    """Hold contractors' rows until the transaction ends, so that nobody counts on them meanwhile.

    Args:
        contractors: Contractor codes; locked in order, so that two holders never wait in a ring.
    """
    conn.execute(_LOCKED, {"codes": sorted(contractors)}).all()


def check_capacity(conn: Connection, *, offer: AnyRow) -> None:
    """Refuse an acceptance that would take the contractor past its capacity.

    Args:
        offer: The offer; it counts as on hand already.

    Raises:
        CapacityError: With this offer the contractor has more than it said it can take.
    """
    lock_contractors(conn, contractors=[offer.contractor])
    limits = conn.execute(_LIMITS, {"code": offer.contractor}).one()
    held = on_hand(conn, contractors=[offer.contractor])[offer.contractor]
    over = []
    if limits.capacity_orders is not None and held.orders > limits.capacity_orders:
        over.append(f"{held.orders} orders of {limits.capacity_orders}")
    if limits.capacity_value_pence is not None and held.net_pence > limits.capacity_value_pence:
        over.append(f"{pounds(held.net_pence)} of {pounds(limits.capacity_value_pence)}")
    if over:
        raise CapacityError(
            f"{limits.name} has no room for these works: {' and '.join(over)}.",
            next_step="Raise its capacity by importing contractors again, or decline the offer.",
        )

"""A contractor's capacity: what it has on hand, locked while somebody counts on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.engine import Connection

from models.base import word
from models.tables.contractors import Contractor
from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.money import pounds
from rules.sentences import several

_CODES: Final[BindParameter[Any]] = bindparam("codes", expanding=True)
LIVE: Final = or_(
    Offer.status == word("offered"),
    and_(
        Offer.status == word("accepted"),
        or_(WorkOrder.id.is_(None), WorkOrder.status.in_((word("raised"), word("sent")))),
    ),
)
_ON_HAND: Final = (
    select(Offer.contractor, func.count(), func.sum(Offer.net_pence))
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(Offer.contractor.in_(_CODES), LIVE)
    .group_by(Offer.contractor)
)
_LOCKED: Final = (
    select(Contractor.code)
    .where(Contractor.code.in_(_CODES))
    .order_by(Contractor.code)
    .with_for_update()
)
_LIMITS: Final = (
    select(
        Contractor.code,
        Contractor.name,
        Contractor.capacity_orders,
        Contractor.capacity_value_pence,
    )
    .where(Contractor.code.in_(_CODES))
    .order_by(Contractor.code)
)


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


def beyond_capacity(conn: Connection, *, contractors: Iterable[str]) -> dict[str, str]:
    """Return, in a sentence, each contractor with more on hand than its capacity is now.

    No offer is made beyond a capacity, so it was lowered since. What was offered keeps its place.
    """
    codes = sorted(set(contractors))
    held = on_hand(conn, contractors=codes)
    found = {}
    for limits in conn.execute(_LIMITS, {"codes": codes}):
        mine = held.get(limits.code, OnHand(0, 0))
        over = []
        if limits.capacity_orders is not None and mine.orders > limits.capacity_orders:
            over.append(f"{several(mine.orders, 'order')}, of {limits.capacity_orders}")
        if limits.capacity_value_pence is not None and mine.net_pence > limits.capacity_value_pence:
            over.append(f"{pounds(mine.net_pence)}, of {pounds(limits.capacity_value_pence)}")
        if over:
            found[limits.code] = (
                f"{limits.name} has more on hand than its capacity is now: {' and '.join(over)}. "
                "Offers made before keep their place and can be accepted; nothing new is offered "
                "to it until there is room."
            )
    return found

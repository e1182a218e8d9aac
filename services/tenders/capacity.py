"""A contractor's capacity: what it has on hand, locked while somebody counts on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, or_, select

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
_ACCEPTED: Final = (
    select(func.count(), func.sum(Offer.net_pence))
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(
        Offer.contractor == bindparam("contractor"),
        Offer.id != bindparam("offer_id"),
        Offer.status == word("accepted"),
        LIVE,
    )
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


def over_by_accepting(
    conn: Connection, *, contractor: str, offer_id: int, net_pence: int
) -> tuple[str, str]:
    """Return why a contractor has no room for one offer, in a sentence, and its name; or nothing.

    It counts what it has accepted and not completed; what it was only offered keeps nothing from
    it. Its row is held until the transaction ends, so that of many acceptances at once each counts
    those before it.
    """
    lock_contractors(conn, contractors=[contractor])
    asked = {"contractor": contractor, "offer_id": offer_id}
    orders, held = conn.execute(_ACCEPTED, asked).one()
    limits = conn.execute(_LIMITS, {"codes": [contractor]}).one()
    over = []
    if limits.capacity_orders is not None and orders + 1 > limits.capacity_orders:
        over.append(f"{several(orders, 'order')} accepted, of {limits.capacity_orders}")
    total = int(held or 0) + net_pence
    if limits.capacity_value_pence is not None and total > limits.capacity_value_pence:
        over.append(
            f"{pounds(total)} with this one, of {pounds(limits.capacity_value_pence)} at most"
        )
    return " and ".join(over), limits.name


def beyond_capacity(conn: Connection, *, contractors: Iterable[str]) -> dict[str, str]:
    """Return, in a sentence, each contractor with more on hand than its capacity is now.

    No offer is made beyond a capacity, so it was lowered since. An offer that is out stays out, and
    is accepted where there is room for it then.
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
                "Offers made before stay out, and can be accepted up to the capacity; nothing new "
                "is offered to it until there is room."
            )
    return found

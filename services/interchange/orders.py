"""The order in force on a case, for a contractor's own system."""

from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import case_row, live_order, price_by_id
from models.order_versions import variation_lines, variations_of, versions_of
from rules.errors import UnknownReferenceError
from rules.interchange.changes import Issued, LineVaried, Sums, Varied, changes_in_hact
from rules.interchange.hact import Ordered, in_hact
from rules.people import Actor
from services.cases.visible import visible_case
from services.orders.order_paper import work_order_paper


def order_in_hact(
    conn: Connection, *, reference: str, viewer: Actor | None = None
) -> dict[str, Any]:
    """Return the order in force on a case, how it changed and what became of it, in HACT's terms.

    Args:
        viewer: Who looks, where somebody in particular does.

    Raises:
        UnknownReferenceError: There is no such case among those they may see, or no order on it.
    """
    if viewer is None:
        case = case_row(conn, reference=reference)
    else:
        case = visible_case(conn, reference=reference, viewer=viewer)
    order = live_order(conn, case_id=case.id)
    if order is None:
        raise UnknownReferenceError(
            f"No order is in force on {case.reference}.",
            next_step="It is raised once the grant is approved and a contractor has accepted.",
        )
    stands = in_hact(
        Ordered(
            paper=work_order_paper(conn, case=case),
            version=order.version,
            contractor=order.contractor,
            authority=case.authority,
            urgent=case.urgent,
            raised_at=order.raised_at,
            started_on=order.started_on,
            completed_on=order.completed_on,
        )
    )
    versions, variations = _versions(conn, order), _variations(conn, order)
    return stands | changes_in_hact(versions=versions, variations=variations)


def _versions(conn: Connection, order: AnyRow) -> list[Issued]:
    made_by = {row.id: row.number for row in variations_of(conn, order_id=order.id)}
    return [
        Issued(
            version=row.version,
            issued_at=row.issued_at,
            price=_price(conn, row.price_id),
            variation=made_by.get(row.variation_id),
            changed=tuple(row.changed),
        )
        for row in versions_of(conn, order_id=order.id)
    ] or [
        Issued(  # of an order of an earlier release, before its first variation
            version=order.version,
            issued_at=order.raised_at,
            price=_price(conn, order.price_id),
            variation=None,
            changed=(),
        )
    ]


def _price(conn: Connection, price_id: int) -> Sums:
    row = price_by_id(conn, price_id=price_id)
    return Sums(net_pence=row.net_pence, vat_pence=row.vat_pence)


def _variations(conn: Connection, order: AnyRow) -> list[Varied]:
    lines = variation_lines(conn, order_id=order.id)
    return [
        Varied(
            number=row.number,
            status=row.status,
            claimed_at=row.claimed_at,
            ended_at=row.ended_at,
            claimed=_sums(row, "claimed"),
            agreed=None if row.agreed_net_pence is None else _sums(row, "agreed"),
            lines=tuple(_line(line) for line in lines.get(row.id, ())),
        )
        for row in variations_of(conn, order_id=order.id)
    ]


def _line(row: AnyRow) -> LineVaried:
    return LineVaried(
        line=row.line,
        change=row.change,
        code=row.code,
        description=row.description,
        unit=row.unit,
        location=row.location or "",
        before=row.before,
        claimed=row.claimed_quantity,
        taken=row.taken,
        agreed=row.agreed_quantity,
        difference=_sums(row, "claimed" if row.agreed_net_pence is None else "agreed"),
    )


def _sums(row: AnyRow, which: str) -> Sums:
    net, vat = (getattr(row, f"{which}_{part}_pence") for part in ("net", "vat"))
    return Sums(net_pence=net, vat_pence=vat)

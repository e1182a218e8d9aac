"""The council's own contracts as they are published; nothing of anybody else's."""

from datetime import UTC, datetime, time
from typing import Any, Final

from sqlalchemy import Connection

from adapters.settings import settings
from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.case_queries import award_in_force, ending_of, live_order, price_by_id
from models.contacts import contractor_of, works_title
from models.order_versions import versions_of
from models.tables.reference import Authority
from rules.clocks.dates import london_date
from rules.contracting import why_no_release
from rules.errors import UnknownReferenceError
from rules.publication import PublicContract, notice, release
from rules.tenders.routes import Route
from services.orders.order_paper import route_words
from services.tenders.contracting import party_of_price

_AUTHORITY: Final = rows_by(Authority, "code")


def release_of(conn: Connection, *, case: AnyRow) -> dict[str, Any]:
    """Return the OCDS release of the contract on a case.

    Raises:
        UnknownReferenceError: No order stands, or the contract is not the council's.
    """
    return release(_contract(conn, case))


def notice_of(conn: Connection, *, case: AnyRow) -> dict[str, Any]:
    """Return the fields of the contract details notice of the contract on a case (s.87).

    Raises:
        UnknownReferenceError: No order stands, or the contract is not the council's.
    """
    return notice(_contract(conn, case))


def _contract(conn: Connection, case: AnyRow) -> PublicContract:
    order = live_order(conn, case_id=case.id)
    if order is None:
        raise UnknownReferenceError(
            f"{case.reference} has no work order, so there is no contract to publish.",
            next_step="It is there once the order is raised.",
        )
    price = price_by_id(conn, price_id=order.price_id)
    if why := why_no_release(party_of_price(price)):
        raise UnknownReferenceError(
            f"Nothing is published of {order.number} on {case.reference}.",
            why=why,
            next_step="There is nothing to do.",
        )
    made = award_in_force(conn, case_id=case.id)
    authority = reference_rows(conn, _AUTHORITY, code=case.authority)[0]
    ended = ending_of(conn, order_id=order.id)
    versions = versions_of(conn, order_id=order.id)
    return PublicContract(
        prefix=settings().ocds_prefix,
        number=order.number,
        version=order.version,
        amended=len(versions) > 1,
        status="certified" if ended is not None else order.status,
        authority=authority.name,
        authority_code=authority.code,
        ons_code=authority.ons_code,
        address=authority.address,
        email=authority.email,
        contractor=contractor_of(conn, code=order.contractor).name,
        contractor_code=order.contractor,
        title=works_title(case).capitalize(),
        how=route_words(conn, made=made),
        lot=order.lot,
        competed=made.route == Route.QUOTES,
        net_pence=ended.net_pence if ended is not None else price.net_pence,
        total_pence=ended.total_pence if ended is not None else price.total_pence,
        awarded_at=made.made_at,
        signed_at=order.raised_at,
        changed_at=_changed_at(order, ended, versions[-1].issued_at if versions else None),
        start_by=order.start_by,
        complete_by=order.complete_by,
    )


def _changed_at(order: AnyRow, ended: AnyRow | None, issued: datetime | None) -> datetime:
    """Return when what is published last changed, so that it reads the same until it does."""
    at: datetime = issued or order.raised_at
    over = ended.ended_on if ended is not None else order.certified_on
    if over is None or over <= london_date(at):
        return datetime.fromisoformat(at.isoformat())
    return datetime.combine(over, time(), UTC)

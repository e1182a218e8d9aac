"""Sending links: a new one to somebody's page of a case, or a contractor one to each order.

They go to the address on file alone, whoever asks. Who asks by a link that has run out learns
nothing of whether anything was sent.
"""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from models import outbox
from models.case_queries import live_offer, live_order
from models.contacts import (
    authority_of,
    client_of,
    contractor_of,
    landlord_of,
    officer_at,
    works_title,
)
from models.tables.cases import Case
from models.tables.works import WorkOrder
from rules.clocks.dates import london_date
from rules.people import Role, of_one_case
from services.cases import CaseInHand, tell
from services.cases.take import take
from services.links.links import (
    CASE_FOR,
    OFFER_FOR,
    ORDER_FOR,
    Link,
    make_case_link,
    make_link,
    row_of,
)
from services.people import tries

LIVE_ORDERS: Final = ("raised", "sent", "complete")
_ORDERS: Final = (
    select(WorkOrder.id, WorkOrder.number, WorkOrder.case_id, WorkOrder.complete_by)
    .add_columns(Case.work_type, Case.postcode)
    .join(Case, Case.id == WorkOrder.case_id)
    .where(WorkOrder.contractor == bindparam("contractor"), WorkOrder.status.in_(LIVE_ORDERS))
    .order_by(WorkOrder.complete_by, WorkOrder.id)
)


class NewLink(NamedTuple):
    """A link that was just made: its name, which a message holds as ``page``, and its last day."""

    name: str
    until: date


def link_in_force(case: CaseInHand, *, contractor: str) -> NewLink | None:
    """Make a contractor's link to what is in force on a case; None where nothing of its is."""
    order, offer = (one(case.conn, case_id=case.id) for one in (live_order, live_offer))
    about = order or offer
    if about is None or about.contractor != contractor:
        return None
    which = {"order_id": order.id} if order is not None else {"offer_id": about.id}
    name = make_link(case.conn, case_id=case.id, contractor=contractor, now=case.now, **which)
    lasts = ORDER_FOR if order is not None else OFFER_FOR
    return NewLink(name, london_date(case.now + lasts))


def send_new_link(case: CaseInHand, *, contractor: str) -> bool:
    """Put a new link to what is in force up to be sent to the address on file; say whether any."""
    firm = contractor_of(case.conn, code=contractor)
    link = link_in_force(case, contractor=contractor) if firm.email else None
    if link is not None:
        values = {"page": link.name, "until": link.until}
        tell(case, kind="link_to_contractor", once_for=link.name, to=firm, context=values)
    return link is not None


def count_asking(conn: Connection, *, token: str, address: str, now: datetime) -> None:
    """Count that something was asked to be sent by a link, before it is looked which it is.

    Raises:
        TooManyTriesError: It was asked for too often, by this link or from this address.
    """
    tries.count(conn, against=tries.counted(email=f"page {token}", address=address), now=now)


def send_case_link(case: CaseInHand, *, role: Role, subject_id: int | None = None) -> bool:
    """Put a new link up to be sent to the client's or the landlord's address on file; say whether.

    Args:
        role: Whose page it is.
        subject_id: What a landlord is asked.
    """
    client = role is Role.CLIENT
    to = client_of(case.row) if client else landlord_of(case.conn, case=case.row)
    if not to.email or case.status_is_exit():
        return False
    name = make_case_link(
        case.conn, case_id=case.id, role=role, now=case.now, subject_id=subject_id
    )
    values = {"page": name, "until": london_date(case.now + CASE_FOR)}
    kind = "link_to_client" if client else "link_to_landlord"
    tell(case, kind=kind, once_for=name, to=to, context=values)
    return True


def renew_link(conn: Connection, *, token: str, role: Role, now: datetime) -> None:
    """Send a new link in place of one that has run out; nothing where it was none, or stopped."""
    row = row_of(conn, token=token, role=role)
    if row is None or row.revoked_at is not None:
        return
    case = take(conn, reference=row.reference, now=now)
    if role is Role.CONTRACTOR:
        who, went = row.contractor, send_new_link(case, contractor=row.contractor)
    else:
        who = of_one_case(role, name="").identity
        went = send_case_link(case, role=role, subject_id=row.subject_id)
    if went:
        _note(case, by=who, action=f"{role}’s page: link sent again")
        case.put_back()
        _deliver(conn, key=f"{row.reference}:link:{row.name}:{now.isoformat()}", now=now)


def send_orders(conn: Connection, *, link: Link, now: datetime) -> None:
    """Send a firm its open orders, each with a link of its own, to the address on file."""
    firm = contractor_of(conn, code=link.actor.identity)
    orders = conn.execute(_ORDERS, {"contractor": link.actor.identity}).all()
    if not (firm.email and orders):
        return
    case = take(conn, reference=link.reference, now=now)
    authority = authority_of(conn, case=case.row)
    officer = officer_at(conn, case=case.row, authority=authority, on=london_date(now))
    jobs: list[dict[str, Any]] = [
        {
            "order_number": one.number,
            "works_title": works_title(one),
            "postcode_area": one.postcode.split(" ")[0],
            "complete_by": one.complete_by.isoformat(),
            "page": make_link(
                conn, case_id=one.case_id, contractor=link.actor.identity, order_id=one.id, now=now
            ),
        }
        for one in orders
    ]
    payload = {
        "kind": "orders_to_contractor",
        "to": firm.email,
        "by_post_to": "",
        "reply_to": authority.email or officer.email,
        "context": {
            "contractor_name": firm.name,
            "authority_name": authority.name,
            "officer_name": officer.name,
            "officer_phone": officer.phone,
            "officer_email": officer.email,
            "jobs": jobs,
        },
        "attachments": [],
    }
    key = f"orders:{jobs[0]['page']}"
    outbox.add(conn, [outbox.message_row(key=key, case_id=None, payload=payload, now=now)])
    _note(case, by=link.actor.identity, action="contractor’s page: own orders sent")
    case.put_back()
    _deliver(conn, key=key, now=now)


def _note(case: CaseInHand, *, by: str, action: str) -> None:
    case.note(actor=by, action=action, reason="asked for on its page, to the address on file")


def _deliver(conn: Connection, *, key: str, now: datetime) -> None:
    outbox.request_run(conn, key=f"{key}:send", flow="deliver-messages", parameters={}, now=now)

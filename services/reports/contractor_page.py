"""A contractor's own page: its one offer, or its one order, and no more of the case than that.

Of an offer it says neither who the client is nor where exactly they live. An order says both while
it is in force. Nothing of the grant, of other firms or of letters to others is on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from adapters import files
from adapters.settings import settings
from models.base import AnyRow
from models.case_queries import (
    OF_CASE,
    OF_PRICE,
    award_in_force,
    case_row,
    price_by_id,
    price_lines,
)
from models.contacts import authority_of, officer_at, works_title
from models.tables.record import Decision, Document, Outbox
from models.together import Together
from rules.clocks.dates import london_date
from rules.decisions.declared import BaseDecision
from rules.decisions.facts import Facts
from rules.documents.items import item_of, item_words
from rules.errors import UnknownReferenceError
from rules.numbers import written
from rules.pathway import CaseStatus
from services.assignment.offered import what_is_offered
from services.cases import notes
from services.cases.in_hand import CaseInHand
from services.cases.messages import works_dates
from services.cases.take import take
from services.decisions.by_link import Subject, may_by_link, subject_of
from services.decisions.kinds import KINDS
from services.documents.erasing import check_not_erased
from services.links import questions
from services.links.links import Link
from services.tenders.awards import frozen_inputs

_SAID: Final = (
    select(Decision.kind, Decision.facts, Decision.decided_at)
    .where(Decision.case_id == bindparam("case_id"), Decision.actor == bindparam("actor"))
    .order_by(Decision.id.desc())
)
_SENT: Final = (
    select(Outbox.payload)
    .where(Outbox.case_id == bindparam("case_id"), Outbox.kind == "message")
    .order_by(Outbox.id)
)
_PATH: Final = (
    select(*Document.__table__.c)
    .where(Document.case_id == bindparam("case_id"), Document.path == bindparam("path"))
    .limit(1)
)


_OF_CASE: Final = Together(*OF_CASE, notes.HELD, questions.HELD)
_OF_PRICE: Final = Together(*OF_PRICE)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it was sent to the contractor under its order.

    Args:
        number: What it is asked for by.
        name: What it is called.
        endings: As what it can be opened: ``pdf``, ``html``.
    """

    number: int
    name: str
    endings: tuple[str, ...]


def contractor_page(conn: Connection, *, link: Link, now: datetime) -> dict[str, Any]:
    """Return what a link's page shows; nothing is changed."""
    case = take(conn, reference=link.reference, now=now, to_change=False)
    _OF_CASE.ask(conn, case_id=case.id)
    subject = subject_of(conn, link=link)
    _OF_PRICE.ask(conn, id=subject.row.price_id, price_id=subject.row.price_id)
    authority = authority_of(conn, case=case.row)
    may = may_by_link(case, link=link, subject=subject)
    shown = _order(case, subject, link) if subject.is_order else _offer(case, subject, now)
    return {
        "firm": link.firm.name,
        "reference": case.reference,
        "works": works_title(case.row),
        "authority": authority.name,
        "officer": officer_at(conn, case=case.row, authority=authority, on=london_date(now)),
        "postcode_area": case.row.postcode.split(" ")[0],
        "may": may,
        "live": subject.live,
        "is_order": subject.is_order,
        "questions": [
            one
            for one in questions.questions_on(conn, case_id=case.id)
            if one.contractor == link.firm.identity
        ],
        "said": list(_said(conn, link)),
        **shown,
    }


def _offer(case: CaseInHand, subject: Subject, now: datetime) -> dict[str, Any]:
    offer, today = subject.row, london_date(now)
    late = offer.status == "offered" and offer.expires_on < today
    return {
        "state": "late" if late else offer.status,
        "answer_by": offer.expires_on,
        "answered_on": london_date(offer.answered_at) if offer.answered_at else None,
        "start_on": offer.start_on,
        **(_works_offered(case, offer) if subject.live else {}),
    }


def _works_offered(case: CaseInHand, offer: AnyRow) -> dict[str, Any]:
    lines = frozen_inputs(case, award_in_force(case.conn, case_id=case.id)).lines
    return {
        "dates": works_dates(case),
        "net_pence": offer.net_pence,
        "total_pence": offer.total_pence,
        "offered": what_is_offered(case.conn, price_id=offer.price_id, lines=lines),
    }


def _order(case: CaseInHand, subject: Subject, link: Link) -> dict[str, Any]:
    order = subject.row
    if not subject.live:
        return {"state": order.status, "order": order}
    price = price_by_id(case.conn, price_id=order.price_id)
    open_ = case.status is CaseStatus.OPEN
    return {
        "state": order.status,
        "order": order,
        "home": _home(case) if open_ else None,
        "lines": [_line(row) for row in price_lines(case.conn, price_id=order.price_id)],
        "covered": _covered(case, order),
        "net_pence": price.net_pence,
        "vat_pence": price.vat_pence,
        "total_pence": price.total_pence,
        "papers": [paper for paper, _ in _papers(case.conn, link, order)] if open_ else [],
    }


def _home(case: CaseInHand) -> dict[str, Any]:
    """Return whom to ring and where to go: only what a contractor with an order needs."""
    return {
        "client": case.row.client_name,
        "address": case.row.address,
        "postcode": case.row.postcode,
        "phone": case.row.phone,
        "access": notes.access_for_contractor(case.conn, case_id=case.id),
    }


def _line(row: AnyRow) -> dict[str, Any]:
    return {
        "item": item_words(item_of(line=row.line, covers=row.covers)),
        "what": row.description,
        "much": f"{written(row.quantity)} {row.unit}".strip(),
        "where": row.location,
        "net_pence": row.net_pence,
    }


def _covered(case: CaseInHand, order: AnyRow) -> list[dict[str, Any]]:
    """Return the works that items of a package's price cover, each by itself; else none."""
    lines = frozen_inputs(case, award_in_force(case.conn, case_id=case.id)).lines
    shown = what_is_offered(case.conn, price_id=order.price_id, lines=lines)
    return shown["works"] if shown["prices"] else []


def _said(conn: Connection, link: Link) -> Iterator[tuple[datetime, str]]:
    """Yield what the firm itself recorded on the case, the newest first."""
    asked = {"case_id": link.case_id, "actor": link.firm.identity}
    for row in conn.execute(_SAID, asked):
        kind: type[BaseDecision] | None = KINDS.get(row.kind)
        if kind is not None:
            yield row.decided_at, kind.said(Facts(row.facts))


# ---- the documents that were sent with the order


def _papers(
    conn: Connection, link: Link, order: AnyRow
) -> Iterator[tuple[Paper, dict[str, tuple[str, str]]]]:
    """Yield each document that left with an order, and where its bytes are by ending."""
    seen: set[str] = set()
    for payload in conn.execute(_SENT, {"case_id": link.case_id}).scalars():
        context = payload.get("context") or {}
        theirs = str(payload.get("kind")).endswith("_to_contractor")
        if not theirs or context.get("order_number") != order.number:
            continue
        for item in payload.get("attachments") or ():
            if item["path"] not in seen:
                seen.add(item["path"])
                row = conn.execute(_PATH, {"case_id": link.case_id, "path": item["path"]}).first()
                if row is not None:
                    places = _places(row)
                    name = item["name"].rpartition(".")[0] or item["name"]
                    yield Paper(len(seen), name, tuple(places)), places


def _places(row: AnyRow) -> dict[str, tuple[str, str]]:
    html = {"html": (row.html_path, row.html_sha256)}
    return {"pdf": (row.path, row.sha256)} | html if row.path.endswith(".pdf") else html


def paper_bytes(conn: Connection, *, link: Link, number: int, ending: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a document that left with a link's order.

    Raises:
        UnknownReferenceError: There is no such document of this order, or the order has ended.
        StorageError: Its bytes are not those on record.
    """
    subject = subject_of(conn, link=link)
    live = subject.live and case_row(conn, reference=link.reference).status == CaseStatus.OPEN
    found = _papers(conn, link, subject.row) if subject.is_order and live else iter(())
    for paper, places in found:
        if paper.number == number and ending in places:
            path, digest = places[ending]
            check_not_erased(path)
            data = files.read(folder=settings().documents_folder, path=path, sha256=digest)
            return f"{paper.name}.{ending}", data
    raise UnknownReferenceError(
        "There is no such document on this page.", next_step="Go back to your page."
    )

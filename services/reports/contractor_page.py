"""A contractor's own page: its one offer, or its one order, and no more of the case than that.

Of an offer it says neither who the client is nor where exactly they live. An order says both while
it is in force. Nothing of the grant, of other firms or of letters to others is on it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

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
from models.findings import refused_on, shown_words, snags_on
from models.tables.record import Decision
from models.together import Together
from rules.clocks.dates import london_date
from rules.documents.items import item_of, item_words
from rules.errors import UnknownReferenceError
from rules.numbers import written
from rules.pathway import CaseStatus
from rules.snags import WITH_CONTRACTOR, open_snags
from services.aftercare.held import recalls_to
from services.assignment.offered import what_is_offered
from services.cases import CaseInHand, notes, works_dates
from services.cases.take import take
from services.completion.snag_clocks import snag_due
from services.consents.cleared import consent_words
from services.decisions.by_link import Subject, may_by_link, subject_of
from services.decisions.kinds import KINDS
from services.decisions.receive import received_bytes
from services.decisions.words import words_of
from services.documents.received import document_of, received_on
from services.links import questions
from services.links.links import Link
from services.reports.sent_papers import Paper, bytes_of_paper, papers_sent
from services.tenders.awards import frozen_inputs

_SAID: Final = (
    select(Decision.kind, Decision.facts, Decision.decided_at)
    .where(Decision.case_id == bindparam("case_id"), Decision.actor == bindparam("actor"))
    .order_by(Decision.id.desc())
)
_OF_CASE: Final = Together(*OF_CASE, notes.HELD, questions.HELD)
_OF_PRICE: Final = Together(*OF_PRICE)


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
        "firm": link.actor.name,
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
            if one.contractor == link.actor.identity
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
    recalls = recalls_to(case.conn, case_id=case.id, firm=link.actor.identity)
    if not subject.live:
        return {"state": order.status, "order": order, "recalls": recalls}
    price = price_by_id(case.conn, price_id=order.price_id)
    waits = any(one.holder == "contractor" for one in recalls)
    open_ = case.status is CaseStatus.OPEN or waits
    return {
        "state": order.status,
        "order": order,
        "recalls": recalls,
        "home": _home(case) if open_ else None,
        "lines": [_line(row) for row in price_lines(case.conn, price_id=order.price_id)],
        "covered": _covered(case, order),
        "net_pence": price.net_pence,
        "vat_pence": price.vat_pence,
        "total_pence": price.total_pence,
        "consent": consent_words(case.conn, case=case.row) if open_ else None,
        "papers": list(_papers(case.conn, link, order)) if open_ else [],
        "snags": snags_shown(case, order) if open_ else [],
        "refused": _refused(case, order) if open_ else [],
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
    asked = {"case_id": link.case_id, "actor": link.actor.identity}
    for row in conn.execute(_SAID, asked):
        if row.kind in KINDS:
            yield row.decided_at, words_of(conn, kind=row.kind, facts=row.facts)


def _refused(case: CaseInHand, order: AnyRow) -> list[dict[str, Any]]:
    """Return what the contractor handed in that does not count, and is wanted again."""
    return [
        {"shows": shown_words(row), "why": row.refused_why, "on": london_date(row.refused_at)}
        for row in refused_on(case.conn, order_id=order.id)
    ]


def snags_shown(case: CaseInHand, order: AnyRow) -> list[dict[str, Any]]:
    """Return the open snags of an order with the day each is to be put right by."""
    held = {one.number for one in received_on(case.conn, case_id=case.id) if not one.withdrawn}
    return [
        {
            "number": one.number,
            "line": one.line,
            "words": one.wrong,
            "state": one.state.words,
            "theirs": one.state in WITH_CONTRACTOR,
            "due": snag_due(case, one) if one.state in WITH_CONTRACTOR else None,
            "photographs": [number for number in one.shown if number in held],
        }
        for one in open_snags(snags_on(case.conn, order_id=order.id))
    ]


def snag_photograph(conn: Connection, *, link: Link, number: int) -> tuple[str, bytes]:
    """Return the type and the bytes of a photograph that shows an open snag of a link's order.

    Raises:
        UnknownReferenceError: No open snag of this order is shown by it, or the order has ended.
        StorageError: Its bytes are not those on record.
    """
    subject = subject_of(conn, link=link)
    case = case_row(conn, reference=link.reference)
    live = subject.live and case.status == CaseStatus.OPEN and subject.is_order
    snags = open_snags(snags_on(conn, order_id=subject.row.id)) if live else ()
    if not any(number in one.shown for one in snags):
        raise UnknownReferenceError(
            "There is no such photograph on this page.", next_step="Go back to your page."
        )
    found = document_of(conn, case=case, number=number)
    return found.mime, received_bytes(found)


# ---- the documents that were sent with the order


def _papers(conn: Connection, link: Link, order: AnyRow) -> Iterator[Paper]:
    def theirs(payload: Mapping[str, Any]) -> bool:
        context = payload.get("context") or {}
        to_them = str(payload.get("kind")).endswith("_to_contractor")
        return to_them and context.get("order_number") == order.number

    return papers_sent(conn, case_id=link.case_id, theirs=theirs)


def paper_bytes(conn: Connection, *, link: Link, number: int, ending: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a document that left with a link's order.

    Raises:
        UnknownReferenceError: There is no such document of this order, or the order has ended.
        StorageError: Its bytes are not those on record.
    """
    subject = subject_of(conn, link=link)
    live = subject.live and case_row(conn, reference=link.reference).status == CaseStatus.OPEN
    found = _papers(conn, link, subject.row) if subject.is_order and live else iter(())
    return bytes_of_paper(found, number=number, ending=ending)

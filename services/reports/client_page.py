"""The page of a case's client, by their own link: what was ordered for them, what was found.

Nothing of the file, of other firms, or of letters to others is on it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.case_queries import inspected, live_order
from models.contacts import authority_of, contractor_of, officer_at, works_title
from models.tables.record import Decision
from rules.agreement import HOW_WORDS
from rules.clocks.dates import london_date
from rules.completion import Inspected
from rules.people import Role
from services.aftercare.held import defects_on
from services.aftercare.servicing import serviced_on
from services.assignment.order_works import lines_printed
from services.cases import CaseInHand
from services.cases.take import take
from services.completion.agreement import ClientAgrees
from services.completion.views import views_on
from services.decisions.by_link import may_by_link, subject_of
from services.decisions.kinds import KINDS
from services.decisions.words import words_of
from services.links.links import Link
from services.reports.sent_papers import Paper, bytes_of_paper, papers_sent

_SAID: Final = (
    select(Decision.kind, Decision.facts, Decision.decided_at)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.actor_role == Role.CLIENT.value,
        Decision.kind.not_in((ClientAgrees.kind, "receive-document")),
    )
    .order_by(Decision.id.desc())
)


def client_page(conn: Connection, *, link: Link, now: datetime) -> dict[str, Any]:
    """Return what a client's page shows; nothing is changed."""
    case = take(conn, reference=link.reference, now=now, to_change=False)
    authority = authority_of(conn, case=case.row)
    subject = subject_of(conn, link=link)
    order = live_order(conn, case_id=case.id)
    return {
        "client": case.row.client_name,
        "reference": case.reference,
        "works": works_title(case.row),
        "authority": authority.name,
        "officer": officer_at(conn, case=case.row, authority=authority, on=london_date(now)),
        "live": subject.live,
        "status": case.status.value,
        "may": may_by_link(case, link=link, subject=subject),
        "said": list(_said(conn, link)),
        "views": [
            (one, HOW_WORDS.get(one.how, "")) for one in reversed(views_on(conn, case_id=case.id))
        ],
        "papers": list(_papers(conn, link)) if subject.live else [],
        "order": None,
        "defects": [],
        "serviced": [],
        **(_order(case, order) if order is not None and subject.live else {}),
    }


def _order(case: CaseInHand, order: AnyRow) -> dict[str, Any]:
    known = inspected(case.conn, order=order)
    lines = lines_printed(case.conn, case=case.row, order=order)
    return {
        "order": order,
        "defects": defects_on(case.conn, case_id=case.id),
        "serviced": serviced_on(case.conn, case=case.row),
        "today": london_date(case.now),
        "contractor": contractor_of(case.conn, code=order.contractor),
        "lines": [(line, _found(known, line.line)) for line in lines],
    }


def _found(known: Inspected, line: int) -> str:
    """Return what the officer found on a line, as its client reads it; empty while not looked."""
    result = known.results.get(line, "")
    return f"To be put right: {known.snags[line]}" if result == "snag" else _FOUND.get(result, "")


_FOUND: Final = {"pass": "Done as it should be", "cleared": "Put right"}


def _said(conn: Connection, link: Link) -> Iterator[tuple[datetime, str]]:
    """Yield what the client recorded here, the newest first."""
    for row in conn.execute(_SAID, {"case_id": link.case_id}):
        if row.kind in KINDS:
            yield row.decided_at, words_of(conn, kind=row.kind, facts=row.facts)


def _papers(conn: Connection, link: Link) -> Iterator[Paper]:
    def theirs(payload: Mapping[str, Any]) -> bool:
        return str(payload.get("kind")).endswith("_to_client")

    return papers_sent(conn, case_id=link.case_id, theirs=theirs)


def client_paper(conn: Connection, *, link: Link, number: int, ending: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a document that was sent to a client.

    Raises:
        UnknownReferenceError: There is no such document, or the case has ended.
        StorageError: Its bytes are not those on record.
    """
    live = subject_of(conn, link=link).live
    papers = _papers(conn, link) if live else iter(())
    return bytes_of_paper(papers, number=number, ending=ending)

"""The page of a landlord for one request: the works, the letter and drawings, and the reply.

Nothing of money, of the client's health, of the file or of other landlords is on it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from models.contacts import authority_of, landlord_of, officer_at, works_title
from rules.clocks.dates import london_date
from services.cases.take import take
from services.consents.landlord import questions_of
from services.consents.tenancy import law_for
from services.decisions.by_link import may_by_link, subject_of
from services.documents.papers import works_printed
from services.documents.received import received_on
from services.links.links import Link
from services.reports.sent_papers import Paper, bytes_of_paper, papers_sent

_DRAWINGS_FROM: Final = 1_000
"""Numbers of drawings begin after it, so that none is a letter's."""


def landlord_page(conn: Connection, *, link: Link, now: datetime) -> dict[str, Any]:
    """Return what a landlord's page shows; nothing is changed."""
    case = take(conn, reference=link.reference, now=now, to_change=False)
    authority = authority_of(conn, case=case.row)
    subject, today = subject_of(conn, link=link), london_date(now)
    live = subject.live
    return {
        "landlord": landlord_of(conn, case=case.row).name,
        "reference": case.reference,
        "works": works_title(case.row),
        "address": f"{case.row.address}, {case.row.postcode}" if live else "",
        "client": case.row.client_name if live else "",
        "authority": authority.name,
        "officer": officer_at(conn, case=case.row, authority=authority, on=today),
        "live": live,
        "asked": subject.row,
        "law": law_for(case.row).letter,
        "lines": works_printed(conn, case=case.row, on=today) if live else (),
        "questions": questions_of(conn, case_id=case.id) if live else [],
        "papers": list(_papers(conn, link)) if live else [],
        "may": may_by_link(case, link=link, subject=subject),
    }


def _papers(conn: Connection, link: Link) -> Iterator[Paper]:
    yield from papers_sent(conn, case_id=link.case_id, theirs=_to_landlord)
    for one in received_on(conn, case_id=link.case_id):
        if one.kind == "drawing" and not one.withdrawn and one.mime == "application/pdf":
            name = one.name.rpartition(".")[0] or one.name
            yield Paper(_DRAWINGS_FROM + one.number, name, {"pdf": (one.path, one.sha256)})


def _to_landlord(payload: Mapping[str, Any]) -> bool:
    return payload.get("kind") == "consent_request_to_landlord"


def landlord_paper(conn: Connection, *, link: Link, number: int, ending: str) -> tuple[str, bytes]:
    """Return the name and the bytes of the letter or a drawing, while the request is open.

    Raises:
        UnknownReferenceError: There is no such document, or the request is over.
        StorageError: Its bytes are not those on record.
    """
    papers = _papers(conn, link) if subject_of(conn, link=link).live else iter(())
    return bytes_of_paper(papers, number=number, ending=ending)

"""The certificate of completion as it is printed."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.base import AnyRow
from models.contacts import authority_of, client_of, contractor_of, officer_of, works_title
from models.tables.works import CompletionCertificate
from rules.clocks.dates import london_date
from rules.documents.papers import CompletionPaper
from services.documents.papers import party, works_printed

_HELD: Final = (
    select(CompletionCertificate.kind, CompletionCertificate.reference)
    .where(CompletionCertificate.order_id == bindparam("order_id"))
    .order_by(CompletionCertificate.kind)
)


def completion_paper(conn: Connection, *, case: AnyRow) -> CompletionPaper:
    """Return the certificate of completion as it is printed."""
    order = queries.order_in_force(conn, case_id=case.id)
    held = conn.execute(_HELD, {"order_id": order.id})
    return CompletionPaper(
        case_reference=case.reference,
        order_number=order.number,
        certified_on=order.certified_on,
        authority=party(authority_of(conn, case=case)),
        officer=party(officer_of(conn, case=case)),
        client=party(client_of(case)),
        site_address=f"{case.address}, {case.postcode}",
        contractor=party(contractor_of(conn, code=order.contractor)),
        works_title=works_title(case),
        lines=works_printed(conn, case=case, on=london_date(order.raised_at)),
        certificates=tuple(f"{row.kind.replace('_', ' ')}: {row.reference}" for row in held),
        defects_until=order.defects_until,
    )

"""The certificate of completion as it is printed."""

from typing import Final

from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.base import AnyRow, rows_by
from models.contacts import client_of, contractor_of, officer_of
from models.tables.works import CompletionCertificate
from rules.clocks.dates import london_date
from rules.documents.papers import CompletionPaper
from services.documents.papers import on_every_paper, works_printed

_HELD: Final = rows_by(CompletionCertificate, "order_id").order_by(CompletionCertificate.kind)


def completion_paper(conn: Connection, *, case: AnyRow) -> CompletionPaper:
    """Return the certificate of completion as it is printed."""
    order = queries.order_in_force(conn, case_id=case.id)
    held = conn.execute(_HELD, {"order_id": order.id})
    return CompletionPaper(
        **on_every_paper(conn, case=case),
        order_number=order.number,
        certified_on=order.certified_on,
        officer=officer_of(conn, case=case),
        client=client_of(case),
        contractor=contractor_of(conn, code=order.contractor),
        lines=works_printed(conn, case=case, on=london_date(order.raised_at)),
        certificates=tuple(f"{row.kind.replace('_', ' ')}: {row.reference}" for row in held),
        defects_until=order.defects_until,
    )

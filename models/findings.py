"""What was found on the lines of an order: findings, snags, and the certificates received."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.completion import ClaimDocument, FindingEntry
from models.tables.works import CompletionCertificate, Inspection
from rules.snags import Finding, Snag, SnagEntry, SnagState, snags_of

_INSPECTED: Final = rows_by(Inspection, "order_id").order_by(Inspection.id)
_SNAG_ENTRIES: Final = (
    select(*FindingEntry.__table__.c)
    .join(Inspection, Inspection.id == FindingEntry.inspection_id)
    .where(Inspection.order_id == bindparam("order_id"))
    .order_by(FindingEntry.id)
)
_CERTIFICATE_FILES: Final = (
    rows_by(ClaimDocument, "order_id")
    .where(ClaimDocument.certificate.is_not(None))
    .order_by(ClaimDocument.id)
)
_COMPLETION_CERTIFICATES: Final = rows_by(CompletionCertificate, "order_id").order_by(
    CompletionCertificate.kind
)

OF_ORDER: Final = (_INSPECTED, _SNAG_ENTRIES, _CERTIFICATE_FILES, _COMPLETION_CERTIFICATES)
"""The questions of this module, by ``order_id``."""


def inspections_on(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return every finding on the lines of an order, oldest first."""
    return list(rows(conn, _INSPECTED, order_id=order_id))


def snags_on(conn: Connection, *, order_id: int) -> tuple[Snag, ...]:
    """Return every snag of an order as it stands, by number."""
    findings = [
        Finding(row.id, row.line, row.result, row.note, row.inspected_on)
        for row in inspections_on(conn, order_id=order_id)
    ]
    entries: dict[int, list[SnagEntry]] = {}
    for row in rows(conn, _SNAG_ENTRIES, order_id=order_id):
        said = SnagEntry(
            row.id, SnagState(row.said), row.words, row.documents, row.rectify_by, row.by, row.at
        )
        entries.setdefault(row.inspection_id, []).append(said)
    return snags_of(findings, entries)


def completion_certificates(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return the certificates received for an order, by kind."""
    return list(rows(conn, _COMPLETION_CERTIFICATES, order_id=order_id))


def certificates_handed(conn: Connection, *, order_id: int) -> frozenset[str]:
    """Return the kinds of certificate of which a file was handed in for an order."""
    return frozenset(row.certificate for row in rows(conn, _CERTIFICATE_FILES, order_id=order_id))

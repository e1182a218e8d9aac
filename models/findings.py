"""What was found on the lines of an order: findings, snags, and the certificates received."""

from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.completion import ClaimDocument, FindingEntry
from models.tables.works import CompletionCertificate, Inspection
from rules.snags import PASSES, Finding, Snag, SnagEntry, SnagState, snags_of

_INSPECTED: Final = rows_by(Inspection, "order_id").order_by(Inspection.id)
_SNAG_ENTRIES: Final = (
    select(*FindingEntry.__table__.c)
    .join(Inspection, Inspection.id == FindingEntry.inspection_id)
    .where(Inspection.order_id == bindparam("order_id"))
    .order_by(FindingEntry.id)
)
HANDED: Final = rows_by(ClaimDocument, "order_id").order_by(ClaimDocument.id)
"""What was handed in, by ``order_id``: also what was found not to count."""

_COMPLETION_CERTIFICATES: Final = rows_by(CompletionCertificate, "order_id").order_by(
    CompletionCertificate.kind
)

_LATER: Final = aliased(Inspection)
_NEWEST: Final = (
    select(FindingEntry.said)
    .where(FindingEntry.inspection_id == Inspection.id)
    .order_by(FindingEntry.id.desc())
    .limit(1)
    .correlate(Inspection)
    .scalar_subquery()
)
OPEN_SNAG: Final = and_(
    Inspection.result == "snag",
    func.coalesce(_NEWEST, SnagState.FOUND.value).not_in(("cleared", "withdrawn")),
    ~exists().where(
        _LATER.order_id == Inspection.order_id,
        _LATER.line == Inspection.line,
        _LATER.id > Inspection.id,
        _LATER.result.in_(sorted(PASSES)),
    ),
)
"""A finding that is a snag, and is open; as ``Snag.is_open`` says it."""

OF_ORDER: Final = (_INSPECTED, _SNAG_ENTRIES, HANDED, _COMPLETION_CERTIFICATES)
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


def handed_on(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return what documents show of an order, as they were handed in, without those refused."""
    return [one for one in rows(conn, HANDED, order_id=order_id) if one.refused_at is None]


def refused_on(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return what was refused of an order, and that nothing handed in since makes up for."""
    held = {_place(one) for one in handed_on(conn, order_id=order_id)}
    checked = {row.kind for row in completion_certificates(conn, order_id=order_id)}
    return [
        one
        for one in rows(conn, HANDED, order_id=order_id)
        if one.refused_at is not None and _place(one) not in held and one.certificate not in checked
    ]


def _place(row: AnyRow) -> tuple[str, int | None, str | None]:
    return row.shows, row.line, row.certificate


def shown_words(row: AnyRow) -> str:
    """Return what a document was handed in to show, such as ``a photograph after of line 2``."""
    if row.shows == "certificate":
        return f"the {row.certificate.replace('_', ' ')} certificate"
    if row.shows == "servicing":
        return "the instructions for servicing"
    return f"a photograph {row.shows} of {f'line {row.line}' if row.line else 'the works'}"


def certificates_handed(conn: Connection, *, order_id: int) -> frozenset[str]:
    """Return the kinds of certificate of which a file was handed in for an order and counts."""
    held = handed_on(conn, order_id=order_id)
    return frozenset(row.certificate for row in held if row.certificate is not None)

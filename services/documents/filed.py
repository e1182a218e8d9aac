"""The documents of a case as people know them: by a title and a name that can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from adapters import files
from adapters.settings import settings
from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import orders_on
from models.tables.cases import Case
from models.tables.record import Document
from rules.consents.tenure import form_of_version
from rules.people import Actor, may_see
from services.cases.visible import nothing_here
from services.documents.erasing import check_not_erased

DOCUMENTS: Final = rows_by(Document, "case_id").order_by(Document.id)
"""The documents of a case, by ``case_id``, oldest first."""

_ONE: Final = (
    select(*Document.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == Document.case_id)
    .where(Document.id == bindparam("document_id"))
)
TITLES: Final[Mapping[str, str]] = {
    "approval": "Notice of approval",
    "award_record": "Award record",
    "certificate_form": "Form of a certificate",
    "completion": "Certificate of completion",
    "consent_pack": "Evidence of the request for consent",
    "consent_request": "Request for the landlord’s consent",
    "refusal": "Notice of refusal",
    "specification": "Specification for quotes",
    "work_order": "Work order",
}
TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
"""What a document is served as, by the ending of its name."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A document on record.

    Args:
        title: What it is, with its number where it has one: ``Work order WO-2026-00020``.
        name: Its file's name without the ending: ``WO-2026-00020-v1``.
        has_pdf: Whether there is a PDF beside the HTML.
    """

    id: int
    kind: str
    title: str
    name: str
    version: int
    created_at: datetime
    has_pdf: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A document's bytes, found to be those on record; None where its name is another one."""

    name: str
    data: bytes | None


def documents_on(conn: Connection, *, case_id: int, reference: str) -> tuple[Filed, ...]:
    """Return the documents of a case, oldest first."""
    found = rows(conn, DOCUMENTS, case_id=case_id)
    return tuple(_filed(conn, row, reference=reference) for row in found)


def open_document(
    conn: Connection, *, document_id: int, name: str, ending: str, viewer: Actor
) -> Opened:
    """Return a document's bytes to somebody who may see its case, or the name that it has.

    Args:
        name: What it was asked for as, without the ending.
        ending: ``pdf`` or ``html``.

    Raises:
        UnknownReferenceError: There is no such document, or it is not theirs to see.
        StorageError: The file is missing, or its bytes are not those on record.
    """
    row = conn.execute(_ONE, {"document_id": document_id}).one_or_none()
    if row is None or not may_see(viewer, authority=row.authority) or ending not in TYPES:
        raise nothing_here("document")
    filed = _filed(conn, row, reference=row.reference)
    if ending == "pdf" and not filed.has_pdf:
        return Opened(f"{filed.name}.html", None)
    full = f"{filed.name}.{ending}"
    if name != filed.name:
        return Opened(full, None)
    pdf = ending == "pdf"
    path, digest = (row.path, row.sha256) if pdf else (row.html_path, row.html_sha256)
    check_not_erased(path)
    folder = settings().documents_folder
    return Opened(full, files.read(folder=folder, path=path, sha256=digest))


def _filed(conn: Connection, row: AnyRow, *, reference: str) -> Filed:
    title = TITLES.get(row.kind, row.kind.replace("_", " ").capitalize())
    called = f"{reference}-{row.kind.replace('_', '-')}"
    if row.kind == "work_order":
        orders = orders_on(conn, case_id=row.case_id)
        number = next((one.number for one in orders if one.version >= row.version), reference)
        title, called = f"{title} {number}", number
    version = row.version
    if row.kind == "certificate_form":
        name, version = form_of_version(row.version)
        title, called = f"Form of the {name}’s certificate", f"{called}-{name}"
    return Filed(
        id=row.id,
        kind=row.kind,
        title=title,
        name=f"{called.replace('/', '-')}-v{version}",
        version=version,
        created_at=row.created_at,
        has_pdf=row.path.endswith(".pdf"),
    )

"""Contractors' documents as they were handed in with their file, read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from adapters import files
from adapters.settings import settings
from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.people import name_of
from models.tables.contractors import HandedDocument
from rules.contractors import document_name
from rules.errors import UnknownReferenceError

_OF: Final = rows_by(HandedDocument, "contractor").order_by(HandedDocument.id.desc())
_ONE: Final = rows_by(HandedDocument, "id")


@dataclass(frozen=True, slots=True)
class Handed:
    """A document as it was handed in.

    Args:
        number: What it is known by.
        cover_pence: Sum insured, or None.
        state: ``waiting``, ``checked`` or ``refused``.
    """

    number: int
    contractor: str
    document: str
    reference: str
    cover_pence: int | None
    valid_from: date
    valid_to: date
    name: str
    mime: str
    path: str
    sha256: str
    size: int
    handed_by: str
    handed_by_name: str
    handed_at: datetime
    state: str
    looked_by: str | None
    looked_by_name: str
    looked_at: datetime | None
    why: str | None

    @property
    def what(self) -> str:
        """The kind of document, as people say it."""
        return document_name(self.document)


def handed_in(conn: Connection, *, contractor: str) -> tuple[Handed, ...]:
    """Return what was handed in of a contractor, the newest first."""
    return tuple(_shown(conn, row) for row in reference_rows(conn, _OF, contractor=contractor))


def handed(conn: Connection, *, number: int, contractor: str = "") -> Handed:
    """Return one document as it was handed in.

    Args:
        contractor: Whose it must be, if given.

    Raises:
        UnknownReferenceError: There is none.
    """
    return _shown(conn, handed_row(conn, number, contractor))


def handed_bytes(document: Handed) -> bytes:
    """Return the bytes of a document, held against their hash.

    Raises:
        StorageError: The file is missing, or was changed.
    """
    folder = settings().documents_folder
    return files.read(folder=folder, path=document.path, sha256=document.sha256)


def handed_row(conn: Connection, number: int, contractor: str = "") -> AnyRow:
    """Return the row of one document."""
    row = next(iter(reference_rows(conn, _ONE, id=number)), None)
    if row is None or contractor not in ("", row.contractor):
        raise UnknownReferenceError(
            f"There is no document {number} that was handed in.",
            next_step="The contractor’s page lists them.",
        )
    return row


def _shown(conn: Connection, row: AnyRow) -> Handed:
    held = {name: value for name, value in row._mapping.items() if name != "id"}
    return Handed(
        number=row.id,
        **held,
        handed_by_name=name_of(conn, row.handed_by),
        looked_by_name=name_of(conn, row.looked_by),
    )

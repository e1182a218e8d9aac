"""Documents, sent and received, of a closed case whose retention is decided.

Their rows stay, with kind, version, date, size and the hash of what they were; that the path is
empty says that the bytes are gone. Files are removed after the rows are committed, and only where
no document on record has the same bytes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, update

from adapters import files
from adapters.settings import settings
from models.tables.contractors import HandedDocument
from models.tables.files import ReceivedDocument
from models.tables.record import Document
from rules.errors import UnknownReferenceError
from services.cases import CaseInHand

_NEWER: Final = bindparam("since", type_=Document.created_at.type)
_SENT: Final = (Document.case_id == bindparam("of_case"), Document.created_at > _NEWER)
_RECEIVED: Final = (
    ReceivedDocument.case_id == bindparam("of_case"),
    ReceivedDocument.received_at > _NEWER,
)
_PATHS: Final = select(Document.path, Document.html_path).where(*_SENT)
_RECEIVED_PATHS: Final = select(ReceivedDocument.path).where(*_RECEIVED)
_ERASE: Final = update(Document).where(*_SENT).values(path="", html_path="")
_ERASE_RECEIVED: Final = (
    update(ReceivedDocument).where(*_RECEIVED).values(name=bindparam("said"), path="")
)
_PATH: Final[Any] = bindparam("path")
_POINTED_AT: Final = (
    select(Document.id).where(or_(Document.path == _PATH, Document.html_path == _PATH)),
    select(ReceivedDocument.id).where(ReceivedDocument.path == _PATH),
    select(HandedDocument.id).where(HandedDocument.path == _PATH),
)


def erase_documents(case: CaseInHand, *, since: datetime) -> tuple[int, set[str]]:
    """Let go of the bytes of what was sent; return how many documents, and the files to remove."""
    asked = {"of_case": case.id, "since": since}
    found = case.conn.execute(_PATHS, asked).all()
    case.conn.execute(_ERASE, asked)
    return len(found), {path for row in found for path in row if path}


def erase_received(case: CaseInHand, *, since: datetime, said: str) -> tuple[int, set[str]]:
    """Let go of what was received, and what its senders called it, in the same way."""
    asked = {"of_case": case.id, "since": since}
    found = case.conn.execute(_RECEIVED_PATHS, asked).scalars().all()
    case.conn.execute(_ERASE_RECEIVED, {**asked, "said": said})
    return len(found), {path for path in found if path}


def remove_files(conn: Connection, *, paths: Iterable[str]) -> None:
    """Remove files that no document on record needs; one that is gone already is no fault.

    Raises:
        StorageError: A file is there and cannot be removed.
    """
    for path in sorted(paths):
        if not any(conn.execute(one, {"path": path}).first() for one in _POINTED_AT):
            files.remove(folder=settings().documents_folder, path=path)


def check_not_erased(path: str) -> None:
    """Refuse to give the bytes of a document that was erased.

    Raises:
        UnknownReferenceError: Its path is empty.
    """
    if not path:
        raise UnknownReferenceError(
            "The document was erased under the retention decision on its case.",
            why="What it was, when, and the hash of its bytes stay on record.",
            next_step="The case’s history says who decided that, when and why.",
        )

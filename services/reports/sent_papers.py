"""The documents that left with messages to somebody, as their page of a case shows them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from adapters import files
from adapters.settings import settings
from models.base import AnyRow
from models.tables.record import Document, Outbox
from rules.errors import UnknownReferenceError
from services.documents.erasing import check_not_erased

_SENT: Final = (
    select(Outbox.payload)
    .where(Outbox.case_id == bindparam("case_id"), Outbox.kind == "message")
    .order_by(Outbox.id)
)
_PATH: Final = (
    select(*Document.__table__.c)
    .where(Document.case_id == bindparam("case_id"), Document.path == bindparam("path"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it was sent.

    Args:
        number: What it is asked for by.
        name: What it is called.
        places: Where its bytes are, and their hash, by what it can be opened as: ``pdf``, ``html``.
    """

    number: int
    name: str
    places: Mapping[str, tuple[str, str]]


def papers_sent(
    conn: Connection, *, case_id: int, theirs: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Paper]:
    """Yield each document that left with a message, the first sent first, each once.

    Args:
        theirs: Says of a message whether it went to whoever asks, about what they ask for.
    """
    seen: set[str] = set()
    for payload in conn.execute(_SENT, {"case_id": case_id}).scalars():
        for item in (payload.get("attachments") or ()) if theirs(payload) else ():
            if item["path"] in seen:
                continue
            seen.add(item["path"])
            row = conn.execute(_PATH, {"case_id": case_id, "path": item["path"]}).first()
            if row is not None:
                name = item["name"].rpartition(".")[0] or item["name"]
                yield Paper(len(seen), name, _places(row))


def _places(row: AnyRow) -> dict[str, tuple[str, str]]:
    html = {"html": (row.html_path, row.html_sha256)}
    return {"pdf": (row.path, row.sha256)} | html if row.path.endswith(".pdf") else html


def bytes_of_paper(papers: Iterator[Paper], *, number: int, ending: str) -> tuple[str, bytes]:
    """Return the name and the bytes of one of the documents that were sent.

    Raises:
        UnknownReferenceError: There is none of that number and ending.
        StorageError: Its bytes are not those on record.
    """
    for paper in papers:
        if paper.number == number and ending in paper.places:
            path, digest = paper.places[ending]
            check_not_erased(path)
            data = files.read(folder=settings().documents_folder, path=path, sha256=digest)
            return f"{paper.name}.{ending}", data
    raise UnknownReferenceError(
        "There is no such document on this page.", next_step="Go back to your page."
    )

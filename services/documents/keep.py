"""Documents: rendered once, outside any transaction, and kept as the exact bytes that are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Final

from adapters import documents, files
from adapters.settings import settings
from models.base import on_conflict, rows_by
from models.tables.record import Document
from services.cases import CaseInHand

_ON_RECORD: Final = rows_by(Document, "case_id", "kind", "version")
_KEEP: Final = on_conflict(Document, lambda fresh: fresh.on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class Written:
    """A document on disk, not yet on record.

    Args:
        kind: Such as ``work_order``.
        version: From 1.
        path: The PDF, or the HTML where no PDF could be made, below the documents folder.
        sha256: Hash of those bytes.
        html_path: The HTML, the accessible original.
        html_sha256: Hash of it.
    """

    kind: str
    version: int
    path: str
    sha256: str
    html_path: str
    html_sha256: str


PREVIEW: Final = "Preview, not sent"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper as it would be written: it is on no disk.

    Args:
        kind: Such as ``work_order``.
        paper: What its template prints.
    """

    kind: str
    version: int
    paper: object


_DRAWN: Final = "drawn/"
_drawn: ContextVar[list[Drawn] | None] = ContextVar("drawn", default=None)


@contextmanager
def only_drawn() -> Iterator[list[Drawn]]:
    """Take in what is written inside this block, rendering and storing nothing of it.

    What goes with a message is found among what is yielded by ``drawn_at``.
    """
    drawn: list[Drawn] = []
    token = _drawn.set(drawn)
    try:
        yield drawn
    finally:
        _drawn.reset(token)


def drawn_at(path: str) -> int | None:
    """Return the place of a document among those drawn, by its path; None for one on record."""
    place = path.removeprefix(_DRAWN).removesuffix(".html")
    return int(place) if path.startswith(_DRAWN) else None


def page_of(drawn: Drawn) -> str:
    """Return a drawn document as its page, by the renderer of those that leave, marked as none."""
    template = f"{drawn.kind}.html"
    return documents.render_html(template=template, paper=drawn.paper, mark=PREVIEW)


def write_document(*, kind: str, version: int, paper: object) -> Written:
    """Render a paper to HTML and PDF and store both.

    Args:
        kind: The template's name without its ending, such as ``work_order``.
        version: From 1.
        paper: The paper of ``rules.documents.papers`` that the template was written for.

    Raises:
        StorageError: The disk is full or cannot be written; nothing half-written is left.
    """
    drawn = _drawn.get()
    if drawn is not None:
        path = f"{_DRAWN}{len(drawn)}.html"
        drawn.append(Drawn(kind, version, paper))
        return Written(kind, version, path, sha256="", html_path=path, html_sha256="")
    folder = settings().documents_folder
    html = documents.render_html(template=f"{kind}.html", paper=paper)
    page = files.store(folder=folder, data=html.encode(), suffix=".html")
    pdf = documents.render_pdf(html)
    main = files.store(folder=folder, data=pdf, suffix=".pdf") if pdf is not None else page
    return Written(
        kind=kind,
        version=version,
        path=main.path,
        sha256=main.sha256,
        html_path=page.path,
        html_sha256=page.sha256,
    )


def keep_document(case: CaseInHand, *, written: Written, name: str) -> dict[str, str]:
    """Put a written document on record, once, and return it as an attachment.

    Args:
        name: The file's name as its reader sees it, without the ending.

    Returns:
        Name, path and SHA-256 of what is on record: of an earlier run, if there was one.
    """
    key = {"case_id": case.id, "kind": written.kind, "version": written.version}
    fresh = {**asdict(written), **key, "created_at": case.now}
    new = case.conn.execute(_KEEP[case.conn.dialect.name], fresh).rowcount == 1
    kept = written if new else case.conn.execute(_ON_RECORD, key).one()
    path, sha256 = kept.path, kept.sha256
    ending = path.rpartition(".")[2]
    return {"name": f"{name.replace('/', '-')}.{ending}", "path": path, "sha256": sha256}

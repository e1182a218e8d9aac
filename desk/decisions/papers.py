"""The documents that a decision would write, shown as pages and as PDF; nothing is stored."""

from collections.abc import Sequence
from typing import Final

from fastapi.responses import Response

from adapters import documents
from desk.documents.pages import shown
from rules.errors import UnknownReferenceError
from rules.typed import whole_or
from services.decisions.foresee import Foreseen
from services.documents.filed import TITLES
from services.documents.keep import Drawn, page_of

PAPER: Final = "paper-"
"""How a button asks for a document: ``paper-0.pdf`` is the first one as PDF."""


def titles_of(papers: Sequence[Drawn]) -> tuple[str, ...]:
    """Return what documents are called."""
    return tuple(TITLES.get(one.kind, one.kind.replace("_", " ").capitalize()) for one in papers)


def paper(seen: Foreseen, asked: str) -> Response:
    """Show one of the documents foreseen; as its page where no PDF can be made.

    Raises:
        UnknownReferenceError: There is no such document among them.
    """
    place, _, ending = asked.removeprefix(PAPER).partition(".")
    if not 0 <= whole_or(place, -1) < len(seen.papers):
        raise UnknownReferenceError(
            "This decision would write no such document.",
            next_step="Go back, and look at what it would do as the case stands now.",
        )
    drawn = seen.papers[int(place)]
    html = page_of(drawn)
    pdf = documents.render_pdf(html) if ending == "pdf" else None
    name = f"preview-{drawn.kind.replace('_', '-')}"
    if pdf is None:
        return shown(html.encode(), name=f"{name}.html")
    return shown(pdf, name=f"{name}.pdf")

"""Every letter in an authority's name, with sample values: to be looked at, and to be tried."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from adapters import documents
from adapters.received import pages_in
from rules.documents import samples
from rules.documents.own import Logo, OwnLetters, Words, filled
from rules.documents.paper_lines import Contact
from rules.documents.sample_values import VALUES
from rules.errors import HandrailError
from services.documents.keep import PREVIEW

_PAPERS: Final[Mapping[str, Any]] = {
    "approval": samples.approval(),
    "refusal": samples.refusal(),
    "consent_request": samples.consent_request(),
    "completion": samples.completion(),
    "work_order": samples.work_order(),
}
PAPERS: Final = frozenset(_PAPERS)
"""The letters that are documents; a work order takes the logo alone."""

LETTERS: Final = (*_PAPERS, *sorted(documents.ON_A_CASE))
"""Every letter that may be looked at as a sample."""

WITH_WORDS: Final = tuple(letter for letter in LETTERS if letter != "work_order")
"""The letters in which an authority may have words of its own."""

GROWS_AT_MOST: Final = 1
"""Pages by which a document may grow with an authority's own words."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter as it would leave, with sample values: a page, or subject and text."""

    letter: str
    html: str = ""
    subject: str = ""
    body: str = ""


def own_sample(authority: Contact, *, words: Words, logo: Logo | None) -> Contact:
    """Return an authority with its own letters, their fields filled with sample values."""
    values = {
        "case_reference": str(VALUES["case_reference"]),
        "works_title": str(VALUES["works_title"]),
        "authority_name": authority.name,
        "authority_phone": authority.phone,
        "authority_email": authority.email,
    }
    return replace(authority, own=OwnLetters(logo, filled(words, values)))


def sample(authority: Contact, *, letter: str) -> Sample:
    """Return one letter of an authority with sample values.

    Raises:
        HandrailError: It cannot be rendered.
    """
    if letter in _PAPERS:
        paper = replace(_PAPERS[letter], authority=authority)
        html = documents.render_html(template=f"{letter}.html", paper=paper, mark=PREVIEW)
        return Sample(letter, html=html)
    context = {**VALUES, "authority_name": authority.name}
    written = documents.render_message(kind=letter, context=context, own=authority.own.of(letter))
    return Sample(letter, subject=written.subject, body=written.body)


def faults(authority: Contact) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an authority's own letters when each is rendered: letter, words."""
    plain = replace(authority, own=OwnLetters())
    for letter in LETTERS:
        try:
            found, before = sample(authority, letter=letter), sample(plain, letter=letter)
        except HandrailError as error:
            yield letter, error.text()
            continue
        if letter in PAPERS:
            more = _pages(found.html) - _pages(before.html)
            if more > GROWS_AT_MOST:
                yield letter, f"It grows by {more} pages; {GROWS_AT_MOST} is the most."
        elif lost := _lost(before.body, found.body, but=authority.name):
            yield letter, f"It loses words of its own: “{lost[:60]}”."


def _lost(before: str, after: str, *, but: str) -> str:
    """Return the first line that a letter no longer says, in its order; empty where it says all."""
    lines = iter(after.split("\n"))
    return next((one for one in before.split("\n") if one != but and one not in lines), "")


@lru_cache(maxsize=32)
def _pages(html: str) -> int:
    pdf = documents.render_pdf(html)
    return 0 if pdf is None else pages_in(pdf)

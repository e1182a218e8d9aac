"""A contractor's documents as they stand on a day: valid, lapsing soon, lapsed or lacking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.clocks.workdays import in_words
from rules.contractors import DOCUMENTS, document_name
from rules.reports.statutory_board import LAPSE_SOON
from rules.sentences import several
from rules.tenders.eligibility import Document, cover_fault


class DocumentState(StrEnum):
    """How a kind of document stands."""

    VALID = "valid"
    SOON = "lapses soon"
    LAPSED = "lapsed"
    TO_COME = "not valid yet"
    LACKING = "lacking"
    LOW = "cover too low"

    @property
    def bars(self) -> bool:
        """Whether no works are offered to who must hold it."""
        return self not in {DocumentState.VALID, DocumentState.SOON}


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """One kind of document as a contractor holds it.

    Args:
        name: The kind, as people say it.
        state: How it stands.
        words: Since or until when.
        asked_of: Of whom it is asked, in words; empty where only some works need it.
    """

    name: str
    state: DocumentState
    words: str
    asked_of: str

    @property
    def required(self) -> bool:
        """Whether works are offered to nobody of whom it is asked and who lacks it."""
        return bool(self.asked_of)


def held_documents(
    documents: Sequence[Document], *, on: date, asked: Mapping[str, tuple[str, int | None]]
) -> tuple[HeldDocument, ...]:
    """Return each kind that a contractor holds or must hold, as it stands on a day.

    Args:
        asked: Each kind that it must hold: of whom it is asked, and the least cover in pence.
    """
    held = {one.document for one in documents}
    return tuple(
        _standing(kind, [one for one in documents if one.document == kind], on, asked)
        for kind in (*DOCUMENTS, *sorted(held - set(DOCUMENTS)))
        if kind in asked or kind in held
    )


def _standing(
    kind: str, held: Sequence[Document], on: date, asked: Mapping[str, tuple[str, int | None]]
) -> HeldDocument:
    state, words = _state(held, on)
    whose, least = asked.get(kind, ("", None))
    valid = [one for one in held if one.valid_from <= on <= one.valid_to]
    if valid and (low := cover_fault(valid, least)):
        state, words = DocumentState.LOW, low.removeprefix(f"its {document_name(kind)} ")
    return HeldDocument(document_name(kind), state, words, whose)


def _state(held: Sequence[Document], on: date) -> tuple[DocumentState, str]:
    until = _valid_until(held, on)
    if until is not None:
        if until > on + LAPSE_SOON:
            return DocumentState.VALID, f"until {in_words(until)}"
        left = (until - on).days
        when = f"in {several(left, 'day')}" if left else "today"
        return DocumentState.SOON, f"on {in_words(until)}, {when}"
    ended = [one.valid_to for one in held if one.valid_to < on]
    to_come = [one.valid_from for one in held if one.valid_from > on]
    again = f"; the next is valid from {in_words(min(to_come))}" if to_come else ""
    if ended:
        return DocumentState.LAPSED, f"on {in_words(max(ended))}{again}"
    if to_come:
        return DocumentState.TO_COME, f"from {in_words(min(to_come))}"
    return DocumentState.LACKING, "none is on file"


def _valid_until(held: Sequence[Document], on: date) -> date | None:
    """Return the last day without a gap from a day on, one document after the other."""
    until: date | None = None
    for one in sorted(held, key=lambda one: one.valid_from):
        begins = on if until is None else until + timedelta(days=1)
        if one.valid_from <= begins and one.valid_to >= max(on, until or on):
            until = one.valid_to
    return until

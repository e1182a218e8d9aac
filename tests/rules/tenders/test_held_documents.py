"""A contractor's documents: valid, lapsing soon, lapsed, not valid yet or lacking."""

from datetime import date

import pytest

from rules.contractors import REQUIRED
from rules.tenders.eligibility import Document
from rules.tenders.held_documents import DocumentState, held_documents

ON = date(2026, 6, 1)


def paper(begins: date, ends: date, kind: str = "ssip") -> Document:
    return Document(kind, "", None, begins, ends)


@pytest.mark.parametrize(
    ("held", "state", "words"),
    [
        ([], DocumentState.LACKING, "none is on file"),
        (
            [(date(2026, 1, 1), date(2026, 7, 31))],
            DocumentState.SOON,
            "on 31 July 2026, in 60 days",
        ),
        ([(date(2026, 1, 1), date(2026, 8, 1))], DocumentState.VALID, "until 1 August 2026"),
        ([(date(2026, 1, 1), ON)], DocumentState.SOON, "on 1 June 2026, today"),
        ([(date(2025, 1, 1), date(2026, 5, 31))], DocumentState.LAPSED, "on 31 May 2026"),
        ([(date(2026, 6, 2), date(2027, 6, 1))], DocumentState.TO_COME, "from 2 June 2026"),
        (
            [(date(2025, 1, 1), date(2026, 5, 1)), (date(2026, 7, 1), date(2027, 6, 1))],
            DocumentState.LAPSED,
            "on 1 May 2026; the next is valid from 1 July 2026",
        ),
        (  # renewed without a gap
            [(date(2026, 6, 11), date(2027, 6, 10)), (date(2025, 6, 11), date(2026, 6, 10))],
            DocumentState.VALID,
            "until 10 June 2027",
        ),
        (  # a day between them
            [(date(2025, 6, 11), date(2026, 6, 10)), (date(2026, 6, 12), date(2027, 6, 10))],
            DocumentState.SOON,
            "on 10 June 2026, in 9 days",
        ),
    ],
)
def test_a_kind_stands_as_its_days_say(
    held: list[tuple[date, date]], state: DocumentState, words: str
) -> None:
    documents = [paper(begins, ends) for begins, ends in held]
    (found,) = [one for one in held_documents(documents, on=ON) if one.name == "SSIP membership"]
    assert (found.state, found.words) == (state, words)
    assert found.state.bars is (state not in {DocumentState.VALID, DocumentState.SOON})


def test_every_required_kind_is_there_and_others_where_they_are_held() -> None:
    found = held_documents([paper(ON, ON, "gas_safe")], on=ON)
    assert [one.required for one in found] == [True] * len(REQUIRED) + [False]
    assert found[-1].name == "Gas Safe registration"

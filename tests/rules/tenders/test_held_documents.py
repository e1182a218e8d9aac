"""A contractor's documents: valid, lapsing soon, lapsed, not valid yet or lacking."""

from datetime import date

import pytest

from rules.contractors import REQUIRED
from rules.tenders.eligibility import Document
from rules.tenders.held_documents import DocumentState, held_documents
from rules.tenders.required import Asked, Asks

ON = date(2026, 6, 1)
ASKED = Asks().of_contractor(authorities=["RBC"], trades=["plumbing"])


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
    every = held_documents(documents, on=ON, asked=ASKED)
    (found,) = [one for one in every if one.name == "SSIP membership"]
    assert (found.state, found.words) == (state, words)
    assert found.state.bars is (state not in {DocumentState.VALID, DocumentState.SOON})


def test_every_required_kind_is_there_and_others_where_they_are_held() -> None:
    found = held_documents([paper(ON, ON, "gas_safe")], on=ON, asked=ASKED)
    assert [one.required for one in found] == [True] * len(REQUIRED) + [False]
    assert found[-1].name == "Gas Safe registration"


def test_whose_list_it_is_stands_beside_each_kind_and_a_cover_too_low_bars() -> None:
    asks = Asks(
        (
            Asked("RBC", "public_liability", "", 500_000_000, True),
            Asked("", "gas_safe", "heating", None, True),
            Asked("WDC", "trustmark", "", None, False),
        )
    )
    asked = asks.of_contractor(authorities=["RBC", "WDC"], trades=["heating"])
    insured = Document("public_liability", "", 200_000_000, ON, ON)
    found = {one.name: one for one in held_documents([insured], on=ON, asked=asked)}
    low = found["public liability insurance"]
    assert low.state is DocumentState.LOW
    assert low.state.bars
    assert low.words == "covers £2,000,000.00, and at least £5,000,000.00 is asked"
    assert found["Gas Safe registration"].asked_of == "every contractor for heating"
    assert found["TrustMark registration"].asked_of == "contractors of RBC"
    assert found["SSIP membership"].asked_of == "every contractor"

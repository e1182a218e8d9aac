"""Items: letters for what a package prices, numbers for works lines alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.documents.items import item_of, item_shown, item_words, letters, stored_item
from rules.documents.paper_lines import vat_notes, works_line_words
from tests.papers import LINES, of_package


@pytest.mark.parametrize(
    ("place", "called"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (703, "AAA")]
)
def test_a_place_has_its_letters(place: int, called: str) -> None:
    assert letters(place) == called


def test_a_works_line_keeps_its_number_and_an_item_has_a_letter() -> None:
    assert (item_of(line=2, covers=None), item_of(line=2, covers=())) == (2, "B")
    assert (item_words(2), item_words("B")) == ("Line 2", "Item B")
    assert (stored_item("2"), stored_item("B")) == (2, "B")
    assert item_shown(2, None) == {"item": "2", "line": 2, "covers": None}
    assert item_shown(2, (4, 5)) == {"item": "B", "line": None, "covers": [4, 5]}


def test_works_lines_are_named_in_words() -> None:
    said = [works_line_words(lines) for lines in ((), (3,), (3, 1, 2), (1, 4))]
    assert said == ["", "works line 3", "works lines 1–3", "works lines 1, 4"]


def test_a_vat_note_names_items_by_letter_and_lines_by_number() -> None:
    whole, added = of_package()
    other = replace(added, line=3, vat_rate=Decimal("0.2"), vat_reason="none")
    found = vat_notes(lines=(whole, added, other))
    assert [(note.lines, note.lettered) for note in found] == [("A–B", True), ("C", True)]
    assert [note.lines for note in vat_notes(lines=LINES)] == ["1–2", "3"]

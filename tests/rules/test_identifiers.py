"""Identifiers: one number however it is spelt, and two where anything else differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identifiers import folded, spelt_otherwise

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63\uff0d\u2043\u02d7"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("WO-2026-00001-A", "wo-2026-00001-a"),
        (" MV/26/004", "mv/26/ 004\u00a0"),
        ("BOLT", "ＢＯＬＴ"),
        ("V-1", "V\u200b-\ufeff1"),
        ("Straße-1", "STRASSE-1"),
        ("Priya@RBC.example", "priya@rbc.example "),
        ("INV-①", "inv-1"),
    ],
)
def test_spellings_of_one_identifier_are_one(first: str, second: str) -> None:
    assert folded(first) == folded(second)


@pytest.mark.parametrize("dash", DASHES, ids=lambda dash: f"U+{ord(dash):04X}")
def test_every_dash_and_hyphen_is_one(dash: str) -> None:
    assert folded(f"V{dash}1") == folded("V-1") == "v-1"


@pytest.mark.parametrize(
    ("first", "second"), [("1-23", "12-3"), ("V-1", "V1"), ("A/1", "A-1"), ("A_1", "A-1")]
)
def test_whatever_else_differs_is_two(first: str, second: str) -> None:
    assert folded(first) != folded(second)


@given(st.text())
def test_folding_again_changes_nothing_and_case_never_matters(words: str) -> None:
    once = folded(words)
    assert folded(once) == once
    assert folded(words.upper()) == folded(words.upper().lower())


def test_what_is_held_as_typed_has_no_other_spelling() -> None:
    assert spelt_otherwise("bolt", ["BOLT", "AVON"]) == ("BOLT",)
    assert spelt_otherwise("bolt", ["BOLT", "bolt"]) == ()
    assert spelt_otherwise("bolts", ["BOLT", "bolt"]) == ()

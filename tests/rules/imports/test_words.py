"""Cells of import files that hold words: lists, codes, addresses, yes and no."""

from __future__ import annotations

import pytest

from rules.contractors import DOCUMENTS
from rules.imports import spec, words
from rules.imports.cells import CellError


def test_yes_and_no() -> None:
    assert all(words.yes_no(w) is True for w in ("yes", "YES", "true", "1", "y", True, 1.0))
    assert all(words.yes_no(w) is False for w in ("no", "No", "false", "0", "n", False, 0.0))
    for written in ("maybe", "ja", "2", "t", "-"):
        with pytest.raises(CellError, match="neither"):
            words.yes_no(written)


def test_lists_are_sorted_sets_without_empty_members() -> None:
    parse = words.list_of(words.one_of(("electrical", "gas")))
    assert parse("gas; electrical ;;gas") == ("electrical", "gas")
    assert parse(";") == ()
    with pytest.raises(CellError, match="not one of the words"):
        parse("gas;steam")
    with pytest.raises(CellError, match="names nothing"):
        words.filled_list_of(words.code)(" ; ")


def test_words_of_a_closed_list_forgive_case_and_separators() -> None:
    parse = words.one_of(("lift_commissioning", "m2"))
    assert parse("Lift-Commissioning") == parse("LIFT COMMISSIONING") == "lift_commissioning"
    assert parse("m²") == "m2"


def test_words_of_an_open_list() -> None:
    assert words.word("Level-access shower") == words.word("level_access_shower")
    assert words.word("Doors & windows") == "doors_and_windows"
    assert words.word("Employer's liability") == "employers_liability"
    for written in ("<b>plumbing</b>", "עברית", "{{ 7 }}", "=cmd", "…"):
        with pytest.raises(CellError, match="not a word"):
            words.word(written)


@pytest.mark.parametrize(
    "written",
    ["a@b.example", "First.Last+tag@sub.example.org", "o'brien@example.co.uk", "x@xn--9ca.example"],
)
def test_addresses_that_are_one(written: str) -> None:
    assert words.email(written) == written.lower()


@pytest.mark.parametrize(
    "written",
    ["a", "a@", "@b.example", "a@b", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>",
     "a@b..example", ".a@b.example", "a@b.example\nBcc: c@d.example", "a@@b.example",
     "é@b.example", "x" * 65 + "@b.example", "a@" + "b" * 64 + ".example"],
)  # fmt: skip
def test_addresses_that_are_none(written: str) -> None:
    with pytest.raises(CellError):
        words.email(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("cv344lx", "CV34 4LX"), ("CV34  4LX", "CV34 4LX"), ("m1 1ae", "M1 1AE"),
     ("W1A0AX", "W1A 0AX"), ("B33\u00a08TH", "B33 8TH"), ("gir 0aa", "GIR 0AA")],
)  # fmt: skip
def test_postcodes(written: str, expected: str) -> None:
    assert words.postcode(written) == expected


@pytest.mark.parametrize(
    "written", ["CV34", "12345", "CV34 4L", "CV344 4LX", "CV34 4CX", "С V34 4LX"]
)
def test_what_is_no_postcode_is_refused(written: str) -> None:
    with pytest.raises(CellError, match="not a postcode"):
        words.postcode(written)


def test_numbers_in_text_columns_are_what_was_typed() -> None:
    assert words.uprn(100070001234.0) == "100070001234"
    assert words.code(12.0) == "12"
    assert words.phone("01926 410410") == "01926 410410"
    with pytest.raises(CellError, match="leading 0"):
        words.phone(1926410410.0)
    with pytest.raises(CellError, match="not a UPRN"):
        words.uprn("1234567890123")
    with pytest.raises(CellError, match="not a UPRN"):
        words.uprn("12.5")


@pytest.mark.parametrize("written", ["a;b", "a\u200bb", "a\u202eb", "x" * 61, "a\nb", "a\tb"])
def test_codes_that_could_not_be_typed_again_are_refused(written: str) -> None:
    with pytest.raises(CellError):
        words.code(written)


def test_codes_match_however_they_are_composed_or_spaced() -> None:
    assert words.code("e\u0301\u00a01") == words.code("é 1")


def test_an_unknown_contractor_document_is_refused_with_the_nearest_named() -> None:
    (document,) = (one for one in spec("contractor_documents").columns if one.name == "document")
    assert document.parse("Public liability") == "public_liability"
    with pytest.raises(CellError) as refusal:
        document.parse("publc liability insurance")
    assert "the nearest is 'public_liability'" in refusal.value.wrong
    assert "asbestos_awareness" in refusal.value.right
    assert all(kind in document.right for kind in DOCUMENTS)

"""Looking items up: what a text means, in which order, whatever case, accents or signs it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rates import lookup
from rules.rates.lookup import Index, Item, folded

ITEMS = (
    Item(1, "BTH-2010", "Level access tray 1000 × 700", "Tray former and waste.", "plumbing"),
    Item(2, "BTH-2020", "Level access tray 1200 × 800", "Tray former and waste.", "plumbing"),
    Item(3, "BTH-1005", "Bathroom works: set up", "Dust sheets; protect the tray.", "general"),
    Item(4, "MTL-1020", "Grab rail 450 mm", "Fluted, plugged and screwed.", "joinery"),
    Item(5, "MTL-1030", "Grab-rail, 600 mm", "As MTL-1020.", "joinery"),
    Item(6, "RAIL", "Curtain rail", "Straight.", "joinery"),
    Item(7, "ELE-1", "Zoë’s lamp, 0.5 m² façade", "Électrique.", "electrical"),
    Item(8, "BTH-2010", "Level access tray 1000 × 700", "Other words.", "plumbing", "OTHER"),
)
INDEX = Index(ITEMS)


def keys(text: str, **options: object) -> list[int]:
    return [item.key for item in INDEX.find(text, **options)]  # type: ignore[arg-type]  # as asked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BTH-2010", [1, 8]),  # the code itself, in each schedule
        ("bth 2010", [1, 8]),
        ("bth", [3, 1, 8, 2]),
        ("BTH-20", [1, 8, 2]),
        ("rail", [6, 4, 5]),  # exact code, then short descriptions in order of codes
        ("tray level", [1, 8, 2]),  # in any order
        ("lev acc tr 12", [2]),  # as far as they are typed
        ("tray", [1, 8, 2, 3]),  # the long description comes last
        ("grab rail 600", [5]),
        ("mtl rail", [4, 5]),  # a code's beginning beside a word
        ("GRAB—RAIL!", [4, 5]),
        ("zoes", [7]),
        ("ZOË'S", [7]),
        ("facade m2", [7]),
        ("electrique", [7]),
        ("ail", []),  # the middle of a word is no beginning
        ("tray rail", []),
        ("???", []),
        ("浴室", []),
    ],
)
def test_what_a_text_means(text: str, found: list[int]) -> None:
    assert keys(text) == found


def test_an_empty_text_lists_everything_by_code() -> None:
    assert keys("") == keys("  ") == [3, 1, 8, 2, 7, 4, 5, 6]


def test_a_trade_and_a_limit_narrow_what_is_found() -> None:
    assert keys("", trade="joinery") == [4, 5, 6]
    assert keys("rail", trade="plumbing") == []
    assert keys("", limit=2) == [3, 1]
    with pytest.raises(ValueError, match="0 items cannot be shown"):
        keys("", limit=0)


def test_the_order_in_which_items_are_given_does_not_matter() -> None:
    for text in ("", "tray", "rail"):
        assert Index(reversed(ITEMS)).find(text) == INDEX.find(text)


@given(st.text(), st.integers(1, 5))
def test_any_text_at_all_finds_items_once_each(text: str, limit: int) -> None:
    found = INDEX.find(text, limit=limit)
    assert len(found) == len(set(found)) <= limit
    assert found == INDEX.find(text.upper().lower(), limit=limit) or not text.isascii()


@given(st.sampled_from(ITEMS), st.data())
def test_the_beginnings_of_its_own_words_find_an_item(item: Item, data: st.DataObject) -> None:
    words = folded(f"{item.short_description} {item.long_description}").split()
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1))
    typed = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in chosen)
    assert item in INDEX.find(typed)


@given(st.sampled_from(ITEMS), st.integers(1, 8))
def test_the_beginning_of_its_code_finds_an_item(item: Item, length: int) -> None:
    if folded(item.code[:length]).strip():
        assert item in INDEX.find(item.code[:length])


def test_the_nearest_items_are_those_with_its_words_and_then_its_code() -> None:
    nearest = INDEX.nearest
    assert [item.key for item in nearest(code="X-9", description="Grab rail 500 mm")] == [4, 5]
    assert [item.key for item in nearest(code="BTH-2099", description="")] == [1, 8, 2]
    assert [i.key for i in nearest(code="BTH-2029", description="Level access tray")] == [2, 1, 8]
    assert nearest(code="X", description="") == []
    assert len(nearest(code="BTH-2099", description="", limit=1)) == 1


def test_a_code_that_nobody_has_is_compared_with_those_that_begin_alike_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    def counted(first: str, second: str) -> int:
        compared.append(first)
        return alike(first, second)

    alike = lookup._alike
    monkeypatch.setattr(lookup, "_alike", counted)
    assert INDEX.nearest(code="XYZ-1", description="") == []
    assert compared == []  # a file may cite 200,000 of them
    INDEX.nearest(code="MTL-9", description="")
    assert compared == ["mtl1020", "mtl1030"]

"""Tables on a narrow screen: no word and no date is broken, whatever the width."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from desk import output
from desk.columns import widths

COLUMNS = ("Case", "Client", "Waiting for", "Due")
ROWS = (
    ("DFG-2026-0001", "Bartholomew Featherstonehaugh", "sign-off: technical officer", "2026-06-12"),
    ("DFG-2026-0002", "Ivy Adu-Mensah", "works: contractor\nconsent: landlord", "2026-07-13"),
)
WORDS = {word for row in ROWS for cell in row for word in cell.split()}


def drawn(monkeypatch: pytest.MonkeyPatch, width: int, spare: tuple[str, ...] = ()) -> str:
    screen = Console(width=width, record=True, file=StringIO())
    monkeypatch.setattr(output, "out", screen)
    output.table(title="2 cases", columns=COLUMNS, rows=ROWS, spare=spare)
    return screen.export_text()


@pytest.mark.parametrize("width", [200, 100, 80, 70, 60, 40, 20])
def test_no_word_or_date_is_broken_at_any_width(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    text = drawn(monkeypatch, width)
    assert {word for word in WORDS if word not in text} == set()


def test_columns_that_can_be_spared_give_way_before_the_table_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    narrow = drawn(monkeypatch, 60, spare=("Client",))
    assert "Featherstonehaugh" not in narrow
    assert "Client" not in narrow
    assert "┃ Case" in narrow
    assert "┃ Case" not in drawn(monkeypatch, 60)
    assert "Client: Bartholomew Featherstonehaugh" in drawn(monkeypatch, 60)


def test_what_is_left_goes_to_the_narrowest_that_wants_it() -> None:
    rows = (("aa bb", "c" * 4, "dd dd dd dd"),)
    whole = (False, False, False)
    assert widths(("A", "B", "C"), rows, whole=whole, room=40) == [5, 4, 11]
    assert widths(("A", "B", "C"), rows, whole=whole, room=20) == [3, 4, 3]
    assert widths(("A", "B", "C"), rows, whole=(True, False, False), room=20) is None

"""Files as councils and contractors keep them: understood as the sheet shows them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.rules.imports.as_kept import (
    CASE,
    CASES,
    CLOSURES,
    LOT_CONTRACTORS,
    PRICES,
    PROVIDERS,
    WORKS,
    case_with,
    changed,
    contractor,
    csv,
    formatted,
    hide,
    schedule,
    understood,
)
from tests.rules.imports.importing import book_of

UNDERSTOOD: tuple[tuple[str, str, Any, str, object], ...] = (
    ("zeros before a number", "works",
     formatted("000000", 42, at="C2", rows=(WORKS, ("D", 1, "", 1))), "code", "000042"),
    ("zeros before a number that is counted", "works",
     formatted("00", 2, at="D2", rows=(WORKS, ("D", 1, "A1", ""))), "quantity", Decimal(2)),
    ("thousands and pounds", "package_prices",
     formatted('"£"#,##0.00', 1075, at="D2", rows=(PRICES, ("L", "P", "C"))), "price", 107_500),
    ("nothing as accountants show it", "cases",
     formatted('_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-', 0, at="L2",
               rows=((*CASES, "contribution"), CASE)), "contribution", 0),
    ("a percentage", "lot_contractors",
     formatted("0.0%", -0.035, at="D2", rows=(LOT_CONTRACTORS, ("L", "C", 1))),
     "percentage", Decimal("-3.5")),
    ("a small percentage with its sign", "lot_contractors",
     csv(LOT_CONTRACTORS, ("L", "C", "1", "0.5%")), "percentage", Decimal("0.5")),
    ("days in words", "targets",
     csv(("clock", "days", "valid from"), ("finish_works", "20 working days", "2026-04-01")),
     "days", 20),
    ("days in words by a format", "targets",
     formatted('0" days"', 20, at="B2", rows=(("clock", "days", "valid from"),
               ("finish_works", "", "2026-04-01"))), "days", 20),
    ("a year of account", "budgets",
     csv(("authority", "year", "amount"), ("WDC", "2026/27", "£1,000")), "year", 2026),
    ("a unit", "schedule", schedule(unit="Nr"), "unit", "each"),
    ("a unit, no", "schedule", schedule(unit="no."), "unit", "each"),
    ("a unit, lm", "schedule", schedule(unit="LM"), "unit", "m"),
    ("a unit, sq.m", "schedule", schedule(unit="sq.m"), "unit", "m2"),
    ("a tenure", "cases", case_with(tenure="Owner occupier"), "tenure", "owner"),
    ("nothing in words", "contractors", contractor(phone="N/A"), "phone", ""),
    ("nothing as a dash", "contractors", contractor(capacity_value="-"), "capacity_value", None),
    ("none of a list", "schedule", schedule(smv="tbc"), "smv", None),
    ("a blank that does not break", "schedule", schedule(rate="£\u00a01,234.50"), "rate",
     Decimal("1234.5")),
    ("a UPRN without its zeros", "cases", case_with(uprn="10001234"), "uprn", "000010001234"),
    ("a UPRN with its zeros", "cases", case_with(uprn="000010001234"), "uprn", "000010001234"),
    ("a postcode", "cases", case_with(postcode="cv34 4lx"), "postcode", "CV34 4LX"),
    ("a postcode of London", "cases", case_with(postcode="EC1A 1BB"), "postcode", "EC1A 1BB"),
    ("a day of closing", "closures",
     csv(CLOSURES, ("", "2026-12-24", "Office closed: Pam's leaving do")), "title",
     "Office closed: Pam's leaving do"),
    ("the first line says the separator", "providers",
     b"sep=,\nprovider,name\nP,Homes\n", "name", "Homes"),
    ("an ISO day beside date cells", "closures",
     book_of(CLOSURES, ("", datetime.date(2026, 5, 4), "A"), ("", "2026-10-13", "B")),
     "day", datetime.date(2026, 5, 4)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "made", "column", "value"),
    [row[1:] for row in UNDERSTOOD],
    ids=[row[0] for row in UNDERSTOOD],
)
def test_what_is_understood_as_shown(
    tmp_path: Path, kind: str, made: Workbook | bytes, column: str, value: object
) -> None:
    parsed, problems, _ = understood(tmp_path, kind, made)
    assert [(one.column, one.wrong) for one in problems] == []
    assert parsed is not None
    assert parsed.rows[0].values[column] == value


def _notes() -> Iterator[tuple[str, str, Workbook | bytes, str]]:
    yield (
        "words merged over rows",
        "closures",
        changed(
            lambda s: s.merge_cells("A2:A4"),
            CLOSURES,
            *(("RBC" if n == 29 else "", f"2026-12-{n}", "Christmas") for n in (29, 30, 31)),
        ),
        "A2 is merged down to row 4: each row was read as RBC.",
    )
    hidden = changed(
        hide,
        PROVIDERS,
        *((code, "Homes", "", "x") for code in "PQR"),
    )
    yield "a row hidden", "providers", hidden, "1 hidden row of the sheet was read: 3."
    hidden_too = "1 hidden column of the sheet was read: D (address)."
    yield "a column hidden", "providers", hidden, hidden_too
    titled = csv(("Prices", "", "2026", ""), (), PRICES, ("L", "P", "C", "10"))
    yield "a title above", "package_prices", titled, "The header is row 3; 2 rows above it left"
    book = book_of(("old",), ("x",), title="Old")
    book["Old"].sheet_state = "hidden"
    for name in ("Now", "Next"):
        book.create_sheet(name).append(PROVIDERS)
        book[name].append(("P", name, "", ""))
    book.active = 1
    yield "a hidden sheet first", "providers", book, "Sheet Now was read and not Old (hidden), Next"


@pytest.mark.parametrize(("kind", "made", "note"), [row[1:] for row in _notes()],
                         ids=[row[0] for row in _notes()])  # fmt: skip
def test_what_is_read_and_said(
    tmp_path: Path, kind: str, made: Workbook | bytes, note: str
) -> None:
    parsed, problems, notes = understood(tmp_path, kind, made)
    assert problems == ()
    assert parsed is not None
    assert note in " ".join(notes)


def test_words_merged_over_rows_stand_in_each(tmp_path: Path) -> None:
    _, kind, made, _ = next(_notes())
    parsed, _, _ = understood(tmp_path, kind, made)
    assert parsed is not None
    assert [row.values["authority"] for row in parsed.rows] == ["RBC"] * 3


@pytest.mark.parametrize(
    ("typed", "likely"),
    [("CV9O 2AB", "CV90 2AB"), ("CV2l 3LW", "CV21 3LW"), ("CV34 4LO", ""), ("0X1 1AA", "OX1 1AA")],
)
def test_a_likely_postcode_is_suggested(tmp_path: Path, typed: str, likely: str) -> None:
    _, (problem,), _ = understood(tmp_path, "cases", case_with(postcode=typed))
    assert problem.right.startswith(likely or "A postcode")


def test_advice_on_commas_is_for_csv_alone(tmp_path: Path) -> None:
    rows = (("provider", "name"), ("P", "Homes", "1 Street"))
    _, (of_book,), _ = understood(tmp_path, "providers", book_of(*rows))
    _, (of_text,), _ = understood(tmp_path, "providers", csv(*rows))
    assert "comma" not in of_book.right
    assert "comma" in of_text.right

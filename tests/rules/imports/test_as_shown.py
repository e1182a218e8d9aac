"""Files as councils and contractors keep them: understood as the sheet shows them, or refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from adapters.spreadsheets import read
from rules.errors import ImportProblemsError, Problem
from rules.imports import Parsed, parse
from rules.imports.choices import ACCEPTS, Choices
from tests.rules.imports.importing import book_of, saved

PROVIDERS = ("provider", "name", "email", "address")
PRICES = ("lot", "package", "contractor", "price")
LOT_CONTRACTORS = ("lot", "contractor", "rank", "percentage")
CLOSURES = ("authority", "day", "title")
RATES = ("lot", "contractor", "code", "rate", "valid from", "valid to")
WORKS = ("case", "line", "code", "quantity", "description", "unit", "location")
SCHEDULE = ("code", "short description", "unit", "rate", "trade", "smv")
CONTRACTORS = ("contractor", "name", "email", "trades", "authorities", "phone", "capacity value")
CASES = (
    *("reference", "authority", "client_name", "address", "postcode", "uprn", "tenure"),
    *("work_type", "urgent", "complexity", "contact_on"),
)
CASE = (
    *("D-1", "WDC", "Mrs A", "1 The Street", "CV9 2AB", "10001234", "owner"),
    *("shower", "no", "simple", "2026-01-05"),
)

Made = Path | bytes | Workbook
Table = tuple[tuple[object, ...], ...]


def understood(
    tmp_path: Path, kind: str, made: Workbook | bytes, said: Choices | None = None
) -> tuple[Parsed | None, tuple[Problem, ...], tuple[str, ...]]:
    """Return a file as understood, everything wrong with it, and what is said of it."""
    path = tmp_path / "file.xlsx"
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        saved(path, made)
    try:
        sheet = read(path, kind=kind)
    except ImportProblemsError as error:
        return None, error.problems, ()
    parsed = parse(
        kind=kind,
        header=sheet.header,
        rows=sheet.rows,
        file=sheet.file,
        sheet=sheet.sheet,
        header_row=sheet.header_row,
        said=said or Choices(),
    )
    return parsed, parsed.problems, sheet.notes


def csv(*rows: tuple[object, ...]) -> bytes:
    quoted = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(quoted).encode()


def formatted(shape: str, value: Any, *, at: str, rows: Table) -> Workbook:
    book = book_of(*rows)
    sheet = book["Sheet1"]
    sheet[at] = value
    sheet[at].number_format = shape
    return book


def changed(change: Callable[[Worksheet], object], *rows: tuple[object, ...]) -> Workbook:
    book = book_of(*rows)
    change(book["Sheet1"])
    return book


def strike(sheet: Worksheet) -> None:
    for cell in sheet[3]:
        cell.font = Font(strike=True)


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True


def case_with(**cells: object) -> bytes:
    return csv(CASES, tuple(cells.get(name, cell) for name, cell in zip(CASES, CASE, strict=True)))


def _one(header: tuple[str, ...], row: tuple[object, ...], **cells: object) -> bytes:
    given = {name.replace(" ", "_"): cell for name, cell in zip(header, row, strict=True)}
    return csv(header, tuple({**given, **cells}.values()))


def schedule(**cells: object) -> bytes:
    return _one(SCHEDULE, ("A1", "Rail", "each", "25.50", "joinery", "45"), **cells)


def contractor(**cells: object) -> bytes:
    row = ("QB", "Quilby", "q@qb.example", "joinery", "WDC", "01632 960701", "")
    return _one(CONTRACTORS, row, **cells)


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


REFUSED: tuple[tuple[str, str, Any, int | None, str | None, str], ...] = (
    ("rates merged over two contractors' rows", "contract_rates",
     changed(lambda s: s.merge_cells("D2:D3"), RATES,
             ("L", "A", "C1", 31, "2026-04-01", "2027-03-31"),
             ("L", "B", "C1", "", "2026-04-01", "2027-03-31")), 3, "rate", "merged with D2"),
    ("cells merged across", "providers",
     changed(lambda s: s.merge_cells("B2:C2"), PROVIDERS, ("P", "Homes", "", "x")), 2, "email",
     "merged with B2, which shows Homes"),
    ("a number in a code's place", "works",
     formatted("0.00E+00", 600000, at="C2", rows=(WORKS, ("D", 1, "", 1))), 2, "code",
     "shows 6.00E+05 and holds 600000"),
    ("thousands that the format adds", "package_prices",
     formatted('"£"#,##0"k"', 1075, at="D2", rows=(PRICES, ("L", "P", "C"))), 2, "price",
     "shows £1,075k and holds 1075"),
    ("thousands that the format takes away", "package_prices",
     formatted("#,##0,", 1075000, at="D2", rows=(PRICES, ("L", "P", "C"))), 2, "price",
     "shows 1,075 and holds 1075000"),
    ("a rate that is rounded to show it", "schedule",
     formatted("0.00", 41.125, at="D2", rows=(SCHEDULE, ("A", "x", "each", "", "t", 1))), 2,
     "rate", "shows 41.13 and holds 41.125"),
    ("a percentage that is rounded to show it", "lot_contractors",
     formatted("0%", -0.0355, at="D2", rows=(LOT_CONTRACTORS, ("L", "C", 1))), 2, "percentage",
     "shows -4% and holds -0.0355"),
    ("a format that shows nothing", "package_prices",
     formatted(";;;", 10, at="D2", rows=(PRICES, ("L", "P", "C"))), 2, "price",
     "shows nothing and holds 10"),
    ("a day without its year", "closures",
     formatted("d-mmm", datetime.date(2026, 2, 1), at="B2", rows=(CLOSURES, ("", "", "x"))), 2,
     "day", "shows no whole date"),
    ("a code that became a number", "works",
     csv(WORKS, ("D", 1, "6.00E+05", 1, "", "", "")), 2, "code", "made a number of it"),
    ("a code that became a date", "works",
     csv(WORKS, ("D", 1, "01-Feb", 1, "", "", "")), 2, "code", "made a date of it"),
    ("a code in a formula", "works",
     csv(WORKS, ("D", 1, '="010204"', 1, "", "", "")), 2, "code", "formula"),
    ("a reference that became a number", "contractor_documents",
     csv(("contractor", "document", "reference", "valid from", "valid to"),
         ("C", "ssip", "4.5E+11", "2026-01-01", "2027-01-01")), 2, "reference", "made a number"),
    ("a telephone that became a number", "contractors", contractor(phone="4.47700E+11"), 2,
     "phone", "made a number of it"),
    ("an error word for a name", "cases", case_with(client_name="#N/A"), 2, "client_name",
     "showed an error"),
    ("an error word inside an address", "cases", case_with(address="1 #REF! Road"), 2, "address",
     "showed an error"),
    ("nothing where something is needed", "cases", case_with(client_name="TBC"), 2, "client_name",
     "says that there is nothing"),
    ("nothing where empty means all", "closures",
     csv(CLOSURES, ("N/A", "2026-12-24", "x")), 2, "authority", "says that there is nothing"),
    ("nothing where an empty list means all", "officers",
     csv(("email", "name", "role", "authorities"), ("a@b.example", "A", "manager", "none")), 2,
     "authorities", "says that there is nothing"),
    ("sixteen digits", "works", book_of(WORKS, ("D", 1, 1234567890123456, 1)), 2, "code",
     "only 15 digits"),
    ("a list with commas", "contractors", contractor(trades="plumbing, electrical"), 2, "trades",
     "separated by ;"),
    ("a share for a percentage", "lot_contractors",
     csv(LOT_CONTRACTORS, ("L", "C", "1", "-0.035")), 2, "percentage", "-3.5"),
    ("a share for an uplift", "lot_terms", csv(("lot", "out of hours"), ("L", "0.35")), 2,
     "out_of_hours", "below 1 %"),
    ("a UPRN rounded", "cases", case_with(uprn="100012000000"), 2, "uprn", "six zeros"),
    ("a letter in a postcode", "cases", case_with(postcode="CV9O 2AB"), 2, "postcode",
     "not a postcode"),
    ("a lower L in a postcode", "cases", case_with(postcode="CV2l 3LW"), 2, "postcode",
     "not a postcode"),
    ("half a day", "closures", csv(CLOSURES, ("", "2026-12-24", "Half day")), 2, "title",
     "part of the day"),
    ("closed from noon", "closures", csv(CLOSURES, ("", "2026-12-24", "Shut from 12.30 pm")), 2,
     "title", "part of the day"),
    ("years that do not follow", "budgets",
     csv(("authority", "year", "amount"), ("WDC", "2026/28", "1")), 2, "year", "do not follow"),
    ("minutes by the clock", "schedule", schedule(smv="0:45"), 2, "smv", "a time of the clock"),
    ("minutes as a time", "schedule",
     book_of(SCHEDULE, ("A", "x", "each", 1, "t", datetime.time(0, 45))), 2, "smv",
     "a time of the clock"),
    ("a dash for money that is needed", "package_prices", csv(PRICES, ("L", "P", "C", "-")), 2,
     "price", "says that there is nothing"),
    ("another column that looks like it", "package_prices",
     csv((*PRICES, "New price"), ("L", "P", "C", "10", "11")), 1, "price",
     "'New price' looks like"),
    ("its own column by another name", "package_prices",
     csv(("lot", "package", "contractor", "Price (£ ex VAT)"), ("L", "P", "C", "10")), 1, "price",
     "'Price (£ ex VAT)' looks like price"),
    ("one for several", "officers",
     csv(("email", "name", "role", "Authority"), ("a@b.example", "A", "manager", "WDC")), 1,
     "authorities", "'Authority' looks like authorities"),
    ("a footer", "providers",
     csv(PROVIDERS, ("P", "Homes", "", ""), (), ("Report run by J Smith", "", "", "")),
     4, None, "as a footer"),
    ("rows struck through", "providers",
     changed(strike, PROVIDERS,
             ("P", "Homes", "", "x"), ("Q", "More", "", "y")), 3, None, "struck through"),
    ("days read by another country", "closures",
     book_of(CLOSURES, ("", datetime.date(2026, 5, 4), "A"), ("", "13/10/2026", "B")), 2, "day",
     "5 April 2026 may have been typed"),
    ("one line in another encoding", "providers",
     "provider,name\nP,Café\n".encode() + "Q,Café\n".encode("cp1252"), 3, None, "this line is not"),
    ("UTF-16 without its mark", "providers", "provider,name\nP,x\n".encode("utf-16-le"), None,
     None, "UTF-16"),
    ("UTF-16 the other way round", "providers", "provider,name\nP,x\n".encode("utf-16-be"), None,
     None, "UTF-16"),
    ("another separator, said", "providers", b"sep=;\nprovider;name\nP;x\n", 1, None,
     "semicolons"),
    ("a web page", "providers", b"\n<html><table><tr><td>provider</td></tr></table>", None, None,
     "web page"),
    ("an OpenDocument file", "providers",
     b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", None,
     None, "OpenDocument"),
    ("a header that is not the first row", "package_prices",
     csv(("Prices 2026",), (), ("lot", "package", "contractor"), ("L", "P", "C")), 1, None,
     "no header of package_prices"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "made", "row", "column", "wrong"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_is_refused_with_its_reason(
    tmp_path: Path,
    kind: str,
    made: Workbook | bytes,
    row: int | None,
    column: str | None,
    wrong: str,
) -> None:
    _, problems, _ = understood(tmp_path, kind, made)
    (problem,) = problems
    assert (problem.row, problem.column) == (row, column)
    assert wrong in problem.wrong
    assert problem.right
    if problem.accept or problem.ignore:
        said = Choices(accepted=frozenset({problem.accept}), ignored=frozenset({problem.value}))
        left = understood(tmp_path, kind, made, said)[1]
        assert problem.wrong not in {one.wrong for one in left}
        assert not problem.accept or problem.accept in ACCEPTS


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

"""Files as councils and contractors keep them: refused where another meaning is likely."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from rules.imports.choices import ACCEPTS, Choices
from tests.rules.imports.as_kept import (
    CLOSURES,
    LOT_CONTRACTORS,
    PRICES,
    PROVIDERS,
    RATES,
    SCHEDULE,
    WORKS,
    case_with,
    changed,
    contractor,
    csv,
    formatted,
    half_struck,
    schedule,
    strike,
    strike_one,
    understood,
)
from tests.rules.imports.importing import book_of

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
    ("a cell struck through", "providers",
     changed(strike_one, PROVIDERS,
             ("P", "Homes", "", "x"), ("Q", "More", "", "y")), 3, "name", "cell is struck through"),
    ("a price of which a part is struck through", "package_prices",
     changed(half_struck, PRICES, ("L", "P", "C", "")), 2, "price", "part of the text is struck"),
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

"""Whole import files: headers matched, rows understood, every problem found at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cases import PURPOSES, UNITS
from rules.errors import UnknownReferenceError
from rules.imports import KINDS, Cell, FaultyCell, Parsed, RawRow, parse, spec
from rules.imports.columns import ROLES
from rules.imports.headers import letters

FORMATS = {
    "authorities": "authority* name* ons_code email phone address",
    "officers": "email* name* role* authorities approval_limit last_day",
    "schedule": "code* short_description* long_description unit* rate* trade* smv vat_reliefs "
    "certificates",
    "packages": "package* title* work_type* code* quantity*",
    "contractors": "contractor* name* email* phone trades* authorities* capacity_orders "
    "capacity_value suspended suspended_from suspended_until suspended_because",
    "contractor_documents": "contractor* document* reference cover valid_from* valid_to*",
    "required_documents": "authority document* trade minimum_cover asked",
    "contractor_absences": "contractor* first_day* last_day* why withdrawn",
    "contractor_conflicts": "contractor* interest_in* whom* because* last_day",
    "lots": "lot* title* work_types* authorities* award_rule* valid_from* valid_to* offer_days",
    "lot_contractors": "lot* contractor* rank percentage",
    "package_prices": "lot* package* contractor* price*",
    "lot_terms": "lot* out_of_hours quote_days price_weight quality_criteria contracting_party "
    "framework core_terms entitled goods",
    "zones": "lot* zone* postcodes* factor*",
    "contract_rates": "lot* contractor code* rate* valid_from* valid_to*",
    "providers": "provider* name* email address",
    "permissions": "provider* work_types* value_cap conditions valid_from* valid_to* response_days "
    "silence agreement clause left_out",
    "consent_terms": "authority valid_from* first_reminder second_reminder renew_days",
    "budgets": "authority* year* amount*",
    "waiver_rules": "authority* rule* title* work_types cost_cap valid_from* valid_to*",
    "means_test_terms": "authority valid_from* band_1* band_2* band_3* owner_1* owner_2* owner_3* "
    "owner_4* tenant_1* tenant_2* tenant_3* tenant_4* capital_free* tariff* tariff_60* passporting "
    "verified",
    "grant_terms": "authority valid_from* arithmetic* consults",
    "completion_terms": "authority valid_from* line_by_line* photographs_before* "
    "photographs_after* papers* sample_up_to",
    "servicing": "authority* works* what* every_months* for_years* by* valid_from* valid_to*",
    "simple_works": "authority* work_type* title* up_to* weekly_single* weekly_couple* "
    "valid_from* valid_to",
    "partnership_budget": "partnership* year* line* heading* amount*",
    "partnership_capital": "partnership* year* partner* dfg_grant local social_care",
    "partnership_terms": "partnership* year* who fee less fixed because",
    "printed_tables": "table_code* title* partnership year cell* row_title* column_title* printed "
    "row_is* column_is* figure who",
    "closures": "authority day* title*",
    "targets": "clock* days* urgent complexity authority lot warn_percent warn_days valid_from* "
    "valid_to verified source",
    "escalations": "authority rung* role* days*",
    "successions": "plan* predecessor* successor* first_day* postcodes budget_share instrument* "
    "reason*",
    "arrangements": "plan* authority* team* host* first_day* officers postcodes pool "
    "approval_limit instrument* reason*",
    "cases": "reference* authority* client_name* address* postcode* uprn tenure* landlord "
    "date_of_birth email phone work_type* purpose urgent* complexity* contact_on* recommended_on "
    "applied_on vat_declaration contribution contracting_party officer",
    "works": "case* line* code quantity* description unit location certificates "
    "no_certificates_because",
}
LOT = ("lot", "title", "work types", "authorities", "award rule", "valid from", "valid to")
CASE = {
    "reference": "DFG-1",
    "authority": "WDC",
    "client_name": "Mrs A",
    "address": "1 The Street",
    "postcode": "CV34 4LX",
    "tenure": "owner",
    "work_type": "level_access_shower",
    "urgent": "no",
    "complexity": "simple",
    "contact_on": "2026-01-05",
}


def read(
    kind: str, header: Sequence[Cell], *rows: Sequence[Cell], sheet: str | None = None
) -> Parsed:
    raw = [RawRow(number, tuple(cells)) for number, cells in enumerate(rows, start=2)]
    return parse(kind=kind, header=tuple(header), rows=raw, file="file.csv", sheet=sheet)


def read_records(kind: str, *records: Mapping[str, Cell]) -> Parsed:
    header = list(records[0])
    return read(kind, header, *([record[name] for name in header] for record in records))


def complaints(parsed: Parsed) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.wrong) for problem in parsed.problems]


def test_the_kinds_and_columns_are_those_of_the_agreed_format() -> None:
    assert tuple(FORMATS) == KINDS
    for kind, written in FORMATS.items():
        columns = [f"{c.name}*" if c.required else c.name for c in spec(kind).columns]
        assert columns == written.split()


def test_the_closed_lists_are_those_the_rules_use() -> None:
    assert set(UNITS) == {"each", "item", "m", "m2", "m3", "hour", "day", "set"}
    assert "".join(PURPOSES) == "abcdefghijkl"
    assert "contractor" not in ROLES


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnknownReferenceError, match="'invoices'") as caught:
        spec("invoices")
    assert "works" in caught.value.next_step


def test_headers_ignore_case_spaces_hyphens_underscores_and_order() -> None:
    parsed = read(
        "lots",
        ["Valid-To", "VALID FROM", "Award_Rule", " authorities ", "work‑types", "Title", "LOT"],
        ["31/03/2027", "2026-04-01", "Lowest price", "WDC;RBC", "Grab rails", "Rails", "L1"],
    )
    assert parsed.problems == ()
    assert parsed.rows[0].values == {
        "lot": "L1",
        "title": "Rails",
        "work_types": ("grab_rails",),
        "authorities": ("RBC", "WDC"),
        "award_rule": "lowest_price",
        "valid_from": date(2026, 4, 1),
        "valid_to": date(2027, 3, 31),
        "offer_days": 3,
    }
    assert parsed.absent_columns == {"offer_days"}


def test_unknown_columns_are_reported_and_ignored() -> None:
    parsed = read("providers", ["provider", "notes", "name", "Colour "], ["P", "x", "Pr", "red"])
    assert parsed.ignored_columns == ("notes", "Colour")
    assert parsed.problems == ()


def test_a_header_of_anything_at_all_is_ignored_by_what_it_shows() -> None:
    header: list[Cell] = [
        "provider",
        "name",
        date(2026, 1, 2),
        "",
        "a\x00b",
        FaultyCell("#N/A", "w", "r"),
    ]
    parsed = read("providers", header, ["P", "Homes", "x", "stray", "y", "z"])
    assert parsed.ignored_columns == ("2026-01-02", "a\\x00b", "#N/A")
    assert parsed.problems == ()


def test_empty_optional_cells_take_the_default() -> None:
    parsed = read(
        "lot_contractors", ["lot", "contractor", "rank", "percentage"], ["L", "C", "", " "]
    )
    assert parsed.rows[0].values == {
        "lot": "L",
        "contractor": "C",
        "rank": None,
        "percentage": Decimal(0),
    }
    case = read_records("cases", {**CASE}).rows[0].values
    assert case["contribution"] == 0
    assert case["vat_declaration"] is False
    assert case["purpose"] == ()
    assert case["date_of_birth"] is None


def test_missing_and_repeated_columns_and_faulty_cells_are_all_named_at_once() -> None:
    parsed = read(
        "package_prices",
        ["lot", "Lot", "contractor", "price"],
        ["L1", "L1", "", "free"],
        ["", "", "C", "-3"],
    )
    assert complaints(parsed) == [
        (1, "lot", "it is there twice"),
        (1, "package", "the required column is missing"),
        (2, "contractor", "it is empty"),
        (2, "price", "it is not an amount of money"),
        (3, "lot", "it is empty"),
        (3, "price", "it is negative"),
    ]
    assert all(problem.right for problem in parsed.problems)
    assert parsed.problems[3].value == "free"


@pytest.mark.parametrize(
    ("separator", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_another_separator_is_recognised(separator: str, name: str) -> None:
    parsed = read("providers", [f"provider{separator}name"], [f"P{separator}N"])
    assert name in parsed.problems[0].right


def test_a_row_longer_than_its_header_is_a_problem_and_a_shorter_one_ends_in_empty_cells() -> None:
    parsed = read(
        "providers",
        ["provider", "name", "email", "address", "", ""],
        ["P", "Homes", "", "1 Street", "Rugby", ""],
        ["Q", "Homes"],
        ["R"],
        ["S", "Homes", "", "", "", "", "  "],
    )
    assert complaints(parsed) == [
        (2, "E", "the row is longer than the header, which has 4 columns"),
        (4, "name", "it is empty"),
    ]
    assert parsed.rows[1].values["address"] == ""


def test_column_letters() -> None:
    assert [letters(at) for at in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_rows_of_blanks_are_skipped_and_numbers_stay_those_of_the_spreadsheet() -> None:
    parsed = read("providers", ["provider", "name"], ["", " "], [], ["P", ""], ["\u00a0", "\t"])
    assert complaints(parsed) == [(4, "name", "it is empty")]
    assert len(parsed.rows) == 1


def test_a_file_without_rows_is_a_problem() -> None:
    assert complaints(read("providers", ["provider", "name"])) == [
        (None, None, "there are no rows below the header")
    ]


@pytest.mark.parametrize(
    ("kind", "header", "first", "second"),
    [
        ("authorities", ["authority", "name"], ["A", "x"], ["A", "y"]),
        ("officers", ["email", "name", "role"], ["a@b.example", "x", "finance"],
         ["A@B.example", "y", "manager"]),
        ("package_prices", ["lot", "package", "contractor", "price"], ["L", "P", "C", "1"],
         ["L", "P", "C", "2"]),
        ("permissions", ["provider", "work_types", "valid_from", "valid_to"],
         ["P", "a;b", "2026-01-01", "2027-01-01"], ["P", "b; a", "01/01/2026", "2028-01-01"]),
        ("works", ["case", "line", "code", "quantity"], ["D", "1", "X", "1"],
         ["D", "01", "Y", "1"]),
    ],
)  # fmt: skip
def test_two_rows_with_the_same_key(
    kind: str, header: list[str], first: list[Cell], second: list[Cell]
) -> None:
    parsed = read(kind, header, first, second)
    assert [(problem.row, problem.column) for problem in parsed.problems] == [(3, header[0])]
    assert "row 2 has the same" in parsed.problems[0].wrong


def test_dates_must_be_in_order() -> None:
    lot = ["L", "t", "w", "A", "rotation", "2026-04-01"]
    parsed = read("lots", LOT, [*lot, "2026-03-31"], ["M", *lot[1:], "2026-04-01"])
    assert complaints(parsed) == [(2, "valid_to", "it is before valid_from, 2026-04-01")]
    case = {
        **CASE,
        "date_of_birth": "2026-02-01",
        "recommended_on": "2026-01-04",
        "applied_on": "2025-12-31",
    }
    assert {column for _, column, _ in complaints(read_records("cases", case))} == {
        "contact_on",
        "recommended_on",
        "applied_on",
    }


def test_a_works_line_without_a_code_is_bespoke_and_says_what_and_by_what() -> None:
    header = ["case", "line", "code", "quantity", "description", "unit"]
    parsed = read(
        "works",
        header,
        ["D", 1.0, "", 1.0, "Move the door", "item"],
        ["D", 2.0, "", 1.0, "", ""],
        ["D", 3.0, "X", 1.0, "", ""],
    )
    assert parsed.rows[0].values["code"] is None
    assert [(row, column) for row, column, _ in complaints(parsed)] == [
        (3, "description"),
        (3, "unit"),
    ]


def test_bespoke_lines_in_a_file_without_those_columns() -> None:
    parsed = read("works", ["case", "line", "quantity"], ["D", "1", "2"])
    assert [column for _, column, _ in complaints(parsed)] == ["description", "unit"]


def test_every_row_of_a_package_says_the_same_title_and_work_type() -> None:
    parsed = read(
        "packages",
        ["package", "title", "work_type", "code", "quantity"],
        ["LAS", "Shower", "shower", "A", "1"],
        ["LAS", "Showers", "shower", "B", "1"],
        ["SSL", "Stairlift", "lift", "A", "1"],
    )
    assert complaints(parsed) == [(3, "title", "row 2 says 'Shower' for the same package")]


def test_one_contractor_for_each_rank_of_a_lot() -> None:
    parsed = read(
        "lot_contractors",
        ["lot", "contractor", "rank"],
        ["L", "A", "1"],
        ["L", "B", "1"],
        ["M", "B", "1"],
        ["L", "C", ""],
        ["L", "D", ""],
    )
    assert [(row, column) for row, column, _ in complaints(parsed)] == [(3, "rank")]


def test_a_cell_at_fault_is_left_out_of_its_row_and_the_rest_is_kept() -> None:
    parsed = read("providers", ["provider", "name", "email"], ["P", "Homes", "nonsense"])
    assert parsed.rows[0].values == {"provider": "P", "name": "Homes", "address": ""}


@given(
    kind=st.sampled_from(KINDS),
    table=st.lists(
        st.lists(
            st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.dates()), max_size=12
        ),
        max_size=6,
    ),
    shuffled=st.randoms(use_true_random=False),
)
def test_no_table_brings_the_importer_down(
    kind: str, table: list[list[Cell]], shuffled: Random
) -> None:
    header = [column.name for column in spec(kind).columns]
    shuffled.shuffle(header)
    parsed = read(kind, header, *table)
    for row in parsed.rows:
        assert set(row.values) <= {column.name for column in spec(kind).columns}
    for problem in parsed.problems:
        assert problem.wrong
        assert problem.right

"""Importing what lots price by and grants are met from: terms, zones, contract rates, budgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from models.database import writing
from models.tables.funding import Budget, WaiverRule
from models.tables.terms import ContractRate, LotTerms, Zone
from rules.errors import Problem
from tests.services.imports.importing import VERSION, bring, contents, refused, rows, said
from tests.small_service import SERVICE, TERMS

Read = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def lots(database_url: str) -> str:
    """Give a database with lots, and nothing said of their terms."""
    return _with_lots(database_url)


@pytest.fixture
def sqlite_lots(sqlite_url: str) -> str:
    """Give the same on SQLite, for values that are refused before any database is asked."""
    return _with_lots(sqlite_url)


def _with_lots(url: str) -> str:
    for kind in ("authorities", "schedule", "contractors", "lots", "lot_contractors"):
        bring(url, kind, SERVICE[kind], schedule=VERSION if kind == "schedule" else None)
    return url


def held(url: str, model: type, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(url, model)]


def terms(url: str) -> list[tuple[object, ...]]:
    return held(url, LotTerms, "lot", "out_of_hours", "quote_days", "price_weight")


def zones(url: str) -> list[tuple[object, ...]]:
    return held(url, Zone, "lot", "zone", "postcodes", "factor")


def rates(url: str) -> list[tuple[object, ...]]:
    return held(url, ContractRate, "contractor", "code", "rate", "valid_from", "valid_to")


def values(problems: tuple[Problem, ...]) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.value) for problem in problems]


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", TERMS)
def test_each_kind_goes_in_is_left_alone_the_second_time_and_is_tried_first(
    lots: str, kind: str
) -> None:
    before = contents(lots)
    tried = bring(lots, kind, TERMS[kind], dry_run=True)
    assert contents(lots) == before
    done = bring(lots, kind, TERMS[kind])
    assert tried == done
    assert done.added == len(TERMS[kind].strip().splitlines()) - 1
    bring(lots, "providers", "provider | name\nP | Homes")  # the file is not the last any more
    after = contents(lots)
    again = bring(lots, kind, TERMS[kind])
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert again.unchanged == done.added
    assert contents(lots) == after


@pytest.mark.sqlite
def test_what_is_left_out_takes_its_default(lots: str) -> None:
    bring(lots, "lot_terms", "lot\nSHOWERS")
    assert terms(lots) == [("SHOWERS", 0, 10, 100)]
    assert rows(lots, LotTerms)[0]["quality_criteria"] == ()


@pytest.mark.sqlite
def test_exact_values_are_kept_exactly(lots: str) -> None:
    for kind, text in TERMS.items():
        bring(lots, kind, text)
    assert terms(lots) == [("BUILD", 30, 8, 60), ("SHOWERS", 35, 10, 100)]
    assert rows(lots, LotTerms)[0]["quality_criteria"] == ("method:25", "programme:15")
    assert zones(lots) == [
        ("RAILS", "Rugby town", ("CV21", "CV22"), Decimal("1.02")),
        ("RAILS", "The villages", ("CV",), Decimal("1.1")),
    ]
    assert rates(lots)[1] == (
        *("AVON", "RAIL", Decimal("43.25")),
        *(date(2026, 4, 1), date(2026, 12, 31)),
    )
    budgets = held(lots, Budget, "authority", "year", "amount_pence", "committed_pence")
    assert budgets == [("RBC", 2026, 900_000_00, 0), ("WDC", 2026, 700_000_50, 0)]
    (rule,) = held(lots, WaiverRule, "rule", "work_types", "cost_cap_pence", "valid_to")
    assert rule == ("SMALL", ("grab_rails",), 500_000, date(2027, 3, 31))


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("X | 0 | 10 | 100 |", "lot", "there is no lot 'X'"),
        ("BUILD | -1 | 10 | 100 |", "out_of_hours", "an uplift cannot be negative"),
        ("BUILD | -100 | 10 | 100 |", "out_of_hours", "a percentage cannot be that"),
        ("BUILD | 1001 | 10 | 100 |", "out_of_hours", "a percentage cannot be that"),
        ("BUILD | NaN | 10 | 100 |", "out_of_hours", "it is not a plain number"),
        ("BUILD | 0 | 0 | 100 |", "quote_days", "it is not a whole number from 1"),
        ("BUILD | 0 | 2.5 | 100 |", "quote_days", "it is not a whole number from 1"),
        ("BUILD | 0 | 10 | 0 | a:99", "price_weight", "it is not a whole number from 1"),
        ("BUILD | 0 | 10 | 101 |", "price_weight", "it is not a whole number from 1"),
        ("BUILD | 0 | 10 | 60 | method:39", "quality_criteria", "the weights make 99, not 100"),
        ("BUILD | 0 | 10 | 60 |", "quality_criteria", "the weights make 60, not 100"),
        ("BUILD | 0 | 10 | 100 | method:1", "quality_criteria", "the weights make 101, not 100"),
        ("BUILD | 0 | 10 | 60 | a:20;A:20", "quality_criteria", "'a' is there more than once"),
        ("BUILD | 0 | 10 | 60 | method", "quality_criteria", "it is not a name with a weight"),
        ("BUILD | 0 | 10 | 60 | :40", "quality_criteria", "it is not a name with a weight"),
        ("BUILD | 0 | 10 | 60 | a:b:40", "quality_criteria", "it is not a name with a weight"),
        ("BUILD | 0 | 10 | 60 | a:4٠", "quality_criteria", "it is not a name with a weight"),
        ("BUILD | 0 | 10 | 60 | a:-40", "quality_criteria", "it is not a name with a weight"),
    ],
)
def test_terms_that_no_lot_can_have(sqlite_lots: str, row: str, column: str, wrong: str) -> None:
    header = "lot | out_of_hours | quote_days | price_weight | quality_criteria\n"
    (problem,) = refused(sqlite_lots, "lot_terms", header + row)
    assert (problem.row, problem.column) == (2, column)
    assert wrong in problem.wrong
    assert problem.right


def test_every_problem_of_a_file_of_terms_is_listed_at_once(sqlite_lots: str) -> None:
    problems = refused(
        sqlite_lots,
        "lot_terms",
        """
        lot   | out_of_hours | quote_days | price_weight | quality_criteria
        NONE  | -5           | soon       | 50           | method:49
        BUILD | 5            | 10         | 100          |
        BUILD | 5            | 10         | 100          |
        """,
    )
    assert [(row, column) for row, column, _ in said(problems)] == [
        (2, "lot"),
        (2, "out_of_hours"),
        (2, "quote_days"),
        (2, "quality_criteria"),
        (4, "lot"),
    ]


def test_a_price_that_weighs_all_leaves_no_criterion_behind(lots: str) -> None:
    bring(lots, "lot_terms", TERMS["lot_terms"])
    bring(lots, "lot_terms", "lot | price_weight\nBUILD | 100")
    assert terms(lots)[0] == ("BUILD", 30, 8, 100)
    assert rows(lots, LotTerms)[0]["quality_criteria"] == ()
    bring(lots, "lot_terms", "lot | quote_days\nBUILD | 12")
    assert terms(lots)[0] == ("BUILD", 30, 12, 100)


def test_the_zones_of_a_lot_become_those_of_the_file(lots: str) -> None:
    bring(lots, "zones", TERMS["zones"] + "\nBUILD | Town | CV21 | 1.2")
    report = bring(
        lots, "zones", "lot|zone|postcodes|factor\nRAILS|The villages|cv22; CV 21;cv|1.05"
    )
    assert (report.added, report.changed, report.removed) == (0, 1, 1)
    assert zones(lots) == [
        ("BUILD", "Town", ("CV21",), Decimal("1.2")),
        ("RAILS", "The villages", ("CV", "CV21", "CV22"), Decimal("1.05")),
    ]


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("X | A | CV21 | 1", "lot", "there is no lot 'X'"),
        ("RAILS | A | CV21 | 0", "factor", "a factor cannot be that"),
        ("RAILS | A | CV21 | -1", "factor", "a factor cannot be that"),
        ("RAILS | A | CV21 | 100.01", "factor", "a factor cannot be that"),
        ("RAILS | A | CV21 | 1e2", "factor", "it is not a plain number"),
        ("RAILS | A | CV21 | 1.0000001", "factor", "it has 7 decimal places"),
        ("RAILS | A | CV21 3LW | 1", "postcodes", "neither an outward code nor a postcode area"),
        ("RAILS | A | Coventry | 1", "postcodes", "neither an outward code nor a postcode area"),
        ("RAILS | A | ; | 1", "postcodes", "the list names nothing"),
        ("RAILS |  | CV21 | 1", "zone", "it is empty"),
    ],
)
def test_zones_that_cannot_be(sqlite_lots: str, row: str, column: str, wrong: str) -> None:
    (problem,) = refused(sqlite_lots, "zones", "lot | zone | postcodes | factor\n" + row)
    assert problem.column == column
    assert wrong in problem.wrong


def test_a_postcode_in_two_zones_of_a_lot_is_refused_with_both(sqlite_lots: str) -> None:
    text = """
    lot   | zone  | postcodes   | factor
    RAILS | North | CV9;CV10;CV | 1.1
    BUILD | North | CV9         | 1.1
    RAILS | South | cv;CV9;CV36 | 1.2
    """
    problems = refused(sqlite_lots, "zones", text)
    assert values(problems) == [(4, "postcodes", "CV"), (4, "postcodes", "CV9")]
    assert problems[1].wrong == "row 2 has CV9 in zone North of the same lot"


RATES = "lot | contractor | code | rate | valid_from | valid_to\n"


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("X | | RAIL | 1 | 2026-01-01 | 2026-12-31", "lot", "there is no lot 'X'"),
        ("RAILS | NOBODY | RAIL | 1 | 2026-01-01 | 2026-12-31", "contractor", "no contractor"),
        ("EMPTY | AVON | RAIL | 1 | 2026-01-01 | 2026-12-31", "contractor", "is not in lot EMPTY"),
        ("RAILS | | rail | 1 | 2026-01-01 | 2026-12-31", "code", "no version of any schedule"),
        ("RAILS | | RAIL | -1 | 2026-01-01 | 2026-12-31", "rate", "it is negative"),
        ("RAILS | | RAIL | 1.00005 | 2026-01-01 | 2026-12-31", "rate", "5 decimal places"),
        ("RAILS | | RAIL | 2000000 | 2026-01-01 | 2026-12-31", "rate", "it is too large"),
        ("RAILS | | RAIL | 1 | 2026-12-31 | 2026-01-01", "valid_to", "it is before valid_from"),
        ("RAILS | | RAIL | 1 | 2026-02-30 | 2026-12-31", "valid_from", "no such day"),
    ],
)
def test_contract_rates_that_cannot_be(sqlite_lots: str, row: str, column: str, wrong: str) -> None:
    empty = "EMPTY|Empty|other|RBC|ranked|2026-01-01|2027-12-31|3"
    bring(sqlite_lots, "lots", SERVICE["lots"].strip() + "\n" + empty)
    (problem,) = refused(sqlite_lots, "contract_rates", RATES + row)
    assert problem.column == column
    assert wrong in problem.wrong


def test_rates_of_one_contract_that_overlap_in_a_file_are_all_named(sqlite_lots: str) -> None:
    text = RATES + "\n".join(
        (
            "RAILS |       | RAIL | 44 | 2026-01-01 | 2026-12-31",
            "RAILS |       | RAIL | 45 | 2026-02-01 | 2026-02-28",
            "RAILS |       | RAIL | 46 | 2026-12-31 | 2027-03-31",
            "RAILS | AVON  | RAIL | 43 | 2026-01-01 | 2026-12-31",
            "RAILS |       | TILE | 43 | 2026-01-01 | 2026-12-31",
            "RAILS |       | RAIL | 47 | 2027-04-01 | 2027-04-30",
        )
    )
    problems = refused(sqlite_lots, "contract_rates", text)
    assert values(problems) == [(3, "valid_from", "2026-02-01"), (4, "valid_from", "2026-12-31")]
    assert {p.wrong for p in problems} == {"row 2 has a rate for it until 2026-12-31"}


def test_a_rate_may_not_overlap_one_that_is_held_unless_that_one_is_ended(lots: str) -> None:
    bring(lots, "contract_rates", TERMS["contract_rates"])
    dearer = "RAILS | | RAIL | 47 | 2026-10-01 | 2027-03-31"
    (problem,) = refused(lots, "contract_rates", RATES + dearer)
    assert problem.wrong == "a rate for it is held already from 2026-01-01 to 2026-12-31", (
        problem.wrong
    )
    ended = "RAILS | | RAIL | 44 | 2026-01-01 | 2026-09-30"
    report = bring(lots, "contract_rates", f"{RATES}{dearer}\n{ended}")
    assert (report.added, report.changed) == (1, 1)
    assert sorted(row[2:] for row in rates(lots) if not row[0]) == [
        (Decimal(44), date(2026, 1, 1), date(2026, 9, 30)),
        (Decimal(47), date(2026, 10, 1), date(2027, 3, 31)),
    ]


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("X | 2026 | 1", "authority", "there is no authority 'X'"),
        ("RBC | 26 | 1", "year", "it is not a whole number from 1997"),
        ("RBC | 2026 | -1", "amount", "it is negative"),
        ("RBC | 2026 | 1.005", "amount", "it has a fraction of a penny"),
    ],
)
def test_budgets_that_cannot_be(sqlite_lots: str, row: str, column: str, wrong: str) -> None:
    (problem,) = refused(sqlite_lots, "budgets", "authority | year | amount\n" + row)
    assert problem.column == column
    assert wrong in problem.wrong


def test_a_budget_cannot_fall_below_what_is_committed_in_it(lots: str) -> None:
    bring(lots, "budgets", TERMS["budgets"])
    with writing(lots) as conn:
        conn.execute(
            update(Budget).where(Budget.authority == "RBC").values(committed_pence=500_000_00)
        )
    header = "authority | year | amount\n"
    (problem,) = refused(lots, "budgets", f"{header}RBC | 2026 | 499999.99\nWDC | 2026 | 1")
    assert (problem.row, problem.right) == (2, "£500,000.00 or more.")
    assert "£500,000.00 is committed" in problem.wrong
    assert bring(lots, "budgets", f"{header}RBC | 2026 | 500000\nRBC | 2027 | 0").changed == 1
    budgets = held(lots, Budget, "authority", "year", "amount_pence", "committed_pence")
    assert ("RBC", 2026, 500_000_00, 500_000_00) in budgets


def test_a_waiver_rule_is_known_by_its_authority_and_code(sqlite_lots: str) -> None:
    header = "authority|rule|title|work_types|cost_cap|valid_from|valid_to\n"
    problems = refused(
        sqlite_lots,
        "waiver_rules",
        header + "X|R|T||0|2026-01-01|2025-01-01\nRBC||T|!|free|2026-01-01|2026-12-31",
    )
    assert [(row, column) for row, column, _ in said(problems)] == [
        (2, "valid_to"),
        (2, "authority"),
        (3, "rule"),
        (3, "work_types"),
        (3, "cost_cap"),
    ]
    bring(sqlite_lots, "waiver_rules", header + "RBC|R|T|||2026-01-01|2026-12-31")
    report = bring(sqlite_lots, "waiver_rules", header + "WDC|R|Other|||2026-01-01|2026-12-31")
    assert (report.added, len(rows(sqlite_lots, WaiverRule))) == (1, 2)

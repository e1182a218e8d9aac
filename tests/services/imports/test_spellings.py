"""One spelling of a code, a reference, an address: it is found, and a second one is refused."""

from __future__ import annotations

from datetime import date

import pytest

from models.tables.cases import Case, WorksLine
from models.tables.contractors import Contractor, LotContractor
from models.tables.reference import Officer
from services.imports import ScheduleOptions
from tests.services.imports.importing import (
    ALL_MEANT,
    CASES,
    SCHEDULE,
    bring,
    refused,
    rows,
    said,
    service,
)
from tests.services.imports.test_imports import LOTS, PACKAGES

FIRM = "contractor | name | email | trades | authorities\n"
BASKET = "package | title | work_type | code | quantity\n"
CASE = CASES.strip().splitlines()[0]
SECOND_SPELLINGS = [
    ("contractors", f"{FIRM}qb | Quilby | q@qb.example | joinery | WDC", "contractor", "QB"),
    ("providers", "provider | name\nOak | Oak Homes", "provider", "OAK"),
    ("lots", LOTS.replace("L1 ", "l1 "), "lot", "L1"),
    ("packages", f"{BASKET}las | S | s | A1 | 1", "package", "LAS"),
    (
        "cases",
        f"{CASE}\ndfg-1|WDC|Mrs A|1 The Road|CV34 4LX|owner||shower|no|simple|2026-01-05",
        "reference",
        "DFG-1",
    ),
    ("schedule", SCHEDULE.replace("A1 ", "a1 "), "code", "A1"),
]


@pytest.fixture
def known(sqlite_url: str) -> str:
    service(sqlite_url)
    bring(sqlite_url, "lots", LOTS)
    bring(sqlite_url, "packages", PACKAGES)
    return sqlite_url


@pytest.mark.parametrize(("kind", "text", "column", "first"), SECOND_SPELLINGS, ids=lambda v: v[:9])
def test_a_second_spelling_of_what_is_on_record_is_refused_with_the_first_named(
    known: str, kind: str, text: str, column: str, first: str
) -> None:
    later = {"schedule": ScheduleOptions("BASE", date(2027, 4, 1))} if kind == "schedule" else {}
    (problem,) = refused(known, kind, text, said=ALL_MEANT, **later)
    assert (problem.row, problem.column) == (2, column)
    assert problem.wrong.startswith(f"'{first}' is on record, and differs from it in case")


def test_two_spellings_in_one_file_are_refused_with_the_first_named(sqlite_url: str) -> None:
    bring(sqlite_url, "authorities", "authority | name\nWDC | Warwick")
    firm = "{} | Bolt | b@bolt.example | joinery | WDC\n"
    (problem,) = refused(
        sqlite_url, "contractors", FIRM + firm.format("BOLT") + firm.format("bolt")
    )
    assert (problem.row, problem.wrong) == (3, "row 2 has the same contractor, spelt BOLT")
    officers = "email | name | role\no@wdc.example | O | finance\nO@WDC.example | O | finance"
    assert said(refused(sqlite_url, "officers", officers)) == [
        (3, "email", "row 2 has the same email")
    ]
    packages = PACKAGES.replace("LAS     | Shower | shower    | A2", "las | Shower | shower | A2")
    problems = refused(sqlite_url, "packages", packages)
    assert (3, "package", "row 2 spells the same package LAS") in said(problems)


def test_a_schedule_is_not_begun_under_another_spelling_of_its_name(known: str) -> None:
    again = ScheduleOptions("base", date(2027, 4, 1))
    (problem,) = refused(known, "schedule", SCHEDULE, schedule=again)
    assert problem.wrong.startswith("schedule 'BASE' is on record, and its name differs in case")


def test_what_a_file_cites_is_found_however_it_is_typed(known: str) -> None:
    bring(known, "lot_contractors", "lot | contractor\nl1 | qb")
    assert rows(known, LotContractor)[0]["contractor"] == "QB"
    bring(known, "works", "case | line | code | quantity\ndfg\u20111 | 1 | A1 | 2")
    assert len(rows(known, WorksLine)) == 1
    tenant = CASE + "\nDFG-3|rbc|Mr C|3 The Road|CV21 3LW|rp_tenant|oak|rails|yes|simple|2026-02-09"
    bring(known, "cases", tenant)
    case = rows(known, Case)[-1]
    assert (case["authority"], case["landlord"]) == ("RBC", "OAK")


def test_the_same_spelling_again_changes_its_record_as_before(known: str) -> None:
    bring(known, "contractors", f"{FIRM}QB | Quilby & Son | q@qb.example | joinery | WDC")
    assert [row["name"] for row in rows(known, Contractor)] == ["Hedgerow", "Quilby & Son"]
    bring(known, "officers", "email | name | role\nO@WDC.example | Olive | technical_officer")
    assert [row["name"] for row in rows(known, Officer)] == ["Adam Admin", "Olive"]

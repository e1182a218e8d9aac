"""Imports into the database: all or nothing, the same file twice, dry runs, every register."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from adapters.spreadsheets import read
from models.audit import broken_links
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.contractors import (
    Contractor,
    ContractorDocument,
    Lot,
    LotContractor,
    PackagePrice,
)
from models.tables.record import Audit, Outbox
from models.tables.reference import Authority, Officer, Permission, Provider
from models.tables.schedules import Package, PackageLine
from rules.errors import UnknownReferenceError
from rules.imports import KINDS, RawRow
from services.imports import ScheduleOptions, run_import
from tests.rules.imports.test_sample_files import SAMPLE
from tests.services.imports import importing
from tests.services.imports.importing import (
    ACTOR,
    CONTRACTORS,
    NOW,
    SCHEDULE,
    bring,
    contents,
    founded,
    refused,
    rows,
    said,
    service,
    sheet,
    sheet_of,
)
from tests.small_service import PLANS

LOTS = """
lot | title | work_types   | authorities | award_rule | valid_from | valid_to
L1  | One   | shower;rails | WDC;RBC     | rotation   | 2026-04-01 | 2028-03-31
"""
PACKAGES = """
package | title  | work_type | code | quantity
LAS     | Shower | shower    | A1   | 2
LAS     | Shower | shower    | A2   | 1
GR      | Rails  | rails     | A1   | 1
"""
AUTHORITIES = "authority | name | email\nWDC | Warwick | a@wdc.example\nRBC | Rugby |"


def test_authorities_are_added_changed_and_left(database_url: str) -> None:
    first = bring(database_url, "authorities", AUTHORITIES)
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    second = bring(database_url, "authorities", AUTHORITIES.replace("Rugby", "Rugby Borough"))
    assert (second.added, second.changed, second.unchanged) == (0, 1, 1)
    assert [row["name"] for row in rows(database_url, Authority)] == ["Rugby Borough", "Warwick"]


@pytest.mark.sqlite
def test_the_same_file_again_changes_nothing_at_all(database_url: str) -> None:
    service(database_url)
    before = contents(database_url)
    for kind, text in (
        ("schedule", SCHEDULE),
        ("contractors", CONTRACTORS),
        ("cases", importing.CASES),
    ):
        report = bring(database_url, kind, text, now=NOW + timedelta(days=1))
        assert (report.added, report.changed, report.removed) == (0, 0, 0)
        assert "imported on 1 June 2026" in report.notes[0]
    assert contents(database_url) == before


@pytest.mark.sqlite
def test_the_same_rows_in_another_file_change_nothing_either(database_url: str) -> None:
    service(database_url)
    before = contents(database_url)
    for kind, text in (
        ("schedule", SCHEDULE),
        ("contractors", CONTRACTORS),
        ("cases", importing.CASES),
    ):
        lines = text.strip().splitlines()
        report = bring(database_url, kind, "\n".join([lines[0], *reversed(lines[1:])]))
        assert (report.added, report.changed, report.removed) == (0, 0, 0)
        assert report.unchanged == len(lines) - 1
    assert contents(database_url) == before


def test_an_older_file_again_brings_its_values_back(database_url: str) -> None:
    newer = AUTHORITIES.replace("Rugby", "Rugby Borough")
    for text in (AUTHORITIES, newer, AUTHORITIES):
        report = bring(database_url, "authorities", text)
    assert report.changed == 1
    assert rows(database_url, Authority)[0]["name"] == "Rugby"


def test_what_was_changed_since_the_last_import_is_not_undone_by_the_same_file(
    database_url: str,
) -> None:
    service(database_url)
    with writing(database_url) as conn:
        conn.execute(update(Contractor).values(suspended=True))
    report = bring(database_url, "contractors", CONTRACTORS)
    assert (report.changed, report.unchanged) == (0, 2)
    assert all(row["suspended"] for row in rows(database_url, Contractor))


def test_an_absent_column_says_nothing_and_an_empty_cell_takes_the_default(
    database_url: str,
) -> None:
    bring(database_url, "authorities", AUTHORITIES)
    bring(database_url, "authorities", "authority | name\nWDC | Warwick District")
    (_, warwick) = rows(database_url, Authority)
    assert (warwick["name"], warwick["email"]) == ("Warwick District", "a@wdc.example")
    bring(database_url, "authorities", "authority | name | email\nWDC | Warwick District |")
    assert rows(database_url, Authority)[1]["email"] == ""


def test_a_dry_run_says_what_would_change_and_changes_nothing(database_url: str) -> None:
    service(database_url)
    before = contents(database_url)
    report = bring(database_url, "contractors", CONTRACTORS.replace("tiling", "gas"), dry_run=True)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    new = importing.CASES.replace("DFG-1", "DFG-9")
    assert bring(database_url, "cases", new, dry_run=True).added == 1
    later = ScheduleOptions("BASE", date(2027, 4, 1))
    assert bring(database_url, "schedule", SCHEDULE, schedule=later, dry_run=True).added == 3
    assert contents(database_url) == before


def test_every_problem_is_found_at_once_and_nothing_is_changed(database_url: str) -> None:
    service(database_url)
    problems = refused(
        database_url,
        "contractor_documents",
        """
        contractor | document         | cover | valid_from | valid_to
        QB         | public_liability | -1    | 2026-01-01 | 2027-01-01
        NOBODY     | public_liability | 1     | 2026-01-01 | 2025-01-01
        QB         | enhanced_dbs     |       | 30/02/2026 | 2027-01-01
        ALSO       | enhanced_dbs     |       | 01/02/2026 | 2027-01-01
        HR         | trustmark        |       | 01/02/2026 | 2027-01-01
        HR         | TrustMark        |       | 2026-02-01 | 2027-01-01
        """,
    )
    assert said(problems) == [
        (2, "cover", "it is negative"),
        (3, "valid_to", "it is before valid_from, 2026-01-01"),
        (3, "contractor", "there is no contractor 'NOBODY'"),
        (4, "valid_from", "there is no such day in the calendar"),
        (5, "contractor", "there is no contractor 'ALSO'"),
        (7, "contractor", "row 6 has the same contractor with document with valid_from"),
    ]
    assert all(problem.right and problem.file == "file.csv" for problem in problems)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("officers", "email|name|role|authorities\na@b.example|A|manager|WDC;XX",
         ("authorities", "there is no authority 'XX'")),
        ("contractors", CONTRACTORS.replace("WDC;RBC", "WDC;XX"),
         ("authorities", "there is no authority 'XX'")),
        ("lots", LOTS.replace("WDC;RBC", "wdx"), ("authorities", "there is no authority 'wdx'")),
        ("lot_contractors", "lot|contractor\nNO|QB", ("lot", "there is no lot 'NO'")),
        ("package_prices", "lot|package|contractor|price\nL1|NO|QB|10",
         ("package", "there is no package 'NO'")),
        ("permissions", "provider|work_types|valid_from|valid_to\nNO|rails|2026-01-01|2027-01-01",
         ("provider", "there is no provider 'NO'")),
        ("cases", importing.CASES.replace("RBC", "XX"),
         ("authority", "there is no authority 'XX'")),
        ("cases", importing.CASES.replace("OAK", "Oak Homes"),
         ("landlord", "there is no provider 'Oak Homes'")),
        ("packages", PACKAGES.replace("A2", "ZZ"), ("code", "no schedule has this code")),
        ("packages", PACKAGES.replace("A2", "a2"), ("code", "no schedule has this code")),
    ],
)  # fmt: skip
def test_references_that_nothing_answers(
    database_url: str, kind: str, text: str, expected: tuple[str, str]
) -> None:
    service(database_url)
    bring(database_url, "lots", LOTS)
    found = {(column, wrong) for _, column, wrong in said(refused(database_url, kind, text))}
    assert found == {expected}


def test_another_spelling_of_a_code_is_suggested(database_url: str) -> None:
    service(database_url)
    (problem,) = refused(database_url, "packages", PACKAGES.replace("A2", "a2"))
    assert problem.right == "A2, as the schedule spells it."


def test_lots_appointments_and_prices(database_url: str) -> None:
    service(database_url)
    bring(database_url, "lots", LOTS)
    bring(database_url, "packages", PACKAGES)
    bring(database_url, "lot_contractors", "lot|contractor|rank|percentage\nL1|QB|1|-3.5%")
    report = bring(
        database_url,
        "package_prices",
        "lot|package|contractor|price\nL1|LAS|QB|£4,560\nL1|LAS|HR|4435.5",
    )
    assert report.notes == (
        "Prices of contractors who are not appointed to the lot stand idle: HR in L1.",
    )
    (lot,) = rows(database_url, Lot)
    assert (lot["offer_days"], lot["authorities"]) == (3, ("RBC", "WDC"))
    (appointed,) = rows(database_url, LotContractor)
    assert (appointed["rank"], appointed["percentage"]) == (1, Decimal("-3.5"))
    assert [row["price_pence"] for row in rows(database_url, PackagePrice)] == [443550, 456000]


def test_a_rank_that_another_contractor_holds_is_refused_unless_it_moves(database_url: str) -> None:
    service(database_url)
    bring(database_url, "lots", LOTS)
    bring(database_url, "lot_contractors", "lot|contractor|rank\nL1|QB|1")
    problems = refused(database_url, "lot_contractors", "lot|contractor|rank\nL1|HR|1")
    assert said(problems) == [(2, "rank", "QB has this rank in the lot already")]
    bring(database_url, "lot_contractors", "lot|contractor|rank\nL1|HR|1\nL1|QB|2")
    assert [row["rank"] for row in rows(database_url, LotContractor)] == [1, 2]


def test_documents_permissions_and_officers(database_url: str) -> None:
    service(database_url)
    header = "contractor|document|cover|valid_from|valid_to\n"
    old = "QB|Public liability|£10,000,000|01/04/2025|31/03/2026\n"
    new = "QB|public_liability|5000000|2026-04-01|2027-03-31"
    bring(database_url, "contractor_documents", header + old)
    bring(database_url, "contractor_documents", header + new)
    covers = [row["cover_pence"] for row in rows(database_url, ContractorDocument)]
    assert covers == [1_000_000_000, 500_000_000]
    header = "provider|work_types|value_cap|valid_from|valid_to\n"
    for row in (
        "OAK|rails; ramps|5000|2026-01-01|2027-01-01",
        "OAK|ramps;rails||2026-01-01|2027-06-01",
    ):
        bring(database_url, "permissions", header + row)
    (permission,) = rows(database_url, Permission)
    assert permission["work_types"] == ("rails", "ramps")
    assert permission["value_cap_pence"] is None
    assert (permission["valid_to"], permission["silence"]) == (date(2027, 6, 1), "officer_decides")
    bring(
        database_url,
        "officers",
        "email|name|role|authorities|approval_limit\nA@B.example|Ann|Approving officer|WDC|£7,500",
    )
    approver = rows(database_url, Officer)[0]
    assert (approver["email"], approver["role"]) == ("a@b.example", "approving_officer")
    assert approver["approval_limit_pence"] == 750_000


def test_a_package_becomes_exactly_its_basket(database_url: str) -> None:
    service(database_url)
    assert bring(database_url, "packages", PACKAGES).added == 3
    changed = """
    package | title       | work_type | code | quantity
    LAS     | Wet room    | shower    | A1   | 2
    LAS     | Wet room    | shower    | A3   | 1
    """
    report = bring(database_url, "packages", changed)
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 0, 1)
    lines = [(row["package"], row["code"]) for row in rows(database_url, PackageLine)]
    assert lines == [("GR", "A1"), ("LAS", "A1"), ("LAS", "A3")]
    assert [row["title"] for row in rows(database_url, Package)] == ["Rails", "Wet room"]


def test_hostile_text_is_kept_as_it_is(database_url: str) -> None:
    hostile = "=1+1 <script>{{ 7*7 }}</script> 👩🏽‍🦽 שלום \u202etxt'; DROP TABLE provider;--"
    found = sheet_of(
        ["provider", "name", "address"], [RawRow(2, ("P", hostile, hostile + "\nsecond line"))]
    )
    bring(database_url, "providers", found)
    (provider,) = rows(database_url, Provider)
    assert (provider["name"], provider["address"]) == (hostile, hostile + "\nsecond line")


def test_control_characters_are_a_problem_before_a_database_sees_them(database_url: str) -> None:
    found = sheet_of(["provider", "name"], [RawRow(2, ("P", "a\x00b")), RawRow(3, ("Q\x07", "c"))])
    problems = refused(database_url, "providers", found)
    assert [(row, column) for row, column, _ in said(problems)] == [(2, "name"), (3, "provider")]


def test_each_import_that_changes_something_is_one_audit_row(database_url: str) -> None:
    bring(database_url, "authorities", AUTHORITIES)
    bring(database_url, "authorities", AUTHORITIES)
    bring(database_url, "authorities", AUTHORITIES + "\nSDC | Stratford |")
    _founded, *audits = rows(database_url, Audit)
    assert [row["chain"] for row in audits] == ["service", "service"]
    assert {row["actor"] for row in audits} == {ACTOR}
    assert audits[0]["action"] == "import: authorities"
    assert audits[0]["detail"] == {
        "sha256": sheet(AUTHORITIES).sha256,
        "file": "file.csv",
        "sheet": None,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
    }
    with reading(database_url) as conn:
        assert list(broken_links(conn)) == []


def test_ignored_columns_are_reported(database_url: str) -> None:
    report = bring(database_url, "providers", "provider | name | colour\nP | Homes | red")
    assert report.ignored_columns == ("colour",)


def test_an_unknown_kind_and_options_that_do_not_belong(database_url: str) -> None:
    with pytest.raises(UnknownReferenceError, match="'invoices'"):
        bring(database_url, "invoices", AUTHORITIES)
    problems = refused(database_url, "authorities", AUTHORITIES, schedule=importing.VERSION)
    assert "do not belong to authorities" in problems[0].wrong
    problems = refused(database_url, "schedule", SCHEDULE, schedule=None)
    assert "which schedule" in problems[0].wrong


def test_the_sample_service_goes_in_twice(database_url: str) -> None:
    version = ScheduleOptions("SAMPLE", date(2026, 4, 1))
    founded(database_url)
    for turn in (1, 2):
        for kind in (one for one in KINDS if one not in PLANS):  # no plan is in the sample
            found = read(SAMPLE / f"{kind}.csv", kind=kind)
            with writing(database_url) as conn:
                report = run_import(
                    conn,
                    kind=kind,
                    sheet=found,
                    now=NOW,
                    actor=ACTOR,
                    schedule=version if kind == "schedule" else None,
                )
            total = report.added if turn == 1 else report.unchanged
            assert total == len(found.rows)
            assert report.ignored_columns == ()
    assert len(rows(database_url, Case)) == 40
    assert [row["kind"] for row in rows(database_url, Outbox)] == ["run"]
    with reading(database_url) as conn:
        assert list(broken_links(conn)) == []

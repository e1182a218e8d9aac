"""Importing cases and their works: opened once, changed only while nothing rests on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from models.audit import broken_links
from models.database import reading, writing
from models.tables.cases import Case, WorksLine
from models.tables.record import Audit, Outbox
from rules.imports.choices import Choices
from services.imports import ImportReport, ScheduleOptions
from tests.services.imports.importing import (
    CASES,
    SCHEDULE,
    WORKS,
    bring,
    decide_grant,
    refused,
    rows,
    said,
    service,
    specify,
)


def chain(url: str, reference: str) -> list[dict[str, Any]]:
    return [row for row in rows(url, Audit) if row["chain"] == reference]


def unbroken(url: str) -> bool:
    with reading(url) as conn:
        return list(broken_links(conn)) == []


def end(url: str, *, reference: str, status: str) -> None:
    with writing(url) as conn:
        conn.execute(sa.update(Case).where(Case.reference == reference).values(status=status))


@pytest.mark.sqlite
def test_a_new_case_is_open_and_audited_and_one_run_moves_all_of_them_on(database_url: str) -> None:
    service(database_url)
    first, second = rows(database_url, Case)
    assert (first["reference"], first["status"], first["revision"]) == ("DFG-1", "open", 0)
    assert (second["landlord"], second["urgent"]) == ("OAK", True)
    assert second["contact_on"] == date(2026, 2, 9)
    (opened,) = chain(database_url, "DFG-1")
    assert (opened["action"], opened["sequence"]) == ("case: opened", 1)
    assert (first["audit_sequence"], first["audit_hash"]) == (1, opened["hash"])
    (request,) = rows(database_url, Outbox)
    assert (request["kind"], request["case_id"], request["status"]) == ("run", None, "waiting")
    assert request["payload"]["flow"] == "advance-cases"
    assert unbroken(database_url)


@pytest.mark.sqlite
def test_more_cases_later_ask_for_another_run(database_url: str) -> None:
    service(database_url)
    report = bring(database_url, "cases", CASES.replace("DFG-2", "DFG-3"))
    assert (report.added, report.unchanged) == (1, 1)
    assert len(rows(database_url, Outbox)) == 2


@pytest.mark.sqlite
def test_particulars_are_brought_up_to_date_without_personal_data_in_the_audit(
    database_url: str,
) -> None:
    service(database_url)
    corrected = CASES.replace("1 The Road", "1A The Road").replace("|shower|", "|rails|")
    report = bring(database_url, "cases", corrected)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    opened, changed = chain(database_url, "DFG-1")
    assert opened["sequence"] == 1
    assert changed["action"] == "case: particulars changed"
    assert changed["detail"]["columns"] == ["address", "work_type"]
    assert changed["detail"]["before"] == {"work_type": "shower"}
    assert changed["detail"]["after"] == {"work_type": "rails"}
    assert len(rows(database_url, Outbox)) == 1
    assert unbroken(database_url)


@pytest.mark.sqlite
def test_once_the_works_are_specified_what_they_rest_on_stays(database_url: str) -> None:
    service(database_url)
    specify(database_url, reference="DFG-2")
    late = CASES.replace("rp_tenant|OAK", "owner|").replace("2 The Road", "3 The Road")
    problems = refused(database_url, "cases", late)
    assert [(row, column) for row, column, _ in said(problems)] == [(3, "tenure"), (3, "landlord")]
    assert "need" in problems[0].wrong
    assert problems[0].right == "'rp_tenant', as recorded."
    assert bring(database_url, "cases", CASES.replace("2 The Road", "3 The Road")).changed == 1


def test_once_the_grant_is_decided_only_contact_particulars_change(database_url: str) -> None:
    service(database_url)
    specify(database_url, reference="DFG-2")
    decide_grant(database_url, reference="DFG-2")
    problems = refused(database_url, "cases", CASES.replace("2 The Road", "3 The Road"))
    assert [(row, column) for row, column, _ in said(problems)] == [(3, "address")]
    assert "s.34(5)" in problems[0].wrong
    assert bring(database_url, "cases", CASES.replace("Mr B", "Mr C")).changed == 1


@pytest.mark.sqlite
def test_a_closed_record_does_not_change_but_may_be_in_the_file(database_url: str) -> None:
    service(database_url)
    end(database_url, reference="DFG-2", status="withdrawn")
    assert bring(database_url, "cases", CASES + "\n").unchanged == 2
    problems = refused(database_url, "cases", CASES.replace("Mr B", "Mr C"))
    assert said(problems) == [
        (3, "client_name", "the case is withdrawn and its record is closed"),
    ]


def test_a_purpose_that_the_specification_set_is_not_undone(database_url: str) -> None:
    service(database_url)
    specify(database_url, reference="DFG-1")
    with writing(database_url) as conn:
        conn.execute(sa.update(Case).where(Case.reference == "DFG-1").values(purpose=("f",)))
    lines = CASES.strip().splitlines()
    with_purpose = "\n".join([f"{lines[0]} | purpose", f"{lines[1]} | b;e", f"{lines[2]} | d"])
    report = bring(database_url, "cases", with_purpose)
    assert (report.changed, report.unchanged) == (1, 1)
    assert [row["purpose"] for row in rows(database_url, Case)] == [("f",), ("d",)]


@pytest.mark.sqlite
def test_what_looks_like_a_slip_is_noted(database_url: str) -> None:
    service(database_url)
    report = bring(
        database_url,
        "cases",
        CASES.replace("2026-01-05", "2032-01-05").replace("|owner|", "|private_tenant|"),
    )
    assert report.notes == (
        "Dates in the future: DFG-1 contact_on.",
        "No landlord is recorded to ask for consent: DFG-1.",
    )


@pytest.mark.sqlite
def test_works_lines_and_their_place_in_the_record(database_url: str) -> None:
    service(database_url)
    report = bring(database_url, "works", WORKS)
    assert report.added == 3
    coded, bespoke, measured = rows(database_url, WorksLine)
    assert (coded["code"], coded["quantity"], coded["location"]) == ("A1", 2, "Hall")
    assert (bespoke["code"], bespoke["description"], bespoke["unit"]) == (
        None,
        "Move a door",
        "item",
    )
    assert measured["quantity"] == Decimal("4.5")
    _, imported = chain(database_url, "DFG-1")
    assert imported["action"] == "works: lines imported"
    assert imported["detail"]["added"] == [1, 2]
    assert unbroken(database_url)


@pytest.mark.sqlite
def test_a_case_gets_exactly_the_lines_of_the_file_and_other_cases_keep_theirs(
    database_url: str,
) -> None:
    service(database_url)
    bring(database_url, "works", WORKS)
    report = bring(
        database_url,
        "works",
        "case | line | code | quantity\nDFG-1 | 1 | A1 | 3\nDFG-1 | 3 | A2 | 1",
    )
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 0, 1)
    kept = {(row["case_id"], row["line"], row["quantity"]) for row in rows(database_url, WorksLine)}
    assert kept == {(1, 1, Decimal(3)), (1, 3, Decimal(1)), (2, 1, Decimal("4.5"))}


@pytest.mark.sqlite
def test_works_that_are_specified_are_left_or_refused(database_url: str) -> None:
    service(database_url)
    bring(database_url, "works", WORKS)
    specify(database_url, reference="DFG-1")
    same = "\n".join(WORKS.strip().splitlines()[:3])
    assert bring(database_url, "works", same).unchanged == 2
    changed = same.replace("| 2        |", "| 9        |") + "\nDFG-1 | 7 | A2 | 1 | | |"
    problems = refused(database_url, "works", changed)
    assert [(row, column) for row, column, _ in said(problems)] == [(2, "line"), (4, "line")]
    assert "already specified" in problems[0].wrong
    (problem,) = refused(database_url, "works", "\n".join(same.splitlines()[:2]))
    assert (problem.row, problem.value) == (None, "DFG-1 line 2")
    assert "is left out" in problem.wrong


@pytest.mark.sqlite
def test_works_of_a_case_that_has_ended(database_url: str) -> None:
    service(database_url)
    end(database_url, reference="DFG-1", status="alternative_found")
    problems = refused(database_url, "works", WORKS)
    assert {problem.wrong for problem in problems} == {
        "the line differs, and the case is alternative found"
    }


@pytest.mark.sqlite
def test_codes_units_and_cases_that_do_not_fit_are_all_named(database_url: str) -> None:
    service(database_url)
    problems = refused(
        database_url,
        "works",
        """
        case  | line | code | quantity | unit | description
        DFG-1 | 1    | a1   | 1        |      |
        DFG-1 | 2    | ZZ   | 0        |      |
        DFG-9 | 1    | A1   | 1        | m2   |
        DFG-1 | 3    |      | 1        | item |
        """,
    )
    assert said(problems) == [
        (2, "code", "no schedule has this code"),
        (3, "quantity", "a quantity may not be zero or negative"),
        (3, "code", "no schedule has this code"),
        (4, "case", "there is no case 'DFG-9'"),
        (4, "unit", "the schedule measures this code by each"),
        (5, "description", "a line without a code is bespoke, and this is empty"),
    ]
    assert problems[0].right == "A1, as the schedule spells it."


def test_superseded_codes_and_codes_to_come_say_so(database_url: str) -> None:
    service(database_url)
    now_in_force = "\n".join(SCHEDULE.strip().splitlines()[:2])
    bring(
        database_url,
        "schedule",
        now_in_force,
        schedule=ScheduleOptions("BASE", date(2026, 5, 1)),
        said=Choices(accepted=frozenset({"removals"})),
    )
    bring(
        database_url,
        "schedule",
        now_in_force + "\nB1 | New | each | 1 | joinery |",
        schedule=ScheduleOptions("BASE", date(2026, 9, 1)),
    )
    works = "case | line | code | quantity\nDFG-1 | 1 | A2 | 1\nDFG-1 | 2 | B1 | 1\nDFG-1|3|A1|1"
    assert said(refused(database_url, "works", works)) == [
        (2, "code", "this code was superseded: BASE had it until 2026-04-30"),
        (3, "code", "BASE has this code only from 2026-09-01 on"),
    ]
    packages = "package|title|work_type|code|quantity\nP|P|p|A1|1\nP|P|p|{}|1"
    bring(database_url, "packages", packages.format("B1"))
    assert refused(database_url, "packages", packages.format("A2"))


@pytest.mark.parametrize("kind", ["cases", "works"])
def test_the_same_file_imported_by_several_at_once_goes_in_once(
    database_url: str, kind: str
) -> None:
    service(database_url)
    text = WORKS if kind == "works" else CASES.replace("DFG-", "NEW-")

    def once(_turn: int) -> ImportReport:
        return bring(database_url, kind, text)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(once, range(4)))
    total = len(text.strip().splitlines()) - 1
    assert sorted(report.added for report in reports) == [0, 0, 0, total]
    assert sorted(report.unchanged for report in reports) == [0, total, total, total]
    assert unbroken(database_url)

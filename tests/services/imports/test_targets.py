"""Importing targets: sets that make their total, and versions that are never rewritten."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from models.database import reading
from models.tables.clocks import Clock, Target
from models.tables.record import Audit
from rules.clocks.clock_names import STAGES, TOTAL
from rules.imports.clock_kinds import WITH_TARGETS
from rules.pathway import StepName
from tests.factories import case_at, later
from tests.services.imports.importing import bring, contents, refused, rows, said
from tests.small_service import AUTHORITIES, LOTS

HEADER = "clock | days | urgent | complexity | authority | lot | valid_from | valid_to | source\n"
START = "start_works | 12 | | | RBC | | 2026-04-01 | | contract, clause 7"


def a_set(*days: int, urgent: str = "urgent", since: str = "2026-07-01", to: str = "") -> str:
    """Return the rows of a set: four stages and their total."""
    return "\n".join(
        f"{clock} | {number} | {urgent} | simple | RBC | | {since} | {to} | policy"
        for clock, number in zip((*STAGES, TOTAL), days, strict=True)
    )


@pytest.fixture
def known(sqlite_url: str) -> str:
    """Give a database with two authorities and their lots."""
    bring(sqlite_url, "authorities", AUTHORITIES)
    bring(sqlite_url, "lots", LOTS)
    return sqlite_url


def held(url: str) -> list[tuple[str, int, date, date | None]]:
    return [
        (row["clock"], row["days"], row["valid_from"], row["valid_to"]) for row in rows(url, Target)
    ]


# ---- what a file may say


@pytest.mark.sqlite
def test_targets_are_imported_once_with_what_was_left_out(database_url: str) -> None:
    bring(database_url, "authorities", AUTHORITIES)
    text = HEADER + a_set(5, 20, 5, 20, 50) + "\n" + START
    report = bring(database_url, "targets", text)
    assert (report.added, report.changed, report.unchanged) == (6, 0, 0)
    last = rows(database_url, Target)[-1]
    del last["id"]
    assert last == {
        "clock": "start_works",
        "days": 12,
        "urgency": "",
        "complexity": "",
        "authority": "RBC",
        "lot": "",
        "warn_percent": 80,
        "warn_days": 0,
        "valid_from": date(2026, 4, 1),
        "valid_to": None,
        "verified": False,
        "source": "contract, clause 7",
    }
    before = contents(database_url)
    assert bring(database_url, "targets", text).unchanged == 6
    assert bring(database_url, "targets", HEADER + START).unchanged == 1
    assert contents(database_url) == before


@pytest.mark.parametrize(
    ("written", "urgency"),
    [("urgent", "urgent"), ("Non-urgent", "non_urgent"), ("yes", "urgent"), ("n", "non_urgent")],
)
def test_urgency_is_a_word_or_yes_and_no(known: str, written: str, urgency: str) -> None:
    bring(known, "targets", f"clock | days | urgent | valid from\nSign off|3|{written}|01/04/2026")
    (row,) = rows(known, Target)
    assert (row["clock"], row["urgency"]) == (StepName.SIGN_OFF, urgency)


def test_every_problem_is_told_at_once(known: str) -> None:
    problems = refused(
        known,
        "targets",
        "clock | days | urgent | complexity | authority | lot | warn_percent | warn_days "
        "| valid_from | valid_to\n"
        + "\n".join(
            (
                "tea_break | 5 | | | | | | | 2026-04-01 |",
                "decide | 120 | | | | | | | 2026-04-01 |",
                "finish | 240 | | | | | | | 2026-04-01 |",
                "consent_lapses | 60 | | | | | | | 2026-04-01 |",
                "price | 0 | | | | | | | 2026-04-01 |",
                "tender | 521 | | | | | | | 2026-04-01 |",
                "works | 40 | maybe | hard | | | 101 | | 2026-04-01 |",
                "works | 40 | | | XYZ | NONE | | | 2026-04-01 |",
                "pay | 20 | | | | | | 20 | 2026-04-01 |",
                "pay | 20 | | | RBC | | | | 2026-04-01 | 2026-03-31",
                "price | 3 | | | | | | | |",
                "specify | 9 | | | | | | | 2026-04-01 | 2026-06-30",
                "specify | 8 | | | | | | | 2026-06-30 |",
                "specify | 8 | | | | | | | 2026-06-30 |",
            )
        ),
    )
    found = said(problems)
    assert [(row, column) for row, column, _ in found] == [
        (2, "clock"),
        (3, "clock"),
        (4, "clock"),
        (5, "clock"),
        (6, "days"),
        (7, "days"),
        (8, "urgent"),
        (8, "complexity"),
        (8, "warn_percent"),
        (9, "lot"),
        (9, "authority"),
        (10, "warn_days"),
        (11, "valid_to"),
        (12, "valid_from"),
        (14, "valid_from"),
        (15, "clock"),
    ]
    assert found[0][2] == "there is no such clock"
    assert problems[0].right == f"One of: {', '.join(WITH_TARGETS)}."
    assert found[1][2] == "six months is s.34(1)'s limit and no target"
    assert found[2][2] == "twelve months is s.37(1)'s limit and no target"
    assert found[14][2] == "row 13 has a version from 2026-04-01 to 2026-06-30"


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ((5, 20, 5, 20, 55), "5 + 20 + 5 + 20 = 50, but contact to completion is given 55"),
        ((5, 25, 5, 19, 55), "5 + 25 + 5 + 19 = 54, but contact to completion is given 55"),
    ],
)
def test_a_set_that_does_not_make_its_total_is_refused(
    known: str, days: tuple[int, ...], wrong: str
) -> None:
    (problem,) = refused(known, "targets", HEADER + a_set(*days))
    assert (problem.row, problem.column) == (2, "days")
    assert wrong in problem.wrong
    assert "Urgent, simple cases of RBC from 1 July 2026" in problem.wrong


def test_a_set_without_one_of_its_stages_is_refused(known: str) -> None:
    (problem,) = refused(known, "targets", HEADER + a_set(5, 25, 5, 20, 55).rpartition("\n")[0])
    assert "no target for contact to completion" in problem.wrong


def test_a_set_in_the_database_is_checked_with_what_a_file_changes_of_it(known: str) -> None:
    whole = a_set(5, 25, 5, 20, 55)
    bring(known, "targets", HEADER + whole)
    first, *_, last = whole.splitlines()
    (problem,) = refused(known, "targets", HEADER + first.replace("| 5 |", "| 6 |"))
    assert "6 + 25 + 5 + 20 = 56, but contact to completion is given 55" in problem.wrong
    both = f"{HEADER}{first.replace('| 5 |', '| 6 |')}\n{last.replace('| 55 |', '| 56 |')}"
    assert bring(known, "targets", both).changed == 2


# ---- versions


def test_a_version_that_has_begun_is_not_rewritten(known: str) -> None:
    bring(known, "targets", HEADER + START)
    (problem,) = refused(known, "targets", HEADER + START.replace("12", "15"))
    assert (problem.row, problem.column) == (2, "days")
    assert problem.wrong == "this version began on 2026-04-01 with 12, and clocks may rest on it"
    assert problem.right == "12, or a new row whose valid_from is 2026-06-01 or later."


def test_nor_is_what_was_in_force_by_a_version_that_lies_back(known: str) -> None:
    bring(known, "targets", HEADER + START)
    (problem,) = refused(known, "targets", HEADER + START.replace("-04-01", "-05-31"))
    assert (problem.column, problem.right) == ("valid_from", "A first day from 2026-06-01 on.")
    assert bring(known, "targets", HEADER + START.replace("-04-01", "-06-01")).added == 1


def test_whether_it_is_verified_and_its_source_may_be_said_later(known: str) -> None:
    bring(known, "targets", HEADER + START)
    later_on = "clock|days|authority|valid_from|verified|source\nstart_works|12|RBC|2026-04-01"
    assert bring(known, "targets", f"{later_on}|yes|read in the contract").changed == 1
    (row,) = rows(known, Target)
    assert (row["verified"], row["source"]) == (True, "read in the contract")


def test_a_column_that_a_file_has_not_stays_as_it_is(known: str) -> None:
    told = "clock | days | authority | valid_from | warn_percent | source\n"
    bring(known, "targets", f"{told}start_works | 12 | RBC | 2026-04-01 | 60 | contract")
    report = bring(
        known, "targets", "clock|days|authority|valid_from\nstart_works|12|RBC|2026-04-01"
    )
    assert (report.changed, report.unchanged) == (0, 1)
    assert rows(known, Target)[0]["warn_percent"] == 60


@pytest.mark.parametrize(
    ("end", "refusal"), [("2026-05-30", True), ("2026-05-31", False), ("2026-12-31", False)]
)
def test_a_version_may_be_given_an_end_that_changes_no_day_before_today(
    known: str, end: str, refusal: bool
) -> None:
    bring(known, "targets", HEADER + START)
    ended = HEADER + START.replace("2026-04-01 | ", f"2026-04-01 | {end}")
    if refusal:
        (problem,) = refused(known, "targets", ended)
        assert (problem.column, problem.right) == ("valid_to", "An end from 2026-05-31 on.")
    else:
        assert bring(known, "targets", ended).changed == 1


def test_a_version_to_come_may_be_changed_and_overlaps_with_none(known: str) -> None:
    coming = "start_works | 12 | | | RBC | | 2026-09-01 | 2026-12-31 | contract"
    bring(known, "targets", f"{HEADER}{START}\n{coming}")
    assert bring(known, "targets", HEADER + coming.replace("12 |", "15 |")).changed == 1
    for written, column, wrong in (
        ("2026-10-01 | ", "valid_from", "there is already a version from 2026-09-01 to 2026-12-31"),
        ("2026-08-01 | 2026-09-01", "valid_to", "there is already a version from 2026-09-01"),
    ):
        row = coming.replace("2026-09-01 | 2026-12-31", written)
        (problem,) = refused(known, "targets", HEADER + row)
        assert (problem.column, problem.wrong) == (column, wrong)


def test_the_record_says_what_was_changed(known: str) -> None:
    bring(known, "targets", HEADER + START)
    bring(known, "targets", HEADER + START.replace("clause 7", "clause 8"))
    with reading(known) as conn:
        query = sa.select(Audit.detail).where(Audit.action == "targets: changed")
        added, changed = conn.execute(query.order_by(Audit.sequence)).scalars()
    assert added["added"][0]["days"] == 12
    (change,) = changed["changed"]
    assert (change["from"]["source"], change["to"]["source"]) == (
        "contract, clause 7",
        "contract, clause 8",
    )


# ---- the clocks that run


def clocks(url: str, name: str) -> list[tuple[int | None, date | None]]:
    return [(row["target_days"], row["due_on"]) for row in rows(url, Clock) if row["name"] == name]


@pytest.mark.sqlite
def test_a_change_reaches_the_clocks_that_start_from_then_on(url: str) -> None:
    case_at(url, "specify", reference="DFG-1")
    before = contents(url)["clock"]
    report = bring(url, "targets", f"{HEADER}specify | 4 | | | | | 2026-06-01 | | policy")
    (note,) = report.notes
    assert note == (
        "1 running clock keeps its target; `handrail decide REF rebase` gives those of a case "
        "the targets in force."
    )
    assert contents(url)["clock"] == before
    case_at(url, "specify", reference="DFG-2")
    assert clocks(url, "specify") == [(10, date(2026, 6, 15)), (4, date(2026, 6, 5))]


def test_nothing_is_said_of_running_clocks_where_a_source_is_all_that_changed(
    sqlite_service: str,
) -> None:
    text = f"{HEADER}specify | 4 | | | | | 2026-06-01 | | policy"
    bring(sqlite_service, "targets", text)
    case_at(sqlite_service, "specify")
    report = bring(sqlite_service, "targets", text.replace("policy", "policy, table 2"))
    assert (report.changed, report.notes) == (1, ())


def test_a_version_to_come_counts_from_its_first_day_on(sqlite_service: str) -> None:
    bring(sqlite_service, "targets", f"{HEADER}specify | 4 | | | | | 2026-06-02 | | policy")
    case_at(sqlite_service, "specify", reference="DFG-1")
    later(days=1)
    case_at(sqlite_service, "specify", reference="DFG-2")
    assert [days for days, _ in clocks(sqlite_service, "specify")] == [10, 4]


def test_whoever_gives_a_target_is_told_what_comes_before_it(known: str) -> None:
    report = bring(known, "targets", f"{HEADER}answer_offer | 4 | | | | | 2026-06-01 | | policy")
    assert report.notes == (
        "offer_days of the lot come before any target of answer_offer, which says when to warn.",
    )

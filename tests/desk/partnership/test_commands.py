"""`handrail partnership`: for people, for machines, for spreadsheets; a refusal is one."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.journeys.commands import asked, handrail, refused
from tests.partnering import partnered


@pytest.fixture
def recorded(sqlite_service: str) -> str:
    return partnered(sqlite_service)


def test_a_year_is_shown_to_people_machines_and_spreadsheets(recorded: str) -> None:
    assert recorded
    told = handrail("partnership", "show", "--how")
    assert "Contributions make £1,000.00, which is the budget." in told
    assert "5 % of £2,000.00 less £10.00 = £90.00 (a third of the work)" in told
    said = asked("partnership", "show", "--year", "2026", "--json")
    assert said["contributions_pence"] == said["budget_pence"] == 1_000_00
    assert said["lines"][0]["local_pence"] is None
    assert {"of", "figure", "how"} == said["workings"][0].keys()
    held = csv.DictReader(io.StringIO(handrail("partnership", "show", "--csv")))
    assert [one["contribution_pence"] for one in held] == ["70667", "19333", "10000"]


def test_what_would_be_is_shown_side_by_side(recorded: str) -> None:
    assert recorded
    other = (
        "--rate",
        "10",
        "--capital",
        "RBC:local=2000",
        "--without",
        "wdc",
        "--fixed",
        "County=0",
    )
    said = asked("partnership", "what-if", *other, "--json")
    assert [one["difference_pence"] for one in said["lines"]] == [293_33, -193_33, -100_00]
    assert "Without Warwick District." in said["changed"]
    told = handrail("partnership", "what-if")
    assert "Nothing is otherwise." in told
    assert "Nothing on record was changed." in told
    assert "difference_pence" in handrail("partnership", "what-if", "--line", "Staffing=5", "--csv")


def test_what_cannot_be_is_refused_all_at_once(recorded: str) -> None:
    assert recorded
    error = refused("partnership", "what-if", "--rate", "much", "--fee", "XYZ=3")
    assert "“much” is no rate" in error
    assert "there is no partner XYZ" in error
    assert "says not how much" in refused("partnership", "what-if", "--fee", "RBC")
    assert "HEART, 2016-17" in refused(
        "partnership", "show", "--partnership", "HEART", "--year", "2016"
    )


def test_printed_tables_are_checked(recorded: str) -> None:
    assert recorded
    said = asked("partnership", "check", "--json")
    assert said["tables"] == ["T1"]
    assert [one["by"] for one in said["findings"]] == ["", "£1", "-£1"]
    assert "a full stop stands behind it" in handrail("partnership", "check")
    assert json.loads(handrail("partnership", "check", "--table", "T2", "--json"))["tables"] == []
    assert "All adds up in 0 printed tables" in handrail("partnership", "check", "--table", "T2")
    assert handrail("partnership", "check", "--csv").count("\n") == 4

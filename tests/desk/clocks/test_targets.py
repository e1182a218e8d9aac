"""`handrail targets`: every clock with its days, which one a case is given and why, the check."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from rules.clocks.clock_names import CLOCKS, TOTAL
from rules.imports.clock_kinds import WITH_TARGETS
from tests.factories import bring, case_at
from tests.journeys.commands import asked, handrail, refused, refused_as_json
from tests.small_service import TERMS, TESS

OWN = TERMS["targets"]


@pytest.fixture
def targeted(sqlite_service: str) -> str:
    """Give the small service with targets of its own."""
    bring(sqlite_service, "targets", OWN)
    return sqlite_service


def of(rows: list[dict[str, Any]], clock: str) -> list[tuple[int, str, bool]]:
    return [(row["days"], row["for"], row["verified"]) for row in rows if row["clock"] == clock]


def test_every_clock_is_listed_with_the_defaults(sqlite_service: str) -> None:
    rows = asked("targets", "list")
    assert {row["clock"] for row in rows} == set(CLOCKS)
    assert of(rows, "contact_to_completion") == [
        (55, "urgent, simple cases", False),
        (130, "non-urgent, simple cases", False),
        (130, "urgent, complex cases", False),
        (180, "non-urgent, complex cases", False),
    ]
    (decide,) = [row for row in rows if row["clock"] == "decide"]
    assert decide["days"] is None
    assert decide["source"] == "six months is s.34(1)'s limit and no target"
    assert handrail("targets", "list").count("not verified") == len(
        [row for row in rows if row["days"] is not None]
    )


def test_what_is_brought_in_comes_before_the_defaults(targeted: str) -> None:
    assert of(asked("targets", "list"), "start_works") == [
        (12, "all cases", False),
        (20, "all cases in lot BUILD", True),
        (8, "urgent cases of RBC", True),
    ]
    warwick = asked("targets", "list", "--authority", "WDC")
    assert of(warwick, "start_works") == [
        (12, "all cases", False),
        (20, "all cases in lot BUILD", True),
    ]


def test_a_version_is_listed_from_its_first_day_on(targeted: str) -> None:
    assert of(asked("targets", "list"), "pay_invoice") == [(20, "all cases", False)]
    on = ("targets", "list", "--on", "2026-09-01")
    assert of(asked(*on), "pay_invoice") == [(15, "all cases", True)]
    assert "Others begin later: `handrail targets list --on 2026-09-01`." in handrail(
        "targets", "list"
    )
    assert "Others begin later" not in handrail(*on)


def test_the_list_goes_to_a_spreadsheet(targeted: str) -> None:
    rows = list(csv.DictReader(io.StringIO(handrail("targets", "list", "--csv"))))
    (build,) = [row for row in rows if row["lot"] == "BUILD"]
    assert (build["clock"], build["days"], build["verified"]) == ("start_works", "20", "yes")
    assert build["valid_from"] == "2026-04-01"


def test_which_target_counts_is_said_with_why(targeted: str) -> None:
    said = handrail(
        *("targets", "show", "start-works", "--authority", "RBC", "--lot", "BUILD", "--urgent")
    )
    assert said.splitlines() == [
        (
            "Start on site: 20 working days for all cases in lot BUILD from 1 April 2026, "
            "verified (terms of the lot)."
        ),
        (
            "  It comes before 12 working days for all cases from 1 April 2026, not verified: "
            "a target of the lot comes before one of every lot."
        ),
        (
            "  It comes before 8 working days for urgent cases of RBC from 1 April 2026, "
            "verified (policy): a target of the lot comes before one of every lot."
        ),
        (
            "  It comes before 10 working days for all cases, not verified (common practice): "
            "what was brought in comes before what Handrail came with."
        ),
    ]


def test_a_case_says_itself_which_target_it_is_given(targeted: str) -> None:
    case_at(targeted, "specify", urgent="yes")
    found = asked("targets", "show", "start_works", "--case", "DFG-1")
    assert (found["days"], found["authority"]) == (8, "RBC")
    assert found["case"] == {
        "reference": "DFG-1",
        "authority": "RBC",
        "lot": "",
        "urgent": True,
        "complexity": "simple",
        "on": "2026-06-01",
    }
    assert found["running"] == []
    assert found["words"] == (
        "Start on site: 8 working days for urgent cases of RBC from 1 April 2026, verified "
        "(policy). DFG-1 is in no lot yet; that of its lot counts once it is tendered."
    )


def test_the_lot_is_that_of_the_award(sqlite_service: str) -> None:
    case_at(sqlite_service, "assign")
    bring(sqlite_service, "targets", OWN.replace("BUILD", "SHOWERS"))
    found = asked("targets", "show", "start_works", "--case", "DFG-1")
    assert (found["days"], found["case"]["lot"]) == (20, "SHOWERS")
    assert [other["days"] for other in found["others"]] == [12, 10]


def test_what_a_running_clock_was_given_is_said_beside_what_it_would_be(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", OWN)
    said = handrail("targets", "show", "specify", "--case", "DFG-1").splitlines()
    assert said[0] == (
        "Specify the works: 4 working days for all cases from 1 April 2026, not verified."
    )
    assert said[-1] == (
        "DFG-1: it runs since 1 June 2026 and was given 10 working days, due on 15 June 2026. "
        "`handrail decide DFG-1 rebase --clock specify` gives it 4 working days."
    )


def test_a_limit_of_the_act_is_no_target(targeted: str) -> None:
    assert handrail("targets", "show", "decide").strip() == (
        "Decide within six months of the application: six months is s.34(1)'s limit and no target."
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("tea_break",), "There is no clock tea_break."),
        (("price", "--authority", "XYZ"), "There is no authority XYZ."),
        (("price", "--lot", "XYZ"), "There is no lot XYZ."),
        (("price", "--case", "DFG-9"), "There is no case DFG-9."),
        (("price", "--case", "DFG-9", "--urgent"), "A case says itself whose it is"),
    ],
)
def test_what_is_not_there_is_refused(targeted: str, words: tuple[str, ...], what: str) -> None:
    assert refused_as_json("targets", "show", *words)["what"].startswith(what)
    assert what in refused("targets", "show", *words)


def test_the_check_lists_what_nobody_has_verified_and_ends_well(targeted: str) -> None:
    found = asked("targets", "check")
    assert found["sum_problems"] == []
    assert date.fromisoformat(found["on"]) == date(2026, 6, 1)
    clocks = [row["clock"] for row in found["unverified"]]
    assert "start_works" in clocks
    assert all(row["verified"] is False for row in found["unverified"])
    assert found["checked"] == len(clocks) + 3  # those of OWN that are verified
    said = handrail("targets", "check")
    assert f"{len(clocks)} of {found['checked']} targets are not verified" in said
    assert "Every set of guidance stages makes its total." in said


def test_a_case_is_rebased_by_the_command_that_show_names(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", OWN)
    words = ("decide", "DFG-1", "rebase", "--by", TESS, "--reason", "agreed with the client")
    said = handrail(*words, "--clock", "Specify", "--clock", "specify")
    assert said.splitlines() == [
        "Recorded on DFG-1.",
        "Due dates moved: specify the works from 15 June 2026 to 5 June 2026.",
    ]
    assert "have the targets in force today already." in refused(*words)
    assert "sign-off does not run on this case now." in refused(*words, "--clock", "sign_off")


def test_of_two_versions_the_one_that_began_last_counts(targeted: str) -> None:
    bring(targeted, "targets", "clock | days | valid_from\npay_invoice | 18 | 2026-06-01")
    found = asked("targets", "show", "pay_invoice", "--on", "2026-09-01")
    assert found["days"] == 15
    assert found["others"][0]["words"] == (
        "It comes before 18 working days for all cases from 1 June 2026, not verified: "
        "the version that began last counts."
    )


def test_the_check_ends_well_where_everything_is_verified(sqlite_service: str) -> None:
    rows = "\n".join(
        f"{clock} | {4 if clock == TOTAL else 1} | 2026-06-01 | yes" for clock in WITH_TARGETS
    )
    bring(sqlite_service, "targets", f"clock | days | valid_from | verified\n{rows}")
    assert handrail("targets", "check").strip() == (
        f"All {len(WITH_TARGETS)} targets are verified. "
        "Every set of guidance stages makes its total."
    )
    (header,) = handrail("targets", "check", "--csv").splitlines()
    assert header.startswith("clock,days,urgency")

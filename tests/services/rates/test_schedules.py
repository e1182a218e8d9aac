"""Schedules in versions: what prices on a day, what is said of the rest, and how they are shown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from adapters import clock
from models.database import reading, writing
from models.tables.schedules import ScheduleVersion
from rules.errors import ImportProblemsError, InvalidWorksError, UnknownReferenceError
from services.imports import ImportReport, ScheduleOptions, run_import
from services.rates import pricing
from services.rates.items import in_force, why_not_in_force
from services.rates.schedules import compare_versions, find_items, item_shown, schedule_versions
from tests.factories import bring, new_case
from tests.looking import case, contents
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.small_service import MIA, NOW, SCHEDULE, TERMS

TODAY = NOW.date()
HEADER, TRAY, TILE, RAIL, LIGHT = SCHEDULE.strip().splitlines()


def version(
    url: str, *lines: str, name: str = "BASE", on: date = TODAY, index: str = "0"
) -> ImportReport:
    with writing(url) as conn:
        return run_import(
            conn,
            kind="schedule",
            sheet=sheet("\n".join((HEADER, *lines))),
            now=clock.now(),
            actor=MIA,
            schedule=ScheduleOptions(name, on, Decimal(index)),
            said=ALL_MEANT,
            dry_run=False,
        )


def to_price(url: str, reference: str, on: date = TODAY) -> dict[str | None, tuple[Decimal, str]]:
    with reading(url) as conn:
        coded, _ = pricing.lines_to_price(conn, case_id=case(url, reference).id, on=on)
    return {line.code: (line.rate, line.rate_source) for line in coded}


def found(url: str, text: str, **options: Any) -> list[str]:
    with reading(url) as conn:
        items = find_items(conn, text=text, **{"on": TODAY, **options})
    return [item["code"] for item in items]


@pytest.mark.sqlite
def test_a_superseded_code_says_which_version_had_it_until_when_and_what_is_like_it(
    url: str,
) -> None:
    reference = new_case(url)
    version(url, TRAY.replace("TRAY ", "TRAY-2"), TILE)
    with pytest.raises(InvalidWorksError) as refusal:
        to_price(url, reference)
    assert refusal.value.what == "No schedule in force on 1 June 2026 has TRAY (line 1)."
    assert refusal.value.why == (
        "TRAY: BASE (from 1 January 2026) had it until 31 May 2026. "
        "Nearest in force: TRAY-2 (Shower tray)."
    )
    assert set(to_price(url, reference, on=TODAY - timedelta(days=1))) == {"TRAY", "TILE"}
    works = f"case | line | code | quantity\n{reference} | 1 | TRAY | 1"
    with pytest.raises(ImportProblemsError) as problems:
        bring(url, "works", works)
    (problem,) = problems.value.problems
    assert problem.wrong == "this code was superseded: BASE had it until 2026-05-31"
    assert problem.right == (
        "A code of the version in force. Nearest in force: TRAY-2 (Shower tray)."
    )


@pytest.mark.sqlite
def test_a_code_to_come_and_one_that_never_was(url: str) -> None:
    version(url, TRAY, "NEW | New item | each | 1 | joinery | |", on=date(2026, 9, 1))
    with reading(url) as conn:
        why = why_not_in_force(conn, codes=["NEW", "RAIL", "ZZZ"], on=TODAY)
        later = why_not_in_force(conn, codes=["RAIL"], on=date(2026, 10, 1))
    assert why["NEW"].startswith("BASE has it only from 1 September 2026 on.")
    assert why["ZZZ"] == "No schedule has ever had it. Nothing in force is like it."
    assert "had it until 31 August 2026" in later["RAIL"]


@pytest.mark.sqlite
def test_two_schedules_that_differ_on_a_code_are_refused_with_both_named(url: str) -> None:
    reference = new_case(url)
    report = version(url, TRAY.replace("1200", "1250"), RAIL, name="OTHER")
    assert report.notes == (
        "2 codes are in more than one schedule in force on 2026-06-01.",
        "Schedules differ on these, and works that use them are refused: TRAY (BASE, OTHER).",
    )
    with pytest.raises(InvalidWorksError) as refusal:
        to_price(url, reference)
    assert refusal.value.what == "Schedules in force on 1 June 2026 differ on TRAY (line 1)."
    assert refusal.value.why == (
        "TRAY: BASE from 1 January 2026 (£1,200.00, unit each, indexation 0 %) and "
        "OTHER from 1 June 2026 (£1,250.00, unit each, indexation 0 %)."
    )
    before = contents(url)
    with pytest.raises(ImportProblemsError) as problems:
        bring(url, "works", f"case | line | code | quantity\n{reference} | 1 | TRAY | 2")
    assert problems.value.problems[0].wrong.startswith("schedules in force differ on it: BASE from")
    assert contents(url) == before


def test_versions_that_overlap_in_a_repaired_database_are_refused_with_both_named(url: str) -> None:
    reference = new_case(url)
    version(url, TRAY.replace("1200", "1250"), TILE)
    with writing(url) as conn:  # as no import leaves them
        conn.execute(update(ScheduleVersion).values(valid_to=None))
    with pytest.raises(InvalidWorksError) as refusal:
        to_price(url, reference)
    assert refusal.value.what == "Schedules in force on 1 June 2026 differ on TRAY (line 1)."
    assert "BASE from 1 January 2026 (£1,200.00" in refusal.value.why
    assert "BASE from 1 June 2026 (£1,250.00" in refusal.value.why


@pytest.mark.sqlite
def test_schedules_that_agree_on_a_code_in_everything_leave_nothing_to_guess(url: str) -> None:
    reference = new_case(url)
    version(url, TRAY, TILE, name="ANOTHER")
    assert to_price(url, reference)["TRAY"] == (Decimal(1200), "ANOTHER from 1 June 2026")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("line", "index"),
    [
        (TRAY, "1"),
        (TRAY.replace("each", "item"), "0"),
        (TRAY.replace("disabled_adaptation", ""), "0"),
        (TRAY.replace("plumbing", "joinery"), "0"),
        (TRAY.replace("Shower tray", "Shower trough"), "0"),
    ],
)
def test_any_difference_makes_a_code_ambiguous(url: str, line: str, index: str) -> None:
    version(url, line, name="ANOTHER", index=index)
    with reading(url) as conn:
        held = in_force(conn, codes=["TRAY", "TILE"], on=TODAY)
    assert (set(held.items), set(held.ambiguous)) == ({"TILE"}, {"TRAY"})


@pytest.mark.sqlite
def test_a_package_with_a_withdrawn_code_is_named_at_the_import_and_refused_in_use(
    url: str,
) -> None:
    report = version(url, TRAY, RAIL)
    assert "Packages use codes that no schedule in force on 2026-06-01 has: LAS TILE." in (
        report.notes
    )
    with pytest.raises(InvalidWorksError) as refusal, reading(url) as conn:
        pricing.unit_items(conn, codes=["TRAY", "TILE"], on=TODAY, package="LAS")
    assert refusal.value.what == ("No schedule in force on 1 June 2026 has TILE of package LAS.")
    assert "TILE: BASE (from 1 January 2026) had it until 31 May 2026." in refusal.value.why


@pytest.mark.sqlite
def test_a_version_between_two_says_when_it_ends(url: str) -> None:
    version(url, TRAY, on=date(2026, 9, 1))
    report = version(url, TRAY, on=date(2026, 7, 1))
    assert report.notes[:2] == (
        "BASE from 2026-01-01 now ends on 2026-06-30.",
        "BASE from 2026-07-01 ends on 2026-08-31, the day before its next version.",
    )
    with reading(url) as conn:
        days = [
            (found["valid_from"], found["valid_to"], found["in_force"])
            for found in schedule_versions(conn, on=TODAY)
        ]
    assert days == [
        ("2026-01-01", "2026-06-30", True),
        ("2026-07-01", "2026-08-31", False),
        ("2026-09-01", None, False),
    ]


def test_the_lookup_finds_what_is_in_force_on_the_day(url: str) -> None:
    version(url, TRAY, "LIFT | Tray lift | each | 9 | lifts | |", on=date(2026, 7, 1))
    assert found(url, "tray") == ["TRAY"]
    assert found(url, "tray", on=date(2026, 7, 1)) == ["TRAY", "LIFT"]
    assert found(url, "") == ["LIGHT", "RAIL", "TILE", "TRAY"]
    assert found(url, "", limit=1) == ["LIGHT"]
    assert found(url, "", trade="tiling") == ["TILE"]
    assert found(url, "", schedule="BASE", on=date(2026, 7, 1)) == ["LIFT", "TRAY"]
    assert found(url, "\x00\ud800") == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"trade": "masonry"}, "of the trade masonry"),
        ({"schedule": "NONE"}, "schedule NONE is in force on 1 June 2026"),
        ({"schedule": "BASE", "on": date(2020, 1, 1)}, "is in force on 1 January 2020"),
        ({"schedule": "\x00"}, "is in force"),
    ],
)
def test_a_trade_or_schedule_that_is_not_there_is_named(
    url: str, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnknownReferenceError, match=sentence):
        found(url, "tray", **options)


@pytest.mark.sqlite
def test_a_code_is_shown_with_its_versions_contract_rates_and_packages(url: str) -> None:
    for kind, text in TERMS.items():
        bring(url, kind, text)
    version(url, RAIL.replace("45 ", "46.125"), on=date(2026, 7, 1), index="2.5")
    with reading(url) as conn:
        rail = item_shown(conn, code="RAIL", on=TODAY)
        tray = item_shown(conn, code="TRAY", on=TODAY)
    assert [
        (item["valid_from"], item["rate"], item["index_percent"], item["indexed_rate"])
        for item in rail["versions"]
    ] == [("2026-01-01", "45", "0", "45"), ("2026-07-01", "46.125", "2.5", "47.278125")]
    assert [item["in_force"] for item in rail["versions"]] == [True, False]
    rates = [(rate["lot"], rate["contractor"], rate["rate"]) for rate in rail["contract_rates"]]
    assert rates == [("RAILS", None, "44"), ("RAILS", "AVON", "43.25")]
    assert (rail["packages"], tray["packages"]) == ([], ["LAS"])


@pytest.mark.sqlite
@pytest.mark.parametrize("code", ["TRAYS", "", "\x00", "'; --"])
def test_a_code_that_no_schedule_ever_had_is_refused_with_what_is_like_it(
    url: str, code: str
) -> None:
    with pytest.raises(UnknownReferenceError) as refusal, reading(url) as conn:
        item_shown(conn, code=code, on=TODAY)
    assert refusal.value.what.startswith("No schedule has the code")
    assert ("TRAY (Shower tray)" in refusal.value.why) == (code == "TRAYS")


def test_two_versions_are_compared_with_their_indexation(url: str) -> None:
    free = "FREE | Advice | each | 0 | general | |"
    version(url, TRAY, TILE, RAIL, LIGHT, free, on=date(2026, 5, 1))
    version(
        url,
        TRAY,
        RAIL.replace("45 ", "50 ").replace("Grab rail", "Long rail"),
        LIGHT.replace("95.25", "92.9268"),
        free.replace("| 0 |", "| 1 |"),
        "NEW | New item | m | 10 | joinery | |",
        on=date(2026, 7, 1),
        index="2.5",
    )
    with reading(url) as conn:
        compared = compare_versions(conn, schedule="BASE", before=TODAY, after=date(2026, 7, 31))
        same = compare_versions(conn, schedule="BASE", before=TODAY, after=TODAY)
    assert (compared["before"]["valid_from"], compared["after"]["index_percent"]) == (
        "2026-05-01",
        "2.5",
    )
    assert [(item["code"], item["rate"]) for item in compared["added"]] == [("NEW", "10.25")]
    assert [(item["code"], item["rate"]) for item in compared["withdrawn"]] == [("TILE", "60.5")]
    changes = {item["code"]: item for item in compared["changed"]}
    assert {code: item["change_percent"] for code, item in changes.items()} == {
        "FREE": None,
        "LIGHT": "0.00",
        "RAIL": "13.89",
        "TRAY": "2.50",
    }
    assert changes["RAIL"]["differs"] == ["rate", "short_description"]
    assert (changes["RAIL"]["rate_before"], changes["RAIL"]["rate_after"]) == ("45", "51.25")
    assert compared["unchanged"] == 0
    assert (same["changed"], same["added"], same["unchanged"]) == ([], [], 5)


def test_days_without_a_version_cannot_be_compared(url: str) -> None:
    with (
        pytest.raises(UnknownReferenceError, match="in force on 1 January 2020") as refusal,
        reading(url) as conn,
    ):
        compare_versions(conn, schedule="BASE", before=date(2020, 1, 1), after=TODAY)
    assert "BASE from 2026-01-01" in refusal.value.why

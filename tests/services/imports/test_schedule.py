"""Importing schedules of rates: versions, replacements, what was priced, and long files."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.database import writing
from models.tables.schedules import ScheduleItem, ScheduleVersion
from rules.imports import RawRow
from rules.imports.choices import Choices
from services.imports import ScheduleOptions, run_import
from tests.services.imports.importing import (
    ACTOR,
    NOW,
    SCHEDULE,
    VERSION,
    bring,
    founded,
    price,
    refused,
    rows,
    said,
    service,
    sheet_of,
)

NEXT = ScheduleOptions("BASE", date(2027, 4, 1), Decimal("2.5"))
DEARER = SCHEDULE.replace("25.50", "26.75")


def versions(url: str) -> list[tuple[str, date, date | None, Decimal]]:
    return [
        (row["schedule"], row["valid_from"], row["valid_to"], row["index_percent"])
        for row in rows(url, ScheduleVersion)
    ]


def rates(url: str) -> list[Decimal]:
    return [row["rate"] for row in rows(url, ScheduleItem)]


@pytest.mark.sqlite
def test_a_schedule_becomes_a_version_with_its_items(database_url: str) -> None:
    report = bring(database_url, "schedule", SCHEDULE)
    assert (report.added, report.notes) == (3, ())
    assert versions(database_url) == [("BASE", date(2026, 4, 1), None, Decimal(0))]
    first, _, third = rows(database_url, ScheduleItem)
    assert third["rate"] == Decimal("41.125")
    assert first["vat_reliefs"] == ("mobility_aid_60plus",)
    assert first["smv"] is None


@pytest.mark.sqlite
def test_a_new_version_closes_the_one_before_it_the_day_before(database_url: str) -> None:
    bring(database_url, "schedule", SCHEDULE)
    report = bring(database_url, "schedule", DEARER, schedule=NEXT)
    assert report.notes == ("BASE from 2026-04-01 now ends on 2027-03-31.",)
    assert versions(database_url) == [
        ("BASE", date(2026, 4, 1), date(2027, 3, 31), Decimal(0)),
        ("BASE", date(2027, 4, 1), None, Decimal("2.5")),
    ]


@pytest.mark.sqlite
def test_a_version_put_in_between_ends_where_the_next_begins(database_url: str) -> None:
    bring(database_url, "schedule", SCHEDULE)
    bring(database_url, "schedule", SCHEDULE, schedule=NEXT)
    between = ScheduleOptions("BASE", date(2026, 10, 1))
    bring(database_url, "schedule", DEARER, schedule=between)
    before = ScheduleOptions("BASE", date(2025, 4, 1))
    bring(database_url, "schedule", DEARER, schedule=before)
    assert sorted(found[1:3] for found in versions(database_url) if found[2]) == [
        (date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2027, 3, 31)),
    ]


@pytest.mark.sqlite
def test_another_schedule_leaves_this_one_alone_and_shared_codes_are_noted(
    database_url: str,
) -> None:
    bring(database_url, "schedule", SCHEDULE)
    other = ScheduleOptions("LIFTS", date(2026, 5, 1))
    report = bring(database_url, "schedule", SCHEDULE, schedule=other)
    assert report.notes == ("3 codes are in more than one schedule in force on 2026-05-01.",)
    assert [found[2] for found in versions(database_url)] == [None, None]


@pytest.mark.sqlite
def test_the_same_content_again_is_unchanged(database_url: str) -> None:
    bring(database_url, "schedule", SCHEDULE)
    bring(database_url, "schedule", SCHEDULE, schedule=NEXT)
    again = bring(database_url, "schedule", SCHEDULE)
    assert (again.added, again.changed, again.unchanged, again.removed) == (0, 0, 3, 0)


@pytest.mark.sqlite
def test_another_content_for_a_version_replaces_it_before_anything_is_priced(
    database_url: str,
) -> None:
    bring(database_url, "schedule", SCHEDULE)
    without_tray = "\n".join(line for line in DEARER.splitlines() if "Tray" not in line)
    report = bring(database_url, "schedule", without_tray + "\nA9 | New | item | 1 | general |")
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 1, 1)
    assert sorted(rates(database_url)) == [Decimal(1), Decimal("26.75"), Decimal("41.125")]
    assert len(versions(database_url)) == 1


def test_another_index_changes_every_rate(database_url: str) -> None:
    bring(database_url, "schedule", SCHEDULE)
    indexed = ScheduleOptions("BASE", VERSION.valid_from, Decimal("3"))
    report = bring(database_url, "schedule", SCHEDULE, schedule=indexed)
    assert (report.changed, report.unchanged) == (3, 0)
    assert versions(database_url)[0][3] == 3
    again = bring(database_url, "schedule", SCHEDULE, schedule=indexed)
    assert (again.changed, again.unchanged) == (0, 3)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "schedule", [VERSION, ScheduleOptions("BASE", date(2026, 4, 1), Decimal(1))]
)
def test_a_version_that_has_priced_works_does_not_change(
    database_url: str, schedule: ScheduleOptions
) -> None:
    service(database_url)
    price(database_url, reference="DFG-1", code="A3", at=NOW)
    text = DEARER if schedule is VERSION else SCHEDULE
    (problem,) = refused(database_url, "schedule", text, schedule=schedule)
    assert "works have been priced from this version" in problem.wrong
    assert bring(database_url, "schedule", SCHEDULE).unchanged == 3
    assert bring(database_url, "schedule", DEARER, schedule=NEXT).added == 3
    assert refused(database_url, "schedule", text, schedule=schedule)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("OTHER", NOW),
        ("A1", datetime(2026, 3, 31, 22, 59, tzinfo=UTC)),  # still 31 March in London
    ],
)
def test_works_priced_from_elsewhere_do_not_hold_a_version(
    database_url: str, code: str, at: datetime
) -> None:
    service(database_url)
    price(database_url, reference="DFG-1", code=code, at=at)
    assert bring(database_url, "schedule", DEARER).changed == 1


def test_works_priced_in_the_first_minute_in_london_hold_a_version(database_url: str) -> None:
    service(database_url)
    first_minute = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)  # midnight, British Summer Time
    price(database_url, reference="DFG-1", code="A1", at=first_minute)
    assert refused(database_url, "schedule", DEARER)


@pytest.mark.sqlite
def test_packages_whose_codes_a_new_version_drops_are_named(database_url: str) -> None:
    service(database_url)
    bring(
        database_url,
        "packages",
        "package|title|work_type|code|quantity\nLAS|Shower|shower|A2|1\nLAS|Shower|shower|A1|1",
    )
    without_tray = "\n".join(line for line in SCHEDULE.splitlines() if "Tray" not in line)
    meant = Choices(accepted=frozenset({"withdrawn"}))
    report = bring(database_url, "schedule", without_tray, schedule=NEXT, said=meant)
    assert report.notes[1] == (
        "Packages use codes that no schedule in force on 2027-04-01 has: LAS A2."
    )


@pytest.mark.parametrize(
    ("schedule", "wrong"),
    [
        (ScheduleOptions("", date(2026, 4, 1)), "--schedule: it is empty"),
        (ScheduleOptions("a;b", date(2026, 4, 1)), "--schedule: it holds a semicolon"),
        (ScheduleOptions("x" * 99, date(2026, 4, 1)), "--schedule: it is 99 characters"),
        (ScheduleOptions("B\x00", date(2026, 4, 1)), "--schedule: the cell holds control"),
        (ScheduleOptions("B", date(1066, 4, 1)), "--from: its year cannot be right"),
        (ScheduleOptions("B", date(2026, 4, 1), Decimal(-100)), "--index: a percentage cannot"),
        (ScheduleOptions("B", date(2026, 4, 1), Decimal("NaN")), "--index: it is not a plain"),
        (ScheduleOptions("B", date(2026, 4, 1), Decimal("1.23456")), "--index: it has 5 decimal"),
    ],
)
def test_versions_that_cannot_be(database_url: str, schedule: ScheduleOptions, wrong: str) -> None:
    (problem,) = refused(database_url, "schedule", SCHEDULE, schedule=schedule)
    assert problem.wrong.startswith(wrong)


@pytest.mark.sqlite
def test_a_faulty_schedule_names_every_fault(database_url: str) -> None:
    problems = refused(
        database_url,
        "schedule",
        """
        code | short_description | unit | rate    | trade
        A1   | Rail              | foot | 1.23456 | joinery
        A1   |                   | each | -2      | joinery
        A2   | Tray              | each | dear    |
        """,
    )
    assert [(row, column) for row, column, _ in said(problems)] == [
        (2, "unit"),
        (2, "rate"),
        (3, "short_description"),
        (3, "rate"),
        (3, "code"),
        (4, "rate"),
        (4, "trade"),
    ]


@pytest.mark.sqlite
def test_twenty_thousand_rows_take_seconds_and_say_how_far_they_are(database_url: str) -> None:
    header = ("code", "short_description", "unit", "rate", "trade", "smv", "certificates")
    lines = tuple(
        RawRow(n, (f"C{n:05}", "An item", "each", n / 8, "plumbing", 30.0, "electrical"))
        for n in range(2, 20_002)
    )
    steps: list[tuple[int, int]] = []
    founded(database_url)
    began = time.monotonic()
    with writing(database_url) as conn:
        report = run_import(
            conn,
            kind="schedule",
            sheet=sheet_of(header, lines),
            now=NOW,
            actor=ACTOR,
            schedule=VERSION,
            dry_run=False,
            on_progress=lambda done, total: steps.append((done, total)),
        )
    assert report.added == 20_000
    assert time.monotonic() - began < 30  # about 2 s alone; the machine is shared
    assert len(steps) > 10
    assert steps == sorted(steps)
    assert steps[-1] == (40_000, 40_000)

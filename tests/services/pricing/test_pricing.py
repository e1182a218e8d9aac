"""What pricing reads and keeps: the schedule in force on a day, and prices that never change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters import clock
from models.database import reading, writing
from models.tables.prices import Price, PriceLine
from rules.errors import InvalidWorksError
from services.imports import ScheduleOptions, run_import
from services.pricing.works import ConfirmPrice
from services.rates import pricing
from services.rates.items import in_force
from services.rates.schedules import schedule_versions
from tests.factories import act, bring, case_at, live_at, new_case
from tests.looking import case, contents, rows
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.small_service import MIA, NOW, SCHEDULE

TODAY = NOW.date()


def schedule(url: str, text: str, *, name: str, valid_from: date, index: str = "0") -> None:
    with writing(url) as conn:
        run_import(
            conn,
            kind="schedule",
            sheet=sheet(text),
            now=clock.now(),
            actor=MIA,
            schedule=ScheduleOptions(name, valid_from, Decimal(index)),
            said=ALL_MEANT,
            dry_run=False,
        )


def rates(url: str, *codes: str, on: date = TODAY) -> dict[str, tuple[Decimal, Decimal]]:
    with reading(url) as conn:
        found = in_force(conn, codes=codes, on=on).items
    return {code: (row.rate, row.index_percent) for code, row in found.items()}


@pytest.mark.sqlite
def test_items_come_from_the_version_in_force_on_the_day(url: str) -> None:
    dearer = SCHEDULE.replace("1200", "1300")
    schedule(url, dearer, name="BASE", valid_from=date(2026, 7, 1), index="2.5")
    assert rates(url, "TRAY", "NONE") == {"TRAY": (Decimal(1200), Decimal(0))}
    assert rates(url, "TRAY", on=date(2026, 6, 30)) == {"TRAY": (Decimal(1200), Decimal(0))}
    assert rates(url, "TRAY", on=date(2026, 7, 1)) == {"TRAY": (Decimal(1300), Decimal("2.5"))}
    assert rates(url, "TRAY", on=date(2025, 12, 31)) == {}


@pytest.mark.sqlite
def test_the_versions_in_force_are_one_of_each_schedule(url: str) -> None:
    schedule(url, SCHEDULE, name="BASE", valid_from=date(2026, 7, 1))
    schedule(url, SCHEDULE, name="LIFTS", valid_from=date(2026, 1, 1))
    with reading(url) as conn:
        found = schedule_versions(conn, on=TODAY)
    assert [(row["schedule"], row["valid_from"]) for row in found if row["in_force"]] == [
        ("BASE", "2026-01-01"),
        ("LIFTS", "2026-01-01"),
    ]


@pytest.mark.sqlite
def test_a_case_s_lines_are_parted_into_priced_and_bespoke(url: str) -> None:
    case_id = case(url, new_case(url, route="quotes")).id
    with reading(url) as conn:
        coded, bespoke = pricing.lines_to_price(conn, case_id=case_id, on=TODAY)
    (tile,), (bedroom,) = coded, bespoke
    assert (tile.line, tile.code, tile.rate, tile.unit) == (2, "TILE", Decimal("60.50"), "m2")
    assert (tile.index, tile.rate_source) == (Decimal(0), "BASE from 1 January 2026")
    assert (tile.out_of_hours, tile.relief_percent) == (False, Decimal(100))
    assert (bedroom.line, bedroom.code, bedroom.rate) == (1, None, Decimal(0))
    assert bedroom.description == "Ground-floor bedroom"
    assert (bedroom.vat_reliefs, bedroom.relief_percent) == (frozenset(), Decimal(100))
    assert (bedroom.index, bedroom.rate_source) == (Decimal(0), "")


@pytest.mark.sqlite
def test_a_code_that_no_schedule_in_force_has_is_named_with_its_line(url: str) -> None:
    case_id = case(url, new_case(url)).id
    with pytest.raises(InvalidWorksError) as refusal, reading(url) as conn:
        pricing.lines_to_price(conn, case_id=case_id, on=date(2025, 12, 31))
    assert refusal.value.what == (
        "No schedule in force on 31 December 2025 has TRAY (line 1), TILE (line 2)."
    )


@pytest.mark.sqlite
def test_works_may_mix_schedules_of_different_indexation(url: str) -> None:
    lamps = "code|short_description|unit|rate|trade\nLAMP|Lamp|each|80|electrical"
    schedule(url, lamps, name="LAMPS", valid_from=date(2026, 5, 1), index="3")
    reference = new_case(url)
    bring(url, "works", f"case|line|code|quantity\n{reference}|1|TRAY|1\n{reference}|2|LAMP|1")
    with reading(url) as conn:
        coded, _ = pricing.lines_to_price(conn, case_id=case(url, reference).id, on=TODAY)
    assert [(line.code, line.index, line.rate_source) for line in coded] == [
        ("TRAY", Decimal(0), "BASE from 1 January 2026"),
        ("LAMP", Decimal(3), "LAMPS from 1 May 2026"),
    ]


@pytest.mark.sqlite
def test_the_packages_of_a_work_type_come_with_their_baskets(url: str) -> None:
    with reading(url) as conn:
        found = pricing.baskets(conn, work_type="level_access_shower")
        assert pricing.baskets(conn, work_type="grab_rails") == {}
        items = pricing.unit_items(conn, codes=["TRAY", "TILE"], on=TODAY)
    basket = {"TILE": Decimal(8), "TRAY": Decimal(1)}
    assert found == {"LAS": ("Level access shower", basket)}
    assert {code: item.quantity for code, item in items.items()} == {"TRAY": 1, "TILE": 1}


@pytest.mark.sqlite
def test_each_price_of_a_kind_is_a_version_of_its_own(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    act(url, reference, ConfirmPrice({1: Decimal(5)}))
    found = [(row["kind"], row["version"], row["contractor"]) for row in rows(url, Price)]
    assert found == [("estimate", 1, None), ("estimate", 2, None), ("tender", 1, "AVON")]
    for row in rows(url, Price):
        lines = [line for line in rows(url, PriceLine) if line["price_id"] == row["id"]]
        assert sum(line["net_pence"] for line in lines) == row["net_pence"]
        assert sum(line["vat_pence"] for line in lines) == row["vat_pence"]
        assert row["total_pence"] == row["net_pence"] + row["vat_pence"]


@pytest.mark.sqlite
def test_a_later_schedule_changes_no_price_that_was_kept(url: str) -> None:
    case_at(url, "assign", route="call_off")
    before = contents(url)
    live_at(NOW + timedelta(days=40))
    dearer = SCHEDULE.replace("45 ", "90 ").replace("95.25", "195.25")
    schedule(url, dearer, name="BASE", valid_from=date(2026, 7, 1), index="10")
    after = contents(url)
    for table in ("price", "price_line", "award", "offer", "approval"):
        assert after[table] == before[table]
    (estimate, *_) = rows(url, Price)
    assert estimate["net_pence"] == 4 * 45_00 + 2 * 95_25

"""One code whole: what took the place of a version, and the rates by zone of who looks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.database import reading, writing
from models.people import actor_for
from services.imports import ScheduleOptions, run_import
from services.rates.item_view import item_standing
from tests.factories import bring
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.small_service import MIA, NOW, SCHEDULE, TERMS, WENDY

OF_RUGBY = """
lot|title|work_types|authorities|award_rule|valid_from|valid_to
RAILS|Rails|grab_rails|RBC|ranked|2026-01-01|2027-12-31
"""


def standing(url: str, code: str, who: str = MIA) -> dict[str, Any]:
    with reading(url) as conn:
        viewer = actor_for(conn, identity=who)
        return item_standing(conn, code=code, viewer=viewer, on=NOW.date())


def next_version(url: str) -> None:
    """Bring in a version from 1 June without the tray, 2 % above."""
    lines = [line for line in SCHEDULE.strip().splitlines() if not line.startswith("TRAY")]
    options = ScheduleOptions("BASE", date(2026, 6, 1), Decimal(2))
    with writing(url) as conn:
        run_import(
            conn,
            kind="schedule",
            sheet=sheet("\n".join(lines)),
            now=NOW,
            actor=MIA,
            schedule=options,
            said=ALL_MEANT,
        )


@pytest.mark.sqlite
def test_each_version_says_what_took_its_place(url: str) -> None:
    next_version(url)
    found = standing(url, "RAIL")
    assert [one["superseded"] for one in found["versions"]] == ["by BASE from 1 June 2026", ""]
    assert found["now"]["indexed_rate"] == "45.9"
    (gone,) = standing(url, "tray")["versions"]
    assert gone["superseded"] == "by BASE from 1 June 2026, which has no such code"


def test_the_rates_by_zone_are_those_of_the_lots_that_one_may_see(url: str) -> None:
    for kind in ("zones", "contract_rates"):
        bring(url, kind, TERMS[kind])
    next_version(url)
    found = standing(url, "RAIL")
    assert [(zone.zone, rate) for zone, rate in found["zones"]] == [
        ("Rugby town", Decimal("46.818")),
        ("The villages", Decimal("50.49")),
    ]
    assert len(found["contract_rates"]) == 2
    bring(url, "lots", OF_RUGBY)
    theirs = standing(url, "RAIL", WENDY)
    assert (theirs["zones"], theirs["contract_rates"]) == ([], [])


def test_the_packages_are_told_with_how_many(url: str) -> None:
    assert [(one.code, one.quantity) for one in standing(url, "TILE")["packages"]] == [("LAS", 8)]

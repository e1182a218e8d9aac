"""The sample's five districts share a service in five ways, and become one council, or two."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import settings
from models.database import dispose, reading
from models.tables.cases import Case
from services.delivery.figures import totals
from services.delivery.succession import present_authorities
from tests.factories import live_at
from tests.journeys.commands import asked, handrail, refused
from tests.looking import rows

PLANS = Path(__file__).parents[2] / "deployments" / "sample" / "delivery"
BY = ("--by", "naomi.eastgate@home-adaptations.example")
OTHER = ("--by", "jack.thornycroft@home-adaptations.example")
DAY = datetime(2028, 4, 3, 9, tzinfo=UTC)
DISTRICTS = {"NWBC", "NBBC", "RBC", "SDC", "WDC"}


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the sample service as it is on its first day."""
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HANDRAIL_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("COLUMNS", "300")
    settings.cache_clear()
    live_at(datetime(2026, 4, 1, 9, tzinfo=UTC))
    handrail("init", "--sample")
    yield f"sqlite:///{tmp_path / 'home' / 'handrail.db'}"
    dispose()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("folder", "name", "follows"),
    [
        ("one-unitary", "UNITARY", dict.fromkeys(DISTRICTS, "CWU")),
        (
            "two-unitaries",
            "TWO",
            {**dict.fromkeys(("NWBC", "NBBC", "RBC"), "NORTH"), "SDC": "SOUTH", "WDC": "SOUTH"},
        ),
    ],
)
def test_districts_become_unitaries_and_nothing_is_lost(
    sample: str, folder: str, name: str, follows: dict[str, str]
) -> None:
    before = {row["reference"]: row["authority"] for row in rows(sample, Case)}
    for kind in ("authorities", "budgets", "grant_terms", "successions"):
        handrail("import", kind, str(PLANS / folder / f"{kind}.csv"), *BY)
    assert "begins on 1 April 2028" in refused("delivery", "carry-out", name, *BY)
    rehearsal = asked("delivery", "preview", name, *BY)
    assert rehearsal["missing"] == []
    live_at(DAY)
    outcome = asked("delivery", "carry-out", name, *BY)
    assert len(outcome["cases"]) == len(before) == 40
    after = {row["reference"]: row["authority"] for row in rows(sample, Case)}
    assert after == {reference: follows[old] for reference, old in before.items()}
    assert totals(outcome["before"]) == totals(outcome["after"])
    listed = Counter(case["authority"] for case in asked("case", "list"))
    assert listed == Counter(follows[old] for old in before.values())
    for budget in asked("budget", "list"):
        assert budget["authority"] not in DISTRICTS or budget["amount_pence"] == 0
    with reading(sample) as conn:
        assert present_authorities(conn, on=date(2028, 4, 1)) == follows
    handrail("delivery", "carry-out", name, *OTHER)  # who gives the first one the rest
    assert asked("verify") == {"sound": True, "findings": []}


WORKED = {
    "HEART": {("HEART", "NBBC")},
    "HOST": {("HEART", "RBC")},
    "SEGREGATED": {("HEART", "RBC"), ("Stratford’s own", "SDC")},
    "HALVES": {("North", "NBBC"), ("South", "WDC")},
    "EACH": {
        *(("North Warwickshire’s own", "NWBC"), ("Nuneaton and Bedworth’s own", "NBBC")),
        *(("Rugby’s own", "RBC"), ("Stratford’s own", "SDC"), ("Warwick’s own", "WDC")),
    },
    "LOCALITY": {
        *(("North Warwickshire’s own", "NWBC"), ("Nuneaton and Bedworth’s own", "NBBC")),
        *(("Rugby’s own", "RBC"), ("Stratford’s own", "SDC")),
        *(("Leamington", "WDC"), ("Warwick and Kenilworth", "WDC")),
    },
}
"""Who works open cases once each plan is carried out, one after the other."""


def test_a_service_is_run_in_six_ways_and_every_figure_stays(sample: str) -> None:
    handrail("import", "arrangements", str(PLANS / "teams" / "arrangements.csv"), *BY)
    whose = {row["reference"]: row["authority"] for row in rows(sample, Case)}
    days = {one["name"]: one["first_day"] for one in asked("delivery", "list")}
    assert list(days) == list(WORKED)
    for name, day in days.items():
        rehearsal = asked("delivery", "preview", name, *BY)
        assert rehearsal["missing"] == [], name
        live_at(datetime.fromisoformat(f"{day}T09:00:00+00:00"))
        outcome = asked("delivery", "carry-out", name, *BY)
        assert totals(outcome["before"]) == totals(outcome["after"])
        for figure in ("cases", "steps", "budgets", "paid", "clocks"):
            assert outcome["before"][figure] == outcome["after"][figure]
        found = asked("delivery", "teams")
        assert {(row["team"], row["host"]) for row in found} == WORKED[name]
        assert sum(row["number"] for row in found) == len(whose) == 40
        pools = {(pool["pool"], pool["year"]) for pool in asked("budget", "pools")}
        assert bool(pools) is (name in {"HEART", "HOST", "SEGREGATED", "HALVES"})
    assert {row["reference"]: row["authority"] for row in rows(sample, Case)} == whose
    assert "Leamington" in handrail("delivery", "teams")
    assert asked("verify") == {"sound": True, "findings": []}

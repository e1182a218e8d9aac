"""A council that another followed, for tests of what the tables refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from adapters import clock
from models.tables.delivery import CarriedPlan, Succession
from tests.services.delivery.merging import carried, planned

DELIVERY_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_succession_followed_by_another", Succession, {"plan": "X", "successor": "OLD"}),
    ("ck_succession_budget_share_within", Succession, {"plan": "X", "budget_share": 101}),
    (
        "ck_carried_plan_ended_after_it_began",
        CarriedPlan,
        {"plan": "X", "ended_at": datetime(2025, 1, 1, tzinfo=UTC)},
    ),
]
"""Rows that the rules of successions refuse."""


def followed(url: str) -> None:
    """Let Rugby follow a council that has ended."""
    planned(
        url,
        "plan|predecessor|successor|first_day|instrument|reason\n"
        f"OLD|OLD|RBC|{clock.today().isoformat()}|an order|merged long ago",
        "authority | name\nOLD | The old council",
    )
    carried(url, "OLD")

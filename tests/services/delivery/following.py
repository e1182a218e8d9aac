"""A council that another followed, and a team, for tests of what the tables refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert

from adapters import clock
from models.database import writing
from models.tables.delivery import Arrangement, CarriedPlan, PoolDraw, Succession
from tests.factories import bring
from tests.services.delivery.merging import carried, planned
from tests.small_service import TERMS

DELIVERY_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_succession_followed_by_another", Succession, {"plan": "X", "successor": "OLD"}),
    ("ck_succession_budget_share_within", Succession, {"plan": "X", "budget_share": 101}),
    ("uq_arrangement_plan_authority_team", Arrangement, {}),
    ("ck_arrangement_limit_not_negative", Arrangement, {"plan": "X", "approval_limit_pence": -1}),
    ("ck_pool_draw_drawn_from_another", PoolDraw, {"giver": "RBC"}),
    ("ck_pool_draw_pence_positive", PoolDraw, {"pence": 0}),
    (
        "ck_carried_plan_ended_after_it_began",
        CarriedPlan,
        {"plan": "X", "ended_at": datetime(2025, 1, 1, tzinfo=UTC)},
    ),
]
"""Rows that the rules of plans refuse."""


def followed(url: str) -> None:
    """Let Rugby follow a council that has ended."""
    planned(
        url,
        "plan|predecessor|successor|first_day|instrument|reason\n"
        f"OLD|OLD|RBC|{clock.today().isoformat()}|an order|merged long ago",
        "authority | name\nOLD | The old council",
    )
    carried(url, "OLD")
    bring(url, "arrangements", TERMS["arrangements"])
    drew = {"case_id": 1, "year": 2026, "giver": "WDC", "taker": "RBC", "pence": 1}
    with writing(url) as conn:
        conn.execute(insert(PoolDraw), drew)

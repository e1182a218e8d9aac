"""Rows that the rules of variations and versions refuse, and what there must be before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from models.tables import variations
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.varying import ApproveVariation
from tests.factories import act, case_at, decide
from tests.small_service import ADA

VARIED_ANEW: Final = {"number": 9, "version": None}

VERSIONS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_variation_order_id_number", variations.Variation, {}),
    ("ck_variation_status_known", variations.Variation, VARIED_ANEW | {"status": "lost"}),
    ("ck_variation_limb_known", variations.Variation, {"number": 9, "limb": "whim"}),
    ("ck_variation_approved_version", variations.Variation, VARIED_ANEW),
    ("ck_variation_ended_dated", variations.Variation, {"number": 9, "ended_at": None}),
    ("ck_variation_assessed_sum", variations.Variation, {"number": 9, "agreed_net_pence": None}),
    (
        "uq_variation_one_open",
        variations.Variation,
        VARIED_ANEW | {"status": "claimed", "ended_at": None},
    ),
    ("ck_variation_line_change_known", variations.VariationLine, {"line": 9, "change": "swap"}),
    ("uq_order_version_price_id", variations.OrderVersion, {"version": 9}),
    (
        "uq_order_version_variation_id",
        variations.OrderVersion,
        {"version": 9, "price_id": 1, "variation_id": 1},
    ),
]


def varied(url: str, *, reference: str) -> None:
    """Let an order be varied once, and again a change be claimed."""
    case_at(url, "works", reference=reference, route="call_off")
    decide(url, reference, ClaimVariation(omit=(1,)))
    decide(url, reference, AssessVariation())
    act(url, reference, ApproveVariation(), by=ADA)
    decide(url, reference, ClaimVariation(added={"RAIL": Decimal(1)}))

"""A case on which another contractor takes over, as the tests of it share it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from models.database import reading
from models.tables.prices import Offer
from models.tables.replacements import Replacement
from models.tables.works import OrderEnding
from rules.pathway import StepName
from rules.replacements import NextBy, ReplaceGround
from services.orders.replacing import ReplaceContractor
from services.verification.verify import findings
from tests.factories import begin, case_at, decide, pass_step
from tests.looking import rows
from tests.small_service import NOW

TODAY = NOW.date()
HALF = ReplaceContractor(
    ReplaceGround.INSOLVENT,
    NextBy.BY_RULE,
    part={"1": 50_00},
    not_done=("2",),
    left={1: Decimal(2)},
    inspected_on=TODAY,
)
"""Four rails at 5 %: 180.00 net were ordered, and two lamps at 20 %: 190.50."""


def begun(url: str, **options: str) -> str:
    """Bring a call-off of rails and lamps, £417.60 with VAT, to works that have begun."""
    reference = case_at(url, "works", route="call_off", **options)
    begin(url, reference, TODAY)
    return reference


def sound(url: str) -> list[str]:
    with reading(url) as conn:
        return [one.sentence for one in findings(conn, lambda path: Path(path).stem)]


def offers(url: str) -> list[tuple[str, str, int]]:
    return [(row["contractor"], row["status"], row["net_pence"]) for row in rows(url, Offer)]


def finish(url: str, reference: str) -> None:
    """Let the next contractor accept, do the works and be paid."""
    for step in (StepName.ASSIGN, StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, reference, step)


AFRESH: Final = {"order_id": 1, "direct_pence": 0, "grant_pence": 0}
ENDINGS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_order_ending_ground_known", OrderEnding, AFRESH | {"ground": "tired"}),
    ("ck_order_ending_total_is_net_and_vat", OrderEnding, AFRESH | {"net_pence": 1}),
    ("ck_order_ending_direct_within", OrderEnding, AFRESH | {"direct_pence": -1}),
    ("ck_order_ending_grant_within", OrderEnding, AFRESH | {"grant_pence": 10**9}),
    ("uq_replacement_one_of_offer", Replacement, {}),
    ("ck_replacement_ground_known", Replacement, {"ground": "tired"}),
    ("ck_replacement_next_known", Replacement, {"next": "by_lot"}),
]
"""Each constraint of how orders end broken, as ``tests.models.test_constraints`` tries it."""


def taken_over(url: str, *, reference: str) -> None:
    """Let another contractor take over a case before its works begin."""
    case_at(url, "works", reference=reference, route="call_off")
    decide(url, reference, ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE))

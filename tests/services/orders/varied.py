"""A case whose order is varied, as the tests of it share it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from adapters import clock
from models.case_queries import case_row, order_in_force
from models.database import reading
from models.tables.prices import PriceLine
from rules.variations import Limb
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.varying import ApproveVariation
from services.verification.verify import findings
from tests.factories import (
    act,
    begin,
    case_at,
)
from tests.looking import rows
from tests.small_service import ADA, AVON, NOW, TESS

TODAY = NOW.date()
SWAP = ClaimVariation(omit=(1,), added={"TILE": Decimal(2)})
"""Rails, 180.00 net at 5 %, for tiles of 121.00 at 0 %: 68.00 less with VAT."""
MORE = ClaimVariation(quantities={1: Decimal(10)})
"""Six rails more: 283.50 with VAT above the 417.60 that were ordered and approved."""
MEANT = AssessVariation(limb=Limb.UNFORESEEABLE_WORKS)


def begun(url: str, route: str = "call_off", **options: str) -> str:
    """Bring a case to works that have begun: of a call-off, £417.60 with VAT."""
    reference = case_at(url, "works", route=route, **options)
    begin(url, reference, clock.today())
    return reference


def varied(
    url: str, reference: str, claim: ClaimVariation, agreed: AssessVariation | None = None
) -> None:
    act(url, reference, claim, by=AVON)
    act(url, reference, agreed or AssessVariation(), by=TESS)
    act(url, reference, ApproveVariation(), by=ADA)


def sound(url: str) -> list[str]:
    with reading(url) as conn:
        return [one.sentence for one in findings(conn, lambda path: Path(path).stem)]


def lines_of(url: str, price_id: int) -> list[tuple[Any, ...]]:
    """Return the lines of a price: number, works lines covered, quantity, net and VAT."""
    names = ("line", "covers", "quantity", "net_pence", "vat_pence")
    held = [row for row in rows(url, PriceLine) if row["price_id"] == price_id]
    return [tuple(row[name] for name in names) for row in held]


def live(url: str, reference: str) -> Any:
    with reading(url) as conn:
        return order_in_force(conn, case_id=case_row(conn, reference=reference).id)

"""What tests look at after pricing: the prices kept, their lines, and the facts of a decision."""

from __future__ import annotations

from typing import Any

from models.tables.prices import Price, PriceLine
from models.tables.record import Decision
from tests.looking import rows


def prices(url: str, kind: str) -> list[dict[str, Any]]:
    """Return the estimates or tenders kept, oldest first."""
    return [row for row in rows(url, Price) if row["kind"] == kind]


def lines_of(url: str, price: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of a price, by number."""
    found = [row for row in rows(url, PriceLine) if row["price_id"] == price["id"]]
    return sorted(found, key=lambda row: row["line"])


def last_facts(url: str) -> dict[str, Any]:
    """Return the facts of the last decision recorded."""
    found: dict[str, Any] = rows(url, Decision)[-1]["facts"]
    return found

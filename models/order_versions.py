"""The versions of an order and its variations, asked of an order."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.variations import OrderVersion, Variation, VariationLine

VERSIONS: Final = rows_by(OrderVersion, "order_id").order_by(OrderVersion.version)
VARIATIONS: Final = rows_by(Variation, "order_id").order_by(Variation.number)
LINES: Final = (
    select(*VariationLine.__table__.c)
    .join(Variation, Variation.id == VariationLine.variation_id)
    .where(Variation.order_id == bindparam("order_id"))
    .order_by(Variation.number, VariationLine.line)
)

_WAITS: Final = {
    "claimed": ("technical officer", "assessed"),
    "assessed": ("approving officer", "approved or rejected"),
}
"""Who holds a variation that is open, and what they do with it."""

OF_ORDER: Final = (VERSIONS, VARIATIONS, LINES)
"""The questions of this module, by ``order_id``."""


def versions_of(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return the versions of an order, the first first; none of one that never had a row."""
    return list(rows(conn, VERSIONS, order_id=order_id))


def variations_of(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return the variations of an order, by their numbers."""
    return list(rows(conn, VARIATIONS, order_id=order_id))


def open_variation(conn: Connection, *, order_id: int) -> AnyRow | None:
    """Return the variation of an order that is claimed or assessed, and not decided."""
    every = variations_of(conn, order_id=order_id)
    return next((one for one in every if one.ended_at is None), None)


def open_words(conn: Connection, *, order: AnyRow) -> tuple[str, str] | None:
    """Return who holds the variation that is open on an order and what it waits for, or None."""
    found = open_variation(conn, order_id=order.id)
    if found is None:
        return None
    owner, done = _WAITS[found.status]
    return owner, f"variation {found.number} of {order.number} is {done}"


def variation_lines(conn: Connection, *, order_id: int) -> dict[int, list[AnyRow]]:
    """Return the lines of each variation of an order, by the variation's row id."""
    found: dict[int, list[AnyRow]] = {}
    for row in rows(conn, LINES, order_id=order_id):
        found.setdefault(row.variation_id, []).append(row)
    return found


def varied_lines(conn: Connection, *, order_id: int) -> frozenset[int]:
    """Return the works lines that approved variations of an order added or changed."""
    lines = variation_lines(conn, order_id=order_id)
    approved = (one for one in variations_of(conn, order_id=order_id) if one.status == "approved")
    return frozenset(row.line for one in approved for row in lines.get(one.id, ()) if row.taken)

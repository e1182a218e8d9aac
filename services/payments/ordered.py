"""What an order comes to, line by line or item by item, as its invoice is matched with it."""

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import price_lines
from rules.documents.items import Item, item_of


def ordered_items(conn: Connection, *, order: AnyRow) -> dict[Item, int]:
    """Return the net pence of each line of an order, or of each item where a package prices it."""
    lines = price_lines(conn, price_id=order.price_id)
    return {item_of(line=line.line, covers=line.covers): line.net_pence for line in lines}

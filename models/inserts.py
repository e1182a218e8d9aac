"""Inserts that know what to do where a row stands already, as each database spells them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from models.base import Base


def on_conflict(model: type[Base], then: Callable[[Any], Any]) -> dict[str, Any]:
    """Return, by dialect, the insert of a table that does as said where a row stands already.

    How many rows it put in is kept, also of many at once: the ledger asks.
    """
    inserts = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return {
        name: then(insert(model)).execution_options(preserve_rowcount=True)
        for name, insert in inserts.items()
    }

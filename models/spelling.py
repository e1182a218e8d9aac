"""Identifiers as they are on record, however they were typed."""

from typing import TypeAlias

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from models.asked import REFERENCE, lasting
from models.base import can_be_stored
from rules.errors import UnknownReferenceError
from rules.identifiers import folded, spelt_otherwise

Identifier: TypeAlias = InstrumentedAttribute[str]


def as_recorded(conn: Connection, column: Identifier, typed: str) -> str:
    """Return an identifier as a column holds it; as typed where it holds no spelling of it.

    Raises:
        UnknownReferenceError: Two records differ in spelling alone, and either may be meant.
    """
    if not can_be_stored(typed):
        return typed
    if column.class_.__tablename__ in REFERENCE:
        held = _spellings(conn, column).get(folded(typed), ())
        return _the_one(typed, () if typed in held else held)
    if conn.execute(select(column).where(column == typed).limit(1)).first():
        return typed
    return _the_one(typed, spelt_otherwise(typed, conn.execute(select(column)).scalars()))


def _spellings(conn: Connection, column: Identifier) -> dict[str, tuple[str, ...]]:
    """Return every spelling that reference data holds of an identifier, by what it is compared."""

    def read() -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for held in conn.execute(select(column).distinct().order_by(column)).scalars():
            found[folded(held)] = (*found.get(folded(held), ()), held)
        return found

    return lasting(conn, ("spellings", column.class_.__tablename__, column.key), read)


def _the_one(typed: str, meant: tuple[str, ...]) -> str:
    if len(meant) > 1:
        raise UnknownReferenceError(
            f"“{typed}” may be {' or '.join(meant)}.",
            why="They differ only in case, blanks or dashes.",
            next_step="Type the one that is meant exactly so.",
        )
    return meant[0] if meant else typed

"""Cases found by what people have to hand: reference, name, postcode, address, UPRN, order number.

What is typed and what is held are compared as ``rules.identifiers`` folds them, and without their
dashes. The database gives whatever has the same letters in that order; the rest is compared here.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from models.base import can_be_stored
from models.tables.cases import Case
from models.tables.works import WorkOrder
from rules.identifiers import folded
from rules.people import Actor

MOST: Final = 500
"""Cases that a search finds, at most."""

SHORTEST: Final = 2
"""Letters or digits that a search needs."""

_HELD: Final = (Case.reference, Case.client_name, Case.postcode, Case.address, Case.uprn)


def case_ids(conn: Connection, *, q: str, viewer: Actor) -> tuple[int, ...] | None:
    """Return the row ids of the cases that a search finds, at most ``MOST``; None if too short.

    Only cases of the viewer's authorities are found, whatever their status.
    """
    meant = _plain(q)
    if len(meant) < SHORTEST or not can_be_stored(q):
        return None
    pattern = "%".join(["", *(one for one in meant if one.isascii() and one.isalnum()), ""])
    found: dict[int, None] = {}
    for query in _queries(conn, pattern or "%", viewer):
        for case_id, *held in conn.execute(query, execution_options={"yield_per": MOST}):
            if any(meant in _plain(words) for words in held):
                found[case_id] = None
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _queries(conn: Connection, pattern: str, viewer: Actor) -> list[Select[*tuple[Any, ...]]]:
    theirs = [Case.authority.in_(sorted(viewer.authorities))] if viewer.authorities else []

    def has(column: Any) -> ColumnElement[bool]:
        # SQLite's LIKE takes capitals for small letters by itself.
        like = column.like if conn.dialect.name == "sqlite" else column.ilike
        found: ColumnElement[bool] = like(pattern)
        return found

    of_cases: Select[*tuple[Any, ...]] = select(Case.id, *_HELD).where(
        or_(*map(has, _HELD)), *theirs
    )
    if not any(one.isdigit() for one in pattern):
        return [of_cases]
    of_orders: Select[*tuple[Any, ...]] = (
        select(WorkOrder.case_id, WorkOrder.number)
        .join(Case, Case.id == WorkOrder.case_id)
        .where(has(WorkOrder.number), *theirs)
    )
    return [of_cases, of_orders]


def _plain(words: str) -> str:
    return folded(words).replace("-", "")

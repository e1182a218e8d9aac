"""The ledger of the chains: how many rows were written to each audit chain, and its last hash.

A case keeps where its own chain ends, to go on from; the ledger says it again, apart from the case,
so that a chain that was cut, taken away with its case, or added to is told by its name. What is
counted is what was written: whoever goes on from a row that somebody else put in is a row short.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, bindparam, update

from models.base import on_conflict
from models.tables.ledger import Chain

_HEADS: Final = Table(
    "case_head",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("revision", Integer),
    Column("audit_sequence", Integer),
    Column("audit_hash", Text),
)
"""A view of cases: what is put back in it is put into the case and the ledger, by the database."""

_CASE: Final = update(_HEADS).where(_HEADS.c.id == bindparam("row_id"))
_SERVICE: Final = on_conflict(
    Chain,
    lambda added: added.on_conflict_do_update(
        index_elements=["name"],
        set_={"count": Chain.count + added.excluded.count, "head": added.excluded.head},
    ),
)


def cases_end(conn: Connection, ends: Sequence[Mapping[str, Any]]) -> None:
    """Put where the chains of cases end now into the cases and the ledger: one statement.

    Args:
        ends: By ``row_id``: ``audit_sequence``, ``audit_hash`` and, where it moves, ``revision``.
    """
    conn.execute(_CASE, ends)


def service_ends(conn: Connection, *, name: str, head: str) -> None:
    """Put the hash of a row that was added to the service's chain into the ledger."""
    added = {"name": name, "count": 1, "head": head}
    conn.execute(_SERVICE[conn.dialect.name], added)

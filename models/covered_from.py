"""Where a ledger begins: rows that were there before it are covered from then on."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from models import covering
from models.audit import AUTOMATIC, SERVICE, note_service
from models.recorded import NAMED
from models.tables.agreement import ClientView
from models.tables.ledger import Covered
from models.tables.record import Audit

BEGUN: Final = "ledger: begun"
"""The action in the service's chain that says since when older rows are covered."""

BY_COLUMNS: Final = "ledger: by columns"
"""The action that says since when what moves of older rows is held column by column."""

VIEWS: Final = "ledger: views of clients"
"""The action that says since when views are held that decisions of an earlier version said."""

_BROUGHT: Final = select(exists().where(ClientView.how == "not_recorded"))
_FIRST: Final = select(Covered.covers).order_by(Covered.id).limit(1)
_HELD: Final = select(exists().where(Covered.id.is_not(None)))
_OLD: Final = select(exists().where(Audit.chain.is_not(None)))
_WHEN: Final = select(Audit.at).where(Audit.chain == SERVICE, Audit.action == bindparam("which"))


def cover_from_here(conn: Connection, *, now: datetime) -> None:
    """Take everything that an earlier version wrote into the ledger, once.

    A ledger that was emptied later is not begun again: `handrail verify` says that it is empty.
    """
    if conn.execute(_HELD).scalar_one():
        _by_columns_from_here(conn, now=now)
        _views_from_here(conn, now=now)
        return
    if not conn.execute(_OLD).scalar_one():
        return
    if begun_at(conn) is not None:
        return
    note_service(
        conn,
        now=now,
        actor=AUTOMATIC,
        action=BEGUN,
        reason="rows written by an earlier version are covered from here on",
        detail={},
    )
    covering.cover_everything(conn)


def begun_at(conn: Connection) -> datetime | None:
    """Return since when rows of an earlier version are covered; None where there were none."""
    return _since(conn, BEGUN)


def _since(conn: Connection, action: str) -> datetime | None:
    return conn.execute(_WHEN, {"which": action}).scalars().first()


def _by_columns_from_here(conn: Connection, *, now: datetime) -> None:
    """Hold what moves column by column where an earlier version held it by row, once."""
    first = conn.execute(_FIRST).scalar_one()
    if any(NAMED in how for how, _ in first.values()) or _since(conn, BY_COLUMNS) is not None:
        return
    note_service(
        conn,
        now=now,
        actor=AUTOMATIC,
        action=BY_COLUMNS,
        reason="each column that changes in the course of a case is covered by itself from here on",
        detail={},
    )
    covering.cover_columns(conn)


def _views_from_here(conn: Connection, *, now: datetime) -> None:
    """Hold the views of clients that an upgrade brought over from decisions, once."""
    if _since(conn, VIEWS) is not None or not conn.execute(_BROUGHT).scalar_one():
        return
    note_service(
        conn,
        now=now,
        actor=AUTOMATIC,
        action=VIEWS,
        reason="views that an earlier version kept in decisions are covered from here on",
        detail={},
    )
    covering.cover_rows(conn, "client_view", how="not_recorded")

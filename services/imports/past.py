"""Imports that were done, as the service's own record tells them, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from models.audit import SERVICE
from models.people import name_of
from models.tables.record import Audit

_BEGINS: Final = "import: "
_OF_IMPORTS: Final = (Audit.chain == SERVICE, Audit.action.startswith(_BEGINS))


@dataclass(frozen=True, slots=True)
class Past:
    """One import: of what kind, when, by whom, of which file, and what it came to."""

    kind: str
    at: datetime
    by: str
    file: str
    detail: Mapping[str, Any]


def past_imports(conn: Connection, *, number: int, size: int) -> tuple[tuple[Past, ...], int]:
    """Return one page of the imports, and how many there are in all.

    Args:
        number: Which page, from 1.
        size: How many a page has.
    """
    counted = conn.execute(select(func.count()).where(*_OF_IMPORTS)).scalar_one()
    asked = select(Audit.at, Audit.actor, Audit.action, Audit.detail).where(*_OF_IMPORTS)
    rows = conn.execute(
        asked.order_by(Audit.sequence.desc()).offset((number - 1) * size).limit(size)
    )
    return tuple(
        Past(
            kind=row.action.removeprefix(_BEGINS),
            at=row.at,
            by=name_of(conn, row.actor),
            file=row.detail.get("file", ""),
            detail=row.detail,
        )
        for row in rows
    ), counted

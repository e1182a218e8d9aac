"""Whoever serves an authority serves its successor too: officers, lots, contractors."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.engine import Connection

from rules.imports import spec
from services.delivery.plans import Plan
from services.imports.records import cells_as_typed, rows_of
from services.imports.run import run_import
from services.imports.typed import typed

JOINING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "officers": "authorities",
        "lots": "authorities",
        "contractors": "authorities",
        "lot_terms": "entitled",
    }
)
"""Kinds of record that list authorities, each with its column."""


def join_all(
    conn: Connection, plan: Plan, *, by: str, reason: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    """Name the successors wherever a predecessor is named, as an import of those records would.

    What is named stays named: closed cases are still theirs. Whoever carries the plan out gives
    themselves nothing: that is left to another administrator, who may carry it out again.

    Returns:
        The records that were changed, by kind.

    Raises:
        ImportProblemsError: A record cannot be as it would be; each is listed.
    """
    found = {}
    for kind in JOINING:
        records = [one for one in joining(conn, plan, kind=kind) if one.get("email") != by]
        if records:
            sheet = typed(kind=kind, records=records)
            run_import(conn, kind=kind, sheet=sheet, now=now, actor=by, reason=reason)
        found[kind] = tuple(one[spec(kind).key[0]] for one in records)
    return found


def joining(conn: Connection, plan: Plan, *, kind: str) -> list[dict[str, str]]:
    """Return the records of a kind that will name a successor and do not yet, as typed."""
    query, columns = rows_of(kind)
    key, name = columns[spec(kind).key[0]], JOINING[kind]
    rows = conn.execute(query.order_by(key)).mappings()
    return [
        cells_as_typed(kind, {**row, name: wider})
        for row in rows
        if (wider := _wider(row[name], plan)) != tuple(row[name] or ())
    ]


def _wider(held: Sequence[Any] | None, plan: Plan) -> tuple[str, ...]:
    return tuple(sorted({*(held or ()), *_successors(held or (), plan)}))


def _successors(held: Sequence[Any], plan: Plan) -> Iterator[str]:
    for one in plan.successions:
        if one.predecessor in held:
            yield one.successor

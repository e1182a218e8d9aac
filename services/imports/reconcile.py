"""Makes a table agree with a file: reads what is there, compares, and writes only what differs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from models.base import Base

Values: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[Any, ...]

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """How a file differs from a table, before anything is written.

    Args:
        table: The table.
        key: Columns that name a record in it.
        added: Records to insert.
        changed: Records to update, whole.
        unchanged: How many records stay.
        removed: Keys of records to delete.
        held: What the table held for each changed record, by key.
    """

    table: Table
    key: tuple[str, ...]
    added: tuple[Values, ...]
    changed: tuple[Values, ...]
    unchanged: int
    removed: tuple[Key, ...]
    held: Mapping[Key, Values]


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for Core statements.

    Args:
        model: A model.
    """
    return cast(Table, model.__table__)


def difference(
    conn: Connection,
    *,
    table: Table,
    key: tuple[str, ...],
    wanted: Sequence[Values],
    compared: Iterable[str],
    whole: bool = False,
) -> Difference:
    """Compare wanted records with those a table holds for the same first key.

    Args:
        table: The table.
        key: Columns that name a record in it.
        wanted: The records as they should be, each with its key.
        compared: The columns that count; others are written for new records only.
        whole: Whether a record with a wanted first key that is not wanted itself is removed.
    """
    held = _held(conn, table=table, key=key, wanted=wanted)
    columns = tuple(compared)
    added, changed = [], []
    for values in wanted:
        before = held.get(_key_of(values, key))
        if before is None:
            added.append(values)
        elif any(before[column] != values[column] for column in columns):
            changed.append(values)
    kept = {_key_of(values, key) for values in wanted}
    return Difference(
        table=table,
        key=key,
        added=tuple(added),
        changed=tuple({name: v[name] for name in (*key, *columns)} for v in changed),
        unchanged=len(wanted) - len(added) - len(changed),
        removed=tuple(found for found in held if found not in kept) if whole else (),
        held={found: held[found] for v in changed if (found := _key_of(v, key))},
    )


def apply(conn: Connection, found: Difference, *, done: Callable[[int], None]) -> None:
    """Write a difference, in batches.

    Args:
        found: The difference.
        done: Called with the number of records handled since the last call.
    """
    table = found.table
    matches = [table.c[name] == bindparam(f"of_{name}") for name in found.key]
    if found.removed:
        gone = [
            dict(zip((f"of_{n}" for n in found.key), key, strict=True)) for key in found.removed
        ]
        conn.execute(delete(table).where(*matches), gone)
    done(found.unchanged)
    for batch in in_batches(found.added):
        conn.execute(insert(table), [dict(values) for values in batch])
        done(len(batch))
    if found.changed:
        columns = [name for name in found.changed[0] if name not in found.key]
        change = update(table).where(*matches)
        change = change.values({name: bindparam(f"new_{name}") for name in columns})
        for batch in in_batches(found.changed):
            conn.execute(change, [_bound(values, found.key) for values in batch])
            done(len(batch))


def in_batches(items: Sequence[Values]) -> Iterator[Sequence[Values]]:
    """Yield items in runs that every database takes in one statement.

    Args:
        items: Any records.
    """
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def known(conn: Connection, *, column: ColumnElement[Any], among: Iterable[Any]) -> set[Any]:
    """Return which of some values a column holds.

    Args:
        column: The column.
        among: The values to look for.
    """
    found: set[Any] = set()
    values = sorted(set(among))
    for start in range(0, len(values), BATCH):
        wanted = column.in_(values[start : start + BATCH])
        found.update(conn.execute(select(column).where(wanted)).scalars())
    return found


def _held(
    conn: Connection, *, table: Table, key: tuple[str, ...], wanted: Sequence[Values]
) -> dict[Key, Values]:
    first = table.c[key[0]]
    firsts = sorted({values[key[0]] for values in wanted})
    held: dict[Key, Values] = {}
    for start in range(0, len(firsts), BATCH):
        query = select(table).where(first.in_(firsts[start : start + BATCH]))
        for row in conn.execute(query.order_by(*(table.c[name] for name in key))).mappings():
            held[_key_of(row, key)] = dict(row)
    return held


def _key_of(values: Mapping[Any, Any], key: tuple[str, ...]) -> Key:
    return tuple(values[name] for name in key)


def _bound(values: Values, key: tuple[str, ...]) -> dict[str, Any]:
    return {f"of_{name}" if name in key else f"new_{name}": v for name, v in values.items()}

"""Makes a table agree with a file: reads what is there, compares, and writes only what differs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Base

Values: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[Any, ...]
_Item = TypeVar("_Item")

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One record that is different, as a preview shows it.

    Args:
        table: The table's name.
        key: What names the record in it, column by column.
        what: ``added``, ``changed`` or ``removed``.
        fields: Each column that differs, with what was held and what will be.
    """

    table: str
    key: tuple[tuple[str, Any], ...]
    what: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(slots=True)
class Changes:
    """What an importer did. Importers add to it as they go."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    notes: list[str] = field(default_factory=list)
    shown: Iterable[Shown] = ()

    @property
    def any(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.changed or self.removed)

    @property
    def counts(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name) for name in ("added", "changed", "unchanged", "removed")}


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

    @property
    def changes(self) -> Changes:
        """The counts of it."""
        counts = (len(self.added), len(self.changed), self.unchanged, len(self.removed))
        return Changes(*counts, shown=self)

    def __iter__(self) -> Iterator[Shown]:
        """Yield the records that are different: those changed, removed, then added."""
        for values in self.changed:
            before = self.before(values)
            fields = ((name, before[name], values[name]) for name in self.differing(values))
            yield self._one(self.key_of(values), "changed", tuple(fields))
        for key in self.removed:
            yield self._one(key, "removed")
        for values in self.added:
            given = ((name, None, value) for name, value in values.items() if name not in self.key)
            yield self._one(self.key_of(values), "added", tuple(given))

    def _one(self, key: Key, what: str, fields: tuple[tuple[str, Any, Any], ...] = ()) -> Shown:
        return Shown(self.table.name, tuple(zip(self.key, key, strict=True)), what, fields)

    def key_of(self, values: Values) -> Key:
        """Return the key of a record."""
        return _key_of(values, self.key)

    def before(self, values: Values) -> Values:
        """Return what was held of a changed record, and an added record as it is."""
        return self.held.get(self.key_of(values), values)

    def differing(self, values: Values) -> list[str]:
        """Return the columns in which a changed record differs from what was held."""
        held = self.before(values)
        return [name for name, value in values.items() if held[name] != value]


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements over columns known by name."""
    return cast(Table, model.__table__)


def difference(
    conn: Connection,
    model: type[Base],
    *,
    key: tuple[str, ...],
    wanted: Sequence[Values],
    ignored: Collection[str] = (),
    whole: int = 0,
) -> Difference:
    """Compare wanted records with those a table holds for the same first key.

    Args:
        model: The table's model.
        key: Columns that name a record in it.
        wanted: The records as they should be, each with its key.
        ignored: Columns that are written for new records only.
        whole: By how many columns of the key a record that is not wanted itself is removed with
            those wanted beside it; 0 for none.
    """
    table = table_of(model)
    held = _held(conn, table=table, key=key, wanted=wanted)
    columns = [n for n in (wanted[0] if wanted else ()) if n not in key and n not in ignored]
    added, changed, unchanged = [], [], 0
    for values in wanted:
        before = held.get(_key_of(values, key))
        if before is None:
            added.append(values)
        elif any(before[column] != values[column] for column in columns):
            changed.append({name: values[name] for name in (*key, *columns)})
        else:
            unchanged += 1
    kept = {_key_of(values, key) for values in wanted}
    named = {found[:whole] for found in kept} if whole else set()
    return Difference(
        table=table,
        key=key,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=unchanged,
        removed=tuple(found for found in held if found not in kept and found[:whole] in named),
        held={found: held[found] for values in changed if (found := _key_of(values, key))},
    )


def apply(conn: Connection, found: Difference, *, done: Callable[[int], None]) -> Changes:
    """Write a difference, in batches, and return what was done.

    Args:
        found: The difference.
        done: Called with the number of records handled since the last call.
    """
    table = found.table
    matches = [_is(table.c[name], bindparam(f"of_{name}")) for name in found.key]
    if found.removed:
        names = [f"of_{name}" for name in found.key]
        gone = [dict(zip(names, key, strict=True)) for key in found.removed]
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
    return found.changes


def _is(column: Column[Any], value: BindParameter[Any]) -> ColumnElement[bool]:
    """Say that a column of a key holds a value; one that may be empty holds nothing as well."""
    return column.is_not_distinct_from(value) if column.nullable else column == value


def in_batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Yield items in runs that every database takes in one statement."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def known(
    conn: Connection, column: InstrumentedAttribute[str], among: Iterable[str]
) -> frozenset[str]:
    """Return which of some values a column holds."""
    found: set[str] = set()
    for values in in_batches(sorted(set(among))):
        found.update(conn.execute(select(column).where(column.in_(values))).scalars())
    return frozenset(found)


def _held(
    conn: Connection, *, table: Table, key: tuple[str, ...], wanted: Sequence[Values]
) -> dict[Key, Values]:
    held: dict[Key, Values] = {}
    in_order = select(table).order_by(*(table.c[name] for name in key))
    for firsts in in_batches(sorted({values[key[0]] for values in wanted})):
        rows = conn.execute(in_order.where(table.c[key[0]].in_(firsts))).mappings()
        held.update((_key_of(row, key), dict(row)) for row in rows)
    return held


def _key_of(values: Mapping[Any, Any], key: tuple[str, ...]) -> Key:
    return tuple(values[name] for name in key)


def _bound(values: Values, key: tuple[str, ...]) -> dict[str, Any]:
    return {f"of_{name}" if name in key else f"new_{name}": v for name, v in values.items()}

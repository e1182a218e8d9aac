"""Many closed cases made from a few that were lived to their end, documents and all.

A copy is what the same life under another reference would have left: numbers and references are
its own, its audit chain is hashed anew, and what that chain and the ledger hold of its rows is held
of the copy's. Its documents are the files of the case it was copied from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from models.audit import hash_of
from models.base import Base
from models.database import engine_for
from models.tables.cases import Case
from models.tables.record import Audit, Counter
from models.tables.works import WorkOrder
from rules.pathway import PATHWAY, StepName
from tests import factories
from tests.bench.copies import analyze
from tests.bench.scratch import Scratch, reference, served
from tests.small_service import NOW

LIVED: Final = 6
DEFECTS_DAYS: Final = 500
_APART: Final = 10_000  # between the number of a row and that of its first copy
_AT_ONCE: Final = 100
_LEDGER: Final = Base.metadata.tables.get("covered")  # not in version 0.3.0

Row = dict[str, Any]
Rows = dict[sa.Table, list[Row]]
Held = Mapping[str, Mapping[str, tuple[str, str]]]
_NOTHING: Final = ("", "")


def closed_cases(place: Scratch, *, cases: int) -> str:
    """Make a database with the small service and some closed cases, and return its URL."""
    lived = min(cases, LIVED)
    url = served(place, "closed", cases=lived)
    for number in range(lived):
        _live(url, reference(number))
    with engine_for(url).begin() as conn:  # not by `writing`: what is on record of it is copied
        models = [_Lived(conn, number) for number in range(lived)]
        for first in range(lived, cases, _AT_ONCE):
            _copy(conn, models, range(first, min(first + _AT_ONCE, cases)))
        numbered = sa.update(Counter).where(Counter.name.like("work_order:%"))
        conn.execute(numbered.values(value=cases))
        if conn.dialect.name == "postgresql":
            analyze(conn)
    engine_for(url).dispose()  # moves SQLite's log into the file
    return url


def _live(url: str, case: str) -> None:
    factories.live_at(NOW)
    factories.go(case)
    for step in PATHWAY:
        if step is StepName.AFTERCARE:
            factories.later(days=DEFECTS_DAYS)
        factories.pass_step(url, case, step)


class _Lived:
    """Every row of a case that was lived."""

    def __init__(self, conn: Connection, number: int) -> None:
        self.number = number
        self.reference = reference(number)
        found = sa.select(Case.id).where(Case.reference == self.reference)
        self.id: int = conn.execute(found).scalar_one()
        self.rows = _rows_of(conn, self.reference)
        self.audit = self.rows.pop(_table(Audit))
        self.order = str(self.rows[_table(WorkOrder)][0]["number"])
        self.held: Held = _held(conn, [self.id]).get(self.id, {})
        self.ledger: list[Row] = []
        if _LEDGER is not None:
            covered = sa.select(_LEDGER).where(_LEDGER.c.scope == self.id)
            self.ledger = [dict(row) for row in conn.execute(covered).mappings()]


def _copy(conn: Connection, models: list[_Lived], numbers: range) -> None:
    copies = [_Copy(models[number % len(models)], number) for number in numbers]
    for table in Base.metadata.sorted_tables:
        made = [row for copy in copies for row in copy.rows_of(table)]
        if made:
            conn.execute(sa.insert(table), made)
    held = _held(conn, [copy.id for copy in copies])
    for copy in copies:
        chain = list(copy.chain(held.get(copy.id, {})))
        conn.execute(sa.insert(Audit), chain)
        last = sa.update(Case).where(Case.id == copy.id)
        conn.execute(last.values(audit_hash=chain[-1]["hash"]))
        if _LEDGER is not None:
            conn.execute(sa.insert(_LEDGER), copy.ledger(held.get(copy.id, {})))


class _Copy:
    """A case of its own number, as if it had been lived like another."""

    def __init__(self, model: _Lived, number: int) -> None:
        self.model = model
        self.shift = (number // LIVED) * _APART
        self.id = model.id + self.shift
        year = model.order.rpartition("-")[0]
        self.names = {model.reference: reference(number), model.order: f"{year}-{number + 1:05d}"}
        self.names |= {old.casefold(): new.casefold() for old, new in self.names.items()}

    def rows_of(self, table: sa.Table) -> Iterator[Row]:
        """Yield its rows of a table; its audit rows are a chain."""
        for row in self.model.rows.get(table, ()):
            yield {name: self._value(table, name, value) for name, value in row.items()}

    def chain(self, held: Held) -> Iterator[Row]:
        """Yield its audit rows, hashed anew.

        Args:
            held: What its rows hold, as digests by table and key.
        """
        previous = ""
        for row in self.model.audit:
            made = {n: self._value(_table(Audit), n, value) for n, value in row.items()}
            made["previous_hash"] = previous
            if made.get("covers") is not None:
                made["covers"] = self._covers(row["covers"], held)
            previous = made["hash"] = hash_of(made)
            yield made

    def ledger(self, held: Held) -> list[Row]:
        """Return what the ledger says of it."""
        return [
            row
            | {"id": row["id"] + self.shift, "scope": self.id}
            | {"covers": self._covers(row["covers"], held)}
            for row in self.model.ledger
        ]

    def _value(self, table: sa.Table, name: str, value: Any) -> Any:
        if value is not None and _is_number(table.c[name]):
            return value + self.shift
        if isinstance(value, str):
            return self._renamed(value)
        if isinstance(value, dict | list):
            return json.loads(self._renamed(json.dumps(value)))
        return value

    def _renamed(self, words: str) -> str:
        for old, new in self.names.items():
            words = words.replace(old, new)
        return words

    def _covers(self, entry: Mapping[str, Any], held: Held) -> Row:
        covers: Row = {}
        for kind, (how, rows) in entry.items():
            known, now = self.model.held.get(kind, {}), held.get(kind, {})
            covers[kind] = [how, {}]
            for key, digests in rows.items():
                own = self._key(kind, key)
                covers[kind][1][own] = _taken_over(
                    digests, known.get(key, _NOTHING), now.get(own, _NOTHING)
                )
        return covers

    def _key(self, kind: str, key: str) -> str:
        if kind == "case":
            return self._renamed(key)
        columns = Base.metadata.tables[kind].primary_key
        parts = zip(columns, key.split("/"), strict=True)
        return "/".join(str(int(p) + self.shift) if _is_number(c) else p for c, p in parts)


def _taken_over(words: str, known: tuple[str, str], now: tuple[str, str]) -> str:
    """Return what an entry says of a row; digests that it still has are its copy's."""
    from models.recorded import columns_of, digest

    new = columns_of(now[1])
    ours = {digest(known[0]): digest(now[0])}
    ours |= {one: new[name] for name, one in columns_of(known[1]).items()}
    for old, its in ours.items():
        words = words.replace(old, its) if old else words
    return words


def _table(mapped: Any) -> sa.Table:
    table: sa.Table = mapped.__table__
    return table


def _of_cases() -> set[str]:
    """Return the tables whose rows belong to cases."""
    found = {"case", "audit"}
    for table in Base.metadata.sorted_tables:
        if {key.column.table.name for key in table.foreign_keys} & found:
            found.add(table.name)
    return found


_OF_CASES: Final = _of_cases()


def _is_number(column: sa.Column[Any]) -> bool:
    """Say whether a column holds the number of a case's row."""
    owners = {key.column.table.name for key in column.foreign_keys}
    return column.name == "id" or bool(owners & _OF_CASES)


def _rows_of(conn: Connection, case: str) -> Rows:
    """Return every row of a case by table, each found by a row that it belongs to."""
    rows: Rows = {}
    for table in Base.metadata.sorted_tables:
        if table.name in _OF_CASES:
            found = sa.select(table).order_by(*table.primary_key)
            if table.name == "case":
                found = found.where(table.c.reference == case)
            elif table.name == "audit":
                found = found.where(table.c.chain == case)
            else:
                found = found.where(sa.or_(*_belonging(table, rows)))
            rows[table] = [dict(row) for row in conn.execute(found).mappings()]
    return rows


def _belonging(table: sa.Table, rows: Rows) -> Iterator[sa.ColumnElement[bool]]:
    for key in table.foreign_keys:
        owner = key.column.table
        if owner in rows:
            yield key.parent.in_([row[key.column.name] for row in rows[owner]])


def _held(conn: Connection, cases: list[int]) -> Mapping[int, Held]:
    """Return what the rows of cases hold, as the ledger says it, where there is a ledger."""
    if _LEDGER is None:
        return {}
    from services.verification.ledger import rows_now

    return rows_now(conn, cases)

"""Many cases made from few: every row that is kept of each, copied within the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from models.base import Base
from models.tables.cases import Case
from models.tables.links import CaseLink, ContractorLink
from models.tables.record import Audit

_APART: Final = 10_000  # between the number of a row and that of its first copy
_ONCE_ONLY: Final = {"reference", "chain", "key", "number", "flow_run_id", "uid"}
"""Texts that are never twice the same; of a link that is its name."""


def copy_cases(conn: sa.Connection, *, times: int, only: frozenset[str] = frozenset()) -> None:
    """Copy every case until there are so many times as many; the first copy of A is A-1.

    Args:
        only: Copy the rows of these tables alone; what they name elsewhere is the first case's.
    """
    for copied in _copies(times, only):
        conn.execute(copied)
    if conn.dialect.name == "postgresql":
        for table in Base.metadata.sorted_tables:
            if "id" in table.c:
                sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
                conn.execute(sa.select(sa.func.setval(sequence, sa.func.max(table.c.id))))
        analyze(conn)


def analyze(conn: sa.Connection) -> None:
    """Let PostgreSQL know how large its tables are, as its autovacuum does by and by."""
    for table in Base.metadata.sorted_tables:
        conn.exec_driver_sql(f'ANALYZE "{table.name}"')


def _copies(times: int, only: frozenset[str]) -> Iterator[sa.Insert]:
    first = sa.select(sa.literal(1).label("number")).where(sa.literal(1) < times)
    one = first.cte("copies", recursive=True)
    numbers = one.union_all(sa.select(one.c.number + 1).where(one.c.number < times - 1))
    of_cases: set[str] = set()
    for table in Base.metadata.sorted_tables:
        if only and table.name not in only:
            continue
        owners = {key.column.table.name for key in table.foreign_keys}
        if table in (Audit.__table__, Case.__table__) or owners & of_cases:
            of_cases.add(table.name)
            columns = [_copied(column, numbers.c.number, of_cases) for column in table.c]
            both = sa.select(*columns).select_from(numbers.join(table, sa.true()))
            copied = both.order_by(numbers.c.number)  # as they would have come, case after case
            if table is Audit.__table__:
                copied = copied.where(table.c.chain.in_(sa.select(Case.reference)))
            yield sa.insert(table).from_select(list(table.c), copied)


def _copied(column: sa.Column[Any], number: Any, of_cases: set[str]) -> Any:
    owners = {key.column.table.name for key in column.foreign_keys}
    if column.name == "id" or owners & of_cases:
        return column + number * _APART
    of_links = column.table in (CaseLink.__table__, ContractorLink.__table__)
    once_only = column.name in _ONCE_ONLY or (of_links and column.name == "name")
    if not isinstance(column.type, sa.Text) or not once_only:
        return column
    return column + "-" + sa.cast(number, sa.Text)

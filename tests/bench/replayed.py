"""The LIMIT of a measurement: the very rows that were written, written again by bare Core.

Every INSERT and UPDATE is kept as the Core statement it was with the values it had, and replayed in
the same transactions, one commit each, with no reads and no rules.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable, UpdateBase, event

from models.database import engine_for

Transaction = list[tuple[Executable, Any]]
"""What one transaction wrote: each statement with the values it was given."""


@contextmanager
def recorded(url: str) -> Iterator[list[Transaction]]:
    """Record the writes of every transaction that commits."""
    engine = engine_for(url)
    done: list[Transaction] = []
    current: Transaction = []

    def execute(_c: Any, statement: Executable, many: Any, one: Any, _options: Any) -> None:
        if isinstance(statement, UpdateBase):
            current.append((statement, many or one))

    def commit(_c: Any) -> None:
        if current:
            done.append(list(current))
        current.clear()

    listeners = (
        ("before_execute", execute),
        ("commit", commit),
        ("rollback", lambda _c: current.clear()),
    )
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield done
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def replay(url: str, transactions: list[Transaction]) -> float:
    """Write recorded transactions into another database; return the seconds it took."""
    engine = engine_for(url)
    began = time.perf_counter()
    for transaction in transactions:
        with engine.begin() as connection:
            for statement, values in transaction:
                connection.execute(statement, values)
    return time.perf_counter() - began

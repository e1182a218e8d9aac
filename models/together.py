"""Many questions of one case asked in one statement, and kept as if each had been asked by itself.

A page that shows a case whole needs rows of some thirty tables. Each stays a question of its own,
asked by whoever needs it through ``models.asked``; this fetches the answers of many at once. Each
row comes as one JSON array, which both databases make and which is read by the columns' own types.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    CompoundSelect,
    Connection,
    Date,
    Select,
    Text,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from models.asked import Question, keep_answer
from models.base import AnyRow, Exact, Instant, LineNumbers, Words

_ANY_DIALECT: Final = DefaultDialect()
"""Words and numbers of lines are kept as the same text in each."""

_ARRAY: Final = {"sqlite": func.json_array, "postgresql": func.json_build_array}


class Together:
    """Questions that are asked in one statement; built once, when its module is read."""

    def __init__(self, *questions: Question) -> None:
        """Take the questions, each with its own order and limit."""
        self._questions = questions
        self._names = [[str(column.key) for column in one.selected_columns] for one in questions]
        self._readers = [
            [_reader(column.type) for column in one.selected_columns] for one in questions
        ]
        self._asks = [_bound(one) for one in questions]
        self._statement = cache(self._made)

    def _made(self, dialect: str) -> CompoundSelect[Any]:
        return union_all(
            *(_part(number, one, dialect) for number, one in enumerate(self._questions))
        )

    def ask(self, conn: Connection, /, **values: Any) -> None:
        """Ask them all, and let ``asked.rows`` answer each of them in this transaction.

        Args:
            values: The bound values of all of them.
        """
        found: list[list[list[Any]]] = [[] for _ in self._questions]
        asked = conn.execute(self._statement(conn.dialect.name), values)
        for number, _, row in sorted(asked, key=lambda row: row[1]):
            readers = self._readers[number]
            held = zip(readers, json.loads(row), strict=True)
            found[number].append(
                [one if read is None or one is None else read(one) for read, one in held]
            )
        for number, question in enumerate(self._questions):
            kept = {name: values[name] for name in self._asks[number]}
            keep_answer(conn, question, _named(self._names[number], found[number]), **kept)


def _part(number: int, question: Question, dialect: str) -> Select[Any]:
    own = question.subquery()
    return select(
        literal_column(str(number)).label("question"),
        func.row_number().over().label("place"),
        cast(_ARRAY[dialect](*own.c), Text).label("held"),
    )


def _bound(question: Question) -> list[str]:
    """Return the names of the values that a question has to be given."""
    parts = iterate(question)
    return sorted({part.key for part in parts if isinstance(part, BindParameter) and part.required})


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return what reads a value of a type from JSON; None where it is there as it should be."""
    if isinstance(kind, Words | LineNumbers):
        return lambda held: kind.process_result_value(held, _ANY_DIALECT)
    return next((read for one, read in _READERS if isinstance(kind, one)), None)


def _instant(held: str) -> datetime:
    found = datetime.fromisoformat(held)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


_READERS: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...]] = (
    (Instant, _instant),
    (Exact, Decimal),
    (Date, date.fromisoformat),
    (Boolean, bool),
    (JSON, lambda held: json.loads(held) if isinstance(held, str) else held),
)


def _named(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sequence[AnyRow]:
    return IteratorResult(SimpleResultMetaData(names), iter(rows)).all()

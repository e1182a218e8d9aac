"""What hangs on a row, listed in one value beside it: a row and all of it are one question.

The database makes a list of each row; dates and instants come back as the text that they are in
JSON, and are made of it again.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    ColumnExpressionArgument,
    Date,
    ScalarSelect,
    func,
    select,
)

from models.base import Instant, utc_of_text

_AS_JSON: Final = {
    "sqlite": (func.json_group_array, func.json_array),
    "postgresql": (func.json_agg, func.json_build_array),
}
DIALECTS: Final = tuple(_AS_JSON)


def listed(
    columns: Sequence[ColumnElement[Any]], *where: ColumnExpressionArgument[bool], dialect: str
) -> ScalarSelect[Any]:
    """Return the value that lists rows, to be asked beside the row that they hang on.

    Args:
        columns: Of texts, whole numbers, dates and instants.
    """
    every, one = _AS_JSON[dialect]
    return select(every(one(*columns), type_=JSON)).where(*where).scalar_subquery()


class Listed:
    """How the rows of some columns are made of such a value."""

    def __init__(self, columns: Sequence[ColumnElement[Any]]) -> None:
        made = enumerate(_MADE.get(type(column.type)) for column in columns)
        self._made = [(at, make) for at, make in made if make is not None]

    def rows(self, value: list[list[Any]] | None) -> Iterator[list[Any]]:
        """Yield each row, in no order."""
        for row in value or ():
            for at, make in self._made:
                if row[at] is not None:
                    row[at] = make(row[at])
            yield row


_MADE: Final = {Date: date.fromisoformat, Instant: utc_of_text}

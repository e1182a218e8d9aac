"""A list as a command prints it: JSON for machines, CSV for spreadsheets, or a table for people.

Columns of a table are headings with what stands below them: the name of a value of the row, or a
function of the row. A value named in pence is shown in pounds, and none as an empty cell.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from desk.csv_output import print_csv
from desk.output import print_json, say, table
from rules.money import pounds

Columns: TypeAlias = Mapping[str, str | Callable[[Any], object]]


def show_list(
    found: Sequence[Any],
    *,
    title: str,
    columns: Columns,
    as_json: bool,
    csv: Sequence[str] = (),
    empty: str = "",
) -> None:
    """Print a list as it was asked for.

    Args:
        csv: The values of a row that CSV has, by name, where that is asked for.
        empty: What is said to people where there is nothing; otherwise an empty table is shown.
    """
    if as_json:
        print_json(found)
    elif csv:
        print_csv(csv, [[row.get(name) for name in csv] for row in found])
    elif empty and not found:
        say(empty)
    else:
        show_table(title, columns, found)


def show_table(title: str, columns: Columns, rows: Iterable[Any]) -> None:
    """Print rows, each a mapping or an object with its values by name, as a table."""
    cells = [[_cell(row, value) for value in columns.values()] for row in rows]
    table(title=title, columns=tuple(columns), rows=cells)


def _cell(row: Any, value: str | Callable[[Any], object]) -> object:
    if callable(value):
        return value(row)
    held = row[value] if isinstance(row, Mapping) else getattr(row, value)
    if held is None:
        return ""
    return pounds(held) if value.endswith("_pence") else held

"""What a file would change, or what is wrong with it, as people read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from rules.clocks.workdays import in_words
from rules.money import pounds
from services.imports.reconcile import Shown

OF_CHANGES: Final = ("What happens", "Record", "Field", "Before", "After")


def change_rows(shown: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """Yield a line for each field that is another."""
    for one in shown:
        for field, before, after in one["fields"] or [("", "", "")]:
            yield one["what"], one["name"], field, before, after


def record_shown(one: Shown) -> dict[str, Any]:
    """Return a record that is different: what happens to it, its name, its fields."""
    return {
        "what": one.what,
        "name": " · ".join(
            _cell(column, value) for column, value in one.key if column != "version_id"
        ),
        "fields": [
            (_named(column), _cell(column, before), _cell(column, after))
            for column, before, after in one.fields
            if before not in (None, "", ()) or after not in (None, "", ())
        ],
    }


def _named(column: str) -> str:
    return column.removesuffix("_pence").replace("_", " ")


def _cell(column: str, value: Any) -> str:
    """Return a value of a table as people read it."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.endswith("_pence"):
        return pounds(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return in_words(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)

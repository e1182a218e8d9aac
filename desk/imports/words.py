"""How pages write records of the registers: labels, sums in pounds, days in words."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from desk.web.page import day_words
from rules.money import pounds
from rules.pricing.works import rate_words
from services.imports.records import Record, money_columns, typed_as

_PERCENT: Final = frozenset({"percentage", "out_of_hours", "price_weight"})


def named(column: str) -> str:
    """Return a column as a label."""
    return column.replace("_", " ").capitalize()


def plural(kind: str) -> str:
    """Return what the records of a kind are called."""
    return kind.replace("_", " ").capitalize()


def with_article(thing: str) -> str:
    """Return a thing with its article."""
    return f"{'an' if thing[0] in 'aeio' else 'a'} {thing}"


def shown(record: Record, names: tuple[str, ...] | list[str]) -> list[str]:
    """Return cells as people read them: sums as pounds, days in words."""
    money = money_columns(record.kind)
    return [said(name, record.values[name], money=money) for name in names]


def said(name: str, value: Any, *, money: frozenset[str]) -> str:
    """Return a value of a column as people read it.

    Args:
        money: The columns that hold pence.
    """
    if name == "authority" and not value:
        return "every authority"
    if name == "rate" and isinstance(value, Decimal):
        return rate_words(value)
    if name in _PERCENT and value is not None:
        return f"{typed_as(name, value, money=money)} %"
    if name in money and value is not None:
        return pounds(value)
    if isinstance(value, date):
        return day_words(value)
    return _in_words(typed_as(name, value, money=money))


def _in_words(cell: str) -> str:
    """Return a word of ours, or a list of them, as people read it; a code stays as it is."""
    spaced = cell.replace(";", "; ")
    return spaced.replace("_", " ") if cell.islower() and "@" not in cell else spaced

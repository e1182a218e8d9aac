"""How each column of a register is asked on a form, what was sent of it, and what it changes."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.datastructures import FormData

from desk.imports.words import named, said
from desk.web.forms import text
from desk.web.words import capital
from rules.contractors import document_name
from rules.imports import Column, spec
from rules.imports.cells import cell_text
from rules.imports.numbers import (
    day,
    factor,
    minutes,
    pence,
    percent,
    positive_pence,
    quantity,
    rate,
    uplift,
)
from rules.imports.words import yes_no
from rules.typed import in_digits
from services.imports.offered import Choice, Offered
from services.imports.records import Record, money_columns, typed_as

OTHER: Final = "-other"
"""What follows a column's name where something is typed that is not among its choices."""

_UNITS: Final[Mapping[Callable[..., Any], str]] = MappingProxyType(
    {
        pence: " in pounds",
        positive_pence: " in pounds",
        rate: " in pounds a unit",
        percent: " in per cent",
        uplift: " in per cent",
        minutes: " in minutes",
    }
)
_NUMBERS: Final = frozenset({*_UNITS, quantity, factor})
_YES_NO: Final[tuple[Choice, ...]] = (("no", "No"), ("yes", "Yes"))
_SENTENCE: Final = re.compile(r"(?<=\.) ")
_DAY_FIRST: Final = "Day first, such as 01/07/2026."
_WORDS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"document": lambda kind: capital(document_name(kind)), "unit": str}
)


def filled(kind: str, held: Record | None, asked: Mapping[str, str]) -> dict[str, str]:
    """Return what the fields of a form hold before anybody types, days as they are asked for.

    Args:
        held: The record as it stands, or None for a new one.
        asked: What the address says of a new one; else a column has its default.
    """
    found = {}
    for column in spec(kind).columns:
        value = held.values[column.name] if held else column.default
        cell = typed_as(column.name, value, money=money_columns(kind))
        if column.parse is day and value:
            cell = f"{value:%d/%m/%Y}"
        found[column.name] = cell if held else asked.get(column.name) or cell
    return found


def sent(form: FormData, kind: str) -> dict[str, str]:
    """Return what was sent of each column as a file would hold it, ticks with ``;`` between."""
    found = {}
    for column in spec(kind).columns:
        other = text(form, column.name + OTHER)
        if column.several:
            ticked = [one.strip() for one in form.getlist(column.name) if isinstance(one, str)]
            found[column.name] = ";".join(filter(None, (*ticked, other)))
        else:
            found[column.name] = other or text(form, column.name)
        if column.parse is day:
            found[column.name] = in_digits(found[column.name])
    return found


def fields(
    kind: str,
    *,
    typed: Mapping[str, str],
    offered: Mapping[str, Offered],
    wrong: Mapping[str, str],
    hidden: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the fields of a form, as the templates ask them.

    Args:
        hidden: The columns that name the record; they are not asked.
    """
    return [
        _field(column, typed[column.name], offered.get(column.name), wrong.get(column.name, ""))
        for column in spec(kind).columns
        if column.name not in hidden
    ]


def changes(kind: str, typed: Mapping[str, str], held: Record | None) -> list[tuple[str, str, str]]:
    """Return each column that a sound form changes: its label, as it was, as it will be."""
    money = money_columns(kind)
    found = []
    for column in spec(kind).columns:
        name, cell = column.name, typed[column.name]
        after = column.parse(cell) if cell else column.default
        before = held.values[name] if held else None
        if before != after and (held or after not in ("", None, ())):
            was = said(name, before, money=money) if held else ""
            found.append((named(name), was, said(name, after, money=money)))
    return found


def _field(column: Column, typed: str, offered: Offered | None, problem: str) -> dict[str, Any]:
    choices = _choices(column, offered)
    values = [one.strip() for one in typed.split(";")] if column.several else [typed]
    values = [one for one in values if one]
    known = {word for word, _ in choices}
    rest = [one for one in values if one not in known]
    free = bool(offered and offered.others)
    if choices and not free:  # what is on file already, or was typed and is refused, stays to see
        choices = (*choices, *((one, one) for one in rest))
    optional = not column.required and column.default in (None, "", ())
    if choices and not column.several and optional and len(choices) < _TO_SELECT:
        choices = (("", "None"), *choices)
    closed = bool(choices) and (column.required or bool(column.known))
    label = named(column.name) + _UNITS.get(column.parse, "") + (" (optional)" if optional else "")
    return {
        "name": column.name,
        "label": label,
        "hint": "" if closed or column.parse is yes_no else _hint(column, chosen=bool(choices)),
        "problem": problem,
        "ask": _ask(column, bool(choices)),
        "choices": choices,
        "typed": values if choices and column.several else [typed],
        "other": ";".join(rest) if free else None,
        "width": "short" if column.parse is day or column.parse in _NUMBERS else "",
        "folded": False,
    }


_TO_SELECT: Final = 12
"""So many choices are shown each by itself; more are a list that folds."""


def _choices(column: Column, offered: Offered | None) -> tuple[Choice, ...]:
    if column.parse is yes_no:
        return _YES_NO
    spelt = _WORDS.get(column.name, _plain)
    return tuple((word, spelt(word)) for word in column.known) or (
        offered.choices if offered else ()
    )


def _plain(word: str) -> str:
    return capital(word.replace("_", " "))


def _ask(column: Column, chosen: bool) -> str:
    if chosen:
        return "several" if column.several else "one"
    if column.parse is cell_text:
        return "long"
    return "pounds" if column.parse in _NUMBERS else "text"


def _hint(column: Column, *, chosen: bool) -> str:
    """Return what is right in a field; of a list that is ticked, not how it is typed."""
    if column.parse is day:
        return _DAY_FIRST
    sentences = _SENTENCE.split(column.right)
    return " ".join(one for one in sentences if not (chosen and "semicolon" in one))

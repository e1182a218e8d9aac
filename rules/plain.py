"""Frozen values as plain ones, exact and safe for JSON, and back again; and values by their names.

What a decision rests on is stored as plain values, so that it can be worked out again years later.
A field that has its default is left out: it is shorter, and what was stored before a field existed
is read as if it had the default.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from rules.clocks.dates import instant

T = TypeVar("T")

_AS_THEY_ARE = (str, int, bool, NoneType)


def to_plain(value: object) -> Any:
    """Return a frozen value as plain ones: objects, lists, text, whole numbers, true and false.

    Raises:
        TypeError: It holds something else, such as a float, which is not exact.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        held = ((field, getattr(value, field.name)) for field, _ in _fields(type(value)))
        return {field.name: to_plain(item) for field, item in held if item != _default(field)}
    raise TypeError(f"{type(value).__name__} cannot be kept as a plain value.")


def from_plain(kind: type[T], plain: Any) -> T:
    """Return the frozen value that ``to_plain`` made these plain values of."""
    of_kind: Any = kind
    read = _reader(of_kind)
    return plain if read is None else read(plain)  # type: ignore[no-any-return]  # whatever its annotations say


@cache
def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """Return what makes a value of its plain ones; None where it is kept as it is."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _or_none(_reader(inner[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _of_each(_reader(inner[1]))
    if origin in (tuple, frozenset):
        read = _reader(inner[0])
        return origin if read is None else lambda plain: origin(map(read, plain))
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields(kind)
    if kind is date:
        return date.fromisoformat
    return None if kind in _AS_THEY_ARE else kind  # a Decimal, or an enumeration


def _or_none(read: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    return None if read is None else lambda plain: None if plain is None else read(plain)


def _of_each(read: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return dict if read is None else lambda plain: {key: read(one) for key, one in plain.items()}


def _of_fields(kind: Callable[..., Any]) -> Callable[[Any], Any]:
    fields_ = [(field.name, _reader(hint)) for field, hint in _fields(kind)]

    def made(plain: Mapping[str, Any]) -> Any:
        return kind(
            **{
                name: plain[name] if read is None else read(plain[name])
                for name, read in fields_
                if name in plain
            }
        )

    return made


@cache
def _fields(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    """Return the fields a dataclass is made of, each with what it holds."""
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind) if field.init)


def made_of(kind: Callable[..., T], source: object, **other: Any) -> T:
    """Return a dataclass whose fields are what a row or another value has under the same names.

    Args:
        other: Fields that the source has otherwise or not at all. A row is a tuple too, so that
            ``count`` and ``index`` are always given here.
    """
    names = (field.name for field, _ in _fields(kind) if field.name not in other)
    held = {name: getattr(source, name, MISSING) for name in names}
    return kind(**{name: value for name, value in held.items() if value is not MISSING}, **other)


def shown(source: object, *names: str) -> dict[str, Any]:
    """Return some columns of a row, or fields of another value, as pages and commands show them.

    Dates are ISO, instants UTC with Z, exact decimals text, tuples and sets lists.
    """
    return {name: _as_shown(getattr(source, name)) for name in names}


def _as_shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, list | dict) else to_plain(value)


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default

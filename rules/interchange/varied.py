"""A variation as a contractor's own system claims it: each line, what it does with it, how much."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from rules.money import parse_pounds
from rules.numbers import written
from rules.variations import Change

FIELD: Final = "MoreSpecificSORCode"
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Change.OMIT: ("HandrailWorksLine",),
        Change.QUANTITY: ("HandrailWorksLine", "Quantity"),
        Change.ADD: ("CustomCode", "Quantity"),
        Change.BESPOKE: ("CustomName", "HandrailNetAmount"),
    }
)
"""What each kind of change has to say."""

_MAY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Change.OMIT: ("CustomCode", "CustomName"),
        Change.QUANTITY: ("CustomCode", "CustomName", "HandrailUnit", "HandrailNetAmount"),
        Change.ADD: ("CustomName", "HandrailUnit", "HandrailLocation"),
        Change.BESPOKE: ("Quantity", "HandrailUnit", "HandrailLocation"),
    }
)
"""What it may say besides; anything else would be passed over, so it is refused."""


def problems_of(update: Mapping[str, Any], *, at: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the lines of a variation, each with where.

    Args:
        at: The pointer to the update.
    """
    if FIELD not in update:
        yield f"{at}/{FIELD}", "It is missing: a variation says each line that is to change."
        return
    met: set[tuple[str, Any]] = set()
    for place, item in enumerate(_items(update)):
        here = f"{at}/{FIELD}/RateScheduleItem/{place}"
        change = item["HandrailChange"]
        for name in _NEEDS[change]:
            if name not in item:
                yield f"{here}/{name}", f"It is missing: {change} needs it."
        for name in sorted(item.keys() - {"HandrailChange", *_NEEDS[change], *_MAY[change]}):
            yield f"{here}/{name}", f"It says nothing of {change}."
        if "HandrailNetAmount" in item:
            try:
                parse_pounds(item["HandrailNetAmount"])
            except ValueError as error:
                yield f"{here}/HandrailNetAmount", str(error)
        named = _name(item)
        if named in met:
            yield here, "It is said twice; say each line once."
        met.add(named)


def _name(item: Mapping[str, Any]) -> tuple[str, Any]:
    change = item["HandrailChange"]
    if change in {Change.OMIT, Change.QUANTITY}:
        return "line", item.get("HandrailWorksLine")
    return (change, item.get("CustomCode") if change == Change.ADD else _words(item))


def _items(update: Mapping[str, Any], *changes: str) -> Iterator[Mapping[str, Any]]:
    for item in update[FIELD]["RateScheduleItem"]:
        if not changes or item["HandrailChange"] in changes:
            yield item


def _much(item: Mapping[str, Any]) -> Decimal:
    return Decimal(str(item["Quantity"]["Amount"][0]))


def _words(item: Mapping[str, Any]) -> str:
    """Return other work as a person types it: ``3 m of screen``, where it says how much."""
    name = str(item.get("CustomName", "")).strip()
    if "Quantity" not in item:
        return name
    return f"{written(_much(item))} {item.get('HandrailUnit', 'item')} of {name}"


def _rooms(update: Mapping[str, Any]) -> dict[str, str]:
    return {
        (item["CustomCode"] if item["HandrailChange"] == Change.ADD else _words(item)): item[
            "HandrailLocation"
        ]
        for item in _items(update, Change.ADD, Change.BESPOKE)
        if "HandrailLocation" in item
    }


FILLS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = MappingProxyType(
    {
        "omit": lambda u: tuple(one["HandrailWorksLine"] for one in _items(u, Change.OMIT)),
        "quantities": lambda u: {
            one["HandrailWorksLine"]: _much(one) for one in _items(u, Change.QUANTITY)
        },
        "sums": lambda u: {
            one["HandrailWorksLine"]: parse_pounds(one["HandrailNetAmount"])
            for one in _items(u, Change.QUANTITY)
            if "HandrailNetAmount" in one
        },
        "added": lambda u: {one["CustomCode"]: _much(one) for one in _items(u, Change.ADD)},
        "bespoke": lambda u: {
            _words(one): parse_pounds(one["HandrailNetAmount"]) for one in _items(u, Change.BESPOKE)
        },
        "locations": _rooms,
    }
)
"""What fills each particular of the claim."""

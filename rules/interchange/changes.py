"""How an order came to stand as it does: its versions, and what was claimed, agreed and decided.

HACT's order has no version and no variation, so the names are ours. Nobody's reasons are in it:
they are free words, and may speak of the client.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.clocks.dates import instant
from rules.interchange.hact import UNITS, number, price


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Net and VAT in pence; of a change, below zero for less."""

    net_pence: int
    vat_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A version of an order.

    Args:
        variation: The number of the variation that made it, if one did.
        changed: What changed from the version before, in words.
    """

    version: int
    issued_at: datetime
    price: Sums
    variation: int | None
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVaried:
    """A line of a variation.

    Args:
        before: Its quantity before; None of one that is added.
        claimed: The quantity claimed; None of one that is left out.
        taken: Whether any of it is agreed; None while nothing is said.
        agreed: The quantity agreed.
        difference: What it changes the price by: as agreed, or as claimed until something is.
    """

    line: int
    change: str
    code: str | None
    description: str
    unit: str
    location: str
    before: Decimal | None
    claimed: Decimal | None
    taken: bool | None
    agreed: Decimal | None
    difference: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """A variation of an order: what was claimed apart from what is agreed."""

    number: int
    status: str
    claimed_at: datetime
    ended_at: datetime | None
    claimed: Sums
    agreed: Sums | None
    lines: tuple[LineVaried, ...]


def changes_in_hact(*, versions: Iterable[Issued], variations: Iterable[Varied]) -> dict[str, Any]:
    """Return every version of an order and every variation that was claimed of it, for JSON."""
    return {
        "HandrailVersions": [_issued(one) for one in versions],
        "HandrailVariations": [_varied(one) for one in variations],
    }


def _issued(one: Issued) -> dict[str, Any]:
    made_by = {} if one.variation is None else {"HandrailVariation": one.variation}
    return {
        "HandrailVersion": one.version,
        "DateIssued": instant(one.issued_at),
        **made_by,
        "Changed": list(one.changed),
        "HandrailPrice": price(**asdict(one.price)),
    }


def _varied(one: Varied) -> dict[str, Any]:
    ended = {} if one.ended_at is None else {"DateDecided": instant(one.ended_at)}
    agreed = {} if one.agreed is None else {"Agreed": price(**asdict(one.agreed))}
    return {
        "HandrailVariation": one.number,
        "Status": one.status,
        "DateClaimed": instant(one.claimed_at),
        **ended,
        "Claimed": price(**asdict(one.claimed)),
        **agreed,
        "RateScheduleItem": [_line_varied(line) for line in one.lines],
    }


def _line_varied(line: LineVaried) -> dict[str, Any]:
    quantities = {
        "HandrailQuantityBefore": line.before,
        "HandrailQuantityClaimed": line.claimed,
        "HandrailQuantityAgreed": line.agreed if line.taken else None,
    }
    unit = {"UnitOfMeasurementCode": UNITS[line.unit]} if UNITS.get(line.unit) else {}
    said = {
        "HandrailChange": line.change,
        "HandrailWorksLine": line.line,
        "CustomCode": line.code,
        "CustomName": line.description,
        **{
            name: {"Amount": [number(much)], **unit}
            for name, much in quantities.items()
            if much is not None
        },
        "HandrailUnit": line.unit,
        "HandrailLocation": line.location,
        "HandrailAgreed": line.taken,
        "HandrailPrice": price(**asdict(line.difference)),
    }
    return {name: held for name, held in said.items() if held not in ("", None)}

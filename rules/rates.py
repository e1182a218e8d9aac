"""Prices: each line of works from its rate to its net, its VAT and how both came about.

The order of operations is fixed: quantity × rate × indexation × the contractor's percentage × zone
× out-of-hours, rounded half up to the penny once per line; then VAT on that net, rounded once; then
totals as sums of lines. The factors are multiplied once per basket, because a tender prices the
same basket for every contractor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext

from rules.errors import InvalidTermsError, InvalidWorksError
from rules.money import EXACT, pounds
from rules.vat import VatClient, vat_for
from rules.works import PLACES, UNITS, Priced, PricedLine, WorksLine, check_lines, plain

__all__ = [
    "UNITS",
    "Priced",
    "PricedLine",
    "Terms",
    "WorksLine",
    "check_lines",
    "price",
    "price_package",
]

_ONE = Decimal(1)
_HALF = Decimal("0.5")
_MAX_PERCENT = Decimal(1_000)
_MAX_ZONE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Terms:
    """What turns a schedule's rate into one contractor's rate, as the import files write it.

    Args:
        index: Indexation of the schedule version, in percent.
        percentage: The contractor's tendered adjustment, in percent: -3.5 is 3.5 % below.
        zone: Factor of the place.
        out_of_hours: Uplift for work out of hours, in percent.
        factor: Worked out, not given: the exact product of the four.

    Raises:
        InvalidTermsError: A percentage or index of -100 or less, an uplift below 0, a zone of 0
            or less, or a value that is not a plain number; all of them at once.
    """

    index: Decimal = Decimal(0)
    percentage: Decimal = Decimal(0)
    zone: Decimal = _ONE
    out_of_hours: Decimal = Decimal(0)
    factor: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse terms that no contractor can hold; multiply out the others once."""
        problems = [
            _percent_problem("index", self.index),
            _percent_problem("percentage", self.percentage),
        ]
        if not (plain(self.zone, _MAX_ZONE, PLACES) and self.zone > 0):
            problems.append(f"the zone is {self.zone}; a factor above 0 and at most 100 is right")
        if not (plain(self.out_of_hours, _MAX_PERCENT, PLACES) and self.out_of_hours >= 0):
            problems.append(
                f"the out-of-hours uplift is {self.out_of_hours} %; 0 % to 1000 % is right"
            )
        problems = [problem for problem in problems if problem]
        if problems:
            raise InvalidTermsError(
                "These terms cannot be used: " + "; ".join(problems) + ".",
                next_step="Correct the schedule's index or the contractor's terms in the lot.",
            )
        with localcontext(EXACT):
            factor = (
                (_ONE + self.index.scaleb(-2))
                * (_ONE + self.percentage.scaleb(-2))
                * self.zone
                * (_ONE + self.out_of_hours.scaleb(-2))
            )
        object.__setattr__(self, "factor", factor)


class _BasketVat(dict[frozenset[str], tuple[Decimal, str, int]]):
    """VAT by set of reliefs, worked out once per basket.

    Each entry is the rate, its reason, and the rate in thousandths, with which
    ``(net * thousandths + 500) // 1000`` rounds half up.
    """

    def __init__(self, client: VatClient, supplied_on: date) -> None:
        self.client = client
        self.supplied_on = supplied_on

    def __missing__(self, reliefs: frozenset[str]) -> tuple[Decimal, str, int]:
        outcome = vat_for(reliefs=reliefs, client=self.client, supplied_on=self.supplied_on)
        entry = (outcome.rate, outcome.reason, int(outcome.rate * 1000))
        self[reliefs] = entry
        return entry


def price(
    *, lines: Sequence[WorksLine], terms: Terms, client: VatClient, supplied_on: date
) -> Priced:
    """Price works line by line on one contractor's terms.

    Args:
        lines: Lines that ``check_lines`` accepts; a variation's omission may be negative.
        terms: The contractor's terms.
        client: What decides the client's VAT.
        supplied_on: The date of supply.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.

    Source: the agreed formula: net = round_half_up(quantity × rate × (1 + index) ×
    (1 + percentage) × zone × (1 + out-of-hours)); VAT = round_half_up(net × rate).
    """
    factor = terms.factor
    vat = _BasketVat(client, supplied_on)
    priced: list[PricedLine] = []
    net_total = vat_total = 0
    try:
        with localcontext(EXACT):  # one exact context for the basket
            pence_factor = factor * 100
            for line in lines:
                pence = line.quantity * line.rate * pence_factor
                vat_rate, reason, thousandths = vat[line.vat_reliefs]
                net = (pence + _HALF).__floor__()  # half up; math.floor takes twice as long
                if net > 0:
                    tax = (net * thousandths + 500) // 1000
                else:  # half away from zero: an omission is an addition turned round
                    net = -(_HALF - pence).__floor__()
                    tax = -((500 - net * thousandths) // 1000)
                net_total += net
                vat_total += tax
                fields = (
                    line.line,
                    line.code,
                    line.description,
                    line.quantity,
                    line.unit,
                    line.rate,
                    net,
                    vat_rate,
                    tax,
                    reason,
                    factor,
                    line.location,
                    line.trade,
                    line.certificates,
                )
                priced.append(tuple.__new__(PricedLine, fields))  # PricedLine(*fields), faster
    except (ArithmeticError, ValueError):
        check_lines(lines)
        raise
    return Priced(tuple(priced), net_total, vat_total, net_total + vat_total)


def price_package(
    *,
    title: str,
    package_code: str,
    price_pence: int,
    basket: Mapping[str, Decimal],
    items: Mapping[str, WorksLine],
    lines: Sequence[WorksLine],
    terms: Terms,
    client: VatClient,
    supplied_on: date,
) -> Priced:
    """Price works that match a package held at a pre-tendered price.

    The package is line 1 at its price. What the works have beyond the basket is added, and what
    they lack is omitted (negative), as schedule lines on the contractor's terms; the numbering
    runs on. Lines draw on the basket in order of their numbers, so the price does not depend on
    the order in which they are given.

    Args:
        title: The package's title, as the contractor reads it.
        package_code: The package's code.
        price_pence: The contractor's pre-tendered net price.
        basket: Schedule code to default quantity.
        items: Schedule code to its line at quantity 1, for every code of the basket that the
            works omit entirely; other codes do no harm.
        lines: The works, all of them in a schedule.
        terms: The contractor's terms for the lines that differ.
        client: What decides the client's VAT.
        supplied_on: The date of supply.

    Returns:
        The package line, then additions, then omissions. The package carries the reliefs that
        all its basket items share.

    Raises:
        InvalidWorksError: The works or the package cannot be priced so; all problems are listed.
    """
    check_lines(lines)
    works = sorted(lines, key=lambda line: line.line)
    known = {line.code: line for line in works} | dict(items.items())
    _check_package(package_code, price_pence, basket, known, works)
    whole = _package_line(title, package_code, price_pence, [known[code] for code in basket], works)
    differences = [
        replace(line, line=number)
        for number, line in enumerate(_differences(basket, known, works), start=2)
    ]
    package = price(lines=[whole], terms=Terms(), client=client, supplied_on=supplied_on)
    rest = price(lines=differences, terms=terms, client=client, supplied_on=supplied_on)
    net_pence = package.net_pence + rest.net_pence
    vat_pence = package.vat_pence + rest.vat_pence
    if net_pence < 0:
        raise InvalidWorksError(
            f"The omissions from package {package_code} are worth more than its price "
            f"of {pounds(price_pence)}.",
            next_step="Check the package's price and quantities, or price the works by call-off.",
        )
    return Priced(package.lines + rest.lines, net_pence, vat_pence, net_pence + vat_pence)


def _check_package(
    package_code: str,
    price_pence: int,
    basket: Mapping[str, Decimal],
    known: Mapping[str | None, WorksLine],
    lines: Sequence[WorksLine],
) -> None:
    """Refuse a package or works that a pre-tendered price cannot cover."""
    problems = [f"line {line.line} is bespoke" for line in lines if line.code is None]
    problems += [f"basket item {code} has no rate" for code in basket if code not in known]
    problems += [f"basket item {code} has no quantity" for code, n in basket.items() if not n > 0]
    if not basket:
        problems.append("its basket is empty")
    if price_pence <= 0:
        problems.append(f"its price is {pounds(price_pence)}")
    if problems:
        raise InvalidWorksError(
            f"These works cannot be priced as package {package_code}: {'; '.join(problems)}.",
            next_step="Correct the package, or send the works to quotes or call-off.",
        )


def _package_line(
    title: str,
    package_code: str,
    price_pence: int,
    parts: Sequence[WorksLine],
    lines: Sequence[WorksLine],
) -> WorksLine:
    """Return the package as one line, with the certificates of the items that are wanted."""
    wanted = {line.code for line in lines}
    return WorksLine(
        line=1,
        code=package_code,
        description=title,
        quantity=_ONE,
        unit="item",
        rate=Decimal(price_pence).scaleb(-2, EXACT),
        vat_reliefs=frozenset.intersection(*(part.vat_reliefs for part in parts)),
        location=_shared(line.location for line in lines),
        trade=_shared(part.trade for part in parts),
        certificates=frozenset().union(
            *(part.certificates for part in parts if part.code in wanted)
        ),
    )


def _differences(
    basket: Mapping[str, Decimal],
    known: Mapping[str | None, WorksLine],
    lines: Sequence[WorksLine],
) -> list[WorksLine]:
    """Return the lines to add, by line number, then the lines to omit, by code."""
    left: dict[str | None, Decimal] = dict(basket.items())
    found: list[WorksLine] = []
    with localcontext(EXACT):
        for line in lines:
            covered = min(left.get(line.code, Decimal(0)), line.quantity)
            if line.code in left:
                left[line.code] -= covered
            if extra := line.quantity - covered:
                found.append(replace(line, quantity=extra, description=f"Add: {line.description}"))
        for code in sorted(basket):
            if missing := left[code]:
                item = known[code]
                place = _shared(line.location for line in lines if line.code == code)
                found.append(
                    replace(
                        item,
                        quantity=-missing,
                        description=f"Omit: {item.description}",
                        location=place,
                    )
                )
    return found


def _percent_problem(name: str, value: Decimal) -> str:
    """Return what is wrong with an adjustment in percent, or an empty string."""
    if plain(value, _MAX_PERCENT, PLACES) and value > -100:
        return ""
    return f"the {name} is {value} %; above -100 % and at most 1000 % is right"


def _shared(values: Iterable[str]) -> str:
    """Return the value that all have in common, or an empty string."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""

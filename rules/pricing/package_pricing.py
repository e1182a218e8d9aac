"""Packages: works at a contractor's pre-tendered price, and what they differ by from its basket.

The package is one line at its price; quantities beyond its basket are added, and quantities short
of it omitted, as lines of the schedule on the contractor's terms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Final

from rules.errors import InvalidWorksError
from rules.money import EXACT, pounds
from rules.pricing.rates import price
from rules.pricing.vat import WHOLE, VatClient
from rules.pricing.works import Priced, WorksLine, check_lines
from rules.rates.terms import Terms

_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class PackageBasket:
    """The package that works are priced as.

    Args:
        title: Its title, as the contractor reads it.
        basket: Schedule code to default quantity.
        items: The schedule's lines for those codes, at quantity 1; other codes do no harm.
    """

    code: str
    title: str
    basket: Mapping[str, Decimal]
    items: tuple[WorksLine, ...]


def price_package(
    *,
    package: PackageBasket,
    price_pence: int,
    lines: Sequence[WorksLine],
    terms: Terms,
    client: VatClient,
    supplied_on: date,
) -> Priced:
    """Price works that match a package held at a pre-tendered price.

    The package is the first item, at its price. What the works have beyond the basket is added, and
    what they lack is omitted (negative), as items on the contractor's terms; each says which works
    lines it covers, and none of them is a works line. Lines draw on the basket in order of their
    numbers, so the price does not depend on the order in which they are given. A package is
    tendered for working hours: only additions are uplifted for lines that are done out of hours.

    Args:
        package: The package, with its items at the contractor's contract rates.
        price_pence: The contractor's pre-tendered net price.
        lines: The works, all of them in a schedule.
        terms: The contractor's terms for the lines that differ.

    Returns:
        The package, then additions, then omissions. The package carries the reliefs that
        all its basket items share, for the least share recorded on a line that draws on it.

    Raises:
        InvalidWorksError: The works or the package cannot be priced so; all problems are listed.
    """
    check_lines(lines)
    works = sorted(lines, key=lambda line: line.line)
    known = {line.code: line for line in (*works, *package.items)}
    _check_package(package, price_pence, known, works)
    basket = package.basket
    drawn = _drawn(basket, works)
    whole = replace(
        _package_line(package, price_pence, [known[code] for code in basket], works),
        covers=tuple(number for number, quantity in drawn.items() if quantity),
    )
    differences = [
        replace(line, line=number)
        for number, line in enumerate(
            [*_added(works, drawn), *_omitted(basket, known, works, whole.relief_percent)], start=2
        )
    ]
    stands = price(lines=[whole], terms=Terms(), client=client, supplied_on=supplied_on)
    rest = price(lines=differences, terms=terms, client=client, supplied_on=supplied_on)
    net_pence = stands.net_pence + rest.net_pence
    vat_pence = stands.vat_pence + rest.vat_pence
    if net_pence < 0:
        raise InvalidWorksError(
            f"The omissions from package {package.code} are worth more than its price "
            f"of {pounds(price_pence)}.",
            next_step="Check the package's price and quantities, or price the works by call-off.",
        )
    return Priced(stands.lines + rest.lines, net_pence, vat_pence, net_pence + vat_pence)


def _check_package(
    package: PackageBasket,
    price_pence: int,
    known: Mapping[str | None, WorksLine],
    lines: Sequence[WorksLine],
) -> None:
    """Refuse a package or works that a pre-tendered price cannot cover."""
    basket = package.basket
    problems = [f"line {line.line} is bespoke" for line in lines if line.code is None]
    problems += [f"basket item {code} has no rate" for code in basket if code not in known]
    problems += [f"basket item {code} has no quantity" for code, n in basket.items() if not n > 0]
    if not basket:
        problems.append("its basket is empty")
    if price_pence <= 0:
        problems.append(f"its price is {pounds(price_pence)}")
    if problems:
        raise InvalidWorksError(
            f"These works cannot be priced as package {package.code}: {'; '.join(problems)}.",
            next_step="Correct the package, or send the works to quotes or call-off.",
        )


def _package_line(
    package: PackageBasket, price_pence: int, parts: Sequence[WorksLine], lines: Sequence[WorksLine]
) -> WorksLine:
    """Return the package as one line, with the certificates of the items that are wanted."""
    wanted = {line.code for line in lines}
    drawing = {part.code for part in parts}
    shares = [line.relief_percent for line in lines if line.code in drawing and line.vat_reliefs]
    return WorksLine(
        line=1,
        code=package.code,
        description=package.title,
        quantity=_ONE,
        unit="item",
        rate=Decimal(price_pence).scaleb(-2, EXACT),
        vat_reliefs=frozenset.intersection(*(part.vat_reliefs for part in parts)),
        location=_shared(line.location for line in lines),
        trade=_shared(part.trade for part in parts),
        certificates=frozenset().union(
            *(part.certificates for part in parts if part.code in wanted)
        ),
        relief_percent=min(shares, default=WHOLE),
        rate_source=f"pre-tendered price of package {package.code}",
    )


def _drawn(basket: Mapping[str, Decimal], lines: Sequence[WorksLine]) -> dict[int, Decimal]:
    """Return how much of each works line the basket covers, by line number."""
    left: dict[str | None, Decimal] = dict(basket.items())
    found: dict[int, Decimal] = {}
    with localcontext(EXACT):
        for line in lines:
            found[line.line] = min(left.get(line.code, Decimal(0)), line.quantity)
            if line.code in left:
                left[line.code] -= found[line.line]
    return found


def _added(lines: Sequence[WorksLine], drawn: Mapping[int, Decimal]) -> list[WorksLine]:
    """Return what the works have beyond what is drawn from the basket, by line number."""
    found: list[WorksLine] = []
    with localcontext(EXACT):
        for line in lines:
            if extra := line.quantity - drawn[line.line]:
                words = f"Add: {line.description}"
                found.append(replace(line, quantity=extra, description=words, covers=(line.line,)))
    return found


def _omitted(
    basket: Mapping[str, Decimal],
    known: Mapping[str | None, WorksLine],
    lines: Sequence[WorksLine],
    share: Decimal,
) -> list[WorksLine]:
    """Return what the works lack of the basket, by code: in hours, as the package has it."""
    found: list[WorksLine] = []
    with localcontext(EXACT):
        for code in sorted(basket):
            wanted = sum((line.quantity for line in lines if line.code == code), Decimal(0))
            if wanted < basket[code]:
                item = known[code]
                omitted = replace(
                    item,
                    quantity=wanted - basket[code],
                    description=f"Omit: {item.description}",
                    location=_shared(line.location for line in lines if line.code == code),
                    out_of_hours=False,
                    certificates=frozenset(),  # of what is left of it, the package has them
                    relief_percent=share,
                    covers=tuple(line.line for line in lines if line.code == code),
                )
                found.append(omitted)
    return found


def _shared(values: Iterable[str]) -> str:
    """Return the value that all have in common, or an empty string."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""

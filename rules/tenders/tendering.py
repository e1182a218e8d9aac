"""The tender: what every contractor of a lot asks for some works, and who is offered them.

It is a pure function of what it rests on. Those inputs are frozen with the award, so that the
same placings can be worked out again at any time, and the next contractor is asked at the price it
had then, whatever became of schedules, percentages, package prices and the lot's rule since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rules import plain
from rules.errors import InvalidTermsError, InvalidWorksError
from rules.pricing.package_pricing import PackageBasket, price_package
from rules.pricing.rates import basis_of, price
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, WorksLine
from rules.rates.terms import Terms
from rules.tenders import awards
from rules.tenders.awards import Award, Bidder, Ledger
from rules.tenders.routes import Route


@dataclass(frozen=True, slots=True)
class Tenderer:
    """A contractor of the lot, with the terms on which it prices these works.

    Args:
        contractor: Contractor's code.
        rank: Its rank in the lot, 1 first, or None.
        percentage: Its tendered adjustment on the schedule, in percent.
        package_price_pence: Its pre-tendered net price for the package, or None.
        rates: Rates that its contract puts in place of the schedule's: pounds a unit, by code.
        reasons: Why it may not be offered the works; empty if it may.
        rate_sources: Where each of those rates comes from, in words, by code.
    """

    contractor: str
    rank: int | None
    percentage: Decimal
    package_price_pence: int | None
    rates: Mapping[str, Decimal]
    reasons: tuple[str, ...]
    rate_sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TenderInputs:
    """All that a tender rests on.

    Args:
        on: The day of the tender, and of supply.
        route: The route to a price.
        rule: The lot's award rule on that day.
        package: The package, on the pre-priced route.
        lines: The works, with the schedule's rates; bespoke lines only on the route of quotes.
        client: What decides the client's VAT.
        zone: Factor of the place.
        zone_name: The zone's name, or empty.
        out_of_hours: Uplift for work out of hours, in percent.
        tenderers: Every contractor of the lot, once each.
        ledger: What the turns of each come to on that day; none, for one left out.
    """

    on: date
    route: Route
    rule: str
    lot: str
    package: PackageBasket | None
    lines: tuple[WorksLine, ...]
    client: VatClient
    zone: Decimal
    zone_name: str
    out_of_hours: Decimal
    tenderers: tuple[Tenderer, ...]
    ledger: Mapping[str, Ledger]


@dataclass(frozen=True, slots=True)
class Prices:
    """What the contractors of a lot ask for the works.

    Args:
        priced: Each contractor's price, where it has one.
        faults: Why a contractor's own terms cannot price them, in words.
    """

    priced: dict[str, Priced]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tendered:
    """The outcome of a tender.

    Args:
        prices: What each contractor asks.
        award: Who is offered the works, in which order, and what is said of everybody.
    """

    prices: Prices
    award: Award


def prices(inputs: TenderInputs) -> Prices:
    """Price the works for every contractor; one whose own terms cannot stops nobody else.

    Nobody has a price by rule on the route of quotes, and none but the holders of a price for the
    package on the pre-priced route.
    """
    found = Prices(priced={}, faults={})
    if inputs.route is Route.QUOTES:
        return found
    for tenderer in inputs.tenderers:
        if inputs.package is not None and tenderer.package_price_pence is None:
            continue
        try:
            found.priced[tenderer.contractor] = _price(inputs, tenderer)
        except (InvalidWorksError, InvalidTermsError) as error:
            found.faults[tenderer.contractor] = error.what.rstrip(".")
    return found


def tender(inputs: TenderInputs) -> Tendered:
    """Price the works for every contractor and put them in order by the lot's rule.

    Args:
        inputs: What the tender rests on, for the pre-priced route or a call-off.

    Raises:
        NobodyEligibleError: None can be offered the works; every contractor's reasons are given.
        ValueError: The lot's rule is not one that is applied, such as a mini-competition.
    """
    found = prices(inputs)
    made = awards.award(
        rule=inputs.rule,
        bidders=[_bidder(tenderer, found) for tenderer in inputs.tenderers],
        ledger=inputs.ledger,
        on=inputs.on,
    )
    return Tendered(found, made)


def to_plain(inputs: TenderInputs) -> dict[str, Any]:
    """Return inputs as plain values, exact and safe for JSON."""
    found: dict[str, Any] = plain.to_plain(inputs)
    return found


def from_plain(stored: Mapping[str, Any]) -> TenderInputs:
    """Return the inputs that ``to_plain`` made these plain values of."""
    return plain.from_plain(TenderInputs, stored)


def basis(inputs: TenderInputs, *, contractor: str) -> dict[str, Any]:
    """Return what one contractor's price rests on as plain values, to be kept with it.

    Args:
        inputs: What the tender rests on.
        contractor: Whose price; a quote is its own sums, on no terms of the lot.
    """
    quoted = inputs.route is Route.QUOTES
    tenderer = next(one for one in inputs.tenderers if one.contractor == contractor)
    terms = Terms() if quoted else _terms(inputs, tenderer)
    return basis_of(terms=terms, client=inputs.client, on=inputs.on) | {
        "route": inputs.route,
        "package": inputs.package.code if inputs.package else None,
        "lot": inputs.lot,
    }


def price_of(inputs: TenderInputs, *, contractor: str) -> Priced:
    """Price the works on one contractor's terms, whatever the route: as an order of them is varied.

    Raises:
        InvalidWorksError: They cannot be priced so; every problem is listed.
    """
    return _price(inputs, next(one for one in inputs.tenderers if one.contractor == contractor))


def _terms(inputs: TenderInputs, tenderer: Tenderer) -> Terms:
    return plain.made_of(Terms, inputs, percentage=tenderer.percentage)


def _price(inputs: TenderInputs, tenderer: Tenderer) -> Priced:
    """Price the works on one contractor's terms."""
    terms = _terms(inputs, tenderer)
    lines = _at_contract_rates(inputs.lines, tenderer)
    package = inputs.package
    if package is None or tenderer.package_price_pence is None:
        return price(lines=lines, terms=terms, client=inputs.client, supplied_on=inputs.on)
    return price_package(
        package=replace(package, items=_at_contract_rates(package.items, tenderer)),
        price_pence=tenderer.package_price_pence,
        lines=lines,
        terms=terms,
        client=inputs.client,
        supplied_on=inputs.on,
    )


def _at_contract_rates(lines: tuple[WorksLine, ...], tenderer: Tenderer) -> tuple[WorksLine, ...]:
    """Return lines with the contract's rates in place of the schedule's."""
    rates = tenderer.rates
    if not rates:
        return lines
    return tuple(
        replace(
            line,
            rate=rates[line.code],
            rate_source=tenderer.rate_sources.get(line.code, "contract rate"),
        )
        if line.code is not None and line.code in rates
        else line
        for line in lines
    )


def _bidder(tenderer: Tenderer, found: Prices) -> Bidder:
    """Return a contractor with its price, or with why it has none."""
    priced = found.priced.get(tenderer.contractor)
    fault = found.faults.get(tenderer.contractor)
    return Bidder(
        contractor=tenderer.contractor,
        rank=tenderer.rank,
        total_pence=priced.total_pence if priced else None,
        net_pence=priced.net_pence if priced else None,
        reasons=(*tenderer.reasons, fault) if fault else tenderer.reasons,
    )

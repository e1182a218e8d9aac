"""Prices: each line of works from its rate to its net, its VAT and how both came about.

The order of operations is fixed: quantity × rate × indexation × the contractor's percentage × zone
× out-of-hours, rounded half up to the penny once per line; then VAT on that net, rounded once; then
totals as sums of lines. Lines that share their indexation and hours share their factors, and lines
that share their reliefs share their VAT: each is worked out once per basket, because a tender
prices the same basket for every contractor.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from rules.money import EXACT
from rules.numbers import written
from rules.pricing.vat import VatClient, VatOutcome, vat_for
from rules.pricing.works import Priced, PricedLine, WorksLine, check_lines
from rules.rates.terms import Terms


class _BasketVat(dict[tuple[frozenset[str], Decimal], tuple[VatOutcome, int, int, int]]):
    """VAT by reliefs and the share they cover.

    Each entry is the outcome, and its rate as a fraction in lowest terms: twice the numerator, the
    denominator, twice the denominator. ``(net * twice_part + whole) // twice_whole`` rounds half
    up, in integers.
    """

    def __init__(self, client: VatClient, supplied_on: date) -> None:
        self.client = client
        self.supplied_on = supplied_on

    def __missing__(self, key: tuple[frozenset[str], Decimal]) -> tuple[VatOutcome, int, int, int]:
        outcome = vat_for(
            reliefs=key[0], relief_percent=key[1], client=self.client, supplied_on=self.supplied_on
        )
        part, whole = outcome.rate.as_integer_ratio()
        entry = self[key] = (outcome, 2 * part, whole, 2 * whole)
        return entry


def price(
    *, lines: Sequence[WorksLine], terms: Terms, client: VatClient, supplied_on: date
) -> Priced:
    """Price works line by line on one contractor's terms.

    Args:
        lines: Lines that ``check_lines`` accepts; an omission from a package may be negative.
        client: What decides the client's VAT.

    Raises:
        InvalidWorksError: A line cannot be priced; every problem of the works is listed.

    Source: the agreed formula: net = round_half_up(quantity × rate × (1 + index) ×
    (1 + percentage) × zone × (1 + out-of-hours)); VAT = round_half_up(net × rate).
    """
    try:
        with localcontext(EXACT):  # one exact context for the basket
            return _priced(lines, terms, _BasketVat(client, supplied_on))
    except (ArithmeticError, TypeError, ValueError):  # a signalling NaN cannot be looked up
        check_lines(lines)
        raise


def _priced(lines: Sequence[WorksLine], terms: Terms, vat_of: _BasketVat) -> Priced:
    """Price each line. What a line shares with the one before it is not looked up again."""
    index: Decimal | None = None
    late: bool | None = None
    reliefs: frozenset[str] | None = None
    share: Decimal | None = None
    priced: list[PricedLine] = []
    net_total = vat_total = 0
    add, make = priced.append, tuple.__new__
    for line in lines:
        if line.out_of_hours is not late or (line.index is not index and line.index != index):
            index, late = line.index, line.out_of_hours
            factors = terms.factors(index=index, late=late)
            half_pence = factors.half_pence
        if line.vat_reliefs != reliefs or (
            line.relief_percent is not share and line.relief_percent != share
        ):
            reliefs, share = line.vat_reliefs, line.relief_percent
            vat, twice_part, whole, twice_whole = vat_of[reliefs, share]
        halves = (line.quantity * line.rate * half_pence).__trunc__()  # quicker than to floor
        if halves >= 0:
            net = (halves + 1) >> 1
            tax = (net * twice_part + whole) // twice_whole
        else:  # half away from zero: an omission is an addition turned round
            net = -((1 - halves) >> 1)
            tax = -((whole - net * twice_part) // twice_whole)
        net_total += net
        vat_total += tax
        add(make(PricedLine, (line, net, tax, vat, factors)))  # PricedLine(…), faster
    return Priced(tuple(priced), net_total, vat_total, net_total + vat_total)


def basis_of(*, terms: Terms, client: VatClient, on: date) -> dict[str, Any]:
    """Return what a price rests on as plain values, to be kept with it.

    Args:
        terms: The contractor's terms; of an estimate, those of the lot alone.
        client: What decides the client's VAT; the date of birth is not kept again.
        on: The day of the schedules' versions and of the supply.
    """
    declared_on = client.declared_on
    return {
        "on": on.isoformat(),
        "percentage": written(terms.percentage),
        "zone": written(terms.zone),
        "zone_name": terms.zone_name,
        "out_of_hours": written(terms.out_of_hours),
        "vat_declaration": client.declaration,
        "vat_declared_on": declared_on.isoformat() if declared_on else None,
        "vat_declaration_reference": client.declaration_reference,
        "contracting_party": client.party.value,
    }


def saved_by_declaration(
    *, priced: Priced, terms: Terms, client: VatClient, supplied_on: date
) -> int:
    """Return the VAT, in pence, that a declaration would save on works priced without one.

    Args:
        priced: The works as ``price`` priced them on the same terms.
        client: What decides the client's VAT.

    Returns:
        Pence; 0 where the declaration is held already, or would change nothing.
    """
    if client.declaration:
        return 0
    lines = [line.works for line in priced.lines]
    declared = replace(client, declaration=True)
    after = price(lines=lines, terms=terms, client=declared, supplied_on=supplied_on)
    return priced.vat_pence - after.vat_pence

"""A lot's terms as they stand on a day at a place: its zone, its contract rates, how it competes.

Where a contract names a rate of its own, that rate takes the place of the schedule's, and is
indexed and adjusted as the schedule's would be. A contractor's own rate comes before one that the
contract gives to everyone in the lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import BindParameter, Connection, Date, bindparam, select

from models.asked import reference_rows
from models.base import AnyRow
from models.tables.contractors import Lot, LotContractor
from models.tables.terms import ContractRate, LotTerms, Zone
from rules.rates.postcodes import places_of

NO_ZONE: Final = Decimal(1)
QUOTE_DAYS: Final = 10
"""Working days to quote in a lot that says nothing of it."""
PRICE_ALONE: Final = 100
"""What the price weighs in such a lot, in percent."""

_LOT: Final[BindParameter[str]] = bindparam("lot")
_DAY: Final = bindparam("on", type_=Date)
_TERMS: Final = (
    select(*LotTerms.__table__.c, Zone.zone, Zone.postcodes, Zone.factor)
    .select_from(Lot)
    .outerjoin(LotTerms, LotTerms.lot == Lot.code)
    .outerjoin(Zone, Zone.lot == Lot.code)
    .where(Lot.code == _LOT)
    .order_by(Zone.zone)
)
_RATES: Final = (
    select(ContractRate.contractor, ContractRate.code, ContractRate.rate, ContractRate.valid_from)
    .where(ContractRate.lot == _LOT, ContractRate.valid_from <= _DAY, ContractRate.valid_to >= _DAY)
    .order_by(ContractRate.contractor, ContractRate.code, ContractRate.id)
)
_RATES_OF: Final = _RATES.where(ContractRate.code.in_(bindparam("codes", expanding=True)))
_MEMBERS: Final = (
    select(LotContractor.contractor)
    .where(LotContractor.lot == _LOT)
    .order_by(LotContractor.contractor)
)


@dataclass(frozen=True, slots=True)
class LotPricing:
    """What a lot's terms come to on one day at one place.

    Args:
        zone: Factor of the place; 1 where no zone has it.
        zone_name: The zone's name, empty where no zone has the place.
        out_of_hours: Uplift for work out of hours, in percent.
        rates: For each contractor of the lot, its contract rates by code, in pounds a unit.
        rate_sources: For each of those, where the rate comes from, in words.
        quote_days: Working days to answer an invitation to quote.
        price_weight: What the price weighs in a mini-competition, in percent.
        quality_weights: What each quality criterion weighs, in percent, by its name.
        contracting_party: Whose contract the lot's works are done under, where its terms say.
        framework: Whether works are called off under a framework.
        core_terms: The framework's core terms, as they are cited; empty where nobody said.
        entitled: Authorities that the framework entitles to call off; empty: those of the lot.
    """

    zone: Decimal
    zone_name: str
    out_of_hours: Decimal
    rates: Mapping[str, Mapping[str, Decimal]]
    rate_sources: Mapping[str, Mapping[str, str]]
    quote_days: int
    price_weight: int
    quality_weights: Mapping[str, int]
    contracting_party: str | None = None
    framework: bool = True
    core_terms: str = ""
    entitled: tuple[str, ...] = ()


def terms_of(
    conn: Connection, *, lot: str, postcode: str, on: date, codes: Iterable[str] | None = None
) -> LotPricing:
    """Return a lot's terms for works at a place on a day.

    Args:
        codes: Only the contract rates of these schedule codes; all of them if not said.
    """
    said = reference_rows(conn, _TERMS, lot=lot)
    zone, zone_name = _zone_of(said, postcode=postcode)
    rates, sources = _rates_of(conn, lot=lot, on=on, codes=codes)
    found = LotPricing(zone, zone_name, Decimal(0), rates, sources, QUOTE_DAYS, PRICE_ALONE, {})
    if not said or said[0].quote_days is None:  # the lot says nothing of its terms
        return found
    terms = said[0]
    return replace(
        found,
        out_of_hours=terms.out_of_hours,
        quote_days=terms.quote_days,
        price_weight=terms.price_weight,
        quality_weights=quality_weights(terms.quality_criteria),
        contracting_party=terms.contracting_party,
        framework=terms.framework is not False,
        core_terms=terms.core_terms or "",
        entitled=terms.entitled or (),
    )


def lot_says(conn: Connection, *, lot: str | None) -> AnyRow | None:
    """Return a lot's terms as they are on record, each None where unsaid; None for no lot."""
    said = reference_rows(conn, _TERMS, lot=lot) if lot else []
    return said[0] if said else None


def contracting_party_of(conn: Connection, *, lot: str | None) -> str | None:
    """Return whose contract a lot's works are done under; None where there is none, or unsaid."""
    said = lot_says(conn, lot=lot)
    return said.contracting_party if said else None


def quality_weights(criteria: Iterable[str]) -> dict[str, int]:
    """Return what each quality criterion weighs, in percent.

    Args:
        criteria: Each as ``name:weight``, as ``lot_terms`` keeps them.
    """
    parted = (criterion.rpartition(":") for criterion in criteria)
    return {name: int(weight) for name, _, weight in parted}


def _zone_of(zones: Sequence[AnyRow], *, postcode: str) -> tuple[Decimal, str]:
    """Return the factor and the name of the zone that names a postcode most closely."""
    held = {place: zone for zone in zones for place in zone.postcodes}
    for place in places_of(postcode) if held else ():
        if place in held:
            return held[place].factor, held[place].zone
    return NO_ZONE, ""


def _rates_of(
    conn: Connection, *, lot: str, on: date, codes: Iterable[str] | None
) -> tuple[dict[str, dict[str, Decimal]], dict[str, dict[str, str]]]:
    """Return the contract rates in force of each contractor of a lot, and where each is from."""
    query = _RATES if codes is None else _RATES_OF
    held = reference_rows(conn, query, lot=lot, on=on, codes=tuple(sorted(set(codes or ()))))
    rates: dict[str, dict[str, Decimal]] = {}
    sources: dict[str, dict[str, str]] = {}
    if held:
        common = [row for row in held if not row.contractor]
        for (contractor,) in reference_rows(conn, _MEMBERS, lot=lot):
            own = [*common, *(row for row in held if row.contractor == contractor)]
            rates[contractor] = {row.code: row.rate for row in own}
            sources[contractor] = {row.code: contract_rate_source(row, lot=lot) for row in own}
    return rates, sources


def contract_rate_source(row: AnyRow, *, lot: str) -> str:
    """Return where a contract rate comes from, in words."""
    whose = f" (for {row.contractor})" if row.contractor else ""
    return f"contract rate of lot {lot}{whose} from {row.valid_from:%-d %B %Y}"

"""Lots as they are shown: the list, one whole, and the ledger of its turns."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, func, select

from models.asked import reference_row
from models.base import AnyRow, can_be_stored, rows_by
from models.spelling import as_recorded
from models.tables.contractors import Lot, LotContractor
from models.tables.terms import ContractRate, LotTerms, Zone
from rules.errors import UnknownReferenceError
from rules.plain import shown
from rules.tenders.awards import NO_TURNS, Bidder, year_start
from rules.tenders.eligibility import Needs, reasons_not_eligible
from rules.tenders.turns import turn_order
from services.tenders import lots
from services.tenders.ledger import ledger
from services.tenders.lot_terms import quality_weights

_LOTS: Final = (
    select(*Lot.__table__.c, func.count(LotContractor.contractor).label("contractors"))
    .outerjoin(LotContractor, LotContractor.lot == Lot.code)
    .group_by(*Lot.__table__.c)
    .order_by(Lot.code)
)
_LOT: Final = rows_by(Lot, "code")
_TERMS: Final = rows_by(LotTerms, "lot")
_ZONES: Final = rows_by(Zone, "lot").order_by(Zone.zone)
_RATES: Final = rows_by(ContractRate, "lot").order_by(
    ContractRate.code, ContractRate.contractor, ContractRate.valid_from
)


def lot_list(conn: Connection, *, on: date) -> list[dict[str, Any]]:
    """Return every lot by code, with whether it is in force on a day."""
    return [{**_lot(row, on), "contractors": row.contractors} for row in conn.execute(_LOTS)]


def lot_shown(conn: Connection, *, code: str, on: date) -> dict[str, Any]:
    """Return one lot whole: its terms, its contractors as they stand, and what they hold.

    Raises:
        UnknownReferenceError: There is no such lot.
    """
    row = _lot_row(conn, code)
    code = row.code
    terms = conn.execute(_TERMS, {"lot": code}).one_or_none()
    return {
        **_lot(row, on),
        "offer_days": row.offer_days,
        "out_of_hours_percent": str(terms.out_of_hours) if terms else "0",
        "quote_days": terms.quote_days if terms else None,
        "price_weight": terms.price_weight if terms else None,
        "contracting_party": terms.contracting_party if terms else None,
        "quality_weights": quality_weights(terms.quality_criteria) if terms else {},
        "framework": terms is None or terms.framework is not False,
        "core_terms": terms.core_terms if terms else None,
        "entitled": list(terms.entitled or ()) if terms else [],
        "goods": bool(terms and terms.goods),
        "zones": [
            {"zone": zone.zone, "factor": str(zone.factor), "postcodes": list(zone.postcodes)}
            for zone in conn.execute(_ZONES, {"lot": code})
        ],
        "contract_rates": [
            {
                "code": rate.code,
                "contractor": rate.contractor or None,
                "rate": str(rate.rate),
                **shown(rate, "valid_from", "valid_to"),
            }
            for rate in conn.execute(_RATES, {"lot": code})
        ],
        "contractors": _contractors(conn, row, lots.members(conn, lot=code), on),
    }


def lot_standing(conn: Connection, *, code: str, on: date) -> dict[str, Any]:
    """Return the contractors of a lot as they stand, in the order of their turns, and why so.

    Raises:
        UnknownReferenceError: There is no such lot.
    """
    row = _lot_row(conn, code)
    members = lots.members(conn, lot=row.code)
    turns = _turns(conn, row, members, on)
    held = {one["contractor"]: one for one in _contractors(conn, row, members, on)}
    return turns | {"contractors": [held[one["contractor"]] | one for one in turns["contractors"]]}


def _contractors(
    conn: Connection, row: AnyRow, members: Sequence[lots.Member], on: date
) -> list[dict[str, Any]]:
    held: dict[str, dict[str, int]] = {}
    for (package, contractor), pence in lots.package_prices(conn, lot=row.code).items():
        held.setdefault(contractor, {})[package] = pence
    return [
        {
            "contractor": member.contractor.code,
            "name": member.contractor.name,
            "rank": member.rank,
            "percentage": str(member.percentage),
            **shown(member.contractor, "open_orders", "open_value_pence"),
            "package_prices_pence": held.get(member.contractor.code, {}),
            "reasons": list(_reasons(row, member, on)),
        }
        for member in members
    ]


def lot_turns(conn: Connection, *, code: str, on: date) -> dict[str, Any]:
    """Return whose turn it is in a lot on a day, and the ledger that says so.

    Args:
        on: The day up to which turns count, and on which documents must be valid; suspensions
            and what contractors have on hand are as they stand now.

    Raises:
        UnknownReferenceError: There is no such lot.
    """
    row = _lot_row(conn, code)
    return _turns(conn, row, lots.members(conn, lot=row.code), on)


def _turns(conn: Connection, row: AnyRow, in_it: Sequence[lots.Member], on: date) -> dict[str, Any]:
    held = ledger(conn, lot=row.code, on=on)
    members = {one.contractor.code: one for one in in_it}
    in_lot = [Bidder(code, one.rank, 0, 0, _reasons(row, one, on)) for code, one in members.items()]
    found = turn_order(rule=row.award_rule, members=in_lot, ledger=held, on=on)
    return {
        "lot": row.code,
        **shown(row, "title", "award_rule"),
        "on": on.isoformat(),
        "since": year_start(on).isoformat(),
        "next": found.first,
        "words": found.words,
        "contractors": [
            {
                "contractor": place.contractor,
                "name": members[place.contractor].contractor.name,
                "place": place.place,
                "rank": members[place.contractor].rank,
                **shown(held.get(place.contractor, NO_TURNS), "value_pence", "turns", "last_on"),
                "explanation": place.explanation,
            }
            for place in found.placings
        ],
    }


def _lot_row(conn: Connection, code: str) -> AnyRow:
    known = can_be_stored(code)
    meant = as_recorded(conn, Lot.code, code)
    row = reference_row(conn, _LOT, code=meant) if known else None
    if row is None:
        raise UnknownReferenceError(
            f"There is no lot {code}.", next_step="`handrail lot list` shows the lots."
        )
    return row


def _lot(row: AnyRow, on: date) -> dict[str, Any]:
    names = ("title", "work_types", "authorities", "award_rule", "valid_from", "valid_to")
    in_force = row.valid_from <= on <= row.valid_to
    return {"lot": row.code, **shown(row, *names), "in_force": in_force}


def _reasons(row: AnyRow, member: lots.Member, on: date) -> tuple[str, ...]:
    """Return why a contractor can be offered nothing of the lot in any of its authorities."""
    by_authority = [
        reasons_not_eligible(
            contractor=member.contractor,
            needs=Needs(
                authority,
                frozenset(),
                frozenset(),
                value_pence=0,
                on=on,
                required=member.asks.of(authority),
            ),
        )
        for authority in row.authorities
    ]
    if not all(by_authority):
        return ()
    return tuple(dict.fromkeys(why for reasons in by_authority for why in reasons))

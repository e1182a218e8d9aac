"""What is on record about one award: every contractor's row, the turns counted, the lot.

The pages, the commands and the award record all read it here, so that they cannot differ.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.asked import reference_row, reference_rows
from models.base import AnyRow
from models.case_queries import awards_of, offers_on
from models.tables.competition import Competition
from models.tables.contractors import Contractor, Lot
from rules.clocks.dates import london_date
from rules.errors import UnknownReferenceError
from rules.plain import made_of
from rules.pricing.award_record import AwardRow, TurnsRow
from rules.tenders.awards import NO_TURNS, year_start
from rules.tenders.tendering import from_plain

_NAMES: Final = select(Contractor.code, Contractor.name).where(
    Contractor.code.in_(bindparam("codes", expanding=True))
)
_SEALED: Final = select(Competition.deadline).where(
    Competition.award_id == bindparam("award_id"), Competition.status == "open"
)
_LOT_TITLE: Final = select(Lot.title).where(Lot.code == bindparam("lot"))


def award_of(conn: Connection, *, case: AnyRow, version: int | None = None) -> AnyRow:
    """Return one award of a case.

    Args:
        version: Which; the newest if left out.

    Raises:
        UnknownReferenceError: There is no such award.
    """
    made = awards_of(conn, case_id=case.id)
    if not made:
        raise UnknownReferenceError(
            f"{case.reference} has no award yet.",
            next_step="It is made once the price is confirmed; `handrail case show` says where "
            "the case stands.",
        )
    for row in made:
        if version in (None, row.version):
            return row
    raise UnknownReferenceError(
        f"{case.reference} has no award of version {version}.",
        next_step=f"Versions 1 to {made[0].version} are on record.",
    )


def contractor_names(conn: Connection, *, codes: set[str]) -> dict[str, str]:
    """Return the names of some contractors, by code."""
    found = reference_rows(conn, _NAMES, codes=tuple(sorted(codes)))
    return {row.code: row.name for row in found}


def award_rows(conn: Connection, *, made: AnyRow) -> tuple[AwardRow, ...]:
    """Return what an award says of every contractor of its lot, in its own order."""
    names = contractor_names(conn, codes={place["contractor"] for place in made.placings})
    return tuple(
        AwardRow(
            place=place["place"],
            contractor=names.get(place["contractor"], place["contractor"]),
            code=place["contractor"],
            net_pence=place["net_pence"],
            total_pence=place["total_pence"],
            saving_pence=_placed(place, "saving_pence"),
            above_lowest_pence=_placed(place, "above_lowest_pence"),
            explanation=place["explanation"],
            chosen=place["contractor"] == made.contractor,
        )
        for place in made.placings
    )


def _placed(place: Mapping[str, Any], figure: str) -> int | None:
    """Return what a contractor is below or above others, who has a place among them."""
    return place.get(figure) if place["place"] is not None else None


def turns_counted(conn: Connection, *, made: AnyRow) -> tuple[TurnsRow, ...]:
    """Return the turns of every contractor of the lot as an award counted them, by code."""
    if not made.inputs:
        return ()  # made before awards kept their inputs
    inputs = from_plain(made.inputs)
    codes = sorted(tenderer.contractor for tenderer in inputs.tenderers)
    names = contractor_names(conn, codes=set(codes))
    return tuple(
        made_of(
            TurnsRow, inputs.ledger.get(code, NO_TURNS), contractor=names.get(code, code), code=code
        )
        for code in codes
    )


def turns_since(made: AnyRow) -> date:
    """Return the 1 April since which an award counts turns."""
    return year_start(london_date(made.made_at))


def deadline_if_sealed(conn: Connection, *, made: AnyRow) -> datetime | None:
    """Return the deadline of an award's mini-competition while its quotes are sealed, else None."""
    return conn.execute(_SEALED, {"award_id": made.id}).scalar_one_or_none()


def considered_for(conn: Connection, *, case_id: int) -> list[dict[str, Any]]:
    """Return what was found of every contractor of the lot when works were last offered.

    Empty where nothing was offered yet, or by a version of Handrail that kept nothing of it.
    """
    offer = next(iter(offers_on(conn, case_id=case_id)[-1:]), None)
    if offer is None or offer.eligibility is None:
        return []
    names = contractor_names(conn, codes={one["contractor"] for one in offer.eligibility})
    return [
        {
            "contractor": names.get(one["contractor"], one["contractor"]),
            "offered": one["contractor"] == offer.contractor,
            "reasons": [why["words"] for why in one["reasons"]],
            "on": offer.offered_at,
        }
        for one in offer.eligibility
    ]


def lot_title(conn: Connection, *, made: AnyRow) -> str:
    """Return the title of an award's lot, or an empty string where it has none."""
    found = reference_row(conn, _LOT_TITLE, lot=made.lot)
    return str(found.title) if found else ""

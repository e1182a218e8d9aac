"""One code of the schedules whole: versions and what took their place, rates by zone and lot."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.asked import reference_rows
from models.base import AnyRow
from models.tables.contractors import Lot
from models.tables.schedules import Package, PackageLine, ScheduleVersion
from models.tables.terms import Zone
from rules.clocks.workdays import in_words
from rules.money import EXACT
from rules.people import Actor
from services.rates.schedules import item_shown

_VERSIONS: Final = select(*ScheduleVersion.__table__.c).order_by(ScheduleVersion.id)
_ZONES: Final = (
    select(*Zone.__table__.c, Lot.title, Lot.authorities)
    .join(Lot, Lot.code == Zone.lot)
    .order_by(Zone.lot, Zone.zone)
)
_LOTS: Final = select(Lot.code, Lot.authorities).order_by(Lot.code)
_PACKAGES: Final = (
    select(Package.code, Package.title, PackageLine.quantity)
    .join(PackageLine, PackageLine.package == Package.code)
    .where(PackageLine.code == bindparam("item"))
    .order_by(Package.code)
)


def item_standing(conn: Connection, *, code: str, viewer: Actor, on: date) -> dict[str, Any]:
    """Return what ``item_shown`` does, with what superseded each version and the rates by zone.

    Args:
        viewer: Who looks: zones and contract rates of lots of other authorities are left out.

    Raises:
        UnknownReferenceError: No schedule has ever had the code.
    """
    found = item_shown(conn, code=code, on=on)
    every = reference_rows(conn, _VERSIONS)
    for version in found["versions"]:
        version["superseded"] = _superseded(version, found["versions"], every)
    now = next((one for one in found["versions"] if one["in_force"]), found["versions"][-1])
    zones = [row for row in reference_rows(conn, _ZONES) if _serves(row, viewer)]
    lots = {row.code for row in reference_rows(conn, _LOTS) if _serves(row, viewer)}
    return found | {
        "now": now,
        "zones": [(row, EXACT.multiply(Decimal(now["indexed_rate"]), row.factor)) for row in zones],
        "contract_rates": [one for one in found["contract_rates"] if one["lot"] in lots],
        "packages": reference_rows(conn, _PACKAGES, item=found["code"]),
    }


def _superseded(
    version: dict[str, Any], having: list[dict[str, Any]], every: Sequence[AnyRow]
) -> str:
    """Return which version took the place of one, and whether the code is in it, in words."""
    if not version["valid_to"]:
        return ""
    first = date.fromisoformat(version["valid_to"]) + timedelta(days=1)
    same = (one for one in every if one.schedule == version["schedule"])
    if not any(one.valid_from == first for one in same):
        return ""
    keys = {(one["schedule"], one["valid_from"]) for one in having}
    name = f"{version['schedule']} from {in_words(first)}"
    still = (version["schedule"], first.isoformat()) in keys
    return f"by {name}" + ("" if still else ", which has no such code")


def _serves(row: AnyRow, viewer: Actor) -> bool:
    return not viewer.authorities or not viewer.authorities.isdisjoint(row.authorities)

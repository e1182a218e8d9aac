"""Which authority follows which: as planned, and as carried out."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, exists, select

from models.asked import reference_rows
from models.base import AnyRow
from models.tables.delivery import CarriedPlan, Succession
from rules.delivery import succession as rules

EVERY: Final = select(*Succession.__table__.c).order_by(
    Succession.plan, Succession.predecessor, Succession.successor
)
"""Every succession, by plan, as it is stored now."""

_CARRIED: Final = EVERY.where(
    exists().where(CarriedPlan.plan == Succession.plan, CarriedPlan.begun_at.is_not(None))
)


def as_rule(row: AnyRow | Mapping[str, Any]) -> rules.Succession:
    """Return a row as the rules take it."""
    held: Any = getattr(row, "_mapping", row)
    names = ("plan", "predecessor", "successor", "first_day", "postcodes", "budget_share")
    return rules.Succession(*(held[name] for name in names))


def planned(conn: Connection) -> list[AnyRow]:
    """Return every succession, by plan."""
    return list(reference_rows(conn, EVERY))


def carried_out(conn: Connection) -> list[rules.Succession]:
    """Return the successions whose plan was carried out, or begun to be."""
    return [as_rule(row) for row in reference_rows(conn, _CARRIED)]


def present_authorities(conn: Connection, *, on: date) -> dict[str, str]:
    """Return the authority that stands for each that was followed by one alone, and so on.

    One that was divided is left out: only the home of a case says who took it.
    """
    return rules.present(carried_out(conn), on=on)

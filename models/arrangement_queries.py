"""Who works whose cases: as planned, as carried out, and as a case has it."""

from dataclasses import fields
from datetime import date
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from models.asked import lasting, reference_rows
from models.base import AnyRow
from models.tables.delivery import Arrangement, CarriedPlan
from rules.delivery import arrangement as rules

EVERY: Final = select(*Arrangement.__table__.c).order_by(Arrangement.plan, Arrangement.id)
_CARRIED: Final = EVERY.where(exists().where(CarriedPlan.plan == Arrangement.plan))
_NAMES: Final = tuple(one.name for one in fields(rules.Arrangement) if one.name != "number")


def as_rule(row: AnyRow) -> rules.Arrangement:
    """Return a row as the rules take it."""
    held: Any = row._mapping
    return rules.Arrangement(**{name: held[name] for name in _NAMES}, number=held["id"])


def planned(conn: Connection) -> list[AnyRow]:
    """Return every arrangement, by plan."""
    return list(reference_rows(conn, EVERY))


def carried_out(conn: Connection) -> dict[int, rules.Arrangement]:
    """Return by row the arrangements whose plan was carried out, or begun to be."""
    return lasting(
        conn,
        "arrangements",
        lambda: {row.id: as_rule(row) for row in reference_rows(conn, _CARRIED)},
    )


def arrangement_of(conn: Connection, *, case: AnyRow) -> rules.Arrangement | None:
    """Return by which arrangement a team works a case; None where its authority does by itself."""
    return carried_out(conn)[case.arrangement] if case.arrangement else None


def arrangement_for(
    conn: Connection, *, authority: str, postcode: str, on: date
) -> rules.Arrangement | None:
    """Return which team works the homes of an authority in a place on a day, or None."""
    found = rules.in_force(carried_out(conn).values(), authority=authority, on=on)
    return rules.team_for(postcode, found)


def pooled_with(conn: Connection, *, authority: str) -> frozenset[str]:
    """Return the authorities whose budgets are one with an authority's, itself included."""
    found = carried_out(conn).values()
    return rules.pooled_with(found, authority=authority, on=date.max)

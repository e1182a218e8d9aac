"""Who decided what an award rests on, as they sign it: route, direction, award of a competition."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.case_queries import awards_of, price_by_id
from models.tables.record import Decision
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.decisions import Plan
from rules.pricing.award_record import SignedDecision
from rules.tenders.price_words import (
    ONE_QUOTE_STATEMENT,
    award_statement,
    direction_statement,
    override_statement,
)
from rules.tenders.routes import Route
from services.tenders.award_facts import contractor_names

_DECIDED: Final = (
    select(*Decision.__table__.c, Officer.name.label("officer_name"))
    .outerjoin(Officer, Officer.email == Decision.actor)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind.in_(bindparam("kinds", expanding=True)),
        Decision.decided_at <= bindparam("until"),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)
_FOREVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_TITLES: Final = {
    "direct": "Direction under section 2(2)(b)",
    "award-batch": "Direction under section 2(2)(b), on a batch award",
    "award": "Award of the mini-competition",
}


def override_of(conn: Connection, *, made: AnyRow) -> SignedDecision | None:
    """Return the officer's choice of route that an award rests on, or None where the rule chose."""
    row = _decided(conn, made, ("route",), made.made_at)
    if row is None or not row.facts.get("route"):
        return None
    statement = override_statement(
        route=Route(row.facts["route"]), package=row.facts.get("package") or ""
    )
    return _signed(row, title="Route chosen by the officer", statement=statement)


def decisions_on(conn: Connection, *, made: AnyRow) -> tuple[SignedDecision, ...]:
    """Return the direction and the award that the tender rests on, as their officers sign them.

    Returns:
        The s.2(2)(b) direction where there is one, then the award of a mini-competition; nothing
        while neither is decided.
    """
    if not made.contractor:
        return ()
    kinds: list[tuple[str, ...]] = []
    kinds += [("direct", "award-batch")] if made.direction else []
    kinds += [("award",)] if made.route == Route.QUOTES else []
    every = reversed(awards_of(conn, case_id=made.case_id))
    # What was decided later closed a later award.
    until = next((after.made_at for after in every if after.version > made.version), None)
    rows = [_decided(conn, made, each, until) for each in kinds]
    return tuple(
        _signed(row, title=_TITLES[row.kind], statement=_words(conn, made, row))
        for row in rows
        if row is not None
    )


def _words(conn: Connection, made: AnyRow, row: AnyRow) -> str:
    """Return a decision as a statement; its price too, unless it was taken on another one."""
    total_pence = None
    if made.price_id is not None and not _passed_on(conn, made):
        total_pence = price_by_id(conn, price_id=made.price_id).total_pence
    name = contractor_names(conn, codes={made.contractor})[made.contractor]
    if row.kind == "award":
        return award_statement(contractor=name, total_pence=total_pence)
    if made.route == Route.QUOTES:
        return ONE_QUOTE_STATEMENT
    return direction_statement(contractor=name, total_pence=total_pence)


def _passed_on(conn: Connection, made: AnyRow) -> bool:
    """Say whether the works passed to this contractor on the decision for the one before it."""
    every = awards_of(conn, case_id=made.case_id)
    before = next((award for award in every if award.version == made.version - 1), None)
    return (
        before is not None
        and before.contractor not in (None, made.contractor)
        and (before.route, before.direction) == (made.route, made.direction)
        and before.placings == made.placings
    )


def _decided(
    conn: Connection, made: AnyRow, kinds: tuple[str, ...], until: datetime | None
) -> AnyRow | None:
    """Return the newest decision of some kinds until an instant."""
    values = {"case_id": made.case_id, "kinds": kinds, "until": until or _FOREVER}
    return conn.execute(_DECIDED, values).one_or_none()


def _signed(row: AnyRow, *, title: str, statement: str) -> SignedDecision:
    return SignedDecision(
        title=title,
        statement=statement,
        reason=row.reason,
        plan=Plan(**row.plan) if row.plan else None,
        name=row.officer_name or row.actor,
        role=row.actor_role.replace("_", " "),
        decided_on=london_date(row.decided_at),
    )

"""Whose clocks somebody means by "mine": an officer's cases, a role's steps, a firm's works."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.engine import Connection

from models.people import actor_for
from models.tables.cases import Case
from models.tables.prices import Offer
from models.tables.record import Decision
from models.tables.reference import Authority, Officer
from rules.parties import Party
from rules.people import Actor, Role
from services.reports.clocks_at import Asked

_OWNER_OF_ROLE: Final = {
    Role.APPROVING_OFFICER: "approving officer",
    Role.FINANCE: "finance",
    Role.ASSESSOR: "assessor",
}


def of_person(conn: Connection, *, asked: Asked, identity: str) -> tuple[Asked, Actor]:
    """Narrow a question to somebody's clocks, and say who they are.

    A technical officer has the cases that they specified, and those not specified yet that would
    be theirs; an approving officer, finance and an assessor what waits for their role; a contractor
    what it holds of the works offered to it; everybody else all of their authorities.

    Args:
        asked: The question.
        identity: An officer's e-mail address, or a contractor's code.

    Raises:
        UnknownReferenceError: Nobody is known by it.
    """
    actor = actor_for(conn, identity=identity)
    asked = replace(asked, authorities=actor.authorities)
    if actor.role is Role.TECHNICAL_OFFICER:
        return replace(asked, of_cases=_cases_of_officer(conn, actor)), actor
    if actor.role is Role.CONTRACTOR:
        offered = select(Offer.case_id).where(
            Offer.contractor == actor.identity, Offer.status.in_(("offered", "accepted"))
        )
        return replace(asked, of_cases=offered, holder=Party.CONTRACTOR), actor
    return replace(asked, owner=_OWNER_OF_ROLE.get(actor.role, "")), actor


def _cases_of_officer(conn: Connection, actor: Actor) -> Select[Any]:
    """Return the cases whose officer somebody is, as ``models.contacts.officer_of`` finds them."""
    by_officers = (
        select(
            Decision.case_id,
            Decision.actor,
            func.row_number()
            .over(partition_by=Decision.case_id, order_by=Decision.id.desc())
            .label("place"),
        )
        .join(Officer, Officer.email == Decision.actor)
        .where(Decision.kind == "specify")
        .subquery()
    )
    newest = and_(by_officers.c.case_id == Case.id, by_officers.c.place == 1)
    first_in = _authorities_where_first(conn, actor)
    theirs = (by_officers.c.actor == actor.identity) | (
        by_officers.c.actor.is_(None) & Case.authority.in_(first_in)
    )
    return select(Case.id).outerjoin(by_officers, newest).where(theirs)


def _authorities_where_first(conn: Connection, actor: Actor) -> list[str]:
    """Return the authorities whose first technical officer they are."""
    officers = (
        conn.execute(
            select(Officer.email, Officer.authorities)
            .where(Officer.role == Role.TECHNICAL_OFFICER)
            .order_by(Officer.email)
        )
    ).all()
    codes = conn.execute(select(Authority.code).order_by(Authority.code)).scalars()
    first = {
        code: next((o.email for o in officers if not o.authorities or code in o.authorities), "")
        for code in codes
    }
    return [code for code, email in first.items() if email == actor.identity]

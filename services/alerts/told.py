"""Who is told of an alert, as a condition on the alerts that stand.

That is decided by ``rules.alerts.alerts.told_of``, once for all alerts that are alike in what bears
on it; the database knows the alike ones by the same columns.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    false,
    or_,
    select,
    tuple_,
)

from models.base import AnyRow
from models.people import absences, actor_for, answers_for, staff
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.competition import Competition
from models.tables.prices import Award, Offer
from models.tables.record import Decision
from models.tables.reference import Provider
from rules.alerts.alerts import Concern
from rules.parties import Party
from rules.people import Actor, Role
from services.alerts.directory import read_directory, told_by_person, told_today
from services.alerts.live_alerts import live_alerts
from services.cases.clocks.terms import clock_terms

Told: TypeAlias = Callable[[Any], ColumnElement[bool]]
"""The condition on an alert, by its ``id`` and ``rung``."""

_OTHER: Final = "somebody else"
_FIRM: Final = "a firm"
_ALIKE: Final = ("sort", "rung", "authority", "holder", "owner", "officer", "assessor", "firm")
"""The columns that bear on who is told."""

_LAST_SPECIFIED: Final = (
    select(Decision.actor)
    .where(Decision.kind == "specify", Decision.case_id == Case.id)
    .order_by(Decision.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_HAS_FIRM: Final = case(
    (
        Clock.holder == Party.CONTRACTOR,
        or_(
            exists().where(Offer.case_id == Case.id, Offer.status.in_(("offered", "accepted"))),
            exists().where(
                Award.case_id == Case.id,
                Competition.award_id == Award.id,
                Competition.status == "open",
            ),
        ),
    ),
    (
        and_(Clock.holder == Party.LANDLORD, Case.tenure == "rp_tenant"),
        exists().where(Provider.code == Case.landlord, Provider.email != ""),
    ),
    else_=false(),
)


def people_columns(conn: Connection, person: str, today: date) -> tuple[ColumnElement[Any], ...]:
    """Return who answers for a case: the person, somebody else, or nobody."""
    answers = {one: answers_for(conn, one, on=today) for one in staff(conn)}
    theirs = [one for one, by in answers.items() if by == person]
    others = [one for one, by in answers.items() if by and by != person]

    def who(column: Any, otherwise: Any) -> ColumnElement[Any]:
        return case((column.in_(theirs), person), (column.in_(others), _OTHER), else_=otherwise)

    officer = who(Case.officer, who(_LAST_SPECIFIED, ""))
    return (
        officer.label("officer"),
        who(Case.assessor, "").label("assessor"),
        case((officer != "", 0), (_HAS_FIRM, 1), else_=0).label("firm"),
    )


def told_condition(conn: Connection, facts: Any, person: str, today: date) -> Told | None:
    """Return the condition that a person is told of an alert, or None for everybody."""
    if not person:
        return None
    actor = actor_for(conn, identity=person)
    if actor.role is Role.CONTRACTOR:
        ids = _of_firm(conn, actor, today)
        these = bindparam(None, ids, Integer, expanding=True, literal_execute=True)
        return lambda one: one.id.in_(these)
    bearing = {name: facts.c[name] for name in _ALIKE}
    sorts = conn.execute(select(*bearing.values()).distinct(), {"today": today}).all()
    told = [tuple(one) for one in sorts if _is_told(conn, actor, one, today)]
    if not told:
        return lambda _: false()
    return lambda one: tuple_(*(bearing | {"rung": one.rung}).values()).in_(told)


def _is_told(conn: Connection, actor: Actor, one: AnyRow, today: date) -> bool:
    firm = _FIRM if one.firm else ""
    concern = Concern(
        kind=one.sort,
        rung=one.rung,
        authority=one.authority,
        holder=Party(one.holder) if one.holder else None,
        owner=one.owner,
        officer=one.officer,
        assessor=one.assessor,
        contractors=(firm,) if firm else (),
        provider=firm,
    )
    ladder = clock_terms(conn, authority=one.authority).ladder
    told = told_today(
        concern, ladder=ladder, staff=staff(conn), absences=absences(conn), today=today
    )
    return actor.identity in told


def _of_firm(conn: Connection, actor: Actor, today: date) -> list[int]:
    """Return the row ids of the alerts that a contractor is told of."""
    alerts = live_alerts(conn, today=today, only=[Clock.holder == Party.CONTRACTOR])
    found = told_by_person(conn, read_directory(conn, today=today), alerts)
    return [alert.id for alert in found.get(f"contractor:{actor.identity}", ())]

"""Whose cases are whose on a day, as conditions on cases, and the people that lists name."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from models.asked import lasting
from models.base import AnyRow
from models.people import answers_for, name_of, staff
from models.tables.cases import Case
from models.tables.record import Decision
from rules.officers import holder_words, serves_on
from rules.people import Actor


def answered_by(conn: Connection, *, identity: str, on: date) -> ColumnElement[bool]:
    """Return the condition that somebody answers for a case on a day: theirs, or as a stand-in."""
    theirs = _answered(conn, identity, on)
    return or_(Case.officer.in_(theirs), Case.assessor.in_(theirs))


def unassigned(conn: Connection, *, on: date) -> ColumnElement[bool]:
    """Return the condition that a case has no officer, or one who has left."""
    gone = [one.identity for one in staff(conn).values() if not serves_on(one, on)]
    nobody = Case.officer.is_(None)
    return or_(nobody, Case.officer.in_(gone)) if gone else nobody  # an empty list has no index


def told_to(conn: Connection, actor: Actor, *, on: date) -> Select[Any]:
    """Return the row ids of the cases whose technical officers' alerts go to somebody on a day.

    Those they answer for; of those that are nobody's, what they specified, and what nobody who
    serves specified in an authority of theirs.
    """
    theirs = _answered(conn, actor.identity, on)
    gone = [one for one in staff(conn) if not answers_for(conn, one, on=on)]
    specified = _specified()
    by = specified.c.actor
    serves = [Case.authority.in_(actor.authorities)] if actor.authorities else []
    open_to_all = and_(or_(by.is_(None), by.in_(gone)), *serves)
    nobodys = or_(Case.officer.is_(None), Case.officer.in_(gone))
    return (
        select(Case.id)
        .outerjoin(specified, and_(specified.c.case_id == Case.id, specified.c.place == 1))
        .where(or_(Case.officer.in_(theirs), and_(nobodys, or_(by.in_(theirs), open_to_all))))
    )


def of_leaver(identity: str, *, assessor: bool) -> Select[Any]:
    """Return the references of the open cases that an officer, or an assessor, leaves behind.

    Those given to them; of those given to no officer, also what they specified last.
    """
    specified = _specified()
    last = and_(
        specified.c.case_id == Case.id, specified.c.place == 1, specified.c.actor == identity
    )
    by_them = and_(Case.officer.is_(None), specified.c.actor.is_not(None))
    theirs = Case.assessor == identity if assessor else or_(Case.officer == identity, by_them)
    return (
        select(Case.reference)
        .outerjoin(specified, last)
        .where(Case.status.in_(("open", "paid")), theirs)
        .order_by(Case.reference)
    )


def _answered(conn: Connection, identity: str, on: date) -> list[str]:
    others = (one for one in staff(conn) if one != identity)
    return [identity, *(one for one in others if answers_for(conn, one, on=on) == identity)]


def _specified() -> Any:
    return (
        select(
            Decision.case_id,
            Decision.actor,
            func.row_number()
            .over(partition_by=Decision.case_id, order_by=Decision.id.desc())
            .label("place"),
        )
        .where(Decision.kind == "specify")
        .subquery()
    )


def people_of(conn: Connection, case: AnyRow, *, on: date) -> dict[str, str | None]:
    """Return who a case is with, as lists and pages name them.

    Returns:
        ``officer`` and ``assessor``: addresses, or None; ``…_name``: names, or empty;
        ``answers``: the name of who answers for the officer on the day, empty where nobody does.
    """
    return {
        "officer": case.officer,
        "officer_name": name_of(conn, case.officer),
        "assessor": case.assessor,
        "assessor_name": name_of(conn, case.assessor),
        "answers": name_of(conn, answers_for(conn, case.officer, on=on)),
    }


def named_holder(conn: Connection, owner: str, case: AnyRow, *, on: date) -> str:
    """Return who holds a step of a case: whoever answers for it on a day by name, or the role."""
    officer, assessor = (_answering(conn, one, on) for one in (case.officer, case.assessor))
    return holder_words(owner, officer=officer, assessor=assessor)


def _answering(conn: Connection, identity: str | None, on: date) -> str:
    """Return the name of who answers for an officer, worked out once for all rows of a list."""
    if not identity:
        return ""
    return lasting(
        conn, ("answering", identity, on), lambda: name_of(conn, answers_for(conn, identity, on=on))
    )

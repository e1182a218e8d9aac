"""What is missing before authorities can follow one another, and what whoever decides should know.

What is missing holds the plan up, all of it at once; the notes hold nothing up.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, literal, select, union_all
from sqlalchemy.engine import Connection

from models.base import AnyRow, Base
from models.people import staff
from models.tables.cases import Case
from models.tables.funding import Budget
from models.tables.payments import PayingTerms
from models.tables.reference import Authority
from rules.clocks.workdays import in_words
from rules.delivery.succession import successor_for
from rules.grants.budgets import financial_year, year_words
from rules.money import pounds
from rules.officers import serves_on
from rules.pathway import LIVE
from rules.people import Actor, Role
from rules.sentences import named
from services.cases.clocks.calendar import known_years
from services.delivery.fates import OWN
from services.delivery.plans import Plan
from services.grants.terms import consulted_on_works

_CODES: Final[BindParameter[Any]] = bindparam("authorities", expanding=True)
_AUTHORITIES: Final = select(*Authority.__table__.c).where(Authority.code.in_(_CODES))
_BUDGETS: Final = select(Budget.authority, Budget.year).where(Budget.authority.in_(_CODES))
_PAYING: Final = select(PayingTerms.authority, PayingTerms.valid_from).where(
    PayingTerms.authority.in_(_CODES)
)
OPEN: Final = (
    select(Case.reference, Case.authority, Case.postcode)
    .where(Case.authority.in_(_CODES), Case.status.in_(LIVE))
    .order_by(Case.reference)
)
"""The open cases of some authorities."""


def missing(conn: Connection, plan: Plan) -> list[str]:
    """Return everything that holds a plan up, a sentence each."""
    return [
        *_letterheads(conn, plan),
        *_approvers(conn, plan),
        *_money(conn, plan),
        *_accounts(conn, plan),
        *_homes(conn, plan),
        *_years(conn, plan),
    ]


def _letterheads(conn: Connection, plan: Plan) -> Iterator[str]:
    for row in conn.execute(_AUTHORITIES, {"authorities": plan.successors}):
        lacking = [name for name in ("address", "email") if not getattr(row, name)]
        if lacking:
            yield (
                f"{row.name} has no {' and no '.join(lacking)} to write from: "
                "`handrail import authorities FILE`."
            )


def _approvers(conn: Connection, plan: Plan) -> Iterator[str]:
    for successor in plan.successors:
        if not list(approvers(conn, plan, successor=successor)):
            yield (
                f"Nobody with a delegated limit would serve {successor}, so that nothing could "
                "be approved: `handrail import officers FILE`."
            )


def approvers(conn: Connection, plan: Plan, *, successor: str) -> Iterator[Actor]:
    """Yield who may approve grants of a successor from its first day on."""
    theirs = {one.predecessor for one in plan.successions if one.successor == successor}
    for one in staff(conn).values():
        if one.role is not Role.APPROVING_OFFICER or one.approval_limit_pence is None:
            continue
        serves = not one.authorities or one.authorities & {successor, *theirs}
        if serves and serves_on(one, plan.first_day):
            yield one


def _money(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield successors that will have no budget, though a predecessor has been given any."""
    held: dict[str, set[int]] = {}
    for row in conn.execute(_BUDGETS, {"authorities": plan.authorities}):
        held.setdefault(row.authority, set()).add(row.year)
    year = financial_year(plan.first_day)
    for successor in plan.successors:
        before = [one.predecessor for one in plan.successions if one.successor == successor]
        years = set().union(*(held.get(code, set()) for code in (successor, *before)))
        if years and year not in years:
            yield (
                f"{successor} would have no budget for {year_words(year)}: "
                "`handrail import budgets FILE`."
            )


def _accounts(conn: Connection, plan: Plan) -> Iterator[str]:
    rows = conn.execute(_PAYING, {"authorities": plan.authorities}).all()
    paying = {row.authority for row in rows if row.valid_from <= plan.first_day}
    for one in plan.successions:
        if one.predecessor in paying and one.successor not in paying:
            yield (
                f"{one.predecessor} has terms of its payment runs, and {one.successor} has none "
                f"from {in_words(plan.first_day)}: `handrail payments terms`."
            )


def _homes(conn: Connection, plan: Plan) -> Iterator[str]:
    nowhere = [
        row.reference
        for row in conn.execute(OPEN, {"authorities": plan.predecessors})
        if not successor_for(row.postcode, plan.of(row.authority))
    ]
    if nowhere:
        yield f"No council takes the homes of {named(nowhere)}: correct the postcodes of the plan."


def _years(conn: Connection, plan: Plan) -> Iterator[str]:
    known = known_years(conn)
    if known is not None and plan.first_day.year > known[1]:
        yield f"The bank holidays of {plan.first_day.year} are not held, so no clock can count."


def notes(conn: Connection, plan: Plan) -> list[str]:
    """Return what holds nothing up and is to be known, a sentence each."""
    return [*_limits(conn, plan), *_consulted(conn, plan), *_own(conn, plan)]


def _limits(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield whose delegated limit will hold for a successor: none is other than it was."""
    for successor in plan.successors:
        told = [
            f"{one.name} up to {pounds(one.approval_limit_pence or 0)}"
            for one in approvers(conn, plan, successor=successor)
        ]
        if told:
            yield f"May approve for {successor}: {named(told)}."


def _consulted(conn: Connection, plan: Plan) -> Iterator[str]:
    for one in plan.successions:
        before, after = (
            consulted_on_works(conn, authority=code, on=plan.first_day)
            for code in (one.predecessor, one.successor)
        )
        if before != after:
            yield (
                f"For {one.predecessor} {before or 'nobody'} is consulted (s.24(3)); for "
                f"{one.successor} {after or 'nobody'} from {in_words(plan.first_day)}."
            )
        elif after:
            yield f"{after} is consulted for {one.successor} too (s.24(3))."


def _own(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield which policy of its own a predecessor has that its successor has none of."""
    held = {(row.what, row.authority): row.number for row in _counted(conn, plan)}
    for one in plan.successions:
        lacking = [
            words
            for what, words in OWN.items()
            if held.get((what, one.predecessor)) and not held.get((what, one.successor))
        ]
        if lacking:
            yield (
                f"{one.predecessor} has {named(lacking)}; {one.successor} has none, and goes by "
                "what holds for every authority."
            )


def _counted(conn: Connection, plan: Plan) -> list[AnyRow]:
    asked = []
    for what in OWN:
        table, column = what.split(".")
        whose = Base.metadata.tables[table].c[column]
        asked.append(
            select(literal(what).label("what"), whose.label("authority"))
            .add_columns(func.count().label("number"))
            .where(whose.in_(plan.authorities))
            .group_by(whose)
        )
    return list(conn.execute(union_all(*asked)))

"""What is missing before a plan can be carried out, and what whoever decides should know.

What is missing holds the plan up, all of it at once; the notes hold nothing up.
"""

from collections.abc import Iterator
from datetime import timedelta
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
from rules.delivery.arrangement import limit_under
from rules.delivery.succession import closest
from rules.grants.budgets import financial_year, year_words
from rules.money import pounds
from rules.officers import serves_on
from rules.pathway import LIVE
from rules.people import Actor, Role
from rules.sentences import named
from services.cases.clocks.calendar import known_years
from services.delivery.fates import OWN
from services.delivery.plans import Plan
from services.delivery.teams import taking
from services.grants.pools import pools
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
        *_teams(conn, plan),
        *_pools(conn, plan),
        *_approvers(conn, plan),
        *_money(conn, plan),
        *_accounts(conn, plan),
        *_homes(conn, plan),
        *_years(conn, plan),
    ]


def _letterheads(conn: Connection, plan: Plan) -> Iterator[str]:
    for row in conn.execute(_AUTHORITIES, {"authorities": [*plan.successors, *plan.hosts]}):
        lacking = [name for name in ("address", "email") if not getattr(row, name)]
        if lacking:
            yield (
                f"{row.name} has no {' and no '.join(lacking)} to write from: "
                "`handrail import authorities FILE`."
            )


def _approvers(conn: Connection, plan: Plan) -> Iterator[str]:
    for code in plan.successors or plan.arranged:
        if not list(approvers(conn, plan, of=code)):
            yield (
                f"Nobody with a delegated limit would serve {code}, so that nothing could "
                "be approved: `handrail import officers FILE`."
            )


def approvers(conn: Connection, plan: Plan, *, of: str) -> Iterator[Actor]:
    """Yield who may approve grants of an authority from the first day of a plan on."""
    theirs = {one.predecessor for one in plan.successions if one.successor == of}
    for one in staff(conn).values():
        if one.role is not Role.APPROVING_OFFICER or one.approval_limit_pence is None:
            continue
        serves = not one.authorities or one.authorities & {of, *theirs}
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
        for row in conn.execute(OPEN, {"authorities": plan.givers})
        if not closest(row.postcode, plan.of(row.authority))
    ]
    if nowhere:
        who = "team works" if plan.arrangements else "council takes"
        yield f"No {who} the homes of {named(nowhere)}: correct the postcodes of the plan."


def _teams(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield teams of which nobody may be given cases: they must serve the authority already."""
    known = staff(conn)
    for one in plan.arrangements:
        if one.officers and not list(taking(conn, one, on=plan.first_day)):
            yield (
                f"No technical officer of {one.team} serves {one.authority}, so that nobody could "
                "be given its cases: `handrail import officers FILE`."
            )
        strange = [
            known[each].name
            for each in one.officers
            if known[each].authorities and one.authority not in known[each].authorities
        ]
        if strange:
            yield (
                f"{named(strange)} of {one.team} would not serve {one.authority}: a plan gives "
                "nobody a power. `handrail import officers FILE`, or leave them out of it."
            )


def _pools(conn: Connection, plan: Plan) -> Iterator[str]:
    year = financial_year(plan.first_day)
    held = {
        row.authority
        for row in conn.execute(_BUDGETS, {"authorities": plan.authorities})
        if row.year == year
    }
    for code in sorted({one.authority for one in plan.arrangements if one.pool} - held):
        yield (
            f"{code} would be in a pool and has no budget for {year_words(year)}, so that nothing "
            "would hold its approvals to the pool: `handrail import budgets FILE`."
        )


def _years(conn: Connection, plan: Plan) -> Iterator[str]:
    known = known_years(conn)
    if known is not None and plan.first_day.year > known[1]:
        yield f"The bank holidays of {plan.first_day.year} are not held, so no clock can count."


def notes(conn: Connection, plan: Plan) -> list[str]:
    """Return what holds nothing up and is to be known, a sentence each."""
    return [
        *_limits(conn, plan),
        *_consulted(conn, plan),
        *_own(conn, plan),
        *_owed(conn, plan),
    ]


def _limits(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield whose delegated limit will hold for whom: none is more than it was."""
    for code in plan.successors or plan.arranged:
        teams = plan.of(code) if plan.arrangements else (None,)
        told = {
            f"{one.name} up to {pounds(limit)}": None
            for one in approvers(conn, plan, of=code)
            for limit in [min(_limit(one, team) for team in teams)]
        }
        if told:
            yield f"May approve for {code}: {named(list(told))}."


def _limit(one: Actor, team: Any) -> int:
    return limit_under(team, officer=one.identity, own_pence=one.approval_limit_pence) or 0


def _owed(conn: Connection, plan: Plan) -> Iterator[str]:
    """Yield what an authority that leaves its pool has drawn of the others, and they of it."""
    after = {one.authority: one.pool for one in plan.arrangements}
    for pool in pools(conn, on=plan.first_day - timedelta(days=1)):
        for share in pool.shares:
            more = share.drawn_pence - share.given_pence
            if more and after.get(share.authority, pool.pool) != pool.pool:
                side = "more than it gave" if more > 0 else "less than it gave"
                yield (
                    f"{share.authority} leaves pool {pool.pool}, of which it drew "
                    f"{pounds(abs(more))} {side} in {pool.financial_year}. Budgets stay as they "
                    "are: what is settled between them is imported as budgets."
                )


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
    for code in plan.arranged:
        asked = consulted_on_works(conn, authority=code, on=plan.first_day)
        if asked:
            yield f"{asked} is consulted for {code}, whoever works its cases (s.24(3))."


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

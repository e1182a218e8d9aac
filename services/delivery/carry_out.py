"""A plan carried out: open cases, clocks and budgets go to those that follow, or work them.

Each case goes in a transaction of its own, with its reason on its own record and with what it holds
committed. Killed at any moment it is begun again and goes on where it was; carried out twice it
takes what was late, such as a case that was opened again. A rehearsal is the very same work in a
transaction that is taken back.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.audit import note_service, take_turn
from models.people import acting
from models.tables.delivery import CarriedPlan
from models.tables.statements import Statement
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.delivery.succession import successor_for
from rules.errors import (
    DatabaseBusyError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.people import Actor, check_administers
from services.cases.clocks.retime import Moved
from services.cases.statements import hand_statement
from services.delivery.figures import figures, totals
from services.delivery.joining import join_all
from services.delivery.missing import OPEN, missing, notes
from services.delivery.moves import Gone, move
from services.delivery.plans import Plan, plan_named
from services.grants.budgets_handed import hand_what_is_left
from services.grants.handing import Handed

Transactions: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction that writes, for as long as its block lasts."""

_BEGIN: Final = insert(CarriedPlan)
_END: Final = update(CarriedPlan).where(CarriedPlan.plan == bindparam("of_plan"))
_STATEMENTS: Final = (
    select(Statement.id, Statement.authority, Statement.postcode)
    .where(
        Statement.state == "received",
        Statement.authority.in_(bindparam("authorities", expanding=True)),
    )
    .order_by(Statement.id)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What carrying a plan out did, or a rehearsal would do.

    Args:
        cases: The open cases that went.
        stayed: Why a case could not go, a sentence each.
        joined: What names a successor now, by kind.
        statements: Clients' statements that wait for a successor now.
        handed: What budgets had left, and who has it.
        before: The figures as the plan was begun.
        after: The figures now.
    """

    plan: str
    cases: tuple[Gone, ...]
    stayed: tuple[str, ...]
    joined: Mapping[str, tuple[str, ...]]
    statements: int
    handed: tuple[Handed, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def due(self) -> tuple[Moved, ...]:
        """The due dates that moved, in the order of the cases."""
        return tuple(moved for case in self.cases for moved in case.due)

    @property
    def differing(self) -> dict[str, tuple[int, int]]:
        """Sums that are other than they were: somebody else changed them meanwhile."""
        was, now = totals(self.before), totals(self.after)
        return {
            what: (was.get(what, 0), now.get(what, 0))
            for what in sorted({*was, *now})
            if was.get(what, 0) != now.get(what, 0)
        }


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A plan as it would be carried out now, what is missing before it can be, and what to know."""

    plan: Plan
    outcome: Outcome
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def check_may_carry_out(plan: Plan, actor: Actor) -> None:
    """Refuse a plan to whoever administers nothing, or not all whose cases go with it.

    Raises:
        NotPermittedError: They do not.
    """
    check_administers(actor=actor, what="a change of who delivers")
    strange = set(plan.givers) - actor.authorities if actor.authorities else set()
    if strange:
        raise NotPermittedError(
            f"{actor.name} does not serve {', '.join(sorted(strange))}.",
            why="A plan is carried out by an administrator of all whose cases go with it.",
            next_step="Ask an administrator who serves them.",
        )


def check_ready(conn: Connection, plan: Plan, *, today: date) -> None:
    """Refuse a plan before its day, or while something is missing; everything is said at once.

    Raises:
        StepNotOpenError: Its day is still to come.
        InvalidDecisionError: Something is missing.
    """
    if today < plan.first_day:
        raise StepNotOpenError(
            f"Plan {plan.name} begins on {in_words(plan.first_day)}.",
            why="Nothing of it counts before its day.",
            next_step=f"Rehearse it: `handrail delivery carry-out {plan.name} --rehearse`.",
        )
    if lacking := missing(conn, plan):
        raise InvalidDecisionError(
            f"Plan {plan.name} cannot be carried out yet.",
            why=" ".join(lacking),
            next_step="Nothing was changed.",
        )


def carry_out(
    transactions: Transactions, *, name: str, by: str, now: datetime, rehearsed: bool = False
) -> Outcome:
    """Carry a plan out, or go on with one that was begun.

    Args:
        transactions: Opens each of the transactions that it is done in.
        rehearsed: Whether it is taken back afterwards, so that its day does not matter.

    Raises:
        HandrailError: The person may not, its day is to come, or something is missing.
    """
    with transactions() as conn:
        plan, actor = _begin(conn, name=name, by=by, now=now, rehearsed=rehearsed)
    with transactions() as conn:
        joined = join_all(conn, plan, by=actor.identity, reason=plan.cited, now=now)
        statements = _hand_statements(conn, plan)
    cases, stayed = _move_all(transactions, plan, by=actor.identity, now=now)
    with transactions() as conn:
        found = Outcome(
            plan=plan.name,
            cases=cases,
            stayed=stayed,
            joined=joined,
            statements=statements,
            handed=_hand_budgets(conn, plan),
            before=plan.before or {},
            after=figures(conn, authorities=plan.authorities),
        )
        _end(conn, found, by=actor.identity, now=now)
    return found


def rehearse(conn: Connection, *, name: str, by: str, now: datetime) -> Rehearsal:
    """Carry a plan out on a transaction and take it back: the very same work, and its figures."""
    with conn.begin_nested() as whole:
        outcome = carry_out(lambda: _part(conn), name=name, by=by, now=now, rehearsed=True)
        whole.rollback()
    plan = plan_named(conn, name=name)
    return Rehearsal(plan, outcome, tuple(missing(conn, plan)), tuple(notes(conn, plan)))


@contextmanager
def _part(conn: Connection) -> Iterator[Connection]:
    with conn.begin_nested():
        yield conn


def _begin(
    conn: Connection, *, name: str, by: str, now: datetime, rehearsed: bool
) -> tuple[Plan, Actor]:
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    plan = plan_named(conn, name=name)
    check_may_carry_out(plan, actor)
    if not rehearsed:
        check_ready(conn, plan, today=london_date(now))
    if plan.begun_at is not None:
        return plan, actor
    before = figures(conn, authorities=plan.authorities)
    begun = {"plan": plan.name, "begun_at": now, "begun_by": actor.identity, "before": before}
    conn.execute(_BEGIN, begun)
    _note(conn, plan, "begun", by=actor.identity, now=now, detail={"before": totals(before)})
    return plan_named(conn, name=name), actor


def waiting(conn: Connection, plan: Plan) -> int:
    """Return how many open cases a plan would take along."""
    return len(conn.execute(OPEN, {"authorities": plan.givers}).all())


def _hand_statements(conn: Connection, plan: Plan) -> int:
    rows = conn.execute(_STATEMENTS, {"authorities": plan.predecessors}).all()
    takers = [(row.id, successor_for(row.postcode, plan.following(row.authority))) for row in rows]
    for number, taker in takers:
        if taker:
            hand_statement(conn, number=number, to=taker)
    return sum(bool(taker) for _, taker in takers)


def _move_all(
    transactions: Transactions, plan: Plan, *, by: str, now: datetime
) -> tuple[tuple[Gone, ...], tuple[str, ...]]:
    """Move each open case in a transaction of its own; one that cannot go holds up no other."""
    gone, stayed = [], []
    with transactions() as conn:
        references = conn.execute(OPEN, {"authorities": plan.givers}).scalars().all()
    for reference in references:
        try:
            with transactions() as conn:
                gone.append(move(conn, plan, reference, by=by, now=now))
        except DatabaseBusyError:
            raise
        except HandrailError as error:
            stayed.append(f"{reference}: {error.text()}")
    return tuple(one for one in gone if one is not None), tuple(stayed)


def _hand_budgets(conn: Connection, plan: Plan) -> tuple[Handed, ...]:
    found: list[Handed] = []
    for giver in plan.predecessors:
        shares = {one.successor: one.budget_share for one in plan.following(giver)}
        found.extend(hand_what_is_left(conn, giver=giver, shares=shares))
    return tuple(found)


def _end(conn: Connection, found: Outcome, *, by: str, now: datetime) -> None:
    """Put on record what was done, and that all is; a second time, where nothing was left, not."""
    plan = plan_named(conn, name=found.plan)
    did = found.cases or found.handed or found.statements or any(found.joined.values())
    if not found.stayed and (did or plan.ended_at is None):
        ended = {"ended_at": now, "after": dict(found.after)}
        conn.execute(_END.values(**ended), {"of_plan": plan.name})
    if did:
        detail = {
            "cases": len(found.cases),
            "stayed": list(found.stayed),
            "handed": [asdict(one) for one in found.handed],
            "after": totals(found.after),
        }
        _note(conn, plan, "carried out", by=by, now=now, detail=detail)


def _note(
    conn: Connection, plan: Plan, what: str, *, by: str, now: datetime, detail: Mapping[str, Any]
) -> None:
    note_service(
        conn,
        now=now,
        actor=by,
        action=f"delivery: {what}",
        reason=plan.cited,
        detail={"plan": plan.name, **detail},
    )

"""Plans as they are on record, and how far each is: who follows whom, or who works whose cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models import arrangement_queries, succession_queries
from models.base import AnyRow
from models.tables.delivery import CarriedPlan
from rules.delivery.arrangement import Arrangement
from rules.delivery.succession import Succession
from rules.errors import UnknownReferenceError
from rules.identifiers import folded
from rules.people import Actor

_CARRIED: Final = select(*CarriedPlan.__table__.c).order_by(CarriedPlan.plan)


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that is carried out as one.

    Args:
        name: What it is called.
        first_day: The day from which it counts.
        successions: Who follows whom, by predecessor; empty where only who works changes.
        arrangements: Who works whose cases; empty where authorities follow one another.
        begun_at: When it was first carried out, or begun to be; None before.
        ended_at: When all of it was done; None before.
        before: The figures as it began.
        after: The figures as it ended.
    """

    name: str
    first_day: date
    instrument: str
    reason: str
    successions: tuple[Succession, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    begun_at: datetime | None = None
    begun_by: str = ""
    ended_at: datetime | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    @property
    def cited(self) -> str:
        """Why it is, with the instrument: the reason on every record that it changes."""
        return f"{self.reason} ({self.instrument})"

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Those that end."""
        return tuple(sorted({one.predecessor for one in self.successions}))

    @property
    def successors(self) -> tuple[str, ...]:
        """Those that follow."""
        return tuple(sorted({one.successor for one in self.successions}))

    @property
    def arranged(self) -> tuple[str, ...]:
        """Those whose cases a team works from then on."""
        return tuple(sorted({one.authority for one in self.arrangements}))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Those whose teams do the work."""
        return tuple(sorted({one.host for one in self.arrangements}))

    @property
    def givers(self) -> tuple[str, ...]:
        """Those whose open cases it moves."""
        return self.predecessors or self.arranged

    @property
    def takers(self) -> tuple[str, ...]:
        """Those to whom the cases go: authorities, or teams with their hosts."""
        return self.successors or tuple(sorted({one.words for one in self.arrangements}))

    @property
    def authorities(self) -> tuple[str, ...]:
        """All that it is about."""
        return tuple(sorted({*self.givers, *self.successors, *self.hosts}))

    def of(self, giver: str) -> tuple[Succession, ...] | tuple[Arrangement, ...]:
        """Return who follows one of them, or who works its cases."""
        return self.following(giver) or tuple(
            one for one in self.arrangements if one.authority == giver
        )

    def following(self, predecessor: str) -> tuple[Succession, ...]:
        """Return who follows one of them."""
        return tuple(one for one in self.successions if one.predecessor == predecessor)

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.ended_at is not None:
            return "carried out"
        return "begun" if self.begun_at is not None else "planned"


def plans(conn: Connection, *, viewer: Actor | None = None) -> list[Plan]:
    """Return every plan, by its first day; somebody of some authorities sees those of theirs."""
    carried = {row.plan: row for row in conn.execute(_CARRIED)}
    found = sorted(_made(conn, carried), key=lambda plan: (plan.first_day, plan.name))
    theirs = viewer.authorities if viewer else frozenset()
    return [plan for plan in found if not theirs or theirs & set(plan.authorities)]


def _made(conn: Connection, carried: Mapping[str, AnyRow]) -> Iterator[Plan]:
    for kind, queries in (
        ("successions", succession_queries),
        ("arrangements", arrangement_queries),
    ):
        of_plan: dict[str, list[AnyRow]] = {}
        for row in queries.planned(conn):
            of_plan.setdefault(row.plan, []).append(row)
        for name, rows in of_plan.items():
            first, done = rows[0], carried.get(name)
            so_far = {} if done is None else {k: v for k, v in done._mapping.items() if k != "plan"}
            so_far |= {kind: tuple(queries.as_rule(row) for row in rows)}
            yield Plan(name, first.first_day, first.instrument, first.reason, **so_far)


def plan_named(conn: Connection, *, name: str, viewer: Actor | None = None) -> Plan:
    """Return a plan, however its name is typed.

    Raises:
        UnknownReferenceError: There is none, or it is about no authority of theirs.
    """
    found = plans(conn, viewer=viewer)
    for plan in found:
        if folded(plan.name) == folded(name):
            return plan
    raise UnknownReferenceError(
        f"There is no plan {name}.",
        next_step=f"Use one of: {', '.join(one.name for one in found)}."
        if found
        else "Bring one in: `handrail import successions FILE`, or `arrangements`.",
    )

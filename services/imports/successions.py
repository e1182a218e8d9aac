"""A file of successions: what was begun stays, and nobody comes to follow itself."""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import select

from models.arrangement_queries import planned as arranged
from models.base import AnyRow
from models.succession_queries import as_rule, carried_out, planned
from models.tables.delivery import CarriedPlan
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.delivery.succession import in_circle
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.imports.delivery_kinds import succession_of
from services.imports import registers
from services.imports.job import Job

_KINDS: Final = {
    "successions": "teams work cases",
    "arrangements": "councils follow one another",
}
"""What the plans of the other kind do."""

_BEGUN: Final = select(CarriedPlan.plan, CarriedPlan.begun_at)


def succession_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities, rows of a plan that was begun, and circles with what is held."""
    yield from registers.problems(job)
    yield from plans_taken(job, other=arranged(job.conn))
    yield from _circles(job)


def plans_taken(job: Job, *, other: Iterable[AnyRow]) -> Iterator[Problem]:
    """Yield rows of a plan that was begun, or whose name is another kind of plan's.

    Args:
        other: The rows of plans of the other kind.
    """
    begun = {row.plan: london_date(row.begun_at) for row in job.conn.execute(_BEGUN)}
    others = {row.plan for row in other}
    for row in job.sound_rows:
        plan = str(row.values["plan"])
        if plan in begun:
            wrong = f"plan {plan} was carried out on {in_words(begun[plan])}"
            yield job.problem(row, "plan", wrong=wrong, right="A plan of another name.")
        elif plan in others:
            wrong = f"{plan} is a plan by which {_KINDS[job.kind]}"
            yield job.problem(row, "plan", wrong=wrong, right="A plan of another name.")


def _circles(job: Job) -> Iterator[Problem]:
    found = [(row, one) for row in job.sound_rows if (one := succession_of(row)) is not None]
    given = {(one.plan, one.predecessor, one.successor) for _, one in found}
    held = [
        as_rule(row)
        for row in planned(job.conn)
        if (row.plan, row.predecessor, row.successor) not in given
    ]
    alone = in_circle(one for _, one in found)
    circle = in_circle([*held, *(one for _, one in found)]) - alone
    for row, one in found:
        if one.predecessor in circle:
            wrong = "with the plans on record it would come to follow itself"
            yield job.problem(row, "predecessor", wrong=wrong, right=_right(row))


def _right(row: ParsedRow) -> str:
    return f"A council that does not follow {row.values['successor']} in another plan."


def succeeded(job: Job, *, among: Iterable[ParsedRow]) -> Iterator[Problem]:
    """Yield rows whose authority others follow by now."""
    followed: dict[str, list[str]] = {}
    for one in carried_out(job.conn):
        if one.first_day <= job.today:
            followed.setdefault(one.predecessor, []).append(one.successor)
    for row in among:
        if after := followed.get(str(row.values["authority"])):
            wrong = f"{row.values['authority']} is followed by {' and '.join(after)}"
            yield job.problem(row, "authority", wrong=wrong, right=f"{' or '.join(after)}.")

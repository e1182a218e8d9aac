"""Who holds the open steps of cases on a date, and since when, as parts of larger statements."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, or_, select

from models.tables.cases import CaseStep
from models.tables.clocks import Holding
from rules.clocks.dates import LONDON, london_date
from rules.parties import Party, party_of
from rules.pathway import StepName

OUTSIDE: Final = {
    owner: party_of(owner).value
    for owner in ("assessor", "landlord", "contractor", "applicant", "client")
}
"""The owners of steps that are not the council's, with the party of each."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has had an open step of a case longest.

    Args:
        owner: Who that is, as the step says.
        since: Since when, London date.
        others: How many other steps are open.
    """

    step: StepName
    owner: str
    since: date
    others: int


def day_over(day: date) -> datetime:
    """Return the instant at which a London day is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON)


_KEYS: Final = (CaseStep.id.label("row_id"), CaseStep.case_id, CaseStep.step, CaseStep.revision)
_OPEN: Final = and_(CaseStep.closed_at.is_(None), CaseStep.current)
_OPEN_NOW: Final = (
    select(*_KEYS, CaseStep.owner, CaseStep.held_since.label("since"))
    .where(_OPEN)
    .subquery("open_step")
)


def open_steps(*, over: datetime | None) -> Subquery:
    """Return the steps that are open: case, step, revision, row, owner, and since when theirs.

    Args:
        over: The end of the past day that is asked for, or None for the present.
    """
    if over is None:
        return _OPEN_NOW
    then = and_(
        Holding.case_id == CaseStep.case_id,
        Holding.step == CaseStep.step,
        Holding.step_revision == CaseStep.revision,
        Holding.held_from < over,
        Holding.held_to >= over,
    )
    past = (
        select(
            *_KEYS,
            func.coalesce(Holding.owner, CaseStep.owner).label("owner"),
            func.coalesce(Holding.held_from, CaseStep.held_since).label("since"),
        )
        .outerjoin(Holding, then)
        .where(CaseStep.opened_at < over, or_(CaseStep.closed_at >= over, _OPEN))
    )
    return past.subquery("open_step")


def longest_held(steps: Subquery, *, of_cases: Select[Any] | None = None) -> Subquery:
    """Return, for each case, the open step that has been with its owner longest.

    Args:
        steps: What ``open_steps`` returned.
        of_cases: Only the cases with these row ids, if given.
    """
    order = (steps.c.since, steps.c.row_id)
    ranked = select(
        *steps.c,
        func.row_number().over(partition_by=steps.c.case_id, order_by=order).label("place"),
        func.count().over(partition_by=steps.c.case_id).label("open"),
    )
    if of_cases is not None:
        ranked = ranked.where(steps.c.case_id.in_(of_cases))
    found = ranked.subquery("ranked_step")
    return select(*found.c).where(found.c.place == 1).subquery("longest_held")


def party(owner: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the party of a step's owner, as ``rules.parties.party_of`` has it."""
    return case(OUTSIDE, value=owner, else_=Party.COUNCIL.value)


def holders(conn: Connection, *, of_cases: Select[Any], over: datetime | None) -> dict[int, Holder]:
    """Return who has an open step of each case longest, by the case's row id.

    Args:
        of_cases: A statement that gives the row ids of the cases.
        over: The end of the past day that is asked for, or None for the present.
    """
    first = longest_held(open_steps(over=over), of_cases=of_cases)
    return {
        row.case_id: Holder(StepName(row.step), row.owner, london_date(row.since), row.open - 1)
        for row in conn.execute(select(*first.c))
    }

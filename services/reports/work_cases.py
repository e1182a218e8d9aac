"""Which cases a work list holds, in which order, and how many: statements over open steps.

A case is listed once, by the first of its open steps that match: the first due, or the one held
longest. Lists are read in the order of an index, so that a page costs the same among many cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from models.tables.aftercare import CareOutcome
from models.tables.cases import Case, CaseStep
from models.tables.works import WorkOrder
from rules.aftercare.outcomes import NOT_RECORDED
from rules.pathway import EXITS, LIVE, StepName
from rules.people import Actor
from rules.reports.sla import Standing
from rules.reports.work import LEFT, Month, Order, Tab, waits_for

_LIVE: Final = Case.status.in_([status.value for status in LIVE])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants listed.

    Args:
        tab: Which list.
        step: Only cases open at this step, if given.
        holder: Only those that this owner of a step holds, if given.
        lateness: Only those that stand so, if given.
        authority: Only this authority's, if given.
        work_type: Only these works, if given.
        opened: Only those opened in this month, if given, whatever became of them since.
        ended: Only those that ended in this month, if given.
        result: Only those signed off with this result, if given, whatever became of them since.
        outcome: Only those that ended so, if given; ``left`` is every way but closed.
        stage: Only those that ended at this step, if given.
        order: What the list is sorted by.
        q: What was searched for.
    """

    tab: Tab = Tab.MINE
    step: StepName | None = None
    holder: str = ""
    lateness: Standing | None = None
    authority: str = ""
    work_type: str = ""
    opened: Month | None = None
    ended: Month | None = None
    outcome: str = ""
    result: str = ""
    stage: StepName | None = None
    order: Order = Order.DUE
    q: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether only some of what the tab and the search give is wanted."""
        of_steps = (self.step, self.holder, self.lateness)
        of_cases = (self.authority, self.work_type, self.opened, self.ended)
        return any((*of_steps, *of_cases, self.outcome, self.result, self.stage))


SIGNED_OFF: Final = exists().where(
    WorkOrder.case_id == Case.id, WorkOrder.certified_on.is_not(None)
)
"""Cases whose works are signed off: those whose outcomes can be recorded."""

NEWEST_RESULTS: Final = select(func.max(CareOutcome.id)).group_by(
    CareOutcome.case_id, CareOutcome.domain
)
"""The results that count now, by their row ids."""


def with_result(result: str) -> ColumnElement[bool]:
    """Say in SQL that what is recorded of a domain is one of ``RESULTS``, as it counts now."""
    domain, _, became = result.partition(".")
    held = exists().where(
        CareOutcome.case_id == Case.id,
        CareOutcome.domain == domain,
        CareOutcome.id.in_(NEWEST_RESULTS),
        true() if became == NOT_RECORDED else CareOutcome.result == became,
    )
    return ~held if became == NOT_RECORDED else held


@dataclass(frozen=True, slots=True)
class WorkList:
    """One list as its statements have it.

    Args:
        viewer: Whose list it is.
        today: Today's London date.
        soon: The last day that is soon.
        found: Row ids of the cases that a search found, or None where nothing was searched for.
        whose: Which cases are the viewer's own, where people of their role have cases.
        nobodys: Which cases have no officer.
    """

    wanted: Wanted
    viewer: Actor
    today: date
    soon: date
    found: tuple[int, ...] | None = None
    whose: ColumnElement[bool] | None = None
    nobodys: ColumnElement[bool] | None = None

    # ---- conditions

    def _narrowing(self) -> list[ColumnElement[bool]]:
        """Return the conditions on cases; that they are open, a step that is open says as well."""
        wanted, viewer = self.wanted, self.viewer
        conditions: list[ColumnElement[bool]] = []
        if viewer.authorities:
            conditions.append(Case.authority.in_(sorted(viewer.authorities)))
        if wanted.authority:
            conditions.append(Case.authority == wanted.authority)
        if wanted.work_type:
            conditions.append(Case.work_type == wanted.work_type)
        if self.found is not None:
            conditions.append(Case.id.in_(self.found) if self.found else false())
        if wanted.tab is Tab.MINE and self.whose is not None:
            conditions.append(self.whose)
        if wanted.tab is Tab.UNASSIGNED and self.nobodys is not None:
            conditions.append(self.nobodys)
        return conditions

    def _cases(self) -> list[ColumnElement[bool]]:
        wanted = self.wanted
        conditions = self._narrowing()
        if wanted.opened:
            conditions.append(within(Case.opened_at, wanted.opened))
        elif wanted.result:
            conditions += [SIGNED_OFF, with_result(wanted.result)]
        else:
            conditions.append(~_LIVE if wanted.tab is Tab.CLOSED else _LIVE)
        if wanted.ended:
            conditions.append(within(Case.ended_at, wanted.ended))
        if wanted.outcome:
            left = Case.status.in_([status.value for status in EXITS])
            conditions.append(left if wanted.outcome == LEFT else Case.status == wanted.outcome)
        if wanted.stage:
            conditions.append(Case.ended_stage == wanted.stage.value)
        return conditions

    @property
    def _of_cases(self) -> bool:
        """Whether what was open or ended is listed, and no step has a say."""
        wanted = self.wanted
        return wanted.tab is Tab.CLOSED or wanted.opened is not None or bool(wanted.result)

    def conditions_on(self, step: Any) -> list[ColumnElement[bool]]:
        """Return what an open step must be for the list to be about it."""
        wanted, owner = self.wanted, step.owner.concat("")  # by no index: lists have their order
        conditions: list[ColumnElement[bool]] = []
        if wanted.tab is Tab.TEAM or (wanted.tab is Tab.MINE and self.whose is None):
            conditions.append(owner.in_(waits_for(self.viewer.role)))
        if wanted.step:
            conditions.append(step.step == wanted.step.value)
        if wanted.holder:
            conditions.append(owner == wanted.holder)
        if wanted.lateness:
            conditions.append(self._stands(step, wanted.lateness))
        return conditions

    def _stands(self, step: Any, how: Standing) -> ColumnElement[bool]:
        stands: dict[Standing, ColumnElement[bool]] = {
            Standing.PAUSED: step.due_on.is_(None),
            Standing.LATE: step.due_on < self.today,
            Standing.SOON: and_(step.due_on >= self.today, step.due_on <= self.soon),
            Standing.IN_TIME: step.due_on > self.soon,
        }
        return stands[how]

    @property
    def _by_steps(self) -> bool:
        """Whether it is open steps that say which cases are listed."""
        return bool(self.conditions_on(CaseStep))

    # ---- counting

    def count(self) -> Select[int]:
        """Return the statement that counts the cases."""
        narrowing = self._narrowing()
        if self._of_cases or not self._by_steps:
            return select(func.count()).select_from(Case).where(*self._cases())
        if narrowing:
            about = (CaseStep.case_id == Case.id, _OPEN, *self.conditions_on(CaseStep))
            return select(func.count()).select_from(Case).where(*narrowing, exists().where(*about))
        # SQLite counts what is distinct in the order of an index only where it stands by itself.
        cases = select(CaseStep.case_id).distinct().where(_OPEN, *self.conditions_on(CaseStep))
        return select(func.count()).select_from(cases.subquery())

    # ---- in order

    def ids(self, conn: Connection, *, limit: int, offset: int) -> list[int]:
        """Return the row ids of the cases of one page, in order."""
        found: list[int] = []
        skip = offset
        for statement, many in self._parts():
            page = statement.limit(limit - len(found)).offset(skip)
            part = list(conn.scalars(page))
            found += part
            if len(found) == limit:
                break
            skip = 0 if part or not skip else max(0, skip - conn.execute(many).scalar_one())
        return found

    def _parts(self) -> list[tuple[Select[int], Select[int]]]:
        """Return the statements that give the list one after the other, each with its count."""
        if self._of_cases:
            ended = select(Case.id).where(*self._cases())
            return [_counted(ended.order_by(*_CLOSED_BY[self.wanted.order]))]
        if self.wanted.order in (Order.REFERENCE, Order.CLIENT):
            return [_counted(self._by_case())]
        parts = [self._first(due=due) for due in ([True, False] if self._by_due else [None])]
        if not self._by_steps:
            parts.append(self._not_begun())
        return [_counted(part) for part in parts]

    @property
    def _by_due(self) -> bool:
        return self.wanted.order is Order.DUE

    def _by_case(self) -> Select[int]:
        query = select(Case.id).where(*self._cases())
        if self._by_steps:
            about = (CaseStep.case_id == Case.id, _OPEN, *self.conditions_on(CaseStep))
            query = query.where(exists().where(*about))
        by = Case.reference if self.wanted.order is Order.REFERENCE else Case.client_name
        return query.order_by(by, Case.id)

    def _first(self, *, due: bool | None) -> Select[int]:
        """Return the cases by the first of their steps that the list is about.

        Args:
            due: Only those whose first has a due date, or only those where none has; None for all.
        """
        step, other = CaseStep, aliased(CaseStep)
        key, its_key = (
            (step.due_on, other.due_on) if self._by_due else (step.held_since, other.held_since)
        )
        sooner = or_(its_key < key, and_(its_key == key, other.id < step.id))
        if due is False:
            sooner = or_(its_key.is_not(None), other.id < step.id)
        earlier = exists().where(
            other.case_id == step.case_id,
            other.closed_at.is_(None),
            *self.conditions_on(other),
            sooner,
        )
        query = select(step.case_id).where(_OPEN, *self.conditions_on(step), ~earlier)
        if due is not None:
            query = query.where(key.is_not(None) if due else key.is_(None))
        return query.where(*self._its_case()).order_by(key, step.id)

    def _its_case(self) -> list[ColumnElement[bool]]:
        """Say that a step's case is listed: looked up for each step, or few cases found first."""
        narrowing = self._narrowing()
        if not narrowing:
            return []
        few = self.wanted.tab is Tab.MINE and self.whose is not None
        if few or self.found is not None or self.wanted.work_type:
            return [CaseStep.case_id.in_(select(Case.id).where(*narrowing))]
        return [exists().where(Case.id == CaseStep.case_id, *narrowing)]

    def _not_begun(self) -> Select[int]:
        """Return the open cases that no step is open on yet."""
        none = ~exists().where(CaseStep.case_id == Case.id, _OPEN)
        return select(Case.id).where(*self._cases(), none).order_by(Case.id)


def within(at: Any, month: Month) -> ColumnElement[bool]:
    """Say that an instant lies in a month of London's calendar."""
    first, after = month.bounds
    return and_(at >= first, at < after)


_OPEN: Final = CaseStep.closed_at.is_(None)
"""A step that is open is the current opening of its step, and its case is open."""

_CLOSED_BY: Final[dict[Order, Sequence[Any]]] = {
    Order.DUE: (Case.ended_at.desc(), Case.id),
    Order.HELD: (Case.ended_at, Case.id),
    Order.REFERENCE: (Case.reference, Case.id),
    Order.CLIENT: (Case.client_name, Case.id),
}


def _counted(query: Select[int]) -> tuple[Select[int], Select[int]]:
    return query, select(func.count()).select_from(query.order_by(None).subquery())

"""What a manager sees of all cases: at which steps, late with whom, in and out, who left, outcomes.

Each figure names the work list that it is the count of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from models.tables.aftercare import CareOutcome
from models.tables.cases import Case, CaseStep, WorksLine
from models.tables.prices import PriceLine
from models.tables.works import ORDER_IN_FORCE, WorkOrder
from rules.aftercare.outcomes import NOT_RECORDED, WELL_BEING, Outcome
from rules.pathway import EXITS, LIVE, PATHWAY, CaseStatus
from rules.people import Actor
from rules.reports.sla import Standing
from rules.reports.work import LEFT, OWNERS, Month, Tab, ended_words
from services.reports.kept import kept
from services.reports.work_cases import NEWEST_RESULTS, SIGNED_OFF, within

MONTHS: Final = 12
_LIVE: Final = [status.value for status in LIVE]
_DONE: Final = [CaseStatus.PAID.value, CaseStatus.CLOSED.value]
_LEFT: Final = [status.value for status in EXITS]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it counts, how many, and what the work list of them is narrowed by."""

    label: str
    count: int
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InAndOut:
    """How many cases were opened in a month, and how many ended in it."""

    month: Month
    opened: Figure
    ended: Figure


@dataclass(frozen=True, slots=True)
class DomainOutcomes:
    """How far a domain of well-being was achieved, over the cases whose works are signed off.

    Args:
        not_recorded: Cases of which nobody recorded this domain: no answer, and no result.
        figures: The same four, each with its list.
    """

    domain: str
    achieved: int
    partly: int
    not_achieved: int
    not_recorded: int
    figures: tuple[Figure, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Foreseeable:
    """Works lines that are marked as for a foreseeable need, and what those ordered come to.

    Args:
        lines: How many are marked, of cases that have not left.
        valued: Of how many the value is known: those with a price of their own on an order.
        pence: What these come to with VAT.
    """

    lines: int
    valued: int
    pence: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it: each part in the order in which it is shown.

    Args:
        steps: Open cases by each step that is open; a case may be at several.
        late: Open cases with a late step, by who holds that; a case may be late with several.
        months: The last twelve months, the newest last.
        stages: Cases that left, by the step at which they did.
        ways: Cases that left, by how.
        percent_left: Of the cases that left or whose works are paid for, the share that left:
            whole percent, rounded down; None where there are none.
        signed_off: Cases whose works are signed off: those whose outcomes can be recorded.
        outcomes: The nine domains of s.1(2) of the Care Act, in the order of the Act.
    """

    open: Figure
    steps: tuple[Figure, ...]
    late: tuple[Figure, ...]
    months: tuple[InAndOut, ...]
    stages: tuple[Figure, ...]
    ways: tuple[Figure, ...]
    percent_left: int | None
    signed_off: int
    outcomes: tuple[DomainOutcomes, ...]
    foreseeable: Foreseeable


def overview(conn: Connection, *, viewer: Actor, today: date, authority: str = "") -> Overview:
    """Return the figures of the cases that somebody may see, or of one authority's."""
    figures, key = kept(conn), (Overview, viewer.authorities, today, authority)
    if key not in figures:
        figures[key] = _overview(_Asked(conn, viewer, today, authority))
    found: Overview = figures[key]
    return found


def _overview(asked: "_Asked") -> Overview:
    left = asked.left()
    gone = sum(left.values())
    ended = gone + asked.number(Case.status.in_(_DONE))
    live = asked.number(Case.status.in_(_LIVE))
    signed_off = asked.number(SIGNED_OFF)
    return Overview(
        open=asked.figure("Open cases", live, tab=Tab.ALL.value),
        steps=asked.steps(),
        late=asked.late(),
        months=asked.months(),
        stages=_stages(asked, left),
        ways=_ways(asked, left),
        percent_left=100 * gone // ended if ended else None,
        signed_off=signed_off,
        outcomes=_outcomes(asked, signed_off),
        foreseeable=asked.foreseeable(),
    )


def _outcomes(asked: "_Asked", signed_off: int) -> tuple[DomainOutcomes, ...]:
    found = asked.results()
    return tuple(
        _domain(asked, domain, [found.get((domain, one.value), 0) for one in Outcome], signed_off)
        for domain in WELL_BEING
    )


def _domain(asked: "_Asked", domain: str, known: list[int], signed_off: int) -> DomainOutcomes:
    counts = (*known, signed_off - sum(known))
    figures = tuple(
        asked.figure(became.replace("_", " ").capitalize(), count, tab=Tab.ALL.value, result=one)
        for became, count in zip((*Outcome, NOT_RECORDED), counts, strict=True)
        for one in [f"{domain}.{became}"]
    )
    achieved, partly, not_achieved, left = counts
    return DomainOutcomes(WELL_BEING[domain], achieved, partly, not_achieved, left, figures)


def _stages(asked: "_Asked", left: Mapping[tuple[str, str], int]) -> tuple[Figure, ...]:
    return tuple(
        asked.figure(step.title, found, tab=Tab.CLOSED.value, outcome=LEFT, stage=step.name.value)
        for step in PATHWAY.values()
        if (found := sum(count for (stage, _), count in left.items() if stage == step.name))
    )


def _ways(asked: "_Asked", left: Mapping[tuple[str, str], int]) -> tuple[Figure, ...]:
    return tuple(
        asked.figure(ended_words(way), found, tab=Tab.CLOSED.value, outcome=way.value)
        for way in EXITS
        if (found := sum(count for (_, status), count in left.items() if status == way))
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    conn: Connection
    viewer: Actor
    today: date
    authority: str

    def figure(self, label: str, count: int, **chosen: str) -> Figure:
        return Figure(
            label, count, chosen | ({"authority": self.authority} if self.authority else {})
        )

    def _theirs(self) -> list[ColumnElement[bool]]:
        theirs: list[ColumnElement[bool]] = []
        if self.viewer.authorities:
            theirs.append(Case.authority.in_(sorted(self.viewer.authorities)))
        if self.authority:
            theirs.append(Case.authority == self.authority)
        return theirs

    def _counted(self, *conditions: ColumnElement[bool]) -> Select[int]:
        return select(func.count()).select_from(Case).where(*self._theirs(), *conditions)

    def number(self, *conditions: ColumnElement[bool]) -> int:
        return self.conn.execute(self._counted(*conditions)).scalar_one()

    def _by(self, column: Any, *conditions: ColumnElement[bool]) -> dict[str, int]:
        """Return how many cases have an open step, by a column of it."""
        query = select(column, func.count(CaseStep.case_id.distinct())).group_by(column)
        query = query.where(CaseStep.closed_at.is_(None), *conditions)
        if theirs := self._theirs():
            query = query.where(CaseStep.case_id.in_(select(Case.id).where(*theirs)))
        return {row[0]: row[1] for row in self.conn.execute(query)}

    def foreseeable(self) -> Foreseeable:
        """Return the lines that are marked, and what those come to that an order prices."""
        query = (
            select(
                func.count(WorksLine.id),
                func.count(PriceLine.line),
                func.coalesce(func.sum(PriceLine.net_pence + PriceLine.vat_pence), 0),
            )
            .join(Case, Case.id == WorksLine.case_id)
            .outerjoin(WorkOrder, and_(WorkOrder.case_id == Case.id, ORDER_IN_FORCE))
            .outerjoin(
                PriceLine,
                and_(PriceLine.price_id == WorkOrder.price_id, PriceLine.line == WorksLine.line),
            )
            .where(WorksLine.preventive_because.is_not(None), Case.status.not_in(_LEFT))
            .where(*self._theirs())
        )
        return Foreseeable(*self.conn.execute(query).one())

    def steps(self) -> tuple[Figure, ...]:
        found = self._by(CaseStep.step)
        return tuple(
            self.figure(step.title, found.get(name, 0), tab=Tab.ALL.value, step=name.value)
            for name, step in PATHWAY.items()
        )

    def late(self) -> tuple[Figure, ...]:
        found = self._by(CaseStep.owner, CaseStep.due_on < self.today)
        late = {"tab": Tab.ALL.value, "lateness": Standing.LATE.value}
        return tuple(
            self.figure(owner.capitalize(), found[owner], holder=owner, **late)
            for owner in OWNERS
            if owner in found
        )

    def months(self) -> tuple[InAndOut, ...]:
        months = _months(self.today)
        counted = [
            self._counted(within(at, month)).scalar_subquery()
            for month in months
            for at in (Case.opened_at, Case.ended_at)
        ]
        row = self.conn.execute(select(*counted)).one()
        return tuple(
            InAndOut(
                month,
                self.figure("Opened", row[2 * at], tab=Tab.ALL.value, opened=str(month)),
                self.figure("Ended", row[2 * at + 1], tab=Tab.CLOSED.value, ended=str(month)),
            )
            for at, month in enumerate(months)
        )

    def results(self) -> dict[tuple[str, str], int]:
        """Return how many cases have each result of each domain, as it counts now."""
        query = (
            select(CareOutcome.domain, CareOutcome.result, func.count())
            .join(Case, Case.id == CareOutcome.case_id)
            .where(*self._theirs(), SIGNED_OFF, CareOutcome.id.in_(NEWEST_RESULTS))
            .group_by(CareOutcome.domain, CareOutcome.result)
        )
        return {(row[0], row[1]): row[2] for row in self.conn.execute(query)}

    def left(self) -> dict[tuple[str, str], int]:
        query = (
            select(Case.ended_stage, Case.status, func.count())
            .where(*self._theirs(), Case.status.in_(_LEFT))
            .group_by(Case.ended_stage, Case.status)
        )
        return {(row[0] or "", row[1]): row[2] for row in self.conn.execute(query)}


def _months(today: date) -> list[Month]:
    number = today.year * 12 + today.month - 1
    return [Month(one // 12, one % 12 + 1) for one in range(number - MONTHS + 1, number + 1)]

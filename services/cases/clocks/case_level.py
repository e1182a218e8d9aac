"""The clocks of cases as a whole: stages of the guidance, their total, and the limits of the Act.

They follow from the dates of the case, so they are worked out afresh from those whenever one may
have changed, for many cases at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, insert, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock, ClockChange
from models.tables.works import Approval, WorkOrder
from rules.clocks.case_clocks import CaseDates, WantedClock, wanted_clocks
from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.targets import Target
from rules.errors import NoBankHolidayDataError
from services.cases.clocks import rows
from services.cases.clocks.pause_rows import in_parts, paused_times
from services.cases.clocks.terms import ClockTerms, clock_terms

NAMES: Final = tuple(
    name
    for name, spec in CLOCKS.items()
    if spec.kind in {ClockKind.GUIDANCE, ClockKind.STATUTORY} and spec.step is None
)
"""The clocks of a case as a whole."""

_IDS: Final[BindParameter[Any]] = bindparam("case_ids", expanding=True)
_CASES: Final = (
    select(
        Case.id,
        Case.authority,
        Case.urgent,
        Case.complexity,
        Case.contact_on,
        Case.recommended_on,
        Case.applied_on,
        Case.ended_at,
    )
    .where(Case.id.in_(_IDS))
    .order_by(Case.id)
)
_APPROVALS: Final = (
    select(Approval.case_id, Approval.outcome, Approval.decided_on)
    .where(Approval.case_id.in_(_IDS))
    .order_by(Approval.case_id, Approval.step_revision)
)
_ORDERS: Final = (
    select(WorkOrder.case_id, WorkOrder.certified_on)
    .where(WorkOrder.case_id.in_(_IDS), WorkOrder.status != "cancelled")
    .order_by(WorkOrder.case_id, WorkOrder.version)
)
_HELD: Final = (
    select(*Clock.__table__.c)
    .where(Clock.case_id.in_(_IDS), Clock.name.in_(NAMES))
    .order_by(Clock.id)
)
_CHANGED: Final = insert(ClockChange)
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""For looking only: what differs does not depend on the present."""

_RUNS: Final = ("opened_on", "promised_on")
_ENDS: Final = ("stopped_on", "stopped_why")


@dataclass(slots=True)
class _Writing:
    """What is to be written: whole rows, and what moved."""

    now: datetime
    reclassified: bool
    skip_unknown: bool
    rows: list[dict[str, Any]] = field(default_factory=list)
    stops: list[dict[str, Any]] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    changes: list[dict[str, Any]] = field(default_factory=list)


def sync_case_clocks(
    conn: Connection,
    *,
    case_ids: Iterable[int],
    now: datetime,
    reclassified: bool = False,
    skip_unknown: bool = False,
) -> None:
    """Give cases the clocks that their dates call for: start, move and stop what differs.

    A target in force when a clock started stays, unless the case itself was classed otherwise.

    Args:
        case_ids: The cases' row ids.
        reclassified: Whether the cases' urgency or complexity was changed, so that their targets
            are looked up anew.
        skip_unknown: Leave out a case whose dates lie in years nobody loaded, rather than refuse.

    Raises:
        NoBankHolidayDataError: A date lies in a year whose bank holidays are not held.
    """
    terms: dict[str, ClockTerms] = {}
    for ids in in_parts(case_ids):
        writing = _Writing(now, reclassified, skip_unknown)
        _sync(conn, ids, writing, terms)
        rows.start_clocks(conn, writing.rows)
        if writing.stops:
            conn.execute(rows.HOLD_OR_STOP, writing.stops)
        if writing.changes:
            conn.execute(_CHANGED, writing.changes)


def _sync(
    conn: Connection, ids: Sequence[int], writing: _Writing, terms: dict[str, ClockTerms]
) -> None:
    given = {"case_ids": ids}
    approvals = {row.case_id: row for row in conn.execute(_APPROVALS, given)}  # the newest wins
    certified = {row.case_id: row.certified_on for row in conn.execute(_ORDERS, given)}
    held: dict[int, dict[str, AnyRow]] = {}
    for clock in conn.execute(_HELD, given):
        held.setdefault(clock.case_id, {})[clock.name] = clock
    pauses = paused_times(conn, ids)
    for case in conn.execute(_CASES, given).all():
        if case.authority not in terms:
            terms[case.authority] = clock_terms(conn, authority=case.authority)
        made = _Case(case, terms[case.authority], pauses.get(case.id, ()), held.get(case.id, {}))
        dates = _dates(case, approvals.get(case.id), certified.get(case.id))
        try:
            made.bring_to(wanted_clocks(dates), writing)
        except NoBankHolidayDataError:
            if not writing.skip_unknown:
                raise
            writing.unknown.add(case.id)


def cases_out_of_step(conn: Connection, *, case_ids: Iterable[int]) -> Iterator[tuple[int, bool]]:
    """Yield the cases whose clocks are not those that their dates call for.

    Args:
        case_ids: The cases' row ids.

    Yields:
        The row id, and whether its dates lie in years that are known.
    """
    terms: dict[str, ClockTerms] = {}
    for ids in in_parts(case_ids):
        writing = _Writing(_ANY_TIME, reclassified=False, skip_unknown=True)
        _sync(conn, ids, writing, terms)
        names = {row["case_id"] for row in writing.rows}
        for case_id in sorted(names | writing.stopped | writing.unknown):
            yield case_id, case_id not in writing.unknown


def _dates(case: AnyRow, approval: AnyRow | None, certified_on: date | None) -> CaseDates:
    return CaseDates(
        contact_on=case.contact_on,
        recommended_on=case.recommended_on,
        applied_on=case.applied_on,
        decided_on=approval.decided_on if approval else None,
        approved=approval is not None and approval.outcome == "approved",
        completed_on=certified_on,
        ended_on=london_date(case.ended_at) if case.ended_at else None,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One case with what its clocks are reckoned with, and those it has."""

    row: AnyRow
    terms: ClockTerms
    pauses: tuple[PausedTime, ...]
    held: dict[str, AnyRow]

    def bring_to(self, wanted: Iterable[WantedClock], writing: _Writing) -> None:
        """Add what differs between the clocks held and those wanted to what is to be written."""
        found = _Writing(writing.now, writing.reclassified, writing.skip_unknown)
        names = set()
        for clock in wanted:
            names.add(clock.name)
            self._bring(clock, self.held.get(clock.name), found)
        for name, row in self.held.items():
            if name not in names and row.stopped_on is None:
                on = london_date(writing.now)
                found.stops.append(_stop(row, on=on, why="no longer called for"))
        writing.rows += found.rows
        writing.stops += found.stops
        writing.stopped |= {self.row.id} if found.stops else set()
        writing.changes += found.changes

    def _bring(self, clock: WantedClock, row: AnyRow | None, writing: _Writing) -> None:
        target = self._target(clock)
        if target is None and clock.promised_on is None:
            return
        if row is None:
            writing.rows.append(self._fresh(clock, target))
            return
        classed = writing.reclassified and row.stopped_on is None
        kept = target if classed else _kept(row, target)
        other_days = kept is not None and row.target_days not in (None, kept.days)
        if _differ(clock, row, _RUNS) or other_days:
            self._again(clock, row, kept, writing)
        elif row.stopped_on is None and clock.stopped_on is not None:
            writing.stops.append(_stop(row, on=clock.stopped_on, why=clock.stopped_why))
        elif _differ(clock, row, _ENDS):
            self._again(clock, row, kept, writing)

    def _target(self, clock: WantedClock) -> Target | None:
        return self.terms.target(
            clock.name,
            lot="",
            urgent=self.row.urgent,
            complexity=self.row.complexity,
            on=clock.opened_on,
        )

    def _fresh(self, clock: WantedClock, target: Target | None) -> dict[str, Any]:
        values = rows.clock_row(
            case_id=self.row.id,
            name=clock.name,
            opened_on=clock.opened_on,
            terms=self.terms,
            target=target,
            promised_on=clock.promised_on,
            pauses=self.pauses,
        )
        return _ended(values, clock)

    def _again(
        self, clock: WantedClock, row: AnyRow, target: Target | None, writing: _Writing
    ) -> None:
        """Write a clock anew whose own dates changed, and say so where its due date moved."""
        values = self._fresh(clock, target)
        if clock.stopped_on is None:
            today = london_date(writing.now)
            values |= rows.timed(
                values, terms=self.terms, pauses=self.pauses, rung=row.rung, today=today
            )
        writing.rows.append(values)
        if values["due_on"] != row.due_on:
            writing.changes.append(
                {
                    "clock_id": row.id,
                    "at": writing.now,
                    "from_due": row.due_on,
                    "to_due": values["due_on"],
                    "why": "the dates or the class of the case were changed",
                }
            )


def _differ(clock: WantedClock, row: AnyRow, names: Iterable[str]) -> bool:
    return any(getattr(row, name) != getattr(clock, name) for name in names)


def _kept(row: AnyRow, target: Target | None) -> Target | None:
    """Return the target that a clock was given when it started."""
    if row.target_days is None:
        return target
    return Target(
        clock=row.name,
        days=row.target_days,
        warn_percent=row.warn_percent,
        warn_days=row.warn_days,
        source=row.target_source,
    )


def _ended(values: dict[str, Any], clock: WantedClock) -> dict[str, Any]:
    if clock.stopped_on is None:
        return values
    over = {"stopped_on": clock.stopped_on, "stopped_why": clock.stopped_why}
    return values | over | {"next_on": None, "paused": False}


def _stop(row: AnyRow, *, on: date, why: str) -> dict[str, Any]:
    return rows.stop_values(row_id=row.id, holder=row.holder, on=on, why=why)

"""The clocks of cases as a whole: stages and total, the limits of the Act, a priority's review.

They follow from the dates of the case, so they are worked out afresh from those whenever one may
have changed, for many cases at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.record import Decision
from models.tables.site import Extension
from models.tables.works import ORDER_IN_FORCE, Approval, WorkOrder
from rules.clocks.case_clocks import CaseDates, WantedClock, wanted_clocks
from rules.clocks.clock_names import CLOCKS, PRIORITY, ClockKind
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.targets import Target
from rules.errors import NoBankHolidayDataError
from services.cases.clocks import rows
from services.cases.clocks.calendar import ByAuthority
from services.cases.clocks.terms import ClockTerms, clock_terms

NAMES: Final = tuple(
    name
    for name, spec in CLOCKS.items()
    if (spec.kind in {ClockKind.GUIDANCE, ClockKind.STATUTORY} and spec.step is None)
    or name == PRIORITY
)
"""The clocks of a case as a whole."""

_IDS: Final[BindParameter[Any]] = bindparam("case_ids", expanding=True)
_DECIDED, _OUTCOME, _PAY_FROM = (
    select(column)
    .where(Approval.case_id == Case.id, Approval.limb.is_(None))  # s.34(5) starts nothing anew
    .order_by(Approval.step_revision.desc())
    .limit(1)
    .scalar_subquery()
    for column in (Approval.decided_on, Approval.outcome, Approval.pay_from)
)
_CERTIFIED: Final = (
    select(WorkOrder.certified_on)
    .where(WorkOrder.case_id == Case.id, ORDER_IN_FORCE)
    .order_by(WorkOrder.version.desc())
    .limit(1)
    .scalar_subquery()
)
_EXTENDED: Final = (
    select(func.max(Extension.limit_to)).where(Extension.case_id == Case.id).scalar_subquery()
)
_ORDERED: Final = (
    select(func.min(WorkOrder.raised_at))
    .where(WorkOrder.case_id == Case.id, ORDER_IN_FORCE, WorkOrder.status != "raised")
    .scalar_subquery()
)
_REVIEWED: Final = (
    select(func.max(Decision.decided_at))
    .where(Decision.case_id == Case.id, Decision.kind == "review-priority")
    .scalar_subquery()
)
_CASES: Final = (
    select(Case.id, Case.authority, Case.urgent, Case.complexity, Case.ended_at)
    .add_columns(Case.contact_on, Case.recommended_on, Case.applied_on)
    .add_columns(
        _DECIDED.label("decided_on"), _OUTCOME.label("outcome"), _PAY_FROM.label("pay_from")
    )
    .add_columns(_CERTIFIED.label("certified_on"), _EXTENDED.label("extended_to"))
    .add_columns(_ORDERED.label("ordered_at"), _REVIEWED.label("reviewed_at"))
    .where(Case.id.in_(_IDS))
    .order_by(Case.id)
)
_HELD: Final = (
    select(*Clock.__table__.c)
    .where(Clock.case_id.in_(_IDS), Clock.name.in_(NAMES))
    .order_by(Clock.id)
)
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""For looking only: what differs does not depend on the present."""

_CHANGED: Final = "the dates or the class of the case were changed"
_RUNS: Final = ("opened_on", "promised_on")
_ENDS: Final = ("stopped_on", "stopped_why")


@dataclass(slots=True)
class _Wanted(rows.ClockWrites):
    """What is to be written, and of which cases the dates lie in years that nobody loaded."""

    reclassified: bool = False
    skip_unknown: bool = True
    stopped: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)


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
    terms = ByAuthority(conn, clock_terms)
    for ids in rows.in_parts(case_ids):
        writes = _Wanted(now, reclassified=reclassified, skip_unknown=skip_unknown)
        _sync(conn, ids, writes, terms)
        writes.write(conn)


def _sync(
    conn: Connection, ids: Sequence[int], writes: _Wanted, terms: ByAuthority[ClockTerms]
) -> None:
    given = {"case_ids": ids}
    held: dict[int, dict[str, AnyRow]] = {}
    for clock in conn.execute(_HELD, given):
        held.setdefault(clock.case_id, {})[clock.name] = clock
    pauses = rows.paused_times(conn, ids)
    for case in conn.execute(_CASES, given).all():
        clocks = held.get(case.id, {})
        made = _Case(case, terms[case.authority], pauses.get(case.id, ()), clocks)
        looked_on = _looked_on(case, clocks.get(PRIORITY), today=london_date(writes.now))
        try:
            made.bring_to(wanted_clocks(_dates(case, looked_on)), writes)
        except NoBankHolidayDataError:
            if not writes.skip_unknown:
                raise
            writes.unknown.add(case.id)


def cases_out_of_step(conn: Connection, *, case_ids: Iterable[int]) -> Iterator[tuple[int, bool]]:
    """Yield the cases whose clocks are not those that their dates call for.

    Yields:
        The row id, and whether its dates lie in years that are known.
    """
    terms = ByAuthority(conn, clock_terms)
    for ids in rows.in_parts(case_ids):
        writes = _Wanted(_ANY_TIME)
        _sync(conn, ids, writes, terms)
        names = {row["case_id"] for row in writes.fresh}
        for case_id in sorted(names | writes.stopped | writes.unknown):
            yield case_id, case_id not in writes.unknown


def _looked_on(case: AnyRow, clock: AnyRow | None, *, today: date) -> date | None:
    """Return when a priority was given or looked at last: today, where no clock ever ran for it.

    So a case that an earlier version opened is given a whole interval from the upgrade on.
    """
    reviewed = london_date(case.reviewed_at) if case.reviewed_at else None
    if clock is not None:
        since: date = clock.opened_on
        return max(since, reviewed or since)
    over = case.ended_at or case.ordered_at or (case.outcome and case.outcome != "approved")
    return None if over else reviewed or max(case.contact_on, today)


def _dates(case: AnyRow, looked_on: date | None) -> CaseDates:
    return CaseDates(
        contact_on=case.contact_on,
        recommended_on=case.recommended_on,
        applied_on=case.applied_on,
        decided_on=case.decided_on,
        approved=case.outcome == "approved",
        completed_on=case.certified_on,
        ended_on=london_date(case.ended_at) if case.ended_at else None,
        extended_to=case.extended_to,
        looked_on=looked_on,
        ordered_on=london_date(case.ordered_at) if case.ordered_at else None,
        pay_from=case.pay_from,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One case with what its clocks are reckoned with, and those it has."""

    row: AnyRow
    terms: ClockTerms
    pauses: tuple[PausedTime, ...]
    held: dict[str, AnyRow]

    def bring_to(self, wanted: Iterable[WantedClock], writes: _Wanted) -> None:
        """Add what differs between the clocks held and those wanted to what is to be written.

        Raises:
            NoBankHolidayDataError: A date lies in a year not held; then nothing of it is added.
        """
        found = _Wanted(writes.now, reclassified=writes.reclassified)
        names = set()
        for clock in wanted:
            names.add(clock.name)
            self._bring(clock, self.held.get(clock.name), found)
        for name, row in self.held.items():
            if name not in names and row.stopped_on is None:
                on = london_date(writes.now)
                found.hold_or_stop(row.id, holder=row.holder, on=on, why="no longer called for")
        writes.fresh += found.fresh
        writes.stops |= found.stops
        writes.stopped |= {self.row.id} if found.stops else set()
        writes.changes += found.changes

    def _bring(self, clock: WantedClock, row: AnyRow | None, writes: _Wanted) -> None:
        target = self.terms.target(clock.name, case=self.row, lot="", on=clock.opened_on)
        if target is None and clock.promised_on is None:
            return
        if row is None:
            writes.fresh.append(self._fresh(clock, target))
            return
        classed = writes.reclassified and row.stopped_on is None
        given = target if classed else _given(row, target)
        other_days = given is not None and row.target_days not in (None, given.days)
        if _differ(clock, row, _RUNS) or other_days:
            self._again(clock, row, given, writes)
        elif row.stopped_on is None and clock.stopped_on is not None:
            why = clock.stopped_why
            writes.hold_or_stop(row.id, holder=row.holder, on=clock.stopped_on, why=why)
        elif _differ(clock, row, _ENDS):
            self._again(clock, row, given, writes)

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
        if clock.stopped_on is None:
            return values
        return {**values, **rows.ENDED, **{name: getattr(clock, name) for name in _ENDS}}

    def _again(
        self, clock: WantedClock, row: AnyRow, target: Target | None, writes: _Wanted
    ) -> None:
        """Write a clock anew whose own dates changed, and say so where its due date moved."""
        values = self._fresh(clock, target)
        if clock.stopped_on is None:
            today = london_date(writes.now)
            values |= rows.timed(
                values, terms=self.terms, pauses=self.pauses, rung=row.rung, today=today
            )
        writes.fresh.append(values)
        if (due := values["due_on"]) != row.due_on:
            longer = clock.promised_on and clock.opened_on == row.opened_on and row.promised_on
            looked = "the priority was looked at again" if clock.name == PRIORITY else ""
            why = "more time was allowed" if longer else looked or _CHANGED
            writes.change(row.id, from_due=row.due_on, to_due=due, why=why)


def _differ(clock: WantedClock, row: AnyRow, names: Iterable[str]) -> bool:
    return any(getattr(row, name) != getattr(clock, name) for name in names)


def _given(row: AnyRow, target: Target | None) -> Target | None:
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

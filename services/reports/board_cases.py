"""Cases on the statutory board: limits of the Act, consents that lapse, certificates awaited."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.consents import GrantCertificate
from models.tables.prices import PriceLine
from models.tables.site import Extension
from models.tables.works import ORDER_IN_FORCE, Approval, CompletionCertificate, Consent, WorkOrder
from rules.clocks.clock_names import PRIORITY
from rules.clocks.dates import DECIDE_WITHIN, FINISH_WITHIN, decide_by, finish_by, london_date
from rules.clocks.workdays import in_words
from rules.consents.tenure import certificates_needed
from rules.pathway import StepName
from rules.reports.statutory_board import (
    HEADINGS,
    LAPSE_SOON,
    LIMIT_SOON,
    Entry,
    Matter,
    distance,
    lapse_words,
    limit_words,
    on_board,
)
from services.cases.whose import named_holder
from services.reports.holders import Holder, day_over, holders, open_steps

_MONTHS_DIFFER: Final = timedelta(days=4)  # 31 August and six months: the last day of February
_GIVEN: Final = ("granted", "pre_permission", "treated_as_given")
_ORDERED: Final = (WorkOrder.case_id == Case.id, ORDER_IN_FORCE)

_TO_DECIDE: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.SPECIFY: "Specify the works: `handrail decide specify`.",
        StepName.PRICE: "Confirm the quantities: `handrail decide price`.",
        StepName.TENDER: "Direct under s.2(2)(b), or award: `handrail decide tender`.",
        StepName.CONSENT: "Chase the landlord; on silence decide: `handrail decide consent`.",
        StepName.CERTIFICATES: "Chase the certificate, or waive the landlord's under s.22(3): "
        "`handrail decide certificates`.",
        StepName.APPROVE: "Decide, and give the notice: `handrail decide approve`.",
    }
)
"""What to do about a case that is not decided, by the step that holds it."""

_BEGIN: Final = "Nobody has begun it: `handrail case advance`."

_TO_FINISH: Final[Mapping[StepName, str]] = MappingProxyType(
    {
        StepName.ASSIGN: "Get a contractor's answer: `handrail decide assign`.",
        StepName.ORDER: "See why the order has not gone out: `handrail case show`.",
        StepName.WORKS: "Agree a completion date with the contractor.",
    }
)
_EXTEND: Final = "Decide whether the time is extended (s.37(2)): `handrail decide extend`."
_LATE: Final = "Decide under s.42 what becomes of the grant, and file that with the case."


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board's date, today's, and the authority it is for, if it is for one."""

    conn: Connection
    at: date
    today: date
    authority: str

    @property
    def not_decided(self) -> ColumnElement[bool]:
        """The condition that a case's application had no decision yet on the date."""
        return ~exists().where(Approval.case_id == Case.id, Approval.decided_on <= self.at)

    @property
    def past_end(self) -> Any:
        """The end of the date where that is over, or None."""
        return day_over(self.at) if self.at < self.today else None

    def on_pathway(self) -> list[ColumnElement[bool]]:
        """Return the conditions on cases that are still on the pathway on the date."""
        left = or_(Case.ended_at.is_(None), Case.ended_at >= day_over(self.at))
        return [left, *([Case.authority == self.authority] if self.authority else ())]

    def each(
        self, query: Select[Any], *more: ColumnElement[bool]
    ) -> Iterator[tuple[AnyRow, Holder | None]]:
        """Yield the cases of a query that are still on the pathway, each with who holds it."""
        found = query.where(*self.on_pathway(), *more).order_by(Case.id)
        ids = found.with_only_columns(Case.id).order_by(None)
        held = holders(self.conn, of_cases=ids, over=self.past_end)
        for case in self.conn.execute(found):
            yield case, held.get(case.id)

    def entry(
        self,
        matter: Matter,
        case: AnyRow,
        holder: Holder | None,
        *,
        on: date,
        what: str,
        todo: str,
        section: str = "",
    ) -> Entry:
        """Return a case's line on the board; a section is given where it is not the heading's."""
        return Entry(
            matter=matter,
            subject=case.reference,
            authority=case.authority,
            section=section or HEADINGS[matter].section,
            on=on,
            over=on < self.at,
            what=what,
            held_by=self._holder(holder, case) if holder else "",
            since=holder.since if holder else None,
            todo=todo,
            held_at=holder.step if holder else "",
            other_steps=holder.others if holder else 0,
        )

    def _holder(self, holder: Holder, case: AnyRow) -> str:
        """Return who holds a case: of a past day by role, for whose it was then is not held."""
        if self.past_end is not None:
            return holder.owner
        return named_holder(self.conn, holder.owner, case, on=self.today)


# ---- limits of the Act


def undecided(view: BoardView) -> Iterator[Entry]:
    """Yield applications that are not decided after six months, or nearly so (s.34(1))."""
    latest = view.at + LIMIT_SOON - DECIDE_WITHIN + _MONTHS_DIFFER
    query = select(*Case.__table__.c).where(Case.applied_on <= latest, view.not_decided)
    for case, holder in view.each(query):
        limit = decide_by(applied_on=case.applied_on)
        if on_board(limit, at=view.at):
            what = limit_words(
                "applied", began_on=case.applied_on, months="six months", limit=limit, at=view.at
            )
            todo = _TO_DECIDE.get(holder.step, "") if holder else _BEGIN
            yield view.entry(Matter.UNDECIDED, case, holder, on=limit, what=what, todo=todo)


def unfinished(view: BoardView) -> Iterator[Entry]:
    """Yield approvals whose works are not certified after twelve months, or nearly so (s.37(1))."""
    later = aliased(Approval)
    superseded = exists().where(
        later.case_id == Approval.case_id,
        later.step_revision > Approval.step_revision,
        later.limb.is_(None),
        later.decided_on <= view.at,
    )
    certified = exists().where(*_ORDERED, WorkOrder.certified_on <= view.at)
    said = select(func.max(WorkOrder.completed_on)).where(
        *_ORDERED, WorkOrder.completed_on <= view.at
    )
    more_time = select(func.max(Extension.limit_to)).where(
        Extension.case_id == Case.id, Extension.decided_at < day_over(view.at)
    )
    latest = view.at + LIMIT_SOON - FINISH_WITHIN + _MONTHS_DIFFER
    query = (
        select(*Case.__table__.c, Approval.decided_on, Approval.pay_from)
        .add_columns(said.scalar_subquery().label("said_complete"))
        .add_columns(more_time.scalar_subquery().label("extended_to"))
        .join(Approval, Approval.case_id == Case.id)
        .where(Approval.outcome == "approved", Approval.decided_on <= latest)
        .where(Approval.limb.is_(None))
    )
    for case, holder in view.each(query, ~superseded, ~certified):
        runs_from = case.pay_from or case.decided_on
        limit = finish_by(approved_on=runs_from, extended_to=case.extended_to)
        if on_board(limit, at=view.at):
            yield _unfinished(view, case, holder, limit)


def _unfinished(view: BoardView, case: AnyRow, holder: Holder | None, limit: date) -> Entry:
    months = "twelve months" if case.extended_to is None else "twelve months, as extended,"
    began, since = case.pay_from or case.decided_on, "to be paid" if case.pay_from else "approved"
    what = limit_words(since, began_on=began, months=months, limit=limit, at=view.at)
    if case.said_complete is not None:
        what = f"{what}; the contractor says complete on {in_words(case.said_complete)}"
    chase = _TO_FINISH.get(holder.step, "") if holder else ""
    todo = f"{chase} {_LATE if limit < view.at else _EXTEND}".strip()
    return view.entry(Matter.UNFINISHED, case, holder, on=limit, what=what, todo=todo)


# ---- consents and certificates


def consents(view: BoardView) -> Iterator[Entry]:
    """Yield consents that lapsed, or soon do, on cases whose approval waits."""
    later = aliased(Consent)
    given_again = exists().where(
        later.case_id == Consent.case_id,
        later.step_revision > Consent.step_revision,
        later.basis.in_(_GIVEN),
        _by(later, view.at),
    )
    query = (
        select(*Case.__table__.c, Consent.valid_to, Consent.basis)
        .join(Consent, Consent.case_id == Case.id)
        .where(view.not_decided, Consent.basis.in_(_GIVEN), _by(Consent, view.at), ~given_again)
    )
    for case, holder in view.each(query, Consent.valid_to <= view.at + LAPSE_SOON):
        what = "the pre-permission" if case.basis == "pre_permission" else "the landlord's consent"
        yield view.entry(
            Matter.CONSENTS,
            case,
            holder,
            on=case.valid_to,
            what=f"{lapse_words(what, last=case.valid_to, at=view.at)}; approval waits",
            todo="Ask the landlord afresh; the watch opens the consent again."
            if case.valid_to < view.at
            else "Decide before it lapses, or have it renewed.",
        )


def _by(consent: Any, at: date) -> ColumnElement[bool]:
    """Say whether a consent had been given by a date; of a pre-permission no day is recorded."""
    given = func.coalesce(consent.answered_on, consent.sent_on, consent.asked_on)
    return or_(given.is_(None), given <= at)


def certificates_awaited(view: BoardView, near: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the certificates of ss.19 to 22 that applications near their limit wait for.

    Args:
        near: The board's applications that are not decided.
    """
    undecided_ones = {entry.subject: entry for entry in near}
    ids = select(Case.id).where(*view.on_pathway(), Case.applied_on.is_not(None), view.not_decided)
    steps = open_steps(over=view.past_end)
    waiting = (
        select(Case.id, Case.reference, Case.authority, Case.tenure, Case.officer, Case.assessor)
        .add_columns(steps.c.owner, steps.c.since)
        .join(steps, steps.c.case_id == Case.id)
        .where(steps.c.step == StepName.CERTIFICATES.value, Case.id.in_(ids))
        .order_by(Case.id)
    )
    received = select(GrantCertificate.case_id, GrantCertificate.kind).where(
        GrantCertificate.case_id.in_(ids), GrantCertificate.dated <= view.at
    )
    got = {(row.case_id, row.kind) for row in view.conn.execute(received)}
    for case in view.conn.execute(waiting):
        entry = undecided_ones.get(case.reference)
        missing = [k for k in certificates_needed(case.tenure) if (case.id, k) not in got]
        if entry is not None and missing:
            yield view.entry(
                Matter.CERTIFICATES,
                case,
                Holder(StepName.CERTIFICATES, case.owner, london_date(case.since), 0),
                on=entry.on,
                what=f"{_awaited(missing)}; {entry.what}",
                todo=_TO_DECIDE[StepName.CERTIFICATES],
                section="ss.19 to 22",
            )


def _awaited(missing: Sequence[str]) -> str:
    owners = " and ".join(f"the {kind}'s" for kind in missing)
    return f"{owners} {'certificate is' if len(missing) == 1 else 'certificates are'} awaited"


def priorities(view: BoardView) -> Iterator[Entry]:
    """Yield cases whose priority is to be looked at again, by the clock that runs for it."""
    query = select(*Case.__table__.c, Clock.opened_on, Clock.due_on).join(
        Clock, Clock.case_id == Case.id
    )
    runs = or_(Clock.stopped_on.is_(None), Clock.stopped_on > view.at)
    near = (Clock.name == PRIORITY, Clock.opened_on <= view.at, Clock.warn_on <= view.at)
    for case, holder in view.each(query, *near, runs):
        yield view.entry(
            Matter.PRIORITIES,
            case,
            holder,
            on=case.due_on,
            what=f"given or looked at last on {in_words(case.opened_on)}, and works not ordered",
            todo="Keep it or change it: `handrail decide review-priority`.",
        )


def completion_certificates(view: BoardView) -> Iterator[Entry]:
    """Yield completed works whose certificates have not come; nothing is payable till then."""
    complete = (
        *view.on_pathway(),
        WorkOrder.completed_on <= view.at,
        or_(WorkOrder.certified_on.is_(None), WorkOrder.certified_on > view.at),
        ORDER_IN_FORCE,
    )
    orders = select(WorkOrder.id).join(Case, Case.id == WorkOrder.case_id).where(*complete)
    received = select(CompletionCertificate.order_id, CompletionCertificate.kind).where(
        CompletionCertificate.order_id.in_(orders), CompletionCertificate.received_on <= view.at
    )
    got = {(row.order_id, row.kind) for row in view.conn.execute(received)}
    lines = (
        select(Case.reference, Case.authority, WorkOrder.id, WorkOrder.number)
        .add_columns(WorkOrder.contractor, WorkOrder.completed_on, PriceLine.certificates)
        .select_from(WorkOrder)
        .join(Case, Case.id == WorkOrder.case_id)
        .join(PriceLine, PriceLine.price_id == WorkOrder.price_id)
        .where(*complete, PriceLine.certificates != ())
        .order_by(WorkOrder.id, PriceLine.line)
    )
    missing: dict[int, tuple[AnyRow, set[str]]] = {}
    for row in view.conn.execute(lines):
        if lacking := {kind for kind in row.certificates if (row.id, kind) not in got}:
            missing.setdefault(row.id, (row, set()))[1].update(lacking)
    for order, kinds in missing.values():
        yield _not_received(order, kinds, at=view.at)


def _not_received(order: AnyRow, kinds: Iterable[str], *, at: date) -> Entry:
    names = ", ".join(kind.replace("_", " ") for kind in sorted(kinds))
    complete = f"{in_words(order.completed_on)}, {distance(order.completed_on, at=at)}"
    return Entry(
        matter=Matter.CERTIFICATES,
        subject=order.reference,
        authority=order.authority,
        section="s.37(4)",
        on=order.completed_on,
        over=True,
        what=f"{names} certificate of {order.number} not received; works complete {complete}",
        held_by=f"contractor {order.contractor}",
        since=order.completed_on,
        todo="Get it from the contractor: `handrail decide sign-off`.",
    )

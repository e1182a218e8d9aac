"""The rows of a work list: what a case needs next, who holds it since when, how late it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
)

from models.asked import reference_rows
from models.base import AnyRow
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock
from models.tables.contractors import Contractor
from models.tables.prices import Offer
from models.tables.reference import Provider
from rules.clocks.dates import london_date
from rules.pathway import LIVE, CaseStatus, StepName, StepStatus
from rules.reports.sla import ClockLine, Standing, standing
from rules.reports.work import LATENESS, NOT_BEGUN, Order, awaited, ended_words, next_action
from services.cases.whose import named_holder
from services.reports.clock_lines import Days, lines_of
from services.reports.clocks_at import Asked
from services.reports.to_answer import to_answer
from services.reports.work_cases import WorkList

_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_LIVE_OFFER: Final = and_(Offer.case_id == Case.id, Offer.status.in_(("offered", "accepted")))
_FACTS: Final = (
    select(Case.id, Case.reference, Case.authority, Case.client_name, Case.postcode)
    .add_columns(Case.work_type, Case.status, Case.landlord, Case.urgent)
    .add_columns(Case.officer, Case.assessor)
    .add_columns(Case.ended_at, Case.ended_reason, Offer.contractor)
    .outerjoin(Offer, _LIVE_OFFER)
    .where(Case.id.in_(_IDS))
)
_STEPS: Final = (
    select(CaseStep.case_id, CaseStep.id, CaseStep.step, CaseStep.revision, CaseStep.status)
    .add_columns(CaseStep.owner, CaseStep.waiting_for, CaseStep.trouble)
    .add_columns(CaseStep.held_since, CaseStep.due_on)
    .where(CaseStep.case_id.in_(_IDS), CaseStep.closed_at.is_(None), CaseStep.current)
    .order_by(CaseStep.id)
)
_CLOCKS: Final = (
    select(*Clock.__table__.c, Case.reference, Case.authority, CaseStep.owner)
    .add_columns(Case.officer, Case.assessor)
    .add_columns(Clock.due_on.label("due_then"), CaseStep.step.label("held_at"))
    .add_columns(CaseStep.held_since.label("since"), Clock.holder.label("party"))
    .join(Case, Case.id == Clock.case_id)
    .join(
        CaseStep,
        and_(
            CaseStep.case_id == Clock.case_id,
            CaseStep.step == Clock.step,
            CaseStep.revision == Clock.step_revision,
        ),
    )
    .where(Clock.case_id.in_(_IDS), Clock.stopped_on.is_(None), CaseStep.closed_at.is_(None))
    .order_by(Clock.due_on.is_(None), Clock.due_on, Clock.id)
)
_FIRMS: Final = select(Contractor.code, Contractor.name)
_PROVIDERS: Final = select(Provider.code, Provider.name)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case on a work list, by the first of its open steps that the list is about.

    Args:
        action: What it needs next, in words.
        detail: What exactly is awaited, or what went wrong.
        held_by: Who holds it.
        since: Since when, London date; None where nobody does.
        due_on: When that is due; None where nothing is, or while it is paused.
        timing: How late it is, or how long it has: ``3 working days late``.
        sum: How the due date was reached, as a sentence; empty where there is no clock.
        tag: How it stands, in a word or two.
        standing: The same for machines; empty where it is not a matter of time.
        others: How many other steps are open.
        ended_on: The day the case ended, if it has.
    """

    reference: str
    authority: str
    client: str
    postcode: str
    work_type: str
    urgent: bool
    action: str
    detail: str
    held_by: str
    since: date | None
    due_on: date | None
    timing: str
    sum: str
    tag: str
    standing: str
    others: int
    ended_on: date | None


def rows_of(
    conn: Connection, work: WorkList, *, ids: Sequence[int], days: Days | None
) -> list[WorkRow]:
    """Return the rows of cases, in the order given.

    Args:
        work: The list that they are of.
        ids: The cases' row ids.
        days: The working days of every authority; None where they are not held, and then no row
            says how late it is in words.
    """
    if not ids:
        return []
    facts = {row.id: row for row in conn.execute(_FACTS, {"ids": ids})}
    steps: dict[int, list[AnyRow]] = {}
    for row in conn.execute(_matching(work), {"ids": ids}):
        steps.setdefault(row.case_id, []).append(row)
    first = {case_id: _first(found, work.wanted.order) for case_id, found in steps.items()}
    lines = _lines(conn, work, first=first.values(), days=days)
    names = _Names(conn, work.today)
    waits = to_answer(conn, case_ids=ids, today=work.today)
    found = [
        _row(
            facts[case_id],
            first.get(case_id),
            others=len(steps.get(case_id, ())) - 1,
            line=lines.get(first[case_id].id) if case_id in first else None,
            names=names,
            work=work,
        )
        for case_id in ids
        if case_id in facts
    ]
    first_of = {facts[one].reference: action for one, action in waits.items() if one in facts}
    return [_first_to_answer(row, first_of.get(row.reference, "")) for row in found]


def _first_to_answer(row: WorkRow, answer: str) -> WorkRow:
    """Put what somebody waits to be answered, by an officer alone, before what else is next."""
    then = f"Then: {row.action}. {row.detail}"
    return replace(row, action=answer, detail=then) if answer else row


def _matching(work: WorkList) -> Select[Any]:
    """Return the statement of open steps that says of each whether the list is about it."""
    about = work.conditions_on(CaseStep)
    matches = case((and_(*about), literal(1)), else_=0) if about else literal(1)
    return _STEPS.add_columns(matches.label("matches"))


def _first(found: Sequence[AnyRow], order: Order) -> AnyRow:
    """Return the open step that a case is listed by, as the statements order them."""
    about = [row for row in found if row.matches] or list(found)
    if order is Order.HELD:
        return min(about, key=lambda row: (row.held_since, row.id))
    return min(about, key=lambda row: (row.due_on is None, row.due_on or date.max, row.id))


def _lines(
    conn: Connection, work: WorkList, *, first: Iterable[AnyRow], days: Days | None
) -> dict[int, ClockLine]:
    """Return the clock that gives each step its due date, by the step's row."""
    steps = {(row.case_id, row.step, row.revision): row for row in first}
    if days is None or not steps:
        return {}
    stands = case(
        (or_(Clock.paused, Clock.due_on.is_(None)), literal(Standing.PAUSED.value)),
        (Clock.due_on < work.today, literal(Standing.LATE.value)),
        (Clock.due_on <= work.soon, literal(Standing.SOON.value)),
        else_=literal(Standing.IN_TIME.value),
    )
    asked = _CLOCKS.add_columns(stands.label("standing"))
    chosen: dict[int, AnyRow] = {}
    for row in conn.execute(asked, {"ids": sorted({key[0] for key in steps})}):
        step = steps.get((row.case_id, row.step, row.step_revision))
        if step is not None:
            chosen.setdefault(step.id, row)
    today = Asked(at=work.today, today=work.today)
    lines = lines_of(conn, list(chosen.values()), asked=today, days=days)
    return dict(zip(chosen, lines, strict=True))


class _Names:
    """What those who hold a step are called on a day."""

    def __init__(self, conn: Connection, today: date) -> None:
        self._conn, self._today = conn, today
        self._firms = {row.code: row.name for row in reference_rows(conn, _FIRMS)}
        self._providers = {row.code: row.name for row in reference_rows(conn, _PROVIDERS)}

    def holder(self, owner: str, of: AnyRow) -> str:
        """Return who holds a step, by name where the case says it."""
        if owner == "contractor" and of.contractor:
            return f"{self._firms.get(of.contractor, of.contractor)} (contractor)"
        if owner == "landlord" and of.landlord:
            return f"{self._providers.get(of.landlord, of.landlord)} (landlord)"
        return named_holder(self._conn, owner, of, on=self._today)


def _row(
    facts: AnyRow,
    step: AnyRow | None,
    *,
    others: int,
    line: ClockLine | None,
    names: _Names,
    work: WorkList,
) -> WorkRow:
    ended = facts.status not in LIVE
    values: dict[str, Any] = {
        "reference": facts.reference,
        "authority": facts.authority,
        "client": facts.client_name,
        "postcode": facts.postcode,
        "work_type": facts.work_type,
        "urgent": facts.urgent,
        "others": max(0, others),
        "ended_on": london_date(facts.ended_at) if ended and facts.ended_at else None,
        **dict.fromkeys(("since", "due_on")),
        **dict.fromkeys(("held_by", "timing", "sum", "standing"), ""),
    }
    if ended or step is None:
        tag = ended_words(CaseStatus(facts.status)) if ended else "Not begun"
        action = "Nothing: the case has ended" if ended else NOT_BEGUN
        return WorkRow(**values, action=action, detail=facts.ended_reason or "", tag=tag)
    how = standing(
        due_on=step.due_on,
        paused=line is not None and line.standing is Standing.PAUSED,
        at=work.today,
        soon_until=work.soon,
    )
    values |= {
        "held_by": names.holder(step.owner, facts),
        "since": london_date(step.held_since),
        "due_on": step.due_on,
        "timing": line.timing if line else "",
        "sum": line.words if line else "",
        "standing": how.value,
    }
    return WorkRow(
        **values,
        action=next_action(
            step=StepName(step.step),
            status=StepStatus(step.status),
            owner=step.owner,
            trouble=step.trouble,
        ),
        detail=step.trouble or awaited(step=StepName(step.step), waiting_for=step.waiting_for),
        tag="Needs attention" if step.trouble else LATENESS[how],
    )

"""What reports count of each case, worked out from its record when that grew.

The database notes each case whose record grew, in the transaction that it grew in. Counting takes
those notes and writes what the cases come to now; what they came to on days that are over is kept.
It may be done by anybody at any time, by several at once, and again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased

from adapters import clock
from models.base import AnyRow, word
from models.tables.aftercare import CareOutcome, SurveyAnswer
from models.tables.cases import Case, CaseStep, WorksLine
from models.tables.files import CaseNote
from models.tables.funding import ChargePayment, GrantHeld
from models.tables.prices import Award, Offer, Price
from models.tables.reports import CaseFacts, CaseFactsBefore, ToCount
from models.tables.works import (
    ORDER_IN_FORCE,
    Approval,
    Invoice,
    OrderEnding,
    Payment,
    WorkOrder,
)
from rules.clocks.dates import london_date
from rules.parties import Party
from rules.pathway import EXITS, StepName
from services.cases.clocks.rows import in_parts
from services.reports.waits import Wait, waits
from services.session import reading, writing

AT_ONCE: Final = 2_000
"""How many notes are taken in one transaction: some seconds of work, while cases go on."""

_IDS: Final[BindParameter[Any]] = bindparam("case_ids", expanding=True)
_OF_CASE: Final = WorkOrder.case_id == Case.id
_STANDS: Final = WorkOrder.status != word("cancelled")
_PAST: Final = frozenset(one.value for one in EXITS)
COLUMNS: Final = tuple(name for name in CaseFacts.__table__.c.keys() if name != "case_id")  # noqa: SIM118 - a collection of columns


def _one(value: Any, *where: Any) -> Any:
    return select(value).where(*where).scalar_subquery()


def _columns() -> dict[str, Any]:
    """Return what one statement reads of each case, by the column of its facts."""
    held = select(GrantHeld.grant_pence).where(GrantHeld.approval_id == Approval.id)
    newest = held.order_by(GrantHeld.id.desc()).limit(1).correlate(Approval).scalar_subquery()
    first = aliased(Approval)
    return {
        "route": select(Award.route)
        .where(Award.case_id == Case.id)
        .order_by(Award.version.desc())
        .limit(1)
        .scalar_subquery(),
        "priced_on": _one(func.min(Price.priced_at), Price.case_id == Case.id),
        "offered_on": _one(func.min(Offer.offered_at), Offer.case_id == Case.id),
        "approved_on": _one(
            func.min(first.decided_on),
            first.case_id == Case.id,
            first.outcome == word("approved"),
        ),
        "ordered_on": _one(func.min(WorkOrder.raised_at), _OF_CASE, _STANDS),
        "started_on": _one(func.min(WorkOrder.started_on), _OF_CASE, _STANDS),
        "certified_on": case(
            (exists().where(_OF_CASE, ORDER_IN_FORCE, WorkOrder.certified_on.is_(None)), None),
            else_=_one(func.max(WorkOrder.certified_on), _OF_CASE, ORDER_IN_FORCE),
        ),
        "paid_on": _one(
            func.max(CaseStep.closed_at),
            CaseStep.case_id == Case.id,
            CaseStep.step == StepName.PAY,
            CaseStep.current,
            CaseStep.status == word("done"),
        ),
        "budget_year": Approval.budget_year,
        "grant_pence": func.coalesce(newest, Approval.grant_pence),
        "top_up_pence": Approval.top_up_pence,
        "others_pence": Approval.contribution_pence + Approval.funders_pence,
        **_money(),
        "preventive_lines": _one(
            func.count(), WorksLine.case_id == Case.id, WorksLine.preventive_because.is_not(None)
        ),
        "contacts": _contacts(),
    }


def _money() -> dict[str, Any]:
    """Return what the orders come to, and what was released of them and of charges."""
    return {
        "works_pence": select(
            func.sum(func.coalesce(OrderEnding.total_pence, Price.total_pence)).label("pence")
        )
        .select_from(WorkOrder)
        .join(Price, Price.id == WorkOrder.price_id)
        .outerjoin(OrderEnding, OrderEnding.order_id == WorkOrder.id)
        .where(_OF_CASE, _STANDS)
        .scalar_subquery(),
        "released_pence": select(func.sum(Payment.amount_pence))
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(WorkOrder, WorkOrder.id == Invoice.order_id)
        .where(_OF_CASE)
        .scalar_subquery(),
        "charges_pence": _one(
            func.sum(ChargePayment.amount_pence), ChargePayment.case_id == Case.id
        ),
    }


def _contacts() -> Any:
    """Return how many calls and visits stand on a case's file, in their newest version."""
    newer = aliased(CaseNote)
    later = exists().where(
        newer.case_id == CaseNote.case_id,
        newer.number == CaseNote.number,
        newer.version > CaseNote.version,
    )
    spoken = CaseNote.kind.in_([word("call"), word("visit")])
    return _one(func.count(), CaseNote.case_id == Case.id, spoken, ~CaseNote.withdrawn, ~later)


_LAST: Final = aliased(Approval)
_APPROVED: Final = _one(
    func.max(_LAST.id), _LAST.case_id == Case.id, _LAST.outcome == word("approved")
)
_OF_CASE_ITSELF: Final = (
    *("id", "authority", "work_type", "tenure", "urgent", "status", "opened_at", "date_of_birth"),
    *("contact_on", "recommended_on", "applied_on", "ended_at", "ended_stage"),
)
_FACTS: Final = (
    select(*(Case.__table__.c[name] for name in _OF_CASE_ITSELF))
    .add_columns(*(one.label(name) for name, one in _columns().items()))
    .select_from(Case)
    .outerjoin(Approval, Approval.id == _APPROVED)
)
_ANSWERS: Final = select(SurveyAnswer.case_id, SurveyAnswer.question, SurveyAnswer.score)
_RESULTS: Final = select(CareOutcome.case_id, CareOutcome.domain, CareOutcome.result).order_by(
    CareOutcome.id
)
_KNOWN: Final = select(*CaseFacts.__table__.c).where(CaseFacts.case_id.in_(_IDS))
_NOTES: Final = (
    select(ToCount.id, ToCount.case_id)
    .order_by(ToCount.id)
    .limit(bindparam("at_once"))
    .with_for_update(skip_locked=True)
)
_TAKEN: Final = delete(ToCount).where(ToCount.id.in_(bindparam("ids", expanding=True)))
_PUT: Final = update(CaseFacts).where(CaseFacts.case_id == bindparam("of_case"))


def to_count(conn: Connection) -> int:
    """Return how many cases' records grew since they were counted."""
    return conn.execute(select(func.count(ToCount.case_id.distinct()))).scalar_one()


def count_what_grew(*, at_most: int = 1) -> int:
    """Count what grew, some seconds of work at a time; return how many cases changed."""
    changed = 0
    for _ in range(at_most):
        with reading() as conn:
            if not to_count(conn):
                break
        with writing() as conn:
            changed += count(conn, now=clock.now())
    return changed


def count(conn: Connection, *, now: datetime, at_once: int = AT_ONCE) -> int:
    """Count the cases whose records grew, the oldest notes first; return how many changed.

    Args:
        at_once: As many notes at most.
    """
    notes = conn.execute(_NOTES, {"at_once": at_once}).all()
    ids = sorted({row.case_id for row in notes})
    changed = sum(_count(conn, part, now) for part in in_parts(ids))
    for part in in_parts(row.id for row in notes):
        conn.execute(_TAKEN, {"ids": part})
    return changed


def _count(conn: Connection, ids: Sequence[int], now: datetime) -> int:
    known = {row.case_id: row for row in conn.execute(_KNOWN, {"case_ids": ids})}
    new, old, changed = [], [], []
    for fresh in facts_of(conn, ids, now=now):
        before = known.get(fresh["case_id"])
        if before is None:
            new.append(fresh)
            continue
        if fresh["age"] is None:  # erased with the date of birth; how old they were stays counted
            fresh["age"] = before.age
        if all(fresh[name] == getattr(before, name) for name in COLUMNS if name != "known_from"):
            continue
        fresh["known_from"] = now
        changed.append({"of_case": fresh.pop("case_id"), **fresh})
        if london_date(before.known_from) < london_date(now):
            old.append({**before._mapping, "known_to": now})
    for statement, given in ((insert(CaseFacts), new), (insert(CaseFactsBefore), old)):
        if given:
            conn.execute(statement, given)
    if changed:
        conn.execute(_PUT, changed)
    return len(new) + len(changed)


def facts_of(conn: Connection, ids: Sequence[int], *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what each case comes to now, by column; as known since it was opened."""
    said = _by_case(conn.execute(_ANSWERS.where(SurveyAnswer.case_id.in_(ids))), "said")
    care = _by_case(conn.execute(_RESULTS.where(CareOutcome.case_id.in_(ids))), "care")
    waited = {
        one.case_id: one
        for one in waits(conn, case_ids=ids, today=london_date(now), skip_unknown=True)
    }
    for row in conn.execute(_FACTS.where(Case.id.in_(ids)).order_by(Case.id)):
        held = dict.fromkeys(COLUMNS) | {
            name: row._mapping[name] for name in COLUMNS if name in row._mapping
        }
        held |= _dated(row) | _paid(row) | _waited(waited.get(row.id), held, row)
        held |= said.get(row.id, {}) | care.get(row.id, {})
        yield held | {"case_id": row.id, "known_from": row.opened_at}


def _by_case(rows: Iterable[AnyRow], prefix: str) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for case_id, name, value in rows:
        found.setdefault(case_id, {})[f"{prefix}_{name}"] = value
    return found


def _dated(row: AnyRow) -> dict[str, Any]:
    """Return the London days of what the record has as instants, and the age on first contact."""
    at = {"priced_on": row.priced_on, "offered_on": row.offered_on, "paid_on": row.paid_on}
    at |= {"ordered_on": row.ordered_on, "ended_on": row.ended_at}
    born = row.date_of_birth
    return {name: _day(found) for name, found in at.items()} | {
        "age": relativedelta(row.contact_on, born).years if born else None,
        "ended_ground": row.status if row.status in _PAST else None,
    }


def _day(at: datetime | None) -> date | None:
    return london_date(at) if at else None


def _paid(row: AnyRow) -> dict[str, Any]:
    """Return what was released: of the works and of charges; none where nothing was."""
    parts = [one for one in (row.released_pence, row.charges_pence) if one is not None]
    return {"paid_pence": sum(parts) if parts else None}


def _waited(wait: Wait | None, held: Mapping[str, Any], row: AnyRow) -> dict[str, Any]:
    """Return how often a case changed hands, and once its wait is over whose the days were."""
    parties = [one.party for one in wait.stretches] if wait else []
    found: dict[str, Any] = {"hand_offs": sum(one is not two for one, two in pairwise(parties))}
    if wait is None or not (held["certified_on"] or row.ended_at):
        return found
    shares = {one: wait.shares[one].days if one in wait.shares else 0 for one in Party}
    return found | {f"days_{one.value}": days for one, days in shares.items()}

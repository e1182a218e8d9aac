"""Deciding by a form: what it is made over, and recording what it sent once and no more.

A form carries how far the case's record went when it was made. It records only where the record
goes no further: so a form sent twice records once, and nobody decides over what they have not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.tables.record import Audit, Decision
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision, Plan
from rules.decisions.particulars import facts_of
from rules.errors import ChangedMeanwhileError, UnknownReferenceError
from rules.people import Actor, may_see
from services.cases import CaseInHand, Context
from services.cases.take import take
from services.cases.visible import nothing_here
from services.decisions.history import case_history
from services.decisions.may import May, can_take
from services.decisions.offered import offered
from services.decisions.offered_documents import Choice, pointed
from services.decisions.receive import signature_kept
from services.decisions.record import record_decision

_SINCE: Final = (
    select(Audit.action, Audit.actor, Audit.reason, Audit.detail, Audit.at)
    .where(Audit.chain == bindparam("chain"), Audit.sequence > bindparam("over"))
    .order_by(Audit.sequence)
)
_DECIDED: Final = (
    select(Decision.id)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind == bindparam("kind"),
        Decision.actor == bindparam("actor"),
    )
    .order_by(Decision.id.desc())
)


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a decision on a case, for one person.

    Args:
        case: The case, as it stands.
        may: Whether this person may take the decision now, or why not.
        over: How far the case's record goes.
        offered: What is offered to choose from, by its name.
        siblings: The other kinds that one command records, which this person's role may.
        documents: The documents received, that what shows a thing may point at.
    """

    case: CaseInHand
    may: May
    over: int
    offered: Mapping[str, tuple[Choice, ...]]
    siblings: tuple[type[BaseDecision], ...]
    documents: tuple[Choice, ...] = ()


def form_of(
    conn: Connection,
    *,
    reference: str,
    kind: type[BaseDecision],
    kinds: Sequence[type[BaseDecision]],
    viewer: Actor,
    now: datetime,
) -> Form:
    """Return the form of a kind of decision on a case, as it stands; nothing is changed.

    Args:
        kinds: Every kind of decision, to name those beside it.

    Raises:
        UnknownReferenceError: There is no such case among those they may see.
    """
    case = _seen(conn, reference=reference, viewer=viewer, now=now, to_change=False)
    context = Context(conn=conn, case=case, actor=viewer, reason="", plan=None, now=now)
    may = can_take(context, kind)
    beside = (one for one in kinds if kind.command and one.command == kind.command)
    return Form(
        case=case,
        may=may,
        over=case.row.audit_sequence,
        offered=offered(conn, case=case.row, kind=kind, today=london_date(now))
        if may.allowed
        else {},
        siblings=tuple(one for one in beside if one is not kind and viewer.role in one.roles),
        documents=pointed(conn, case=case.row, kind=kind) if may.allowed else (),
    )


def record_once(
    conn: Connection,
    *,
    reference: str,
    decision: BaseDecision,
    over: int,
    viewer: Actor,
    reason: str,
    plan: Plan | None,
    now: datetime,
) -> tuple[int, bool]:
    """Record what a form decided, once.

    Args:
        over: How far the case's record went when the form was made.

    Returns:
        The decision's number, and whether it was recorded by this form before.

    Raises:
        ChangedMeanwhileError: The case has changed since the form was made.
        HandrailError: As recording raises.
    """
    case = _seen(conn, reference=reference, viewer=viewer, now=now, to_change=True)
    who = viewer.identity
    if case.row.audit_sequence != over:
        found = recorded_before(conn, case, decision, over=over, by=who, reason=reason)
        if found is not None:
            return found, True
        raise ChangedMeanwhileError(
            f"{case.reference} has changed since you opened this form.",
            why="Nothing was recorded, and what you typed is kept.",
            next_step="See what changed, then go on or leave it.",
        )
    common: dict[str, Any] = {"reference": case.reference, "by": who, "reason": reason, "now": now}
    signed = signature_kept(conn, decision, **common)
    record_decision(conn, decision=signed, plan=plan, **common)
    return _newest(conn, case, decision, by=who), False


def _seen(
    conn: Connection, *, reference: str, viewer: Actor, now: datetime, to_change: bool
) -> CaseInHand:
    try:
        case = take(conn, reference=reference, now=now, to_change=to_change)
    except UnknownReferenceError as error:
        raise nothing_here("case") from error
    if not may_see(viewer, authority=case.row.authority):
        raise nothing_here("case")
    return case


def changes_since(conn: Connection, *, reference: str, over: int) -> list[dict[str, Any]]:
    """Return what happened on a case since its record went so far, each with who, when and why."""
    return case_history(conn, reference=reference)[max(over, 0) :]


def recorded_before(
    conn: Connection, case: CaseInHand, decision: BaseDecision, *, over: int, by: str, reason: str
) -> int | None:
    """Return the decision that the very same form recorded, or None.

    Args:
        over: How far the case's record went when the form was made.

    What it sealed is not on record, so it is not compared.
    """
    facts = facts_of(decision)
    for row in conn.execute(_SINCE, {"chain": case.reference, "over": over}):
        same = (row.actor, row.reason) == (by, reason)
        if same and row.action.endswith(f": {decision.kind}") and _within(facts, row):
            return _newest(conn, case, decision, by=by)
    return None


def _within(facts: Mapping[str, object], row: AnyRow) -> bool:
    held = row.detail.get("facts") or {}
    return all(held.get(name) == value for name, value in facts.items())


def _newest(conn: Connection, case: CaseInHand, decision: BaseDecision, *, by: str) -> int:
    of = {"case_id": case.id, "kind": decision.kind, "actor": by}
    return int(conn.execute(_DECIDED, of).scalars().first() or 0)

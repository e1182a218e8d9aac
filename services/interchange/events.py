"""An event from a contractor's own system: known by its signature, recorded once, as a decision."""

import hashlib
from datetime import datetime
from typing import Any, Final, NamedTuple, NoReturn

from sqlalchemy import Connection, bindparam, func, insert, select

from adapters import strict_json
from models.base import AnyRow, can_be_stored, rows_by
from models.case_queries import live_order
from models.people import acting
from models.tables.cases import Case
from models.tables.interchange import OrderEvent
from models.tables.record import Decision
from models.tables.works import WorkOrder
from rules.clocks.dates import instant, london_date
from rules.decisions import BaseDecision
from rules.errors import (
    EventProblemsError,
    HandrailError,
    NotPermittedError,
    SignatureRefusedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.interchange.events import SCHEMAS, message_of, read_event, shown_by, version_of
from rules.interchange.signed import SignedRequest
from services.cases import CaseInHand, Context
from services.cases.take import take
from services.decisions.kinds import KINDS
from services.decisions.may import can_take
from services.decisions.record import record_decision
from services.interchange.keys import secret_of
from services.session import reading, writing

_ORDER: Final = (
    select(WorkOrder.number, WorkOrder.contractor, Case.reference)
    .join(Case, Case.id == WorkOrder.case_id)
    .where(WorkOrder.number == bindparam("number"))
    .order_by(WorkOrder.version.desc())
    .limit(1)
)
_BEFORE: Final = rows_by(OrderEvent, "contractor", "event")
_KEEP: Final = insert(OrderEvent)
_NEWEST: Final = select(func.max(Decision.id)).where(Decision.case_id == bindparam("case_id"))


class _Said(NamedTuple):
    """What an event says: its decision, words besides, and the version of the order it means."""

    decision: BaseDecision
    words: str
    version: int | None


def take_event(
    request: SignedRequest, *, number: str, now: datetime, at: datetime
) -> dict[str, Any]:
    """Record an event on an order, or return what was answered when it was recorded before.

    Args:
        number: The order's.
        now: By the clock that cases live by.
        at: By the real clock, which signatures and secrets go by.

    Raises:
        SignatureRefusedError: It is not signed by a contractor, or not now.
        UnknownReferenceError: There is no such order.
        NotPermittedError: It is another contractor's.
        EventProblemsError: What it says is wrong; all of it is listed.
        StepNotOpenError: The order does not wait for it.
    """
    with reading() as conn:
        contractor = _whose(conn, request, at)
        order = _order(conn, number, contractor)
    said = _said(request, order.number)
    with writing() as conn:
        case = take(conn, reference=order.reference, now=now)  # whoever sends it twice waits here
        before = _recorded_before(conn, request, contractor)
        if before is not None:
            return before
        _check_state(case, order, contractor, said)
        reason = f"{contractor}’s own system sent this as event {request.event}."
        record_decision(
            conn,
            reference=order.reference,
            decision=said.decision,
            by=contractor,
            reason=" ".join(filter(None, (reason, said.words))),
            now=now,
        )
        answer = {
            "event": request.event,
            "order": order.number,
            "recorded": said.decision.kind,
            "recordedAt": instant(now),
        }
        kept = {
            "case_id": case.id,
            "contractor": contractor,
            "event": request.event,
            "digest": _digest(request),
            "decision_id": conn.execute(_NEWEST, {"case_id": case.id}).scalar_one(),
            "received_at": now,
            "answer": answer,
        }
        conn.execute(_KEEP, kept)
        return answer


def _whose(conn: Connection, request: SignedRequest, at: datetime) -> str:
    """Return the contractor that signed a request; what was wrong with it is not said."""
    found = secret_of(conn, key=request.key, at=at)
    if found is None or not request.is_signed_with(found[1]) or not request.is_of(at):
        raise SignatureRefusedError(
            "The request is not signed by a contractor’s system, or not within five minutes of "
            f"{instant(at)}.",
            why="Nothing was recorded.",
            next_step="Check the secret, the clock, and what is signed: docs/reference/"
            "interchange.md has examples to compare with.",
        )
    if not request.has_event():
        raise EventProblemsError(
            (("", "Handrail-Event is 8 to 64 letters, digits, dots, dashes or underscores."),)
        )
    return found[0]


def _order(conn: Connection, number: str, contractor: str) -> AnyRow:
    row = conn.execute(_ORDER, {"number": number}).one_or_none() if can_be_stored(number) else None
    if row is None:
        raise UnknownReferenceError(
            f"There is no order {number[:40]}.", next_step="Give its number as the order says it."
        )
    if row.contractor != contractor:
        raise NotPermittedError(
            f"{row.number} is not an order to {contractor}.",
            next_step="A contractor’s system speaks of its own orders only.",
        )
    return row


def _said(request: SignedRequest, number: str) -> _Said:
    """Return what an event says."""
    try:
        body = strict_json.read(request.body)
    except ValueError as error:
        raise EventProblemsError((("", str(error)),)) from error
    message = message_of(body)
    problems = strict_json.problems(body, SCHEMAS[message])
    if problems:
        raise EventProblemsError(tuple(problems))
    taken, update, wrong = read_event(body, message=message, number=number)
    if wrong:
        raise EventProblemsError(tuple(wrong))
    values = {name: read(update) for name, read in taken.fills.items()}
    decision = KINDS[taken.kind](**values)
    if said := decision.problems():
        raise EventProblemsError(tuple(("", words) for words in said))
    return _Said(decision, shown_by(update), version_of(update))


def _recorded_before(
    conn: Connection, request: SignedRequest, contractor: str
) -> dict[str, Any] | None:
    known = {"contractor": contractor, "event": request.event}
    before = conn.execute(_BEFORE, known).one_or_none()
    if before is not None and before.digest != _digest(request):
        raise StepNotOpenError(
            f"Event {request.event} was recorded before, and said something else.",
            why="Nothing was recorded.",
            next_step="Give each event a name of its own.",
        )
    return None if before is None else dict(before.answer)


def _digest(request: SignedRequest) -> str:
    return hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()


def _check_state(case: CaseInHand, order: AnyRow, contractor: str, said: _Said) -> None:
    """Refuse an event that the order does not wait for, or that speaks of another version."""
    conn, now = case.conn, case.now
    live = live_order(conn, case_id=case.id)
    if live is None or live.number != order.number:
        raise StepNotOpenError(f"{order.number} is no longer in force.")
    if said.version not in {None, live.version}:
        raise StepNotOpenError(
            f"It speaks of version {said.version} of {order.number}; version {live.version} is "
            "in force.",
            why="Nothing was recorded.",
            next_step="Read the version in force, and send it again for that one.",
        )
    actor = acting(conn, identity=contractor, on=london_date(now))
    context = Context(conn=conn, case=case, actor=actor, reason="", plan=None, now=now)
    error = can_take(context, type(said.decision)).error
    if error is not None:
        _refuse(error)


def _refuse(error: HandrailError) -> NoReturn:
    if isinstance(error, NotPermittedError):
        raise error
    raise StepNotOpenError(
        error.what, why=error.why, next_step=error.next_step, section=error.section
    ) from error

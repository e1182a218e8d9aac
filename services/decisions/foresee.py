"""What a decision would do, found by recording it in a transaction that is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from models.base import AnyRow, rows_by
from models.tables.clocks import Clock
from models.tables.record import Decision, Outbox
from rules.clocks.clock_names import CLOCKS
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Plan
from rules.pathway import PATHWAY, StepName, StepStatus
from rules.people import Actor
from rules.sentences import held_words
from services.cases import CaseInHand
from services.cases.take import take
from services.cases.visible import visible_case
from services.decisions.record import record_decision
from services.decisions.rehearsal import rehearse
from services.decisions.words import words_of
from services.documents.delivery import composed
from services.documents.keep import Drawn, drawn_at, only_drawn
from services.session import writing

_CLOCKS: Final = rows_by(Clock, "case_id").order_by(Clock.id)
_LAST: Final = select(func.max(Outbox.id))
_MESSAGES: Final = (
    select(Outbox.id, Outbox.payload)
    .where(
        Outbox.case_id == bindparam("case_id"),
        Outbox.kind == "message",
        Outbox.id > bindparam("after"),
    )
    .order_by(Outbox.id)
)
_FACTS: Final = rows_by(Decision, "case_id").order_by(Decision.id.desc()).limit(1)
_STANDS: Final[Mapping[StepStatus, str]] = {
    StepStatus.READY: "Handrail goes on with it",
    StepStatus.WAITING: "waits",
    StepStatus.DONE: "is done",
    StepStatus.NOT_NEEDED: "is not needed",
    StepStatus.ENDED: "ends",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it would leave.

    Args:
        what: What it is and where it goes, in a sentence.
        at_once: Whether the decision itself sends it, and not the work that follows.
        papers: The places of what goes with it among the documents.
    """

    what: str
    subject: str
    body: str
    at_once: bool
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a decision would do.

    Args:
        said: What would be on record of it, in a sentence.
        steps: How steps would move, in sentences.
        clocks: Which clocks would start, stop or move, in sentences.
        letters: Who would be written to: at once, then by the work that follows.
        papers: The documents that would be written, in their order.
        next: What Handrail then does by itself, and what opens, in sentences.
        stopped: Why the work that follows would go no further, or an empty string.
        notice: What else whoever decides has to know, or an empty string.
    """

    said: str
    steps: tuple[str, ...]
    clocks: tuple[str, ...]
    letters: tuple[Letter, ...]
    papers: tuple[Drawn, ...]
    next: tuple[str, ...]
    stopped: str
    notice: str


def foresee(
    *,
    reference: str,
    decision: BaseDecision,
    viewer: Actor,
    reason: str,
    plan: Plan | None,
    now: datetime,
) -> Foreseen:
    """Return what recording a decision would do; nothing of it stays.

    Raises:
        HandrailError: As recording it raises.
    """
    with writing() as conn, only_drawn() as papers:
        row = visible_case(conn, reference=reference, viewer=viewer)
        before = take(conn, reference=row.reference, now=now)
        clocks = _clocks(conn, row.id)
        last = conn.execute(_LAST).scalar() or 0
        receipt = record_decision(
            conn,
            reference=row.reference,
            decision=decision,
            by=viewer.identity,
            reason=reason,
            plan=plan,
            now=now,
        )
        after = take(conn, reference=row.reference, now=now, to_change=False)
        last_at_once = conn.execute(_LAST).scalar() or 0
        seen = Foreseen(
            said=words_of(conn, kind=decision.kind, facts=_facts(conn, row.id)),
            steps=_moved(before, after),
            clocks=_retimed(clocks, _clocks(conn, row.id)),
            letters=(),
            papers=(),
            next=_next(after),
            stopped=rehearse(conn, case_ref=row.reference),
            notice=receipt.notice,
        )
        told = conn.execute(_MESSAGES, {"case_id": row.id, "after": last}).all()
        conn.rollback()
    letters = tuple(_letter(one.payload, at_once=one.id <= last_at_once) for one in told)
    return replace(seen, letters=letters, papers=tuple(papers))


def _facts(conn: Connection, case_id: int) -> dict[str, Any]:
    return dict(conn.execute(_FACTS, {"case_id": case_id}).one().facts)


def _clocks(conn: Connection, case_id: int) -> dict[int, AnyRow]:
    return {row.id: row for row in conn.execute(_CLOCKS, {"case_id": case_id})}


def _moved(before: CaseInHand, after: CaseInHand) -> tuple[str, ...]:
    found = [
        _step_words(after, name, opens=name not in before.steps)
        for name in PATHWAY
        if name in after.steps and _stand(before, name) != _stand(after, name)
    ]
    if before.status != after.status:
        found.append(f"The case is {after.status.replace('_', ' ')}.")
    return tuple(found)


def _stand(case: CaseInHand, name: StepName) -> tuple[object, ...]:
    row = case.steps.get(name)
    return (row.revision, row.status, row.owner, row.waiting_for) if row else ()


def _step_words(case: CaseInHand, name: StepName, *, opens: bool) -> str:
    row, title = case.steps[name], PATHWAY[name].title
    if opens and row.status is StepStatus.READY:
        return f"{title}: opens."
    if row.status is StepStatus.WAITING:
        return f"{title} waits: {held_words(row.owner, row.waiting_for)}."
    return f"{title}: {_STANDS[row.status]}."


def _retimed(before: Mapping[int, AnyRow], after: Mapping[int, AnyRow]) -> tuple[str, ...]:
    found = []
    for number, row in after.items():
        old = before.get(number)
        title = _titled(CLOCKS[row.name].title if row.name in CLOCKS else row.name)
        was_running = old is not None and old.stopped_on is None
        due = f", due {in_words(row.due_on)}" if row.due_on else ""
        if row.stopped_on is not None:
            found += [f"{title}: stops ({row.stopped_why})."] if was_running else []
        elif not was_running:
            found.append(f"{title}: starts{due}.")
        elif old is not None and old.paused != row.paused:
            found.append(f"{title}: {'stands still' if row.paused else f'goes on{due}'}.")
        elif old is not None and old.due_on != row.due_on and row.due_on:
            was = f" instead of {in_words(old.due_on)}" if old.due_on else ""
            found.append(f"{title}: due {in_words(row.due_on)}{was}.")
    return tuple(found)


def _titled(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _letter(payload: Mapping[str, Any], *, at_once: bool) -> Letter:
    written = composed(payload)
    attached = (drawn_at(item["path"]) for item in payload["attachments"])
    return Letter(
        what=message_words(payload),
        subject=written.subject,
        body=written.body,
        at_once=at_once,
        papers=tuple(place for place in attached if place is not None),
    )


def message_words(payload: Mapping[str, Any]) -> str:
    """Return what a message is and where it goes: ``Order to contractor, to a@b.example``."""
    what = str(payload["kind"]).replace("_", " ").capitalize()
    by_post = str(payload.get("by_post_to") or "").partition("\n")[0]
    where = f"by post to {by_post}, through {payload['to']}" if by_post else f"to {payload['to']}"
    return f"{what}, {where}"


def _next(case: CaseInHand) -> tuple[str, ...]:
    """Return what Handrail then does by itself."""
    if case.status_is_exit():
        return ("Handrail tells those who have to know that the case has ended.",)
    return tuple(f"{step.does}." for name, step in PATHWAY.items() if case.is_ready(name))

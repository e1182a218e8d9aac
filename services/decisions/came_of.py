"""What came of a decision, or of having a case carried on: the run, the documents, the messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow, Instant, rows_by
from models.tables.record import Decision, Document, Outbox
from rules.errors import UnknownReferenceError
from rules.pathway import OVER, PATHWAY, StepStatus
from rules.people import Actor
from rules.sentences import held_words
from services.cases.case_steps import steps_of
from services.cases.runs import run_of_request
from services.cases.visible import visible_case
from services.decisions.foresee import message_words
from services.decisions.words import words_of

AT_ONCE: Final = timedelta(seconds=20)
"""How soon a run is under way where Handrail is running."""

_DECISION: Final = rows_by(Decision, "id")
_REQUEST: Final = rows_by(Outbox, "key")
_SINCE: Final = bindparam("since", type_=Instant)
_PUT_OUT: Final = (
    select(Outbox.kind, Outbox.key, Outbox.status, Outbox.attempts, Outbox.last_error)
    .add_columns(Outbox.payload, Outbox.created_at)
    .where(Outbox.case_id == bindparam("case_id"), Outbox.created_at >= _SINCE)
    .order_by(Outbox.id)
)
_DOCUMENTS: Final = (
    select(Document.kind, Document.version)
    .where(Document.case_id == bindparam("case_id"), Document.created_at >= _SINCE)
    .order_by(Document.id)
)


@dataclass(frozen=True, slots=True)
class Work:
    """The work that follows.

    Args:
        going: Whether it is under way or still to begin.
        soon: Whether it is expected to be over in moments.
        words: How it stands, in sentences.
        kind: How that is shown: nothing, ``good``, ``warn`` or ``wrong``.
    """

    going: bool
    soon: bool
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of something, up to now.

    Args:
        case: The case.
        work: The work that followed.
        steps: Where the open steps stand: title, and words.
        documents: What was written, in words.
        messages: What was sent or waits to be, in words, and whether it has left.
    """

    case: AnyRow
    work: Work
    steps: tuple[tuple[str, str], ...]
    documents: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]


def came_of_decision(
    conn: Connection, *, reference: str, number: int, viewer: Actor, now: datetime
) -> tuple[AnyRow, str, CameOf]:
    """Return a decision on record, what it says in a sentence, and what came of it.

    Raises:
        UnknownReferenceError: There is no such decision on a case that they may see.
    """
    case = visible_case(conn, reference=reference, viewer=viewer)
    row = conn.execute(_DECISION, {"id": number}).one_or_none()
    if row is None or row.case_id != case.id:
        raise UnknownReferenceError(
            f"No such decision is on record on {case.reference}.",
            next_step="Its history shows what is.",
        )
    said = words_of(conn, kind=row.kind, facts=row.facts)
    return row, said, _came_of(conn, case, since=row.decided_at, now=now)


def came_of_request(
    conn: Connection, *, reference: str, key: str, viewer: Actor, now: datetime
) -> CameOf:
    """Return what came of a run that was asked for on a case.

    Raises:
        UnknownReferenceError: None was asked for on a case that they may see.
    """
    case = visible_case(conn, reference=reference, viewer=viewer)
    row = conn.execute(_REQUEST, {"key": key}).one_or_none()
    if row is None or row.case_id != case.id:
        raise UnknownReferenceError(
            f"No such run was asked for on {case.reference}.", next_step="Ask for it again."
        )
    return _came_of(conn, case, since=row.created_at, now=now)


def _came_of(conn: Connection, case: AnyRow, *, since: datetime, now: datetime) -> CameOf:
    of = {"case_id": case.id, "since": since}
    out = list(conn.execute(_PUT_OUT, of))
    return CameOf(
        case=case,
        work=_work(conn, [row for row in out if row.kind == "run"], since=since, now=now),
        steps=tuple(_steps(conn, case)),
        documents=tuple(
            f"{row.kind.replace('_', ' ').capitalize()}, version {row.version}"
            for row in conn.execute(_DOCUMENTS, of)
        ),
        messages=tuple(
            (message_words(row.payload), _LEFT[row.status]) for row in out if row.kind == "message"
        ),
    )


_LEFT: Final = {"sent": "sent", "waiting": "to be sent", "claimed": "being sent", "dead": "failed"}


def _work(conn: Connection, runs: list[AnyRow], *, since: datetime, now: datetime) -> Work:
    left = [row for row in runs if row.status in ("waiting", "claimed")]
    dead = [row for row in runs if row.status == "dead"]
    soon = now - since < AT_ONCE
    if dead:
        words = f"The run could not be started: {dead[0].last_error} An operator tries it again."
        return Work(going=False, soon=False, words=words, kind="wrong")
    if left and soon:
        return Work(going=True, soon=True, words="Handrail carries the case on now.", kind="")
    if left:
        words = (
            "It is recorded. The work that follows has not been done yet: Handrail’s service is "
            "busy or stopped. It follows by itself, later; nothing has to be sent again."
        )
        return Work(going=True, soon=False, words=words, kind="warn")
    ended = run_of_request(conn, key=runs[0].key) if runs else None
    return Work(going=False, soon=False, **_ended(ended))


def _ended(run: dict[str, str] | None) -> dict[str, str]:
    if run is None:
        return {"words": "The work that followed is done.", "kind": "good"}
    if run["state"] in ("Failed", "Crashed"):
        return {"words": f"The run failed: {run['message']}", "kind": "wrong"}
    return {"words": "The work that followed is done.", "kind": "good"}


def _steps(conn: Connection, case: AnyRow) -> Iterator[tuple[str, str]]:
    for row in steps_of(conn, case_id=case.id):
        title = PATHWAY[row.step].title
        if row.trouble:
            yield title, row.trouble
        elif row.status is StepStatus.WAITING:
            words = held_words(row.owner, row.waiting_for)
            yield title, f"{words[:1].upper()}{words[1:]}"
        elif row.status not in OVER and row.status is not StepStatus.ENDED:
            yield title, "Handrail goes on with it"

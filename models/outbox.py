"""The outbox: runs to start and messages to send, with attempts, back-off and dead letters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Result,
    Select,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection

from models.base import AnyRow, columns_of, on_conflict, word
from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail

MAX_ATTEMPTS: Final = 8
"""After this many failures a row is dead: it stays, is shown, and waits for a person's retry."""

CLAIM_LASTS: Final = timedelta(minutes=5)
"""A claim in nobody's name that is older was made by a process that died; it may be claimed again.

One in the name of a conductor is the conductor's for as long as it lives.
"""

LONGEST_BACK_OFF: Final = timedelta(hours=1)
"""A row put off for longer was put off by a clock that has gone back since: it is due."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row as the sender sees it."""

    id: int
    key: str
    kind: str
    case_reference: str | None
    authority: str | None
    payload: Mapping[str, Any]
    status: str
    attempts: int
    next_attempt_at: datetime
    created_at: datetime
    last_error: str
    flow_run_id: str | None


# Statements are built once; building one takes several times as long as executing it.
_ADD: Final = on_conflict(Outbox, lambda fresh: fresh.on_conflict_do_nothing())
# Spelt out as the index ix_outbox_due has it, so that SQLite finds the few rows left without
# reading the many that have gone.
_LEFT: Final = text("outbox.status in ('waiting', 'claimed')")
_DUE: Final = (
    select(Outbox.id)
    .where(
        _LEFT,
        Outbox.kind == bindparam("kind"),
        or_(
            and_(Outbox.status == word("waiting"), Outbox.next_attempt_at <= bindparam("now")),
            and_(
                Outbox.status == word("claimed"),
                Outbox.next_attempt_at <= bindparam("claims_until"),
            ),
            Outbox.next_attempt_at > bindparam("put_off_until"),
        ),
        or_(Outbox.status == word("waiting"), Outbox.claimed_by.is_(None)),
    )
    .order_by(Outbox.id)
    .limit(bindparam("at_most"))
)
_DUE_ON_CASE: Final = _DUE.where(Outbox.case_id == bindparam("case_id"))
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_CLAIM: Final = update(Outbox).where(Outbox.id.in_(_IDS)).values(status="claimed")
_ROWS: Final = (
    select(*columns_of(Outbox, OutboxRow), Case.reference.label("case_reference"), Case.authority)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .order_by(Outbox.id)
)
_THESE: Final = _ROWS.where(Outbox.id.in_(_IDS))
_ONE: Final = update(Outbox).where(Outbox.id == bindparam("row_id"))
_STARTED: Final = update(Outbox).where(Outbox.id.in_(_IDS))
_IN_RUN: Final = (
    select(Outbox.id)
    .join(Case, Case.id == Outbox.case_id)
    .where(_LEFT, Outbox.kind == "run", Outbox.flow_run_id == bindparam("run"))
    .order_by(Outbox.id)
)
_CASE_IN_RUN: Final = _IN_RUN.where(Case.reference == bindparam("case_ref"))
_ATTEMPTS: Final = select(Outbox.attempts).where(Outbox.id == bindparam("row_id"))
SETTLED: Final = exists().where(
    ReturnedMail.outbox_id == Outbox.id, ReturnedMail.settled_at.is_not(None)
)
"""A message that gave up and was sent again to another address, or need not be."""

_SENT: Final = _ONE.values(status="sent", last_error="", attempts=Outbox.attempts + 1)


def run_row(
    *, key: str, case_id: int | None, flow: str, parameters: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return an outbox row that asks for a run of a flow.

    Args:
        key: The run's idempotency key, such as ``DFG-2026-0042:advance:7``.
        case_id: The case, or None for a run over many.
        flow: The flow's name, such as ``advance-case``.
        parameters: The run's flat parameters.
    """
    payload = {"flow": flow, "parameters": dict(parameters)}
    return _row(key=key, kind="run", case_id=case_id, payload=payload, now=now)


def advance_row(case: AnyRow, *, revision: int, now: datetime, why: str = "") -> dict[str, Any]:
    """Return an outbox row that asks for the run which moves a case on, once for its revision."""
    return run_row(
        key=f"{case.reference}:advance:{revision}{why}",
        case_id=case.id,
        flow="advance-case",
        parameters={"case_ref": case.reference},
        now=now,
    )


def message_row(
    *, key: str, case_id: int | None, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return an outbox row that holds a message to send.

    Args:
        key: What makes it one message, such as ``WO-2026-00007:1:order_to_contractor``.
        case_id: The case it concerns.
        payload: ``to``, ``subject``, ``body`` and ``attachments`` (document path and SHA-256).
    """
    return _row(key=key, kind="message", case_id=case_id, payload=dict(payload), now=now)


def _row(
    *, key: str, kind: str, case_id: int | None, payload: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "case_id": case_id,
        "payload": payload,
        "status": "waiting",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
        "last_error": "",
    }


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows in the outbox; a key that is there already is left as it is."""
    if rows:
        conn.execute(_ADD[conn.dialect.name], [dict(row) for row in rows])


def request_run(
    conn: Connection,
    *,
    key: str,
    flow: str,
    parameters: Mapping[str, Any],
    now: datetime,
    case_id: int | None = None,
) -> None:
    """Ask for a run in the same transaction as what made it necessary."""
    add(conn, [run_row(key=key, case_id=case_id, flow=flow, parameters=parameters, now=now)])


def any_due(conn: Connection, *, kind: str, now: datetime, case_id: int | None = None) -> bool:
    """Say whether any row is due."""
    due, values = _due(kind=kind, now=now, case_id=case_id, limit=1)
    return conn.execute(due, values).first() is not None


def claim(
    conn: Connection,
    *,
    kind: str,
    now: datetime,
    limit: int,
    case_id: int | None = None,
    by: str | None = None,
    choose: Callable[[list[OutboxRow]], list[OutboxRow]] = list,
) -> list[OutboxRow]:
    """Take due rows for this process, oldest first; no other process gets them meanwhile.

    Args:
        limit: How many to look at, at most.
        by: The conductor that they are its own of until they are released; nobody's for a while.
        choose: Which of them to take.
    """
    due, values = _due(kind=kind, now=now, case_id=case_id, limit=limit)
    ids = conn.execute(due.with_for_update(skip_locked=True), values).scalars().all()
    if not ids:
        return []
    chosen = choose(list(_seen(conn.execute(_THESE, {"ids": ids}))))
    taken = {"ids": [row.id for row in chosen], "next_attempt_at": now, "claimed_by": by}
    conn.execute(_CLAIM, taken)
    return [replace(row, status="claimed", next_attempt_at=now) for row in chosen]


def _due(
    *, kind: str, now: datetime, case_id: int | None, limit: int
) -> tuple[Select[int], dict[str, object]]:
    """Return the statement that finds what is due now, and its values."""
    return _DUE if case_id is None else _DUE_ON_CASE, {
        "kind": kind,
        "now": now,
        "claims_until": now - CLAIM_LASTS,
        "put_off_until": now + LONGEST_BACK_OFF,
        "case_id": case_id,
        "at_most": limit,
    }


def _seen(rows: Result[*tuple[Any, ...]]) -> Iterator[OutboxRow]:
    return (OutboxRow(**row) for row in rows.mappings())


def undelivered(conn: Connection, *, status: str | None = None) -> list[OutboxRow]:
    """Return rows that have not left, oldest first.

    Args:
        status: Only this status: ``waiting``, ``claimed`` or ``dead``.
    """
    wanted = Outbox.status == status if status else Outbox.status != "sent"
    return list(_seen(conn.execute(_ROWS.where(wanted, not_(SETTLED)))))


def release(conn: Connection, *which: ColumnElement[bool], now: datetime) -> int:
    """Give back those claimed runs that are so, due at once; return how many."""
    held = update(Outbox).where(Outbox.kind == "run", Outbox.status == "claimed", *which)
    return conn.execute(held.values(status="waiting", next_attempt_at=now)).rowcount


def mark_sent(
    conn: Connection,
    *,
    row_id: int,
    now: datetime,
    flow_run_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Say that a row has left.

    Args:
        payload: What is kept of it in place of what it held, where that was secret.
    """
    run = {"flow_run_id": flow_run_id} if flow_run_id else {}
    kept = {"payload": dict(payload)} if payload else {}
    conn.execute(_SENT, {"row_id": row_id, "done_at": now, **run, **kept})


def mark_started(
    conn: Connection, *, row_ids: Sequence[int], flow_run_id: str, now: datetime
) -> None:
    """Store the run that requests became, and keep the claim on them fresh."""
    conn.execute(_STARTED, {"ids": row_ids, "flow_run_id": flow_run_id, "next_attempt_at": now})


def left_in_run(
    conn: Connection, *, flow_run_id: str, case_ref: str | None = None
) -> Sequence[int]:
    """Return the rows of cases, or of one, that a run over many has not yet carried on."""
    query = _CASE_IN_RUN if case_ref else _IN_RUN
    return conn.execute(query, {"run": flow_run_id, "case_ref": case_ref}).scalars().all()


def mark_failed(
    conn: Connection,
    *,
    row_id: int,
    error: str,
    now: datetime,
    permanent: bool = False,
    **also: object,
) -> None:
    """Put a row back for another attempt, later each time, or lay it dead.

    Args:
        row_id: The row.
        error: What went wrong, for a person.
        permanent: Whether trying again cannot help.
        also: What else is so of the row from now on.
    """
    attempts = conn.execute(_ATTEMPTS, {"row_id": row_id}).scalar_one() + 1
    failed = {
        "status": "dead" if permanent or attempts >= MAX_ATTEMPTS else "waiting",
        "attempts": attempts,
        "next_attempt_at": now + back_off(attempts),
        "last_error": error[:2000],
        "claimed_by": None,
        **also,
    }
    conn.execute(_ONE, {"row_id": row_id, **failed})


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after a number of failures: 5 s, then double, at most an hour.

    Args:
        attempts: Failures so far, from 1.
    """
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 10)), LONGEST_BACK_OFF)


def retry(conn: Connection, *, now: datetime, key: str | None = None) -> int:
    """Give dead rows, or one row by key, a fresh set of attempts. Returns how many."""
    chosen = update(Outbox).where(Outbox.status.in_(("dead", "waiting")))
    dead = and_(Outbox.status == "dead", not_(SETTLED))
    chosen = chosen.where(Outbox.key == key if key else dead)
    result = conn.execute(chosen.values(status="waiting", attempts=0, next_attempt_at=now))
    return result.rowcount

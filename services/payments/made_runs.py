"""Payment runs that were made, read: their payments, and their files as they were made."""

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection

from adapters.sealing import bank_key, unsealed
from models.base import AnyRow
from models.people import name_of
from models.tables.payments import SentPayment
from rules.errors import BrokenStateError, UnknownReferenceError
from rules.people import Actor, may_see
from services.payments.runs import RUN, RUNS, SENT


class Run(NamedTuple):
    """A run as people see it.

    Args:
        sent: Its payments, each with what became of it.
    """

    row: AnyRow
    made_by: str
    sent: list[AnyRow]


def run_list(conn: Connection, *, viewer: Actor) -> list[AnyRow]:
    """Return the runs of authorities that somebody serves, the newest first."""
    return [row for row in conn.execute(RUNS) if may_see(viewer, authority=row.authority)]


def run_of(conn: Connection, *, number: int, viewer: Actor) -> Run:
    """Return a run with its payments.

    Raises:
        UnknownReferenceError: There is none, or it is not theirs to see.
    """
    row = conn.execute(RUN, {"id": number}).one_or_none()
    if row is None or not may_see(viewer, authority=row.authority):
        raise UnknownReferenceError(f"There is no payment run {number}.", next_step="See Payments.")
    sent = list(conn.execute(SENT.where(SentPayment.run_id == number)))
    return Run(row, name_of(conn, row.made_by), sent)


def run_file(run: Run, *, bank: bool) -> bytes:
    """Return a file of a run: the bytes that were made of it, however often it is asked for.

    Raises:
        UnknownReferenceError: It has no file for the bank.
        BrokenStateError: What is held is not what was made.
    """
    row = run.row
    if bank and not row.bank:
        raise UnknownReferenceError(
            f"Run {row.id} has no file for the bank.",
            next_step="Name the account that the money leaves: `handrail payments terms`.",
        )
    held, digest = row.ledger.encode(), row.ledger_sha256
    if bank:
        held = unsealed(row.bank, key=bank_key(), about=f"run:{row.id}") or b""
        digest = row.bank_sha256
    if hashlib.sha256(held).hexdigest() != digest:
        raise BrokenStateError(
            f"The file of run {row.id} is not the one that was made.",
            why="Its digest is another.",
            next_step="Do not pay from it; `handrail verify` says what else was changed.",
        )
    return bytes(held)

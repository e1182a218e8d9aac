"""How often signing in failed lately: rows in the database, so that it holds over all processes.

A try is counted before it is looked at, and given back where it was right: however many are made
at the same time, each counts.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, case, delete, select, update

from models.base import Instant, on_conflict
from models.tables.people import SignInTries
from rules.errors import TooManyTriesError
from rules.identifiers import folded
from rules.sign_in import FORGIVEN_AFTER, next_try_at

_LONDON: Final = ZoneInfo("Europe/London")
_BE_THERE: Final = on_conflict(SignInTries, lambda fresh: fresh.on_conflict_do_nothing())
_HELD: Final = (
    select(SignInTries.subject, SignInTries.failures, SignInTries.last_at)
    .where(SignInTries.subject == bindparam("one"))
    .with_for_update()
)
_COUNT: Final = on_conflict(
    SignInTries,
    lambda fresh: fresh.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "failures": case(
                (SignInTries.last_at < bindparam("since", type_=Instant), 1),
                else_=SignInTries.failures + 1,
            ),
            "last_at": fresh.excluded.last_at,
        },
    ),
)
_FORGET: Final = delete(SignInTries).where(SignInTries.subject == bindparam("one"))
_GIVE_BACK: Final = (
    update(SignInTries)
    .where(SignInTries.subject == bindparam("one"), SignInTries.failures > 0)
    .values(failures=SignInTries.failures - 1)
)


def counted(*, email: str, address: str) -> tuple[tuple[str, str], ...]:
    """Return what a try counts against: kind and digest of the account and of where from."""
    named = (("account", folded(email)), ("address", address))
    return tuple(
        (kind, hashlib.sha256(f"{kind} {what}".encode("utf-8", "replace")).hexdigest())
        for kind, what in named
        if what
    )


def count(conn: Connection, *, against: Sequence[tuple[str, str]], now: datetime) -> None:
    """Count a try.

    Raises:
        TooManyTriesError: The next has to wait; this one is not counted.
    """
    waits = [_waits_until(conn, kind, subject, now) for kind, subject in sorted(against)]
    until = max(waits, default=now)
    if until > now:
        again = (until + timedelta(seconds=59)).astimezone(_LONDON)
        raise TooManyTriesError(
            "Signing in failed too often.",
            why="So that nobody can guess a password, the next try has to wait.",
            next_step=f"Try again at {again:%H:%M}. If you have forgotten your password, ask for a "
            "link to set another.",
        )
    for _, subject in sorted(against):
        values = {"subject": subject, "failures": 1, "last_at": now, "since": now - FORGIVEN_AFTER}
        conn.execute(_COUNT[conn.dialect.name], values)


def _waits_until(conn: Connection, kind: str, subject: str, now: datetime) -> datetime:
    """Return when the next try may be; whoever tries at the same time waits for this row."""
    none = {"subject": subject, "failures": 0, "last_at": now}
    conn.execute(_BE_THERE[conn.dialect.name], none)
    held = conn.execute(_HELD, {"one": subject}).one()
    return next_try_at(kind=kind, failures=held.failures, last_at=held.last_at)


def forgive(conn: Connection, *, against: Sequence[tuple[str, str]]) -> None:
    """Take back a try that was right: nothing counts against the account any more."""
    for kind, subject in sorted(against):
        conn.execute(_FORGET if kind == "account" else _GIVE_BACK, {"one": subject})

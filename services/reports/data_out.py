"""Data for analysts: views that a role of PostgreSQL's may read, or a copy of them as a file.

Names and addresses are in one view alone, and leave only for an administrator who says why; that
they left is on record in the service's chain.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from models.audit import note_service
from models.data_views import VIEWS, let_read
from rules.decisions.particulars import check_reason
from rules.errors import InvalidDecisionError, NotPermittedError, StorageError
from rules.people import Actor, Role
from rules.reports.work import SEE_BOARD, check_may_see

GIVEN: Final = "data given out"
_AT_ONCE: Final = 5_000


def views_for(*, people: bool) -> list[str]:
    """Return the views that leave: those without people, or all."""
    return [name for name, view in VIEWS.items() if people or not view.people]


def check_may_take(*, actor: Actor, people: bool) -> None:
    """Check that somebody may take data out.

    Raises:
        NotPermittedError: It is not for their role, or serves some authorities only.
    """
    check_may_see(actor=actor, roles=SEE_BOARD, what="data for analysts")
    if actor.authorities:
        raise NotPermittedError(
            f"{actor.name} serves some authorities only, and the data is of all.",
            next_step="Ask somebody who serves all of them, or take reports.",
        )
    if people and actor.role is not Role.ADMINISTRATOR:
        raise NotPermittedError(
            "Names and addresses are given out by administrators alone.",
            next_step="Take the data without them, or ask an administrator.",
        )


def copy_out(
    conn: Connection, *, file: Path, by: Actor, people: bool, reason: str, now: datetime
) -> int:
    """Write the views as tables of an SQLite file, and return how many rows.

    Raises:
        NotPermittedError: It is not for them.
        InvalidDecisionError: No reason is given.
        StorageError: The file is there already, or cannot be written.
    """
    _note(conn, by=by, people=people, reason=reason, now=now, to=file.name)
    if file.exists():
        raise StorageError(f"{file} is there already.", next_step="Name another file.")
    try:
        with sqlite3.connect(file) as made:
            return sum(_copy(conn, made, name) for name in views_for(people=people))
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"{file} cannot be written.", why=str(error), next_step="Name another file."
        ) from error


def _copy(conn: Connection, made: sqlite3.Connection, name: str) -> int:
    found = conn.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - a view of ours
    columns = ", ".join(f'"{column}"' for column in found.keys())  # noqa: SIM118 - of a result
    made.execute(f"CREATE TABLE {name} ({columns})")
    marks = ", ".join("?" * len(found.keys()))
    written = 0
    for part in found.partitions(_AT_ONCE):
        rows = [tuple(map(_kept, row)) for row in part]
        made.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - likewise
        written += len(rows)
    return written


def _kept(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def let_role_read(
    conn: Connection, *, role: str, by: Actor, people: bool, reason: str, now: datetime
) -> None:
    """Let a role of PostgreSQL's read the views, and nothing behind them.

    Raises:
        NotPermittedError: It is not for them.
        InvalidDecisionError: No reason is given, there is no such role, or no PostgreSQL.
    """
    if conn.dialect.name != "postgresql":
        raise InvalidDecisionError(
            "There are no roles in SQLite.",
            next_step="Give a copy: `handrail data copy FILE`.",
        )
    _note(conn, by=by, people=people, reason=reason, now=now, to=role)
    try:
        for name in views_for(people=people):
            let_read(conn, view=name, role=role)
    except ProgrammingError as error:
        raise InvalidDecisionError(
            f"PostgreSQL does not let “{role}” read: {error.orig}",
            next_step="Make the role first: `CREATE ROLE … LOGIN`.",
        ) from error


def _note(
    conn: Connection, *, by: Actor, people: bool, reason: str, now: datetime, to: str
) -> None:
    check_may_take(actor=by, people=people)
    check_reason(reason, what="Giving data out")
    detail = {"to": to, "views": views_for(people=people)}
    note_service(conn, now=now, actor=by.identity, action=GIVEN, reason=reason, detail=detail)


def described() -> Iterator[tuple[str, str, str]]:
    """Yield each view with what a row of it is, and its columns."""
    for name, view in VIEWS.items():
        yield name, view.about, ", ".join(str(one.name) for one in view.query.selected_columns)

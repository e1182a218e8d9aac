"""Officers: who may give whom which powers, and who is told of it.

A file of officers is brought in by an administrator. Nobody gives themselves more, and what others
gain is told at once to every administrator, the one who imported it included: whoever used somebody
else's address is found out by that person.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models import outbox
from models.audit import note_service, take_turn
from models.base import AnyRow
from models.signed_in import os_user
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.errors import InvalidDecisionError, Problem
from rules.imports.cells import CellError
from rules.imports.words import email as address_of
from rules.imports.words import line
from rules.people import Actor, Role
from rules.powers import gained
from services.imports import registers
from services.imports.history import write_noted
from services.imports.job import Job
from services.imports.reconcile import Changes, Difference, Values
from services.people.sessions import end_all

FIRST: Final = "officers: first administrator"

_STAFF: Final = select(*Officer.__table__.c).order_by(Officer.email)
_ADD: Final = insert(Officer)
_PROMOTE: Final = (
    update(Officer)
    .where(Officer.email == bindparam("of_email"))
    .values(role=bindparam("new_role"), name=bindparam("new_name"), last_day=None)
)


def first_administrator(conn: Connection, *, email: str, name: str, now: datetime) -> bool:
    """Make the administrator of a service that has none, who may then import everybody else.

    Returns:
        Whether they were made; they are not where this very person is one already.

    Raises:
        InvalidDecisionError: Another one serves already, or the name or address is none.
    """
    made = _administrator(email, name)
    take_turn(conn)
    staff = list(conn.execute(_STAFF))
    serving = [row for row in staff if _administers(row, london_date(now))]
    if made["email"] in {row.email for row in serving}:
        return False
    if serving:
        raise InvalidDecisionError(
            f"This service has an administrator already: {serving[0].name}.",
            why="Only the first one is made without another's word.",
            next_step="Ask them to import you: `handrail import officers FILE`.",
        )
    known = made["email"] in {row.email for row in staff}
    if known:
        names = {"of_email": "email", "new_role": "role", "new_name": "name"}
        promoted = {bound: made[name] for bound, name in names.items()}
        conn.execute(_PROMOTE, promoted)
    else:
        conn.execute(_ADD, made)
    note_service(conn, now=now, actor=made["email"], action=FIRST, reason="`init`", detail=made)
    return True


def _administrator(email: str, name: str) -> dict[str, str]:
    try:
        return {"email": address_of(email), "name": line(name or email), "role": Role.ADMINISTRATOR}
    except CellError as error:
        raise InvalidDecisionError(
            "The first administrator cannot be made.",
            why=f"“{email}”, “{name}”: {error.wrong}.",
            next_step="Give an e-mail address and, with --name, a name of one line.",
        ) from error


def _administers(row: AnyRow, today: date) -> bool:
    serves = row.last_day is None or row.last_day >= today
    return bool(row.role == Role.ADMINISTRATOR and serves)


def problems(job: Job) -> Iterator[Problem]:
    """Yield unresolved references, and what the importer would give themselves."""
    yield from registers.problems(job)
    if job.parsed.problems:
        return
    for values, powers in _powers(registers.register_difference(job)):
        if values["email"] == job.actor:
            row = next(row for row in job.rows if row.values["email"] == job.actor)
            yield job.problem(
                row,
                "email",
                wrong=f"you would give yourself more: {'; '.join(powers)}",
                right="Your own row as it is; another administrator imports the change.",
            )


def bring_in(job: Job) -> Changes:
    """Write the officers, put each change on record, and tell the administrators of new powers."""
    found = registers.register_difference(job)
    before = list(job.conn.execute(_STAFF))
    changes = write_noted(job, found)
    _sign_out(job, found)
    powers = [f"{_named(values)}: {'; '.join(new)}" for values, new in _powers(found)]
    if powers and [row.email for row in before] != [job.actor]:  # else the service is being set up
        told = _tell(job, before, powers)
        changes.notes.append(f"Told to {told} administrators: {' · '.join(powers)}.")
    if found.added:
        changes.notes.append(
            "An import invites nobody: `handrail officer invite ADDRESS` sends a link to sign in."
        )
    return changes


def _sign_out(job: Job, found: Difference) -> None:
    """End the sessions of whoever has left, or has another role, at once and for good."""
    for values in found.changed:
        held = found.before(values)
        last_day = values.get("last_day", held["last_day"])
        left = last_day is not None and last_day < job.today
        if left or values["role"] != held["role"]:
            why = "does not serve any more" if left else "has another role"
            end_all(job.conn, email=values["email"], now=datetime.now(UTC), why=why)


def _powers(found: Difference) -> Iterator[tuple[Values, list[str]]]:
    for values in (*found.added, *found.changed):
        held = found.held.get(found.key_of(values))
        after = {**(held or {}), **values}
        new = list(gained(_actor(held) if held else None, _actor(after)))
        if new:
            yield after, new


def _actor(values: Mapping[str, Any]) -> Actor:
    return Actor(
        identity=values["email"],
        name=values["name"],
        role=Role(values["role"]),
        authorities=frozenset(values["authorities"]),
        approval_limit_pence=values["approval_limit_pence"],
        last_day=values["last_day"],
    )


def _named(values: Values) -> str:
    return f"{values['name']} ({values['email']})"


def _tell(job: Job, before: list[AnyRow], powers: list[str]) -> int:
    """Put a message to each administrator in the outbox, those before and those after."""
    staff = (*job.conn.execute(_STAFF), *before)  # as they were last: also who is none any more
    told = {row.email: row for row in staff if _administers(row, job.today)}
    importer = next(row for row in before if row.email == job.actor)
    outbox.add(job.conn, [_message(job, told[one], importer, powers) for one in sorted(told)])
    return len(told)


def _message(job: Job, to: AnyRow, importer: AnyRow, powers: list[str]) -> dict[str, Any]:
    payload = {
        "kind": "powers_to_administrator",
        "to": to.email,
        "by_post_to": "",
        "attachments": [],
        "context": {
            "administrator_name": to.name,
            "importer_name": importer.name,
            "importer_email": importer.email,
            "os_user": os_user(),
            "file": "" if job.sheet.typed else job.sheet.file,
            "powers": powers,
            "on": job.today.isoformat(),
        },
    }
    key = f"powers:{job.sheet.sha256}:{job.now.isoformat()}:{to.email}"
    return outbox.message_row(key=key, case_id=None, payload=payload, now=job.now)

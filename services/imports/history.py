"""Writes imports into the record: each case's own audit chain, and the service's chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.audit import SERVICE, audit_row, note_service
from models.tables.cases import Case
from models.tables.record import Audit
from services.imports.job import Changes, Job
from services.imports.reconcile import BATCH, table_of


def note_cases(
    conn: Connection,
    *,
    details: Mapping[int, Mapping[str, Any]],
    action: str,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Add one row to the audit chain of each of many cases.

    Args:
        details: Plain particulars by the case's row id; the cases are locked already.
        action: What happened.
    """
    case = table_of(Case)
    ids = sorted(details)
    move_on = update(case).where(case.c.id == bindparam("of_id"))
    move_on = move_on.values(
        audit_sequence=bindparam("new_sequence"), audit_hash=bindparam("new_hash")
    )
    for start in range(0, len(ids), BATCH):
        query = select(case.c.id, case.c.reference, case.c.audit_sequence, case.c.audit_hash)
        query = query.where(case.c.id.in_(ids[start : start + BATCH])).order_by(case.c.id)
        rows, ends = [], []
        for found in conn.execute(query):
            row = audit_row(
                chain=found.reference,
                sequence=found.audit_sequence + 1,
                previous_hash=found.audit_hash,
                at=now,
                actor=actor,
                action=action,
                reason=reason,
                detail=details[found.id],
            )
            rows.append(row)
            ends.append(
                {"of_id": found.id, "new_sequence": row["sequence"], "new_hash": row["hash"]}
            )
        conn.execute(insert(table_of(Audit)), rows)
        conn.execute(move_on, ends)


def note_import(job: Job, changes: Changes) -> None:
    """Add the import to the service's audit chain.

    Args:
        job: The import.
        changes: What it did.
    """
    note_service(
        job.conn,
        now=job.now,
        actor=job.actor,
        action=_action(job),
        reason=f"file {job.sheet.file}",
        detail={
            **_identity(job),
            "file": job.sheet.file,
            "sheet": job.sheet.sheet,
            "added": changes.added,
            "changed": changes.changed,
            "unchanged": changes.unchanged,
            "removed": changes.removed,
        },
    )


def was_imported_last(job: Job) -> datetime | None:
    """Return when this very file was imported, if no other of its kind has been since.

    Whatever differs from such a file was decided afterwards, and the file has nothing to add.

    Args:
        job: The import.
    """
    audit = table_of(Audit)
    last = job.conn.execute(
        select(audit.c.at, audit.c.detail)
        .where(audit.c.chain == SERVICE, audit.c.action == _action(job))
        .order_by(audit.c.sequence.desc())
        .limit(1)
    ).one_or_none()
    if last is None or any(last.detail.get(k) != v for k, v in _identity(job).items()):
        return None
    at: datetime = last.at
    return at


def _action(job: Job) -> str:
    return f"import: {job.kind}"


def _identity(job: Job) -> dict[str, str]:
    options = job.schedule
    if job.kind != "schedule" or options is None:
        return {"sha256": job.sheet.sha256}
    return {
        "sha256": job.sheet.sha256,
        "schedule": options.schedule,
        "valid_from": options.valid_from.isoformat(),
        "index_percent": format(options.index_percent, "f"),
    }

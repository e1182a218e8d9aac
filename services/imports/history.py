"""Writes imports into the service's own audit chain, and reads the last one there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from models.audit import SERVICE, note_service
from models.tables.record import Audit
from rules.plain import to_plain
from services.imports.job import Job
from services.imports.reconcile import Changes, Difference, apply

_LAST: Final = (
    select(Audit.at, Audit.detail)
    .where(Audit.chain == SERVICE, Audit.action == bindparam("action"))
    .order_by(Audit.sequence.desc())
    .limit(1)
)


def note_import(job: Job, changes: Changes) -> None:
    """Add the import, and the counts of what it did, to the service's audit chain.

    A file is kept by who sent it; of what was typed for a reason, each field before and after is.
    """
    of_file = {"file": job.sheet.file, "sheet": job.sheet.sheet, **changes.counts}
    records = {"records": _told(job.kind, changes)} if job.reason else {}
    _note(job, _action(job), {**_identity(job), **of_file, **records})


def _told(kind: str, changes: Changes) -> Any:
    """Return the records for the chain, which is for good: of people, no more than there must be.

    Whom a conflict of interest is with and what it is stay in the register alone.
    """
    if kind != "contractor_conflicts":
        return to_plain(tuple(changes.shown))
    return to_plain(
        tuple(
            replace(
                one,
                key=tuple(item for item in one.key if item[0] != "whom"),
                fields=tuple(item for item in one.fields if item[0] != "because"),
            )
            for one in changes.shown
        )
    )


def write_noted(job: Job, found: Difference) -> Changes:
    """Write a difference, and put every particular of it on the service's record."""
    changes = apply(job.conn, found, done=job.progress)
    if changes.any:
        particulars = {
            "added": [_plain(values) for values in found.added],
            "changed": [
                {"from": _plain(found.before(values)), "to": _plain(values)}
                for values in found.changed
            ],
            "removed": [_plain(dict(zip(found.key, key, strict=True))) for key in found.removed],
        }
        _note(job, f"{job.kind}: changed", particulars)
    return changes


def was_imported_last(job: Job) -> datetime | None:
    """Return when this very file was imported, if no other of its kind has been since.

    Whatever differs from such a file was decided afterwards, and the file has nothing to add.
    """
    last = job.conn.execute(_LAST, {"action": _action(job)}).one_or_none()
    if last is None or any(last.detail.get(k) != v for k, v in _identity(job).items()):
        return None
    at: datetime = last.at
    return at


def _note(job: Job, action: str, detail: Mapping[str, Any]) -> None:
    note_service(
        job.conn,
        now=job.now,
        actor=job.actor,
        action=action,
        reason=job.reason or f"file {job.sheet.file}",
        detail=detail,
    )


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


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the record: what is empty is left out, dates are ISO."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name != "id" and value not in ("", None)
    }

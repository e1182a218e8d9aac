"""Targets by file. A version that clocks may rest on is never rewritten.

They count for the clocks that start from then on: those that run keep what they were given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from models.audit import note_service
from models.tables.clocks import Clock
from models.tables.clocks import Target as TargetRow
from models.tables.contractors import Lot
from models.tables.reference import Authority
from rules.clocks.target_words import what_comes_first
from rules.clocks.targets import Target
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.imports.checks import Finding
from rules.imports.clock_checks import Stated, overlap_findings, rewriting_findings, set_findings
from services.imports import registers
from services.imports.job import Changes, Job
from services.imports.reconcile import Difference, apply, difference, table_of

_TARGET = table_of(TargetRow)
_KEY: Final = ("clock", "authority", "lot", "urgency", "complexity", "valid_from")
_ABOUT: Final = frozenset({"verified", "source"})
_SAID: Final = tuple(item.name for item in fields(Target))
_RUNNING: Final = select(func.count()).where(
    Clock.name.in_(bindparam("names", expanding=True)),
    Clock.stopped_on.is_(None),
    Clock.target_days.is_not(None),
)


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities and lots, versions rewritten or overlapping, and sets that fail.

    Args:
        job: The import.
    """
    yield from _unknown_places(job)
    held = _held(job)
    stated = [_stated(job, row, held) for row in job.sound_rows]
    restated = {_key(one.target) for one in stated}
    others = [target for key, target in held.items() if key not in restated]
    for one in stated:
        begun = _begun(one.target, held, job.today)
        yield from _placed(job, rewriting_findings(one, begun=begun, today=job.today))
    yield from _placed(job, overlap_findings(stated, held=others))
    if not job.parsed.problems:  # a row at fault would be missed in its set
        yield from _placed(job, set_findings(stated, held=others))


def _unknown_places(job: Job) -> Iterator[Problem]:
    for column, model in (("authority", Authority), ("lot", Lot)):
        if column in job.parsed.absent_columns:
            continue
        named = [row for row in job.rows if row.values.get(column)]
        yield from registers.unresolved(job, column=column, model=model, among=named)


def _held(job: Job) -> dict[tuple[Any, ...], Target]:
    columns = [_TARGET.c[name] for name in _SAID]
    found = (Target(**row) for row in job.conn.execute(select(*columns)).mappings())
    return {_key(target): target for target in found}


def _stated(job: Job, row: ParsedRow, held: Mapping[tuple[Any, ...], Target]) -> Stated:
    """Return what a row states; of what the file has no column for, what is held stays."""
    values = _values(row)
    before = held.get(tuple(values[name] for name in _KEY))
    if before is not None:
        absent = job.parsed.absent_columns & set(_SAID)
        values |= {name: getattr(before, name) for name in absent}
    return Stated(target=Target(**values), row=row.number, held=before)


def _values(row: ParsedRow) -> dict[str, Any]:
    return {"urgency" if name == "urgent" else name: value for name, value in row.values.items()}


def _begun(target: Target, held: Mapping[tuple[Any, ...], Target], today: date) -> date | None:
    same = _key(target)[:-1]
    days = (key[-1] for key in held if key[:-1] == same and key[-1] <= today)
    return max(days, default=None)


def _key(target: Target) -> tuple[Any, ...]:
    return tuple(getattr(target, name) for name in _KEY)


def _placed(job: Job, findings: Iterator[Finding]) -> Iterator[Problem]:
    file, sheet = job.sheet.file, job.sheet.sheet
    for found in findings:
        yield Problem(file, sheet, found.row, found.column, found.value, found.wrong, found.right)


def bring_in(job: Job) -> Changes:
    """Write the targets, and say which clocks they do not reach.

    Args:
        job: The import; it has no problems.
    """
    held = _held(job)
    wanted = [
        {name: getattr(_stated(job, row, held).target, name) for name in _SAID} for row in job.rows
    ]
    compared = tuple(name for name in _SAID if name not in _KEY)
    found = difference(job.conn, table=_TARGET, key=_KEY, wanted=wanted, compared=compared)
    changes = write_noted(job, found)
    if found.added or any(_given(found, values) for values in found.changed):
        changes.notes += _notes(job)
    return changes


def _given(found: Difference, values: Mapping[str, Any]) -> bool:
    """Say whether a change is of what clocks are given, and not of where it is from."""
    held = found.held[tuple(values[name] for name in found.key)]
    return any(held[name] != values[name] for name in values if name not in _ABOUT)


def _notes(job: Job) -> Iterator[str]:
    """Yield what the targets of the file do not reach."""
    names = sorted({str(row.values["clock"]) for row in job.rows})
    running = job.conn.execute(_RUNNING, {"names": names}).scalar_one()
    if running:
        keep = "clock keeps its target" if running == 1 else "clocks keep their targets"
        yield (
            f"{running} running {keep}; `handrail decide REF rebase` gives those of a case the "
            "targets in force."
        )
    yield from (words for name in names if (words := what_comes_first(name)))


def write_noted(job: Job, found: Difference) -> Changes:
    """Write a difference, and put every particular of it on the service's record.

    Args:
        job: The import.
        found: How its file differs from the table.
    """
    apply(job.conn, found, done=job.progress)
    changes = Changes(
        added=len(found.added),
        changed=len(found.changed),
        unchanged=found.unchanged,
        removed=len(found.removed),
    )
    if changes.any:
        note_service(
            job.conn,
            now=job.now,
            actor=job.actor,
            action=f"{job.kind}: changed",
            reason=f"file {job.sheet.file}",
            detail=_particulars(found),
        )
    return changes


def _particulars(found: Difference) -> dict[str, Any]:
    return {
        "added": [_plain(values) for values in found.added],
        "changed": [
            {"from": _plain(found.held[key]), "to": _plain(values)}
            for values in found.changed
            for key in [tuple(values[name] for name in found.key)]
        ],
        "removed": [_plain(dict(zip(found.key, key, strict=True))) for key in found.removed],
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the record: what is empty is left out, dates are ISO."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name != "id" and value not in ("", None)
    }

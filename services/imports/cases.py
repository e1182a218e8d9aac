"""Cases: a new reference opens a case; a known one brings its particulars up to date.

What prices, consents and the grant rest on may not be changed behind their back: once the works
are specified, and again once the grant is decided, an import may correct less and less.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from models.outbox import request_run
from models.tables.cases import Case
from models.tables.reference import Authority, Provider
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.imports.kinds import spec
from rules.pathway import CaseStatus
from rules.sentences import named
from services.cases.clocks.calendar import known_years
from services.cases.clocks.case_level import sync_case_clocks
from services.cases.clocks.retime import retime
from services.imports.history import note_cases
from services.imports.job import Changes, Job
from services.imports.reconcile import Difference, apply, difference, table_of
from services.imports.registers import unresolved
from services.imports.standing import CaseStanding, standings

ADVANCE_MANY: Final = "advance-cases"
"""The flow that moves on every case with automatic work left, in batches."""

_CASE = table_of(Case)
_KEY = ("reference",)
_RENAMED: Final = {"contribution": "contribution_pence"}
_COLUMNS: Final = {c.name: _RENAMED.get(c.name, c.name) for c in spec("cases").columns}
_HEADERS: Final = {column: name for name, column in _COLUMNS.items()}
_PAST: Final = ("date_of_birth", "contact_on", "recommended_on", "applied_on")

_STARTS: Final = ("contact_on", "recommended_on", "applied_on")
_CLASS: Final = ("urgent", "complexity", "authority")
"""What the targets of a case depend on."""

_TENANCIES: Final = ("private_tenant", "rp_tenant")

_ALWAYS: Final = frozenset({"client_name", "email", "phone", "uprn"})
_UNTIL_DECIDED: Final = _ALWAYS | {
    "address",
    "postcode",
    "urgent",
    "recommended_on",
    "applied_on",
    "contribution_pence",
}
_PERSONAL: Final = frozenset(
    {"client_name", "email", "phone", "uprn", "address", "postcode", "date_of_birth", "landlord"}
)
"""Columns whose values the audit chain, which nobody can erase, does not repeat."""


def problems(job: Job) -> Iterator[Problem]:
    """Yield unresolved references, and changes that come too late.

    Args:
        job: The import.
    """
    yield from unresolved(job, column="authority", model=Authority)
    yield from unresolved(job, column="landlord", model=Provider, among=_of_providers(job))
    yield from _unknown_years(job)
    yield from _late_changes(job)


def _unknown_years(job: Job) -> Iterator[Problem]:
    """Yield dates that start a clock in years whose bank holidays are not held."""
    known = known_years(job.conn)
    if known is None:
        return
    for row in job.sound_rows:
        for name in _STARTS:
            day = row.values[name]
            if isinstance(day, date) and not known[0] <= day.year <= known[1]:
                yield job.problem(
                    row,
                    name,
                    wrong=f"the bank holidays of {day.year} are not held, so no clock can count",
                    right=f"A date from {known[0]} to {known[1]}, or load those years first.",
                )


def bring_in(job: Job) -> Changes:
    """Write the cases; new ones are opened, and one run is asked for to move them on.

    Args:
        job: The import; it has no problems.
    """
    standing = _standings(job)
    found = _difference(job, standing)
    apply(job.conn, found, done=job.progress)
    reason = f"imported from {job.sheet.file}"
    note_cases(
        job.conn,
        details={
            standing[str(values["reference"])].id: _changed_detail(job, found, values)
            for values in found.changed
        },
        action="case: particulars changed",
        reason=reason,
        actor=job.actor,
        now=job.now,
    )
    if found.added:
        _open(job, found, reason)
    _set_clocks(job, found)
    return Changes(
        added=len(found.added),
        changed=len(found.changed),
        unchanged=found.unchanged,
        notes=list(_notes(job)),
    )


def _open(job: Job, found: Difference, reason: str) -> None:
    added = {str(values["reference"]): values for values in found.added}
    note_cases(
        job.conn,
        details={
            standing.id: {
                "authority": added[reference]["authority"],
                "work_type": added[reference]["work_type"],
                "sha256": job.sheet.sha256,
            }
            for reference, standing in standings(job.conn, references=added).items()
        },
        action="case: opened",
        reason=reason,
        actor=job.actor,
        now=job.now,
    )
    request_run(
        job.conn,
        key=f"import:cases:{job.sheet.sha256}:{job.now.isoformat()}",
        flow=ADVANCE_MANY,
        parameters={},
        now=job.now,
    )


def _set_clocks(job: Job, found: Difference) -> None:
    """Give the cases the clocks that their dates call for, as they are now."""
    touched = {str(values["reference"]): values for values in (*found.added, *found.changed)}
    ids = {ref: case.id for ref, case in standings(job.conn, references=touched).items()}
    before = {ref: found.held.get((ref,)) or touched[ref] for ref in touched}
    for reclassified in (False, True):
        wanted = [
            ids[ref]
            for ref, values in touched.items()
            if any(before[ref][name] != values[name] for name in _CLASS) is reclassified
        ]
        sync_case_clocks(job.conn, case_ids=wanted, now=job.now, reclassified=reclassified)
    elsewhere = [
        ids[ref]
        for ref, values in touched.items()
        if before[ref]["authority"] != values["authority"]
    ]
    if elsewhere:
        retime(job.conn, now=job.now, why="the case went to another authority", case_ids=elsewhere)


def _standings(job: Job) -> Mapping[str, CaseStanding]:
    return standings(job.conn, references=(str(row.values["reference"]) for row in job.sound_rows))


def _difference(job: Job, standing: Mapping[str, CaseStanding]) -> Difference:
    absent = {_COLUMNS[name] for name in job.parsed.absent_columns}
    return difference(
        job.conn,
        table=_CASE,
        key=_KEY,
        wanted=[_wanted(job, row, standing) for row in job.sound_rows],
        compared=[c for c in _COLUMNS.values() if c not in absent and c not in _KEY],
    )


def _wanted(job: Job, row: ParsedRow, standing: Mapping[str, CaseStanding]) -> dict[str, Any]:
    values: dict[str, Any] = {_COLUMNS[name]: value for name, value in row.values.items()}
    known = standing.get(values["reference"])
    if known is not None:
        # The specification is where purposes are decided; a file from before says nothing new.
        purpose = known.purpose if known.specified else values["purpose"]
        return {**values, "purpose": purpose}
    return {**values, "status": CaseStatus.OPEN.value, "opened_at": job.now}


def _late_changes(job: Job) -> Iterator[Problem]:
    standing = _standings(job)
    found = _difference(job, standing)
    rows = {row.values["reference"]: row for row in job.sound_rows}
    for values in found.changed:
        reference = str(values["reference"])
        held, case = found.held[(reference,)], standing[reference]
        for column in (c for c, value in values.items() if held[c] != value):
            wrong = _too_late(case, column)
            if wrong:
                yield job.problem(
                    rows[reference],
                    _HEADERS[column],
                    wrong=wrong,
                    right=f"{_plain(held[column])!r}, as recorded.",
                )


def _too_late(case: CaseStanding, column: str) -> str:
    if not case.live:
        return f"the case is {case.status.replace('_', ' ')} and its record is closed"
    if case.decided and column not in _ALWAYS:
        return "the grant is decided on it; another value is a redetermination (s.34(5))"
    if case.specified and column not in _UNTIL_DECIDED:
        return "the works are specified on it; another value needs them specified again"
    return ""


def _changed_detail(job: Job, found: Difference, values: Mapping[str, Any]) -> dict[str, Any]:
    held = found.held[(values["reference"],)]
    differing = sorted(column for column, value in values.items() if held[column] != value)
    return {
        "columns": differing,
        "before": {c: _plain(held[c]) for c in differing if c not in _PERSONAL},
        "after": {c: _plain(values[c]) for c in differing if c not in _PERSONAL},
        "sha256": job.sheet.sha256,
    }


def _notes(job: Job) -> Iterator[str]:
    """Yield what is allowed but looks like a slip: dates to come, tenants without a landlord."""
    late = [
        f"{row.values['reference']} {name}"
        for row in job.rows
        for name in _PAST
        if isinstance(value := row.values[name], date) and value > job.today
    ]
    if late:
        yield f"Dates in the future: {named(late)}."
    unknown = [
        str(row.values["reference"])
        for row in job.rows
        if row.values["tenure"] in _TENANCIES and not row.values["landlord"]
    ]
    if unknown:
        yield f"No landlord is recorded to ask for consent: {named(unknown)}."


def _of_providers(job: Job) -> list[ParsedRow]:
    return [
        row
        for row in job.rows
        if row.values.get("tenure") == "rp_tenant" and row.values.get("landlord")
    ]


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value)

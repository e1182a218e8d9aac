"""Cases: a new reference opens a case; a known one brings its particulars up to date.

What prices, consents and the grant rest on may not be changed behind their back: once the works
are specified, and again once the grant is decided, an import may correct less and less.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from models.arrangement_queries import arrangement_for
from models.outbox import request_run
from models.tables.cases import Case
from models.tables.reference import Provider
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.imports.checks import cell_words
from rules.pathway import CaseStatus
from rules.sentences import named
from services.cases.clocks.calendar import known_years
from services.cases.clocks.case_level import sync_case_clocks
from services.cases.clocks.retime import retime
from services.cases.contacts import imported_changes, note_changes
from services.imports import registers
from services.imports.case_officers import officers_unfit
from services.imports.case_states import CaseState, case_states, note_cases
from services.imports.job import Job
from services.imports.reconcile import Changes, Difference, Values, apply, difference
from services.imports.registers import table_names
from services.imports.same_home import same_homes
from services.imports.successions import succeeded

ADVANCE_MANY: Final = "advance-cases"
"""The flow that moves on every case with automatic work left, in batches."""

_COLUMNS: Final = table_names("cases", Case)
_HEADERS: Final = {column: name for name, column in _COLUMNS.items()}
_PAST: Final = ("date_of_birth", "contact_on", "recommended_on", "applied_on")

_STARTS: Final = ("contact_on", "recommended_on", "applied_on")
_CLASS: Final = frozenset({"urgent", "complexity", "authority"})
"""What the targets of a case depend on."""

_TENANCIES: Final = ("private_tenant", "rp_tenant")

_ALWAYS: Final = frozenset({"client_name", "email", "phone", "uprn", "officer"})
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
    """Yield unresolved references, and changes that come too late."""
    yield from registers.problems(job)
    tenants = [row for row in job.rows if row.values.get("tenure") == "rp_tenant"]
    yield from registers.unresolved(job, column="landlord", model=Provider, among=tenants)
    yield from _unknown_years(job)
    yield from officers_unfit(job, _states(job))
    yield from succeeded(job, among=_open_rows(job))
    yield from _late_changes(job)


def _open_rows(job: Job) -> list[ParsedRow]:
    """Return the rows of cases that are new or open: closed ones keep the authority they had."""
    states = _states(job)
    held = [(row, states.get(str(row.values["reference"]))) for row in job.sound_rows]
    return [row for row, state in held if state is None or state.live]


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
    """Write the cases; new ones are opened, and one run is asked for to move them on."""
    states = _states(job)
    found = _difference(job, states)
    changes = apply(job.conn, found, done=job.progress)
    note_cases(
        job,
        "case: particulars changed",
        details={
            states[values["reference"]].id: _changed_detail(job, found, values)
            for values in found.changed
        },
    )
    _note_contacts(job, found, states)
    touched = {values["reference"]: values for values in (*found.added, *found.changed)}
    ids = {reference: case.id for reference, case in case_states(job.conn, touched).items()}
    if found.added:
        _open(job, {ids[values["reference"]]: values for values in found.added})
    _set_clocks(job, found, {ids[reference]: values for reference, values in touched.items()})
    changes.notes += (*_notes(job), *same_homes(job))
    return changes


def _note_contacts(job: Job, found: Difference, states: Mapping[str, CaseState]) -> None:
    """Keep how a client was reached before a file changed it, as a decision at the desk does."""
    said = {
        "changed_by": job.actor,
        "changed_at": job.now,
        "reason": f"imported from {job.sheet.file}",
    }
    for values in found.changed:
        before = {name: found.before(values)[name] for name in found.differing(values)}
        case_id = states[values["reference"]].id
        note_changes(
            job.conn, imported_changes(case_id=case_id, before=before, after=values, **said)
        )


def _open(job: Job, added: Mapping[int, Values]) -> None:
    note_cases(
        job,
        "case: opened",
        details={
            case_id: {
                "authority": values["authority"],
                "work_type": values["work_type"],
                "sha256": job.sheet.sha256,
            }
            for case_id, values in added.items()
        },
    )
    request_run(
        job.conn,
        key=f"import:cases:{job.sheet.sha256}:{job.now.isoformat()}",
        flow=ADVANCE_MANY,
        parameters={},
        now=job.now,
    )


def _set_clocks(job: Job, found: Difference, touched: Mapping[int, Values]) -> None:
    """Give the cases the clocks that their dates call for, as they are now."""
    differing = {case_id: set(found.differing(values)) for case_id, values in touched.items()}
    for reclassified in (False, True):
        wanted = [
            case_id for case_id, names in differing.items() if bool(names & _CLASS) is reclassified
        ]
        sync_case_clocks(job.conn, case_ids=wanted, now=job.now, reclassified=reclassified)
    elsewhere = [case_id for case_id, names in differing.items() if "authority" in names]
    if elsewhere:
        retime(job.conn, now=job.now, why="the case went to another authority", case_ids=elsewhere)


def _states(job: Job) -> Mapping[str, CaseState]:
    return case_states(job.conn, (str(row.values["reference"]) for row in job.sound_rows))


def _difference(job: Job, states: Mapping[str, CaseState]) -> Difference:
    absent = [_COLUMNS[name] for name in job.parsed.absent_columns]
    return difference(
        job.conn,
        Case,
        key=("reference",),
        wanted=[_wanted(job, row, states) for row in job.sound_rows],
        ignored=[*absent, "status", "opened_at", "arrangement"],
    )


def _wanted(job: Job, row: ParsedRow, states: Mapping[str, CaseState]) -> dict[str, Any]:
    values: dict[str, Any] = {_COLUMNS[name]: value for name, value in row.values.items()}
    known = states.get(values["reference"])
    if known is None:
        home = {"authority": values["authority"], "postcode": values["postcode"]}
        team = arrangement_for(job.conn, **home, on=job.today)
        opened = {"status": CaseStatus.OPEN.value, "opened_at": job.now}
        return {**values, **opened, "arrangement": team.number if team else None}
    for name in ("officer", "contracting_party"):  # an empty cell leaves them as they are
        values[name] = values[name] or getattr(known, name)
    if values["uprn"] == known.uprn.zfill(len(values["uprn"])):
        values["uprn"] = known.uprn  # the same number; older ones are kept without their zeros
    # The specification is where purposes are decided; a file from before says nothing new.
    return {**values, "purpose": known.purpose} if known.specified else values


def _late_changes(job: Job) -> Iterator[Problem]:
    states = _states(job)
    found = _difference(job, states)
    rows = {row.values["reference"]: row for row in job.sound_rows}
    for values in found.changed:
        reference = values["reference"]
        held = found.before(values)
        for column in found.differing(values):
            if wrong := _too_late(states[reference], column):
                right = f"{cell_words(held[column])!r}, as recorded."
                yield job.problem(rows[reference], _HEADERS[column], wrong=wrong, right=right)


def _too_late(case: CaseState, column: str) -> str:
    if not case.live:
        return f"the case is {case.status_words} and its record is closed"
    if case.decided and column not in _ALWAYS:
        return "the grant is decided on it; another value is a redetermination (s.34(5))"
    if case.assessed and column == "contribution_pence":
        return "it is what the means test came to; another is assessed anew, with `assess-means`"
    if case.specified and column == "contracting_party":
        return "the works are specified; another party is a decision with its reason, as it prices"
    if case.specified and column not in _UNTIL_DECIDED:
        return "the works are specified on it; another value needs them specified again"
    return ""


def _changed_detail(job: Job, found: Difference, values: Values) -> dict[str, Any]:
    differing = sorted(found.differing(values))
    sides = {"before": found.before(values), "after": values}
    told = {
        side: {c: cell_words(record[c]) for c in differing if c not in _PERSONAL}
        for side, record in sides.items()
    }
    return {"columns": differing, **told, "sha256": job.sheet.sha256}


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

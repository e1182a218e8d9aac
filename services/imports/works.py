"""Works: the lines of each case that a file names become exactly the lines it gives.

A bespoke line that says nothing of certificates keeps what an officer has said of the same line.

Once a case's works are specified, prices, consents and orders rest on its lines: the same lines
again are fine, and anything else is a specification to be made anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import bindparam, select

from models.tables.cases import WorksLine
from rules.errors import Problem
from rules.imports.checks import cell_words
from services.imports.case_states import CaseState, case_states, note_cases
from services.imports.codes import code_problems
from services.imports.job import Job
from services.imports.reconcile import Changes, Difference, apply, difference

_SAYS: Final = ("certificates", "no_certificates_because")
_COLUMNS: Final = ("line", "code", "quantity", "description", "unit", "location", *_SAYS)
_SAID: Final = select(
    *(WorksLine.case_id, WorksLine.line, WorksLine.description),
    *(WorksLine.certificates, WorksLine.no_certificates_because),
).where(WorksLine.case_id.in_(bindparam("cases", expanding=True)), WorksLine.code.is_(None))


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown cases, codes that cannot be priced, and changes to works already specified."""
    states = case_states(job.conn, job.cited("case"))
    for row in job.rows:
        reference = row.values.get("case")
        if reference is not None and reference not in states:
            yield job.problem(
                row,
                "case",
                wrong=f"there is no case {reference!r}",
                right="The reference of one; `handrail import cases FILE` brings in more.",
            )
    # The lines of cases that are specified, or off the pathway, may not change.
    fixed = {ref: case for ref, case in states.items() if case.specified or not case.live}
    open_rows = [row for row in job.rows if row.values.get("case") not in fixed]
    yield from code_problems(job, to_come=False, among=open_rows)
    yield from _late_changes(job, fixed)


def bring_in(job: Job) -> Changes:
    """Write the lines; a line that the file leaves out of a case it names is removed."""
    states = case_states(job.conn, job.cited("case"))
    found = _difference(job, states)
    changes = apply(job.conn, found, done=job.progress)
    named = {case.id: case.reference for case in states.values()}
    changes.shown = tuple(
        replace(one, key=(("case", named[one.key[0][1]]), *one.key[1:])) for one in changes.shown
    )
    touched: dict[int, dict[str, Any]] = {}
    changed = _changed(found)
    for verb, keys in (
        ("added", map(found.key_of, found.added)),
        ("changed", map(found.key_of, found.changed)),
        ("removed", found.removed),
    ):
        for case_id, line in keys:
            detail = touched.setdefault(case_id, {"sha256": job.sheet.sha256})
            detail.setdefault(verb, []).append(line)
            if verb == "changed":
                detail.setdefault("lines", {})[str(line)] = changed[case_id, line]
    note_cases(job, "works: lines imported", details=touched)
    return changes


def _changed(found: Difference) -> dict[tuple[Any, ...], dict[str, dict[str, str]]]:
    """Return of each line that changes what it said before and says after, by column."""
    return {
        found.key_of(values): {
            name: {
                "before": cell_words(found.before(values)[name]),
                "after": cell_words(values[name]),
            }
            for name in found.differing(values)
        }
        for values in found.changed
    }


def _difference(job: Job, states: Mapping[str, CaseState]) -> Difference:
    wanted = [
        {"case_id": case.id, **{name: row.values[name] for name in _COLUMNS}}
        for row in job.sound_rows
        if (case := states.get(str(row.values["case"])))
    ]
    said = {
        (row.case_id, row.line, row.description): row._mapping
        for row in job.conn.execute(_SAID, {"cases": sorted(case.id for case in states.values())})
    }
    for values in wanted:
        if values["code"] is None and not any(values[name] for name in _SAYS):
            before = said.get((values["case_id"], values["line"], values["description"]))
            values.update({name: before[name] for name in _SAYS} if before else {})
    return difference(job.conn, WorksLine, key=("case_id", "line"), wanted=wanted, whole=1)


def _late_changes(job: Job, fixed: Mapping[str, CaseState]) -> Iterator[Problem]:
    found = _difference(job, fixed)
    by_id = {case.id: case for case in fixed.values()}
    differing = {(v["case_id"], v["line"]) for v in (*found.added, *found.changed)}
    for row in job.sound_rows:
        case = fixed.get(str(row.values["case"]))
        if case is not None and (case.id, row.values["line"]) in differing:
            yield job.problem(row, "line", wrong=_why(case, "differs"), right=_remedy(case))
    removed = () if job.parsed.problems else found.removed  # a faulty row is not left out
    for case_id, line in removed:
        case = by_id[case_id]
        yield job.file_problem(
            value=f"{case.reference} line {line}",
            wrong=_why(case, "is left out"),
            right=_remedy(case),
        )


def _why(case: CaseState, how: str) -> str:
    if not case.live:
        return f"the line {how}, and the case is {case.status_words}"
    return f"the line {how}, and the works are already specified and priced on it"


def _remedy(case: CaseState) -> str:
    if not case.live:
        return "The lines as recorded."
    return "The lines as recorded; to change them: `handrail decide REF specify-again`."

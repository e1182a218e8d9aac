"""Works: the lines of each case that a file names become exactly the lines it gives.

Once a case's works are specified, prices, consents and orders rest on its lines: the same lines
again are fine, and anything else is a specification to be made anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from models.tables.cases import WorksLine
from rules.errors import Problem
from rules.imports import ParsedRow
from services.imports.codes import code_problems
from services.imports.history import note_cases
from services.imports.job import Changes, Job
from services.imports.reconcile import Difference, apply, difference, table_of
from services.imports.standing import CaseStanding, standings

_KEY = ("case_id", "line")
_COLUMNS = ("code", "quantity", "description", "unit", "location")


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown cases, codes that cannot be priced, and changes to works already specified.

    Args:
        job: The import.
    """
    standing = _standings(job)
    for row in job.rows:
        reference = row.values.get("case")
        if reference is not None and reference not in standing:
            yield job.problem(
                row,
                "case",
                wrong=f"there is no case {reference!r}",
                right="The reference of one; `handrail import cases FILE` brings in more.",
            )
    settled = _settled(standing)
    yield from code_problems(job, to_come=False, among=_open_rows(job, settled))
    yield from _late_changes(job, settled)


def bring_in(job: Job) -> Changes:
    """Write the lines; a line that the file leaves out of a case it names is removed.

    Args:
        job: The import; it has no problems.
    """
    found = _difference(job, _standings(job))
    apply(job.conn, found, done=job.progress)
    touched: dict[int, dict[str, Any]] = {}
    for verb, keys in (
        ("added", [(v["case_id"], v["line"]) for v in found.added]),
        ("changed", [(v["case_id"], v["line"]) for v in found.changed]),
        ("removed", list(found.removed)),
    ):
        for case_id, line in keys:
            touched.setdefault(case_id, {"sha256": job.sheet.sha256}).setdefault(verb, []).append(
                line
            )
    note_cases(
        job.conn,
        details=touched,
        action="works: lines imported",
        reason=f"imported from {job.sheet.file}",
        actor=job.actor,
        now=job.now,
    )
    return Changes(
        added=len(found.added),
        changed=len(found.changed),
        unchanged=found.unchanged,
        removed=len(found.removed),
    )


def _standings(job: Job) -> Mapping[str, CaseStanding]:
    cited = (row.values.get("case") for row in job.rows)
    return standings(job.conn, references=(str(case) for case in cited if case is not None))


def _settled(standing: Mapping[str, CaseStanding]) -> Mapping[str, CaseStanding]:
    """Return the cases whose lines may not change: specified, or off the pathway."""
    return {
        reference: case for reference, case in standing.items() if case.specified or not case.live
    }


def _open_rows(job: Job, settled: Mapping[str, CaseStanding]) -> list[ParsedRow]:
    return [row for row in job.rows if row.values.get("case") not in settled]


def _difference(job: Job, standing: Mapping[str, CaseStanding]) -> Difference:
    wanted = []
    for row in job.sound_rows:
        case = standing.get(str(row.values["case"]))
        if case is not None:
            values = {name: row.values[name] for name in ("line", *_COLUMNS)}
            wanted.append({"case_id": case.id, **values})
    return difference(
        job.conn,
        table=table_of(WorksLine),
        key=_KEY,
        wanted=wanted,
        compared=_COLUMNS,
        whole=True,
    )


def _late_changes(job: Job, settled: Mapping[str, CaseStanding]) -> Iterator[Problem]:
    found = _difference(job, settled)
    by_id = {case.id: case for case in settled.values()}
    differing = {(v["case_id"], v["line"]) for v in (*found.added, *found.changed)}
    for row in job.sound_rows:
        case = settled.get(str(row.values["case"]))
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


def _why(case: CaseStanding, how: str) -> str:
    if not case.live:
        return f"the line {how}, and the case is {case.status.replace('_', ' ')}"
    return f"the line {how}, and the works are already specified and priced on it"


def _remedy(case: CaseStanding) -> str:
    if not case.live:
        return "The lines as recorded."
    return "The lines as recorded; to change them: `handrail decide REF specify-again`."

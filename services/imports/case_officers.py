"""Whose the cases of a file are: who may be named, and by whom."""

from collections.abc import Iterator, Mapping

from models.people import staff
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.officers import serves_on
from rules.people import Actor, Role
from services.imports.case_states import CaseState
from services.imports.job import Job

_GIVES = (Role.MANAGER, Role.ADMINISTRATOR)


def officers_unfit(job: Job, states: Mapping[str, CaseState]) -> Iterator[Problem]:
    """Yield officers who cannot have a case, and cases that the importer may not hand on."""
    known = staff(job.conn)
    importer = known.get(job.actor)
    for row in job.sound_rows:
        named = row.values.get("officer")
        if not named:
            continue
        case = states.get(str(row.values["reference"]))
        if wrong := _unfit(job, row, known.get(str(named))):
            right = "A technical officer who serves the case's authority, or nothing."
            yield job.problem(row, "officer", wrong=wrong, right=right)
        elif case is not None and case.officer != named and not _may_give(job, importer, case, row):
            wrong = f"the case is {case.officer}’s" if case.officer else "it is not yours to give"
            right = "As recorded; a manager or an administrator hands a case on."
            yield job.problem(row, "officer", wrong=wrong, right=right)


def _unfit(job: Job, row: ParsedRow, officer: Actor | None) -> str:
    if officer is None or officer.role is not Role.TECHNICAL_OFFICER:
        return f"{row.values['officer']} is no technical officer"
    if not serves_on(officer, job.today):
        return f"{officer.name} has left"
    if officer.authorities and row.values["authority"] not in officer.authorities:
        return f"{officer.name} does not serve authority {row.values['authority']}"
    return ""


def _may_give(job: Job, importer: Actor | None, case: CaseState, row: ParsedRow) -> bool:
    """Say whether the importer may give a case to whom the file names: see ``AssignOfficer``."""
    if importer is None or importer.role in _GIVES:
        return importer is not None
    free = not serves_on(staff(job.conn).get(case.officer or ""), job.today)
    return free and row.values["officer"] == importer.identity

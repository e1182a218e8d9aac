"""A file of arrangements: what was begun stays, and a day changes who works for whom once."""

from collections.abc import Iterator

from models.arrangement_queries import planned
from models.people import staff
from models.succession_queries import planned as successions
from rules.clocks.workdays import in_words
from rules.errors import Problem
from rules.imports.delivery_kinds import arrangement_of
from services.imports import registers
from services.imports.job import Job
from services.imports.successions import plans_taken, succeeded


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities and people, plans that were begun, two changes of one day."""
    yield from registers.problems(job)
    yield from plans_taken(job, other=successions(job.conn))
    yield from succeeded(job, among=job.sound_rows)
    yield from _people(job)
    held = {(row.authority, row.first_day): row.plan for row in planned(job.conn)}
    for row in job.sound_rows:
        one = arrangement_of(row)
        if one is None:
            continue
        other = held.setdefault((one.authority, one.first_day), one.plan)
        if other != one.plan:
            wrong = f"plan {other} arranges for {one.authority} from {in_words(one.first_day)} too"
            yield job.problem(row, "first_day", wrong=wrong, right="Another day, or that plan.")


def _people(job: Job) -> Iterator[Problem]:
    known = staff(job.conn)
    for row in job.sound_rows:
        one = arrangement_of(row)
        for address in one.officers if one else ():
            if address not in known:
                wrong = f"nobody is known as {address}"
                right = "The address of one; `handrail import officers FILE` brings in more."
                yield job.problem(row, "officers", wrong=wrong, right=right)

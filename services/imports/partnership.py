"""What must hold of a partnership's terms: a fee of its own is of an authority on file."""

from collections.abc import Iterator

from models.tables.reference import Authority
from rules.errors import Problem
from services.imports import registers
from services.imports.job import Job


def term_problems(job: Job) -> Iterator[Problem]:
    """Yield fees of partners that are no authority."""
    own = [row for row in job.rows if row.values.get("fee") is not None and row.values.get("who")]
    yield from registers.unresolved(job, column="who", model=Authority, among=own)

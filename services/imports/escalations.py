"""Ladders by file: who is told of a late clock next. Those that run are told by the new one.

A ladder says who is told and not what was promised, so the days on which clocks that run escalate
are reckoned again. The ladder of an authority that a file names becomes exactly what it gives.
"""

from collections.abc import Iterator

from models.tables.clocks import Escalation
from models.tables.reference import Authority
from rules.errors import Problem
from services.cases.clocks.calendar import EVERYBODY
from services.cases.clocks.retime import retime
from services.imports import registers
from services.imports.job import Changes, Job
from services.imports.reconcile import Difference, difference, table_of
from services.imports.targets import write_noted


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities.

    Args:
        job: The import.
    """
    named = [row for row in job.rows if row.values.get("authority")]
    yield from registers.unresolved(job, column="authority", model=Authority, among=named)


def bring_in(job: Job) -> Changes:
    """Write the ladders, and the days on which late clocks that run are told of.

    Args:
        job: The import; it has no problems.
    """
    found = difference(
        job.conn,
        table=table_of(Escalation),
        key=("authority", "rung"),
        wanted=[dict(row.values) for row in job.rows],
        compared=("role", "days"),
        whole=True,
    )
    changes = write_noted(job, found)
    for authority in _whose(found):
        retime(job.conn, now=job.now, why=f"another ladder: {job.sheet.file}", authority=authority)
    return changes


def _whose(found: Difference) -> list[str | None]:
    """Return the authorities whose clocks another ladder reaches; None stands for all of them."""
    codes = {values["authority"] for values in (*found.added, *found.changed)}
    codes |= {authority for authority, _ in found.removed}
    return [None] if EVERYBODY in codes else sorted(codes)

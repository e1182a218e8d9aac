"""Packages: each package of a file becomes exactly the basket that the file gives it."""

from collections.abc import Iterator
from typing import Final

from models.tables.schedules import Package, PackageLine
from rules.errors import Problem
from services.imports.codes import code_problems
from services.imports.job import Job
from services.imports.reconcile import Changes, apply, difference

_HEAD: Final = ("package", "title", "work_type")
_LINE: Final = ("package", "code", "quantity")


def problems(job: Job) -> Iterator[Problem]:
    """Yield the codes that no schedule has, now or to come."""
    yield from code_problems(job, to_come=True)


def bring_in(job: Job) -> Changes:
    """Write the packages and their lines; a line that the file leaves out is removed.

    Rows are counted: one whose package has another title or work type has changed too.
    """
    headed = {row.values["package"]: row for row in job.rows}
    packages = difference(
        job.conn,
        Package,
        key=("code",),
        wanted=[
            dict(zip(("code", "title", "work_type"), row.cells(_HEAD), strict=True))
            for row in headed.values()
        ],
    )
    apply(job.conn, packages, done=lambda _count: None)
    lines = difference(
        job.conn,
        PackageLine,
        key=_LINE[:2],
        wanted=[dict(zip(_LINE, row.cells(_LINE), strict=True)) for row in job.rows],
        whole=1,
    )
    changes = apply(job.conn, lines, done=job.progress)
    retitled = {values["code"] for values in packages.changed}
    written = {lines.key_of(values) for values in (*lines.added, *lines.changed)}
    also = sum(
        package in retitled and (package, code) not in written
        for package, code in (row.cells(_LINE[:2]) for row in job.rows)
    )
    changes.shown = (*packages.changes.shown, *changes.shown)
    changes.changed += also
    changes.unchanged -= also
    return changes

"""Packages: each package of a file becomes exactly the basket that the file gives it."""

from collections.abc import Iterator

from models.tables.schedules import Package, PackageLine
from rules.errors import Problem
from services.imports.codes import code_problems
from services.imports.job import Changes, Job
from services.imports.reconcile import Difference, apply, difference, table_of


def problems(job: Job) -> Iterator[Problem]:
    """Yield the codes that no schedule has, now or to come.

    Args:
        job: The import.
    """
    yield from code_problems(job, to_come=True)


def bring_in(job: Job) -> Changes:
    """Write the packages and their lines; a line that the file leaves out is removed.

    Args:
        job: The import; it has no problems.
    """
    headed = {row.values["package"]: row.values for row in job.rows}
    packages = difference(
        job.conn,
        table=table_of(Package),
        key=("code",),
        wanted=[
            {"code": code, "title": values["title"], "work_type": values["work_type"]}
            for code, values in headed.items()
        ],
        compared=("title", "work_type"),
    )
    apply(job.conn, packages, done=lambda _count: None)
    lines = difference(
        job.conn,
        table=table_of(PackageLine),
        key=("package", "code"),
        wanted=[
            {name: row.values[name] for name in ("package", "code", "quantity")} for row in job.rows
        ],
        compared=("quantity",),
        whole=True,
    )
    apply(job.conn, lines, done=job.progress)
    return _counted(job, packages=packages, lines=lines)


def _counted(job: Job, *, packages: Difference, lines: Difference) -> Changes:
    """Count rows: one whose package has another title or work type has changed too."""
    retitled = {values["code"] for values in packages.changed}
    added = {(values["package"], values["code"]) for values in lines.added}
    requantified = {(values["package"], values["code"]) for values in lines.changed}
    changes = Changes(added=len(added), removed=len(lines.removed))
    for row in job.rows:
        package, code = row.values["package"], row.values["code"]
        if (package, code) in requantified or (
            package in retitled and (package, code) not in added
        ):
            changes.changed += 1
    changes.unchanged = len(job.rows) - changes.added - changes.changed
    return changes

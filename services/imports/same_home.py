"""Cases that may be one: the same home, client and works; or one property number at two homes."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam, select

from models.base import AnyRow
from models.tables.cases import Case
from rules.identifiers import folded
from rules.pathway import CaseStatus
from rules.sentences import named
from services.imports.job import Job
from services.imports.reconcile import in_batches

_AT: Final = (
    select(*(Case.reference, Case.uprn, Case.client_name, Case.work_type),
           *(Case.address, Case.status))
    .where(Case.uprn.in_(bindparam("uprns", expanding=True)))
    .order_by(Case.reference)
)  # fmt: skip


def same_homes(job: Job) -> Iterator[str]:
    """Yield, once the file is written, which of its cases share a property number, and how."""
    cited = {str(row.values["reference"]) for row in job.rows}
    at: dict[str, list[AnyRow]] = {}
    uprns = sorted(job.cited("uprn"))
    for some in in_batches([*uprns, *{uprn.lstrip("0") for uprn in uprns}]):
        for row in job.conn.execute(_AT, {"uprns": some}):
            at.setdefault(row.uprn.zfill(12), []).append(row)
    for uprn, rows in sorted(at.items()):
        if cited.isdisjoint(row.reference for row in rows):
            continue
        if len({folded(row.address) for row in rows}) > 1:
            whose = named([f"{row.reference} ({row.address})" for row in rows])
            yield f"UPRN {uprn} is at more than one address: {whose}."
        yield from _twice(rows)


def _twice(rows: list[AnyRow]) -> Iterator[str]:
    alike: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.status == CaseStatus.OPEN:
            alike.setdefault((folded(row.client_name), row.work_type), []).append(row.reference)
    for references in alike.values():
        if len(references) > 1:
            yield f"These open cases have the same home, client and works: {named(references)}."

"""A file of permissions: one dated back changes nothing that is decided, and says so."""

from typing import Any, Final

from sqlalchemy import bindparam, func, select

from models.base import AnyRow
from models.consent_queries import AS_IT_STANDS
from models.tables.cases import Case
from models.tables.works import Consent
from rules.sentences import named
from services.imports.job import Job
from services.imports.reconcile import Changes
from services.imports.registers import bring_in

_BEFORE: Final = (
    select(Case.reference, Case.landlord, Case.work_type, Consent.basis)
    .add_columns(func.coalesce(AS_IT_STANDS["asked_on"], Consent.answered_on).label("on"))
    .join(Consent, Consent.case_id == Case.id)
    .where(Case.landlord.in_(bindparam("providers", expanding=True)))
    .where(Consent.basis.in_(("requested", "granted", "refused", "treated_as_given")))
    .order_by(Case.reference, Consent.step_revision)
)


def bring_in_permissions(job: Job) -> Changes:
    """Write the permissions of a file, and say which cases one dated back leaves as they are."""
    changes = bring_in(job)
    if changes.any:
        changes.notes += _left_as_they_are(job)
    return changes


def _left_as_they_are(job: Job) -> list[str]:
    """Return in sentences the cases that were asked about in the days of a permission of a file."""
    rows = job.conn.execute(_BEFORE, {"providers": sorted(job.cited("provider"))}).all()
    waiting: set[str] = set()
    decided: set[str] = set()
    for row in rows:
        if any(_covers(one.values, row) for one in job.rows):
            (waiting if row.basis == "requested" else decided).add(row.reference)
    notes = []
    if decided:
        notes.append(
            "A permission dated back changes nothing that is decided. As their landlord answered "
            f"stay: {named(sorted(decided))}."
        )
    if waiting:
        notes.append(
            "Asked in writing before it came in, and not answered yet: "
            f"{named(sorted(waiting))}. Decide “match-consent” on each that it covers."
        )
    return notes


def _covers(values: Any, row: AnyRow) -> bool:
    return (
        values["provider"] == row.landlord
        and row.work_type in values["work_types"]
        and row.on is not None
        and values["valid_from"] <= row.on <= values["valid_to"]
    )

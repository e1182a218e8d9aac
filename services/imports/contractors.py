"""Contractors, their absences and their conflicts brought in, and what they mean for what is out.

A capacity below what is on hand, an absence over an offer that is out, and a conflict over works
that are under way take nothing back: each is named, and an officer decides.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam, select

from models.spelling import as_recorded
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.prices import Offer
from models.tables.reference import Officer
from rules.clocks.workdays import in_words
from rules.errors import Problem
from services.imports import registers
from services.imports.job import Job
from services.imports.reconcile import Changes, known
from services.orders.flagged import flagged
from services.tenders.capacity import beyond_capacity, lock_contractors

_OUT: Final = (
    select(Case.reference, Offer.contractor, Contractor.name, Offer.expires_on)
    .join(Case, Case.id == Offer.case_id)
    .join(Contractor, Contractor.code == Offer.contractor)
    .where(
        Offer.status == "offered", Offer.contractor.in_(bindparam("contractors", expanding=True))
    )
    .order_by(Case.reference)
)


def bring_in(job: Job) -> Changes:
    """Write the contractors; those whose capacity is now below what is on hand are named."""
    codes = job.cited("contractor")
    lock_contractors(job.conn, contractors=codes)  # nobody is offered anything meanwhile
    changes = registers.bring_in(job)
    changes.notes += beyond_capacity(job.conn, contractors=codes).values()
    return changes


def bring_in_absences(job: Job) -> Changes:
    """Write absences; offers that are out and must be answered within one are named."""
    lock_contractors(job.conn, contractors=job.cited("contractor"))
    changes = registers.bring_in(job)
    out = job.conn.execute(_OUT, {"contractors": sorted(job.cited("contractor"))}).all()
    for row in job.rows:
        firm, first, last, withdrawn = row.cells(
            ("contractor", "first_day", "last_day", "withdrawn")
        )
        for offer in out:
            if offer.contractor == firm and not withdrawn and first <= offer.expires_on <= last:
                changes.notes.append(
                    f"{offer.name} has an offer on {offer.reference} to answer by "
                    f"{in_words(offer.expires_on)}, within this absence. It stays as it is, and "
                    "lapses on its day unless it is answered."
                )
    return changes


def conflict_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown contractors, and interests in an officer or a case that is not on record."""
    yield from registers.problems(job)
    for interest, column in (("officer", Officer.email), ("case", Case.reference)):
        named = [row for row in job.rows if row.values.get("interest_in") == interest]
        meant = {str(row.values["whom"]): "" for row in named if "whom" in row.values}
        meant = {whom: as_recorded(job.conn, column, whom) for whom in meant}
        held = known(job.conn, column, meant.values())
        for row in named:
            whom = row.values.get("whom")
            if whom is not None and meant[str(whom)] not in held:
                yield job.problem(
                    row,
                    "whom",
                    wrong=f"there is no {interest} {whom!r}",
                    right="An officer's e-mail, or a case's reference, that is on record.",
                )


def bring_in_conflicts(job: Job) -> Changes:
    """Write conflicts; cases whose works one of these contractors has are named, and stay."""
    lock_contractors(job.conn, contractors=job.cited("contractor"))
    changes = registers.bring_in(job)
    codes = job.cited("contractor")
    for one in flagged(job.conn, on=job.today):
        if one.contractor in codes and one.conflicts:
            changes.notes.append(
                f"{one.name} has the works of {one.reference}: {'; '.join(one.conflicts)}. "
                "Nothing is taken back; decide on the case whether it goes on."
            )
    return changes

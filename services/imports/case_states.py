"""The cases that a file names: how far they have come, locked, and the audit chain of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, select

from models import audit
from models.audit import audit_row
from models.chains import cases_end
from models.tables.cases import Case, CaseStep
from models.tables.funding import MeansAssessment
from models.tables.works import Approval
from rules.pathway import OVER, CaseStatus, StepName
from services.imports.job import Job
from services.imports.reconcile import in_batches

_LIVE: Final = (CaseStatus.OPEN, CaseStatus.PAID)
_SPECIFIED: Final = exists().where(
    and_(
        CaseStep.case_id == Case.id,
        CaseStep.step == StepName.SPECIFY,
        CaseStep.current,
        CaseStep.status.in_(sorted(OVER)),
    )
)
_STATES: Final = (
    select(
        Case.id,
        Case.reference,
        Case.status,
        _SPECIFIED.label("specified"),
        exists().where(Approval.case_id == Case.id).label("decided"),
        exists().where(MeansAssessment.case_id == Case.id).label("assessed"),
        Case.purpose,
        Case.officer,
        Case.contracting_party,
        Case.uprn,
    )
    .where(Case.reference.in_(bindparam("references", expanding=True)))
    .order_by(Case.id)
    .with_for_update(of=Case)
)
_CHAINS: Final = (
    select(Case.id, Case.reference, Case.audit_sequence, Case.audit_hash)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
    .order_by(Case.id)
)


@dataclass(frozen=True, slots=True)
class CaseState:
    """One case, as far as an import needs to know it.

    Args:
        id: Its row id.
        reference: Its reference.
        status: Where the case as a whole stands.
        specified: Whether its works are specified, so that prices and consents rest on it.
        decided: Whether the grant is decided.
        assessed: Whether its contribution is by a means test with its sum on record.
        purpose: Its purposes of s.23(1), which the specification may have set.
        officer: Whose it is, by address, or None.
        contracting_party: Whose contract it is, or None where the case does not say.
        uprn: Its property number as it is on record, with the zeros that lead it or without.
    """

    id: int
    reference: str
    status: str
    specified: bool
    decided: bool
    assessed: bool
    purpose: tuple[str, ...]
    officer: str | None
    contracting_party: str | None
    uprn: str

    @property
    def live(self) -> bool:
        """Whether the case is still on the pathway."""
        return self.status in _LIVE

    @property
    def status_words(self) -> str:
        """The status as people read it."""
        return self.status.replace("_", " ")


def case_states(conn: Connection, references: Iterable[str]) -> Mapping[str, CaseState]:
    """Return the states of the cases of some references; they stay locked for this transaction.

    Args:
        references: Case references; unknown ones are left out.
    """
    return {
        row["reference"]: CaseState(**row)
        for batch in in_batches(sorted(set(references)))
        for row in conn.execute(_STATES, {"references": batch}).mappings()
    }


def note_cases(job: Job, action: str, *, details: Mapping[int, Mapping[str, Any]]) -> None:
    """Add one row to the audit chain of each of many cases.

    Args:
        action: What happened.
        details: Plain particulars by the case's row id; the cases are locked already.
    """
    for ids in in_batches(sorted(details)):
        rows = [
            audit_row(
                chain=found.reference,
                sequence=found.audit_sequence + 1,
                previous_hash=found.audit_hash,
                at=job.now,
                actor=job.actor,
                action=action,
                reason=f"imported from {job.sheet.file}",
                detail=details[found.id],
            )
            for found in job.conn.execute(_CHAINS, {"ids": ids})
        ]
        audit.add(job.conn, rows)
        ends = [
            {"row_id": case_id, "audit_sequence": row["sequence"], "audit_hash": row["hash"]}
            for case_id, row in zip(ids, rows, strict=True)
        ]
        cases_end(job.conn, ends)

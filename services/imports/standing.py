"""How far the cases that a file names have come, locked until the import is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.engine import Connection

from models.tables.cases import Case, CaseStep
from models.tables.works import Approval
from rules.pathway import OVER, CaseStatus, StepName
from services.imports.reconcile import BATCH

LIVE = (CaseStatus.OPEN, CaseStatus.PAID)


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """One case, as far as an import needs to know it.

    Args:
        id: Its row id.
        reference: Its reference.
        status: Where the case as a whole stands.
        specified: Whether its works are specified, so that prices and consents rest on it.
        decided: Whether the grant is decided.
        purpose: Its purposes of s.23(1), which the specification may have set.
    """

    id: int
    reference: str
    status: CaseStatus
    specified: bool
    decided: bool
    purpose: tuple[str, ...]

    @property
    def live(self) -> bool:
        """Whether the case is still on the pathway."""
        return self.status in LIVE


def standings(conn: Connection, *, references: Iterable[str]) -> Mapping[str, CaseStanding]:
    """Return how the cases of some references stand; they stay locked for this transaction.

    Args:
        references: Case references; unknown ones are left out.
    """
    wanted = sorted(set(references))
    found: dict[str, CaseStanding] = {}
    for start in range(0, len(wanted), BATCH):
        for row in conn.execute(_query(wanted[start : start + BATCH])):
            found[row.reference] = CaseStanding(
                id=row.id,
                reference=row.reference,
                status=CaseStatus(row.status),
                specified=bool(row.specified),
                decided=bool(row.decided),
                purpose=row.purpose,
            )
    return found


def _query(references: list[str]) -> Any:
    specified = exists().where(
        and_(
            CaseStep.case_id == Case.id,
            CaseStep.step == StepName.SPECIFY,
            CaseStep.current,
            CaseStep.status.in_(sorted(OVER)),
        )
    )
    decided = exists().where(Approval.case_id == Case.id)
    return (
        select(
            Case.id,
            Case.reference,
            Case.status,
            Case.purpose,
            specified.label("specified"),
            decided.label("decided"),
        )
        .where(Case.reference.in_(references))
        .order_by(Case.id)
        .with_for_update(of=Case)
    )

"""What an application still lacks before its grant is decided, by section of the Act."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from models.case_queries import approval_of
from models.consent_queries import certificates_of, certificates_wanted
from rules.clocks.dates import london_date
from rules.errors import HandrailError
from rules.pathway import OVER, PATHWAY, StepName
from services.cases.in_hand import CaseInHand
from services.grants.charges_after import charges_paid
from services.grants.findings import findings_of
from services.grants.fundings import child_on, waiver_of
from services.grants.holding import holding
from services.grants.means import assessment_of

_BEFORE: Final = (StepName.SPECIFY, *PATHWAY[StepName.APPROVE].requires)
_SECTIONS: Final = {"owner": "s.21", "tenant": "s.22", "landlord": "s.22(3)"}


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing: of which section, what is so, and what would clear it.

    Args:
        blocks: Whether the grant is not approved before.
    """

    section: str
    what: str
    clears: str
    blocks: bool = True


def missing_on(case: CaseInHand) -> tuple[Missing, ...]:
    """Return what is missing on a case whose grant is not decided; nothing once it is.

    Its gates are the steps before the approval and what refuses the approval itself.
    """
    if case.is_decided() or case.status_is_exit():
        return ()
    held = (_said(one) for one in holding(case))
    return (*_steps(case.conn, case), *held, *_means(case))


def findings_section(case: CaseInHand) -> dict[str, Any]:
    """Return what is missing, and both findings as they stand, for the case's page."""
    approval = approval_of(case.conn, case_id=case.id)
    found = findings_of(case.conn, case=case.row, today=london_date(case.now))
    return {
        "missing": missing_on(case),
        "findings": [one for one in (found.necessary, found.practicable) if one is not None],
        "charges_paid": charges_paid(case.conn, case_id=case.id),
        "before": approval is not None and approval.necessary_id is None,
    }


def _said(error: HandrailError) -> Missing:
    what = " ".join(filter(None, (error.what, error.why)))
    return Missing(error.section or "", what, error.next_step)


def _steps(conn: Connection, case: CaseInHand) -> Iterator[Missing]:
    """Yield each step that the approval rests on and that is not over; each certificate apart."""
    for name in _BEFORE:
        if case.step_status(name) in OVER:
            continue
        step, row = PATHWAY[name], case.steps.get(name)
        if name is StepName.CERTIFICATES:
            yield from _certificates(conn, case)
            continue
        waits = row.waiting_for if row is not None else ""
        what = f"{step.title}: {waits or step.gate}."
        yield Missing(", ".join(step.sections), what, f"{step.moves_on}.".capitalize())


def _certificates(conn: Connection, case: CaseInHand) -> Iterator[Missing]:
    held = certificates_of(conn, case_id=case.id)
    for name in certificates_wanted(conn, case=case.row):
        if name not in held:
            waived = ", or a recorded waiver" if name.startswith("landlord") else ""
            clears = f"The signed form{waived}: `handrail decide {case.reference} certificate`."
            section = _SECTIONS[name.partition("-")[0]]
            yield Missing(section, f"The {name}’s certificate is not held.", clears)


def _means(case: CaseInHand) -> Iterator[Missing]:
    """Yield that nobody assessed the means: a contribution of nothing then counts."""
    row, conn = case.row, case.conn
    if row.contribution_pence or child_on(row, today=london_date(case.now)):
        return
    if waiver_of(conn, case_id=row.id) or assessment_of(conn, case_id=row.id):
        return
    yield Missing(
        "s.30",
        "No means test is on record: a contribution of nothing counts.",
        f"Assess it, or waive it: `handrail decide {row.reference} assess-means`.",
        blocks=False,
    )

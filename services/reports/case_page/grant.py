"""Consent and certificates of a case, its grant line by line, and who pays what it does not."""

from typing import Any

from models import case_queries as queries
from models.base import AnyRow
from models.consent_queries import certificate_rows, certificates_wanted, joint_owners
from models.contacts import landlord_of
from models.people import actor_for
from rules.consents.tenancies import Tenancy
from rules.consents.tenure import certificate_name, consent_needed
from rules.errors import UnknownReferenceError
from rules.grants.grant import MAXIMUM_PENCE, charge_pence
from rules.grants.proportion import words_of
from rules.grants.waterfall import WaterfallLine
from rules.pathway import OVER, StepName
from services.consents.answers import answers_on
from services.consents.authority import authority_on
from services.consents.landlord import questions_of
from services.consents.tenancy import law_for
from services.grants.fundings import funding_lines, price_to_reckon, reckoned, waiver_of
from services.grants.means import assessment_of
from services.grants.missing import findings_section
from services.grants.papers import waterfall_of
from services.grants.payers import cover_of
from services.grants.proportions import cheaper, grant_stands, reduction
from services.grants.terms import arithmetic_for, arithmetic_of, arithmetic_words
from services.reports.case_page.file import CaseFile


def consent_section(file: CaseFile) -> dict[str, Any]:
    """Return how the landlord's consent and the certificates of ss.19 to 22 stand."""
    certificates = certificate_rows(file.conn, case_id=file.id)
    held = {
        certificate_name(row.kind, row.number): row
        for row in certificates
        if row.withdrawn_at is None
    }
    needed = certificates_wanted(file.conn, case=file.case)
    consent = queries.consent_of(file.conn, case_id=file.id)
    return {
        "needed": consent_needed(file.case.tenure, file.case.tenancy),
        "consent": consent,
        "landlord": landlord_of(file.conn, case=file.case)
        if consent_needed(file.case.tenure, file.case.tenancy)
        else None,
        "tenancy": Tenancy(file.case.tenancy).words if file.case.tenancy else "",
        "authority": authority_on(file.conn, case_id=file.id),
        "answers": answers_on(file.conn, case_id=file.id),
        "questions": questions_of(file.conn, case_id=file.id),
        "law": law_for(file.case),
        "withdrawn": [row for row in certificates if row.withdrawn_at is not None],
        "joint": joint_owners(file.conn, case_id=file.id),
        "certificates": [(kind, held.get(kind)) for kind in sorted({*needed, *held})],
    }


def grant_section(file: CaseFile) -> dict[str, Any]:
    """Return the grant as decided, or as it would be decided today; its payers; its charge."""
    approval = queries.approval_of(file.conn, case_id=file.id)
    step = file.hand.steps.get(StepName.APPROVE)
    again = (
        approval is not None
        and step is not None
        and step.status not in OVER
        and step.revision > approval.step_revision
    )
    decided = None if again else approval
    lines = _waterfall(file, decided)
    grant = _grant(decided, lines)
    came = cheaper(file.conn, approval=decided) if decided is not None else None
    reduced = reduction(file.conn, approval=decided, cheaper=came) if decided is not None else None
    stands = grant_stands(file.conn, approval=decided) if decided is not None else grant
    return {
        "cheaper": {"words": words_of(came, reduced=reduced), "reduced": reduced},
        "decision": approval,
        "decided_by": _who(file, approval.decided_by) if approval else "",
        "stands": decided is not None,
        "waterfall": lines,
        "grant_pence": grant,
        "arithmetic": arithmetic_words(
            file.conn,
            authority=file.case.authority,
            arithmetic=arithmetic_of(decided)
            if decided is not None
            else arithmetic_for(file.conn, case=file.case, today=file.today),
            today=file.today,
        ),
        "maximum_pence": decided.maximum_pence if decided else MAXIMUM_PENCE,
        "charge_pence": charge_pence(tenure=file.case.tenure, grant_pence=stands) if stands else 0,
        "cover": cover_of(file.conn, approval=decided)
        if decided is not None and decided.outcome == "approved"
        else None,
        "funding": funding_lines(file.conn, case_id=file.id),
        "waiver": waiver_of(file.conn, case_id=file.id),
        "means_test": assessment_of(file.conn, case_id=file.id),
        **findings_section(file.hand),
    }


def _waterfall(file: CaseFile, decided: AnyRow | None) -> tuple[WaterfallLine, ...]:
    if decided is not None:
        return waterfall_of(file.conn, approval=decided)
    price = price_to_reckon(file.conn, case_id=file.id)
    if price is None:
        return ()
    return reckoned(file.conn, case=file.case, price=price, today=file.today).lines


def _grant(decided: AnyRow | None, lines: tuple[WaterfallLine, ...]) -> int | None:
    if decided is not None:
        return int(decided.grant_pence)
    return next((line.amount_pence for line in lines if line.kind == "grant"), None)


def _who(file: CaseFile, identity: str) -> str:
    try:
        return actor_for(file.conn, identity=identity).name
    except UnknownReferenceError:
        return identity

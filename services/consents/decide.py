"""Decisions on the landlord's consent, and on the certificates of ss.21 and 22."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from models.case_queries import certificates_of, consent_of
from models.tables.works import Consent, GrantCertificate
from rules.consents import certificates_needed
from rules.decisions import AnswerConsent, ConsentAnswer, RecordCertificate
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.parties import party_of
from rules.pathway import StepName, StepStatus
from services.cases.effect import Context, Effect

_ANSWER: Final = update(Consent).where(
    Consent.case_id == bindparam("of_case"), Consent.step_revision == bindparam("of_revision")
)
_KEEP_CERTIFICATE: Final = insert(GrantCertificate)
_ANSWERED: Final = {
    ConsentAnswer.GRANTED: "answered",
    ConsentAnswer.REFUSED: "answered",
    ConsentAnswer.TREATED_AS_GIVEN: "decided by an officer",
}


def answer_consent(context: Context, decision: AnswerConsent) -> Effect:
    """Record the landlord's answer; a refusal stays with the officer, who may decide s.190."""
    refused = decision.answer is ConsentAnswer.REFUSED
    if decision.valid_to is not None and decision.valid_to < context.today:
        raise InvalidDecisionError(
            f"A consent that lapsed on {decision.valid_to:%-d %B %Y} clears nothing today.",
            next_step="Obtain a fresh consent, and record that.",
        )
    if refused and _refused_before(context):
        raise AlreadyDecidedError(
            f"The landlord's refusal on {context.case.reference} is recorded already.",
            next_step="Nothing was changed; decide now what follows from it.",
        )
    context.conn.execute(
        _ANSWER,
        {
            "of_case": context.case.id,
            "of_revision": context.case.steps[StepName.CONSENT].revision,
            "basis": decision.answer.value,
            "conditions": decision.conditions,
            "answered_on": context.today,
            "valid_to": decision.valid_to,
        },
    )
    context.case.stop_clock("answer_consent", why=_ANSWERED[decision.answer])
    context.case.consent_runs_to(None if refused else decision.valid_to)
    if refused:
        return Effect(
            to=StepStatus.WAITING,
            owner="technical officer",
            waiting_for="officer decides on the refusal: consent obtained after all, treated as "
            "given (Equality Act 2010 s.190), or the case leaves the pathway",
        )
    return Effect(to=StepStatus.DONE, closes=True, outcome=decision.answer.value)


def _refused_before(context: Context) -> bool:
    asked = consent_of(context.conn, case_id=context.case.id)
    return asked is not None and asked.basis == ConsentAnswer.REFUSED.value


def certificate(context: Context, decision: RecordCertificate) -> Effect:
    """Record a certificate held or waived; the step closes once none is missing."""
    needed = certificates_needed(context.case.row.tenure)
    held = certificates_of(context.conn, case_id=context.case.id)
    if decision.certificate not in needed:
        raise InvalidDecisionError(
            f"{context.case.reference} needs no {decision.certificate}'s certificate.",
            why=f"It needs the {' and '.join(needed)}'s.",
            next_step="Nothing was recorded.",
        )
    if decision.certificate in held:
        raise InvalidDecisionError(
            f"The {decision.certificate}'s certificate is already "
            f"{held[decision.certificate]} on {context.case.reference}.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(
        _KEEP_CERTIFICATE,
        {
            "case_id": context.case.id,
            "kind": decision.certificate,
            "status": "waived" if decision.waived else "held",
            "dated": context.today,
        },
    )
    missing = [kind for kind in needed if kind not in held and kind != decision.certificate]
    if missing:
        owner = "landlord" if missing == ["landlord"] else "applicant"
        context.case.start_clock("return_certificates", holder=party_of(owner))
        return Effect(
            to=StepStatus.WAITING,
            owner=owner,
            waiting_for=f"the {' and '.join(missing)}'s certificate",
        )
    return Effect(to=StepStatus.DONE, closes=True, outcome="held")

"""Corrections of the landlord's letter, and of the certificates of ss.21 and 22.

What was recorded for the wrong case, or as the wrong answer, is withdrawn: the consent or the
certificate is then asked for again, and the approval waits for it.
"""

from datetime import date
from typing import Final

from sqlalchemy import Integer, bindparam, update

from models.base import AnyRow, Instant
from models.case_queries import consent_of
from models.consent_queries import certificates_of
from models.tables.consents import GrantCertificate
from models.tables.works import Consent
from rules.consents.tenure import certificate_key
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, changed, known
from rules.errors import BrokenStateError, InvalidDecisionError
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.corrections import before_and_after
from services.cases.effect import Context, Effect, applies
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent

_CHANGE: Final = update(Consent).where(Consent.id == bindparam("row_id"))
_TAKE_AWAY: Final = (
    update(GrantCertificate)
    .where(
        GrantCertificate.case_id == bindparam("of_case"),
        GrantCertificate.kind == bindparam("of_kind"),
        GrantCertificate.number.is_not_distinct_from(bindparam("of_number", type_=Integer)),
        GrantCertificate.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("at", type_=Instant))
)
_DECIDED: Final = {
    "approve": "The grant is decided on it, and an issued decision never changes (s.34(5)); write "
    "what is right to the landlord and the client, and file it with the case."
}


@decided(
    "correct-consent", at=StepName.CONSENT, by=OFFICERS, corrects=AnswerConsent, rests=_DECIDED
)
class CorrectConsent(BaseDecision):
    """The landlord's letter was taken down wrongly."""

    conditions: str | None = particular(
        "The landlord's conditions, ; between.", default=None, long=True
    )
    valid_to: date | None = particular("When the consent lapses.", default=None, label="Lapses on")
    does_not_lapse: bool = particular("It has no last day after all.", default=False)
    withdrawn: bool = particular(
        "No such answer was given; the landlord is asked again.", "--withdraw", default=False
    )

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        corrected = self.conditions is not None or self.valid_to is not None or self.does_not_lapse
        found = []
        if corrected == self.withdrawn:
            found.append("Say what is corrected, or that the answer is withdrawn; one of the two.")
        if self.does_not_lapse and self.valid_to is not None:
            found.append("A consent lapses on a day or does not lapse, not both.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The landlord's answer is corrected: {changed(facts)}."


@decided(
    "withdraw-certificate",
    at=StepName.CERTIFICATES,
    by=OFFICERS | {Role.ASSESSOR},
    command="certificates",
    corrects=RecordCertificate,
    rests={
        "approve": "The grant is decided on it, and an issued decision never changes (s.34(5)). "
        "Obtain the certificate, and file it with the case."
    },
)
class WithdrawCertificate(BaseDecision):
    """An owner's, tenant's or landlord's certificate was recorded as held or waived by mistake."""

    certificate: str = particular(
        "Whose certificate: owner, tenant or landlord.",
        Option("--withdraw", "owner, tenant or landlord: it is not held, nor waived, after all."),
        asks=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return what the Act does not know."""
        return RecordCertificate(self.certificate).problems()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        before = known(", recorded as {},", facts.before("status"))
        return f"The {facts['certificate']}'s certificate{before} is withdrawn and asked for again."


@applies(CorrectConsent)
def correct_consent(context: Context, decision: CorrectConsent) -> Effect:
    """Put the letter right, or open the step again so that the landlord is asked anew."""
    held = consent_of(context.conn, case_id=context.case.id)
    if held is None:
        raise BrokenStateError(
            f"{context.case.reference} has an answer to a request for consent, and no consent.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    if decision.withdrawn:
        return _withdraw(context, held)
    if decision.valid_to is not None and decision.valid_to < context.today:
        raise InvalidDecisionError(
            f"A consent that lapsed on {decision.valid_to:%-d %B %Y} clears nothing today.",
            next_step="Obtain a fresh consent, and record that.",
        )
    valid_to = None if decision.does_not_lapse else decision.valid_to or held.valid_to
    conditions = held.conditions if decision.conditions is None else decision.conditions
    facts = before_and_after(
        {"conditions": held.conditions, "valid_to": _plain(held.valid_to)},
        {"conditions": conditions, "valid_to": _plain(valid_to)},
        what=f"The consent on {context.case.reference}",
    )
    after = {"conditions": conditions, "valid_to": valid_to}
    changed = {name: value for name, value in after.items() if value != getattr(held, name)}
    context.conn.execute(_CHANGE, {"row_id": held.id} | changed)
    context.case.consent_runs_to(valid_to)
    return Effect(to=None, facts=facts)


def _withdraw(context: Context, held: AnyRow) -> Effect:
    case = context.case
    facts = {"before": {"answer": held.basis}, "after": {"answer": "withdrawn"}}
    if case.step_status(StepName.CONSENT) not in OVER:
        raise InvalidDecisionError(
            f"The answer on {case.reference} is not decided on yet.",
            next_step="Record the answer that is right: `handrail decide "
            f"{case.reference} consent --answer …`.",
        )
    case.reopen(StepName.CONSENT, reason="the answer on record was never given")
    case.consent_runs_to(None)
    return Effect(
        to=None,
        facts=facts,
        notice="The consent is open again: the landlord is asked, and the approval waits for it.",
    )


def check_withdraw_certificate(context: Context) -> dict[str, str]:
    """Return the certificates that are held or waived, by kind."""
    held = certificates_of(context.conn, case_id=context.case.id)
    if not held:
        raise InvalidDecisionError(
            f"No certificate is held or waived on {context.case.reference}.",
            next_step="There is nothing to withdraw.",
        )
    return held


@applies(WithdrawCertificate, check=check_withdraw_certificate)
def withdraw_certificate(
    context: Context, decision: WithdrawCertificate, held: dict[str, str]
) -> Effect:
    """Let the certificate hold no longer, and ask for it again; a closed step is opened again."""
    case, kind = context.case, decision.certificate
    if kind not in held:
        raise InvalidDecisionError(
            f"No {kind}'s certificate is held or waived on {case.reference}.",
            next_step=f"There {'is' if len(held) == 1 else 'are'} the {' and '.join(held)}'s.",
        )
    of, number = certificate_key(kind)
    taken = {"of_case": case.id, "of_kind": of, "of_number": number, "at": context.now}
    context.conn.execute(_TAKE_AWAY, taken)
    facts = {"before": {"status": held[kind]}, "after": {"status": "withdrawn"}}
    if case.step_status(StepName.CERTIFICATES) not in OVER:
        return Effect(to=StepStatus.READY, facts=facts)
    case.reopen(StepName.CERTIFICATES, reason=f"the {kind}'s certificate on record is not there")
    return Effect(
        to=None,
        facts=facts,
        notice=f"The {kind}'s certificate is asked for again, and the approval waits for it.",
    )


def _plain(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

"""Decisions on the landlord's consent, and on the certificates of ss.21 and 22."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.case_queries import certificates_of, consent_of
from models.tables.works import Consent, GrantCertificate
from rules.cases import ConsentAnswer
from rules.consents import certificates_needed
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import AlreadyDecidedError, InvalidDecisionError
from rules.parties import party_of
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies

_ANSWER: Final = update(Consent).where(
    Consent.case_id == bindparam("of_case"), Consent.step_revision == bindparam("of_revision")
)
_KEEP_CERTIFICATE: Final = insert(GrantCertificate)
_ANSWERED: Final = {
    ConsentAnswer.GRANTED: "answered",
    ConsentAnswer.REFUSED: "answered",
    ConsentAnswer.TREATED_AS_GIVEN: "decided by an officer",
}


@decided(
    "answer-consent",
    at=StepName.CONSENT,
    by=OFFICERS,
    command="consent",
    plan="Treating silence or a refusal as consent is the officer's own decision.",
)
class AnswerConsent(BaseDecision):
    """The landlord's answer, or an officer's decision on silence or a refusal.

    Equality Act 2010, s.190.
    """

    answer: ConsentAnswer = particular("How the request ended.")
    conditions: str = particular("The landlord's conditions, ; between.", default="", long=True)
    valid_to: date | None = particular("When the consent lapses.", default=None, label="Lapses on")

    @property
    def needs_plan(self) -> bool:
        """Whether it is the officer's own decision."""
        return self.answer is ConsentAnswer.TREATED_AS_GIVEN

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        whose = known(" of {}", facts["landlord"])
        until = known(", until {}", facts.day("valid_to"))
        terms = known(", on conditions: {}", facts["conditions"])
        after = known(" (before: {})", facts.before("answer"))
        if facts["answer"] == ConsentAnswer.TREATED_AS_GIVEN:
            return f"The consent{whose} is treated as given{until}{terms}{after}."
        return f"The landlord's consent{whose} is {facts.words('answer')}{until}{terms}{after}."


@decided(
    "certificate",
    at=StepName.CERTIFICATES,
    by=OFFICERS | {Role.ASSESSOR},
    command="certificates",
    plan="A waiver is discretionary.",
)
class RecordCertificate(BaseDecision):
    """An owner's, tenant's or landlord's certificate is held, or waived (s.22(3))."""

    certificate: str = particular(
        "Whose certificate: owner, tenant or landlord.",
        Option("--held", "owner, tenant or landlord: received.", label="It is received"),
        Option(
            "--waived",
            "landlord: waived under s.22(3).",
            fills={"waived": True},
            label="The landlord's is waived under s.22(3)",
        ),
        asks=True,
        label="Whose certificate",
        hint="Those that are still wanted.",
        offers="grant_certificates",
    )
    waived: bool = particular("It is waived under s.22(3).", default=False, typed=False)

    @property
    def needs_plan(self) -> bool:
        """Whether it is waived."""
        return self.waived

    def problems(self) -> tuple[str, ...]:
        """Return what the Act does not know or allow."""
        found = []
        if self.certificate not in {"owner", "tenant", "landlord"}:
            found.append(f"“{self.certificate}” is not a certificate: owner, tenant or landlord.")
        if self.waived and self.certificate != "landlord":
            found.append("Only the landlord's certificate can be waived (s.22(3)).")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        how = "waived under s.22(3)" if facts["waived"] else "held"
        return f"The {facts['certificate']}'s certificate is {how}."


@applies(AnswerConsent)
def answer_consent(context: Context, decision: AnswerConsent) -> Effect:
    """Record the landlord's answer; a refusal stays with the officer, who may decide s.190."""
    refused = decision.answer is ConsentAnswer.REFUSED
    if decision.valid_to is not None and decision.valid_to < context.today:
        raise InvalidDecisionError(
            f"A consent that lapsed on {decision.valid_to:%-d %B %Y} clears nothing today.",
            next_step="Obtain a fresh consent, and record that.",
        )
    asked = consent_of(context.conn, case_id=context.case.id)
    before = ConsentAnswer.REFUSED.value if _is_refused(asked) else None
    if refused and before:
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
    facts = {"landlord": context.case.row.landlord}
    facts |= {"before": {"answer": before}} if before else {}
    if refused:
        return Effect(
            to=StepStatus.WAITING,
            owner="technical officer",
            waiting_for="officer decides on the refusal: consent obtained after all, treated as "
            "given (Equality Act 2010 s.190), or the case leaves the pathway",
            facts=facts,
        )
    return Effect(to=StepStatus.DONE, closes=True, outcome=decision.answer.value, facts=facts)


def _is_refused(asked: AnyRow | None) -> bool:
    return asked is not None and asked.basis == ConsentAnswer.REFUSED.value


@applies(RecordCertificate)
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

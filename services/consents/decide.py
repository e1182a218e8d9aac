"""Decisions on the landlord's consent: its answer, and an officer's on silence or a refusal."""

from datetime import date
from typing import Any, Final

from models.base import AnyRow
from models.case_queries import consent_of
from rules.cases import ConsentAnswer
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from services.cases.effect import Context, Effect, applies
from services.consents.answers import LONGEST, LONGEST_NAME, AnsweredHow, keep_answer
from services.consents.chasing import CHANGE
from services.consents.silence import check_may_be_given
from services.consents.tenancy import law_for

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
    sealed=frozenset({"answered_by", "reasons"}),
)
class AnswerConsent(BaseDecision):
    """The landlord's answer, or an officer's decision on silence or a refusal.

    What silence and a refusal mean depends on the tenancy.
    """

    answer: ConsentAnswer = particular("How the request ended.")
    conditions: str = particular("The landlord's conditions, ; between.", default="", long=True)
    valid_to: date | None = particular("When the consent lapses.", default=None, label="Lapses on")
    how: AnsweredHow | None = particular(
        "How the landlord answered: post, telephone, email or in_person.",
        default=None,
        choices={how.value: how for how in AnsweredHow if how is not AnsweredHow.PAGE},
        label="How it came",
    )
    received_on: date | None = particular(
        "When the answer came; today where left out.", default=None, label="Received on"
    )
    answered_by: str = particular(
        "Who answered for the landlord.", default="", label="Who answered for the landlord"
    )
    reasons: str = particular(
        "The landlord's reasons for a refusal, in its own words.", default="", long=True
    )
    letter: str = particular(
        "What shows the answer, such as doc:3.",
        default="",
        evidence=True,
        seldom=True,
        label="What shows it",
    )

    @property
    def needs_plan(self) -> bool:
        """Whether it is the officer's own decision."""
        return self.answer is ConsentAnswer.TREATED_AS_GIVEN

    def problems(self) -> tuple[str, ...]:
        """Return what cannot be of such an answer, all of it."""
        own = self.answer is ConsentAnswer.TREATED_AS_GIVEN
        told = self.how or self.received_on or self.answered_by or self.reasons
        found = [*unwritable(f"{self.answered_by}{self.reasons}")]
        if own and told:
            found.append("Consent treated as given came from nobody: say nothing of how it came.")
        if self.reasons and self.answer is ConsentAnswer.GRANTED:
            found.append("Reasons are of a refusal; a consent has conditions.")
        if len(self.answered_by) > LONGEST_NAME or len(self.reasons) > LONGEST:
            found.append(f"Give a name in {LONGEST_NAME}, reasons in {LONGEST:,} characters.")
        return tuple(found)

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


def check_asked(context: Context) -> AnyRow:
    """Return the consent that is sought at the step as it is open now.

    Raises:
        StepNotOpenError: The register has not been looked at yet.
    """
    asked = consent_of(context.conn, case_id=context.case.id)
    if asked is None or asked.step_revision != context.case.steps[StepName.CONSENT].revision:
        raise StepNotOpenError(
            f"No consent is sought on {context.case.reference} yet.",
            next_step="Handrail looks at the register first; its page says where it stands.",
        )
    return asked


@applies(AnswerConsent, check=check_asked)
def answer_consent(context: Context, decision: AnswerConsent, asked: AnyRow) -> Effect:
    """Record the landlord's answer; a refusal stays with the officer, who decides what follows."""
    refused = decision.answer is ConsentAnswer.REFUSED
    _check_days(context, decision)
    if decision.answer is ConsentAnswer.TREATED_AS_GIVEN:
        check_may_be_given(context, asked)
    if refused and _is_refused(asked):
        raise AlreadyDecidedError(
            f"The landlord's refusal on {context.case.reference} is recorded already.",
            next_step="Nothing was changed; decide now what follows from it.",
        )
    if decision.answer is not ConsentAnswer.TREATED_AS_GIVEN:
        keep_answer(
            context,
            answer=decision.answer.value,
            how=decision.how or AnsweredHow.POST,
            received_on=decision.received_on or context.today,
            answered_by=decision.answered_by,
            reasons=decision.reasons,
        )
    return settle(
        context,
        asked=asked,
        answer=decision.answer,
        conditions=decision.conditions,
        valid_to=decision.valid_to,
    )


def _check_days(context: Context, decision: AnswerConsent) -> None:
    if decision.valid_to is not None and decision.valid_to < context.today:
        raise InvalidDecisionError(
            f"A consent that lapsed on {decision.valid_to:%-d %B %Y} clears nothing today.",
            next_step="Obtain a fresh consent, and record that.",
        )
    if decision.received_on is not None and decision.received_on > context.today:
        raise InvalidDecisionError(
            f"{decision.received_on:%-d %B %Y} is still to come: no answer was received then.",
            next_step="Give the day on which it came.",
        )


def settle(
    context: Context,
    *,
    asked: AnyRow,
    answer: ConsentAnswer,
    conditions: str,
    valid_to: date | None,
) -> Effect:
    """Put an answer on the consent; a refusal leaves the step with the officer."""
    refused = answer is ConsentAnswer.REFUSED
    context.conn.execute(
        CHANGE,
        {
            "row_id": asked.id,
            "basis": answer.value,
            "conditions": conditions,
            "answered_on": context.today,
            "valid_to": valid_to,
            "chase_on": None,
        },
    )
    context.case.stop_clock("answer_consent", why=_ANSWERED[answer])
    context.case.stop_clock("give_authority", why=_ANSWERED[answer])
    context.case.consent_runs_to(None if refused else valid_to)
    facts: dict[str, Any] = {"landlord": context.case.row.landlord}
    if _is_refused(asked):
        facts["before"] = {"answer": ConsentAnswer.REFUSED.value}
    if refused:
        return Effect(
            to=StepStatus.WAITING,
            owner="technical officer",
            waiting_for="officer decides on the refusal: consent obtained after all, treated as "
            f"given where the law allows it ({law_for(context.case.row).statute}), or the case "
            "leaves the pathway",
            facts=facts,
        )
    return Effect(to=StepStatus.DONE, closes=True, outcome=answer.value, facts=facts)


def _is_refused(asked: AnyRow | None) -> bool:
    return asked is not None and asked.basis == ConsentAnswer.REFUSED.value

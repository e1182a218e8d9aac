"""Corrections of the landlord's letter: the conditions and the end of a consent that was given.

An answer that was recorded for the wrong case, or as the wrong answer, is withdrawn: the consent
is then asked for again, and the approval waits for it.
"""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import consent_of
from models.tables.works import Consent
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, changed
from rules.errors import BrokenStateError, InvalidDecisionError
from rules.pathway import OVER, StepName
from rules.people import OFFICERS
from services.cases.corrections import before_and_after
from services.cases.effect import Context, Effect, applies
from services.consents.decide import AnswerConsent

_CHANGE: Final = update(Consent).where(Consent.id == bindparam("row_id"))
_DECIDED: Final = {
    "approve": "The grant is decided on it, and an issued decision never changes (s.34(5)); write "
    "what is right to the landlord and the client, and file it with the case."
}


@decided(
    "correct-consent", at=StepName.CONSENT, by=OFFICERS, corrects=AnswerConsent, rests=_DECIDED
)
class CorrectConsent(BaseDecision):
    """The landlord's letter was taken down wrongly."""

    conditions: str | None = particular("The landlord's conditions, ; between.", default=None)
    valid_to: date | None = particular("When the consent lapses.", default=None)
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
    values = {"conditions": conditions, "valid_to": valid_to}
    context.conn.execute(_CHANGE, {"row_id": held.id} | values)
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


def _plain(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

"""An agreement signed since the landlord was asked: it clears the consent, on an officer's word."""

from typing import Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import consent_of
from models.contacts import landlord_of
from models.tables.works import Consent
from rules.decisions.declared import BaseDecision, decided
from rules.decisions.facts import Facts, known
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from services.cases.effect import Context, Effect, applies
from services.cases.messages import tell
from services.consents.consent import matched, note_matched

_CLEAR: Final = update(Consent).where(Consent.id == bindparam("row_id"))


@decided("match-consent", at=StepName.CONSENT, by=OFFICERS)
class MatchConsent(BaseDecision):
    """A permission registered since the landlord was asked covers the works."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which agreement and clause clears it."""
        return f"The consent is cleared{known(' by {}', facts['cited'])}, registered since."


def check_match(context: Context) -> AnyRow:
    """Return the request that waits for an answer, or was refused."""
    asked = consent_of(context.conn, case_id=context.case.id)
    if asked is None or asked.basis not in {"requested", "refused"}:
        raise StepNotOpenError(
            f"No request for consent on {context.case.reference} waits for anything.",
            next_step="Its page says how its consent stands.",
        )
    return asked


@applies(MatchConsent, check=check_match)
def match_consent(context: Context, decision: MatchConsent, asked: AnyRow) -> Effect:
    """Clear the consent by the register as it is today, and tell the landlord, who was asked."""
    del decision
    case = context.case
    match, reasons = matched(case)
    if match is None:
        raise InvalidDecisionError(
            f"No permission covers the works of {case.reference}.",
            why=" ".join(reasons),
            next_step="Nothing was changed; the landlord’s answer is still awaited.",
        )
    cleared = {"basis": "pre_permission", "answered_on": context.today, "chase_on": None}
    cleared |= {"matched_id": match.id, "matched_cap_pence": match.value_cap_pence}
    cleared |= {name: getattr(match, name) for name in ("conditions", "valid_to", "cited")}
    context.conn.execute(_CLEAR, {"row_id": asked.id, **cleared})
    case.stop_clock("answer_consent", why="a permission covers it")
    note_matched(case, match)
    tell(
        case,
        kind="consent_settled_to_landlord",
        once_for=str(asked.step_revision),
        to=landlord_of(context.conn, case=case.row),
        context={"settled": f"our {match.cited} with you covers these works"},
    )
    facts = {"cited": match.cited, "before": {"answer": asked.basis}}
    return Effect(to=StepStatus.DONE, closes=True, outcome="pre_permission", facts=facts)

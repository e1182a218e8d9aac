"""The decision that a case is awarded as a batch proposes, with its own direction.

It is recorded case by case as part of accepting the whole batch, never by itself.
"""

from typing import Final

from sqlalchemy import bindparam, select

from models.base import AnyRow
from models.case_queries import award_in_force
from models.tables.many_cases import BatchAward, BatchCase
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, NoLongerStandsError
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.pricing.works import Priced
from rules.tenders.tendering import TenderInputs, from_plain, prices
from services.cases import Context, Effect, applies
from services.tenders import lots
from services.tenders.awards import again_award, keep_tender
from services.tenders.baskets import reasons_against

_PROPOSED: Final = (
    select(*BatchCase.__table__.c, BatchAward.lot, BatchAward.status)
    .join(BatchAward, BatchAward.id == BatchCase.batch_id)
    .where(
        BatchCase.batch_id == bindparam("batch_id"),
        BatchCase.case_id == bindparam("case_id"),
        BatchCase.contractor == bindparam("contractor"),
    )
)


@decided(
    "award-batch",
    at=StepName.TENDER,
    by=OFFICERS,
    command="",
    plan="Departing from the lot's rule is discretionary, and so is the direction.",
)
class AwardBatch(BaseDecision):
    """The case is awarded as a batch proposal says, with its own s.2(2)(b) direction."""

    batch: int = particular("The batch award's number.")
    contractor: str = particular("The contractor that it gives the case to.")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        rule, who = facts["by_rule"], facts["contractor"]
        instead = known(", not to {} as the lot's rule would", rule) if rule != who else ""
        sum_ = known(" at {} with VAT", facts.pounds("total_pence"))
        return (
            f"Awarded to {who}{sum_}{instead}, as batch award {facts['batch']} proposes, and "
            "directed under s.2(2)(b) that one price is enough."
        )


@applies(AwardBatch)
def award_batch(context: Context, decision: AwardBatch) -> Effect:
    """Award the case to the batch's contractor at its frozen price, and record the direction."""
    proposed = _proposed(context, decision)
    made = award_in_force(context.conn, case_id=context.case.id)
    if made.id != proposed.award_id or made.direction:
        raise NoLongerStandsError(
            f"{context.case.reference} was tendered again since the batch was proposed.",
            next_step="Propose a batch anew.",
        )
    inputs = from_plain(made.inputs)
    priced = prices(inputs).priced[proposed.contractor]
    _check_still_may(context, proposed=proposed, inputs=inputs, priced=priced)
    price_id = made.price_id
    if made.contractor != proposed.contractor:
        price_id = keep_tender(
            context.case,
            inputs,
            contractor=proposed.contractor,
            priced=priced,
            batch=proposed.batch_id,
        )
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that one price is enough, on accepting batch award {proposed.batch_id}: {context.reason}"
    )
    again_award(
        context.case,
        made,
        contractor=proposed.contractor,
        price_id=price_id,
        reasons=[*made.reasons, f"Batch award {proposed.batch_id}: {proposed.explanation}"],
        direction=words,
    )
    facts = {
        "by_rule": proposed.rule_contractor,
        "total_pence": priced.total_pence,
        "explanation": proposed.explanation,
    }
    return Effect(to=StepStatus.READY, closes=True, outcome="directed", facts=facts)


def _proposed(context: Context, decision: AwardBatch) -> AnyRow:
    """Return what the batch proposes for the case, if the batch is being accepted."""
    row = context.conn.execute(
        _PROPOSED,
        {"batch_id": decision.batch, "case_id": context.case.id, "contractor": decision.contractor},
    ).one_or_none()
    if row is None or row.status != "accepted":
        raise InvalidDecisionError(
            f"No accepted batch award {decision.batch} gives {context.case.reference} to "
            f"{decision.contractor}.",
            next_step="A batch award is accepted as a whole: `handrail batch accept`.",
        )
    return row


def _check_still_may(
    context: Context, *, proposed: AnyRow, inputs: TenderInputs, priced: Priced
) -> None:
    """Refuse where the contractor may not do the works today, or asks another price."""
    members = {one.contractor.code: one for one in lots.members(context.conn, lot=proposed.lot)}
    reasons = reasons_against(
        members[proposed.contractor],
        case=context.case.row,
        lines=inputs.lines,
        priced=priced,
        on=context.today,
    )
    if priced.total_pence != proposed.total_pence:
        reasons += (
            f"its price is {pounds(priced.total_pence)}, not {pounds(proposed.total_pence)}",
        )
    if reasons:
        raise NoLongerStandsError(
            f"{context.case.reference} may no longer go to {proposed.contractor}: "
            f"{'; '.join(reasons)}.",
            next_step="Propose a batch anew.",
        )

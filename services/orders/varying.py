"""An assessed variation is approved, and the order's next version issued with it; or rejected."""

from typing import Final, NamedTuple

from models.base import AnyRow
from models.case_queries import approval_in_force, price_by_id
from models.contacts import contractor_of
from models.order_versions import variation_lines, versions_of
from models.people import who_decided
from rules.decisions import BaseDecision, Facts, decided, known
from rules.documents.items import letters
from rules.errors import InvalidDecisionError, StatuteError
from rules.money import pounds
from rules.pathway import StepName
from rules.people import Role, check_second_person
from rules.pricing.works import Priced
from rules.variations import Change, changed, growth_words, price_works
from services.assignment.order_works import Standing, change_of, standing
from services.cases import Context, Effect, applies, tell
from services.grants.approve import PRICING, check_limit, redetermine
from services.grants.fundings import with_done_before
from services.grants.payers import cover_left, open_words
from services.orders.claimed_lines import line_said
from services.orders.variations import (
    CLAIMING,
    change_variation,
    check_lines_free,
    hand_to,
    one_that_is,
)
from services.orders.versions import issue_version
from services.pricing.varied_lines import vary_works_lines
from services.tenders.awards import above_cap_words

_APPROVERS: Final = frozenset({Role.APPROVING_OFFICER})


@decided("approve-variation", at=None, by=_APPROVERS, any_time=True, moves_money=True)
class ApproveVariation(BaseDecision):
    """The variation is approved as assessed: the order's next version is issued with it.

    Where the works rise above what was approved, the grant is redetermined with it (s.34(5)).
    """

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        what, of = known(" {}", facts["variation"]), known(" of {}", facts["order"])
        agreed = known(" at {} with VAT", facts.pounds("agreed_pence"))
        version = known("; version {} is issued", facts["version"])
        total = known(", {} with VAT", facts.pounds("total_pence"))
        grant = known(
            "; the grant is redetermined at {} (before {}; s.34(5))",
            facts.pounds("grant_pence"),
            facts.pounds_before("grant_pence"),
        )
        return f"Variation{what}{of} is approved{agreed}{version}{total}{grant}."


@decided("reject-variation", at=None, by=_APPROVERS, any_time=True)
class RejectVariation(BaseDecision):
    """The variation is not approved, and the order stands as it is; the contractor is told why."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        what, of = known(" {}", facts["variation"]), known(" of {}", facts["order"])
        return f"Variation{what}{of} is rejected."


class Agreed(NamedTuple):
    """A variation as it is to be approved.

    Args:
        lines: Those of its lines that are agreed.
        priced: The order's works with them.
    """

    order: AnyRow
    variation: AnyRow
    lines: list[AnyRow]
    stands: Standing
    priced: Priced


def check_approve_variation(context: Context) -> Agreed:
    """Return the assessed variation, for somebody who neither priced nor assessed it."""
    order, found = one_that_is(context, "assessed")
    _check_another(context, "approve the variation")
    lines = [row for row in variation_lines(context.conn, order_id=order.id)[found.id] if row.taken]
    changing = {row.line for row in lines if row.change in {Change.OMIT, Change.QUANTITY}}
    check_lines_free(context.conn, order=order, lines=changing)
    stands = standing(context.conn, order=order)
    works = changed(stands.works, [change_of(row) for row in lines])
    priced = price_works(works, inputs=stands.inputs, contractor=order.contractor)
    return Agreed(order, found, lines, stands, priced)


def _by_line(priced: Priced) -> dict[str, int]:
    """Return what each line, or item of a package, comes to with VAT; either name stands for it."""
    totals = {one.works.line: one.net_pence + one.vat_pence for one in priced.lines}
    return {name: total for line, total in totals.items() for name in (str(line), letters(line))}


def _check_another(context: Context, act: str) -> None:
    kinds = (*PRICING, *CLAIMING)
    earlier = who_decided(context.conn, case_id=context.case.id, kinds=kinds)
    check_second_person(actor=context.actor, earlier=earlier, act=act)


@applies(ApproveVariation, check=check_approve_variation)
def approve_variation(context: Context, _: ApproveVariation, agreed: Agreed) -> Effect:
    """Issue the order's next version, with the grant redetermined where the works rise above it."""
    case, order, found = context.case, agreed.order, agreed.variation
    before = approval_in_force(context.conn, case_id=case.id)
    total = agreed.priced.total_pence
    works = with_done_before(context.conn, case_id=case.id, price=agreed.priced)
    if works.total_pence > before.works_pence:
        redetermine(context, priced=works, lines=_by_line(agreed.priced), limb=found.limb)
    else:
        check_limit(context, grant_pence=before.grant_pence)
    approval = approval_in_force(context.conn, case_id=case.id)
    _check_covered(context, agreed, approval)
    words = [line_said(row._asdict()) for row in agreed.lines]
    version = issue_version(
        case,
        order=order,
        stands=agreed.stands,
        priced=agreed.priced,
        variation_id=found.id,
        approval_id=approval.id,
        words=words,
    )
    vary_works_lines(context.conn, case_id=case.id, lines=agreed.lines)
    ended = {"ended_by": context.actor.identity, "ended_at": context.now}
    change_variation(
        context.conn,
        row_id=found.id,
        status="approved",
        version=version,
        ended_reason=context.reason,
        **ended,
    )
    hand_to(case, order=order, number=found.number)
    case.reopen(StepName.ORDER, reason=f"version {version} of {order.number} is to be issued")
    raised = approval.id != before.id
    facts = {
        "order": order.number,
        "variation": found.number,
        "version": version,
        "agreed_pence": found.agreed_net_pence + found.agreed_vat_pence,
        "total_pence": total,
        "lines": words,
        **({"limb": found.limb, "grant_pence": approval.grant_pence} if raised else {}),
        **({"before": {"grant_pence": before.grant_pence}} if raised else {}),
    }
    return Effect(to=None, facts=facts, notice=_notice(context, agreed))


def _check_covered(context: Context, agreed: Agreed, approval: AnyRow) -> None:
    """Refuse a version of whose cost some penny has no payer, or that others overpay."""
    order, total = agreed.order, agreed.priced.total_pence
    cover = cover_left(context.conn, approval=approval, works_pence=total)
    if order.covered_pence is not None and cover.open_pence:
        raise StatuteError(
            f"{open_words(cover, reference=context.case.reference)}.",
            why="Nothing is ordered before every penny of it has a payer.",
            section="s.30, s.33",
            next_step="Then approve the variation; nothing was recorded.",
        )
    if cover.direct_pence > total:
        raise InvalidDecisionError(
            f"{pounds(cover.direct_pence)} would be paid to the contractor directly, for works of "
            f"{pounds(total)}.",
            next_step="Record first what others pay of the smaller sum: "
            f"`handrail decide {context.case.reference} payers`.",
        )


def _notice(context: Context, agreed: Agreed) -> str:
    first = versions_of(context.conn, order_id=agreed.order.id)[0]
    issued = price_by_id(context.conn, price_id=first.price_id).total_pence
    grown = growth_words(first_pence=issued, now_pence=agreed.priced.total_pence)
    cap = above_cap_words(context.conn, case=context.case.row, net_pence=agreed.priced.net_pence)
    return " ".join(filter(None, (grown, cap)))


def check_reject_variation(context: Context) -> tuple[AnyRow, AnyRow]:
    """Return the open variation, claimed or assessed, for somebody who did neither."""
    held = one_that_is(context, "claimed", "assessed")
    _check_another(context, "reject the variation")
    return held


@applies(RejectVariation, check=check_reject_variation)
def reject_variation(context: Context, _: RejectVariation, held: tuple[AnyRow, AnyRow]) -> Effect:
    """Close the variation with nothing changed, and tell the contractor why."""
    order, found = held
    change_variation(
        context.conn,
        row_id=found.id,
        status="rejected",
        ended_by=context.actor.identity,
        ended_at=context.now,
        ended_reason=context.reason,
    )
    hand_to(context.case, order=order, number=found.number)
    lines = variation_lines(context.conn, order_id=order.id)[found.id]
    tell(
        context.case,
        kind="variation_rejected_to_contractor",
        once_for=f"{order.number}:{found.number}",
        to=contractor_of(context.conn, code=order.contractor),
        context={
            "order_number": order.number,
            "changed": [line_said(row._asdict()) for row in lines],
            "reason": context.reason,
        },
    )
    return Effect(to=None, facts={"order": order.number, "variation": found.number})

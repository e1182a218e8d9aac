"""The s.34 decision: the grant approved within limit and budget, or refused."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import insert

from models.base import AnyRow
from models.case_queries import (
    approval_in_force,
    approval_of,
    award_in_force,
    consent_of,
    price_by_id,
)
from models.people import who_decided
from models.replaced import done_before
from models.tables.works import Approval
from rules.clocks.dates import london_date
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import HandrailError, NotPermittedError, StatuteError
from rules.grants.waterfall import Waterfall, to_plain
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import Role, check_second_person
from rules.pricing.works import Priced
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.grants.budgets import commit_grant, release_grant
from services.grants.consulting import not_consulted
from services.grants.direct import told_of_direct_payment
from services.grants.findings import against_findings, findings_of
from services.grants.funding import keep_fee
from services.grants.fundings import child_on, reckoned, waiver_of, with_done_before
from services.grants.payers import cover_of, open_words
from services.grants.waiving import check_waiver_holds

_KEEP_APPROVAL: Final = insert(Approval)


PRICING = ("specify", "confirm-price", "direct", "quote", "score", "award")
"""Decisions whose makers may not approve the grant they priced."""


@decided("approve", at=StepName.APPROVE, by=frozenset({Role.APPROVING_OFFICER}), moves_money=True)
class Approve(BaseDecision):
    """The s.34 decision: approved with fees, or refused with reasons."""

    approved: bool = particular(
        "Whether the grant is approved.",
        Option("--refuse", "Refuse the grant.", value=False),
        otherwise=True,
        label="Decision",
        answers=("Approve the grant", "Refuse the grant"),
    )
    fees_pence: int = particular(
        "Preliminary and ancillary charges.",
        "--fees",
        unit="pounds",
        default=0,
        label="Preliminary and ancillary charges",
        hint="Pounds that the applicant is liable for, beside the fees recorded; empty for none.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return fees below zero."""
        return ("Fees cannot be below zero.",) if self.fees_pence < 0 else ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        works = known(" for works of {} with VAT", facts.pounds("works_pence"))
        fees = known(
            ", charges of {} recorded with it", facts["fees_pence"] and facts.pounds("fees_pence")
        )
        before = known("; before, {} was approved", facts.pounds_before("grant_pence"))
        if facts["approved"]:
            return f"The grant of {facts.pounds('grant_pence')} is approved{works}{fees}{before}."
        return f"The grant is refused{works}{fees}{before}."


def check_approve(context: Context) -> None:
    """Refuse the s.34 decision to somebody who priced the case."""
    check_second_person(
        actor=context.actor,
        earlier=who_decided(context.conn, case_id=context.case.id, kinds=PRICING),
        act="approve the grant",
    )


@applies(Approve, check=check_approve)
def approve(context: Context, decision: Approve, _: None) -> Effect:
    """Record the s.34 decision within limit and budget, by someone who did not price it."""
    keep_fee(context, amount_pence=decision.fees_pence)
    row, today = context.case.row, context.today
    _check_nothing_done(context, decision)
    worked_out = reckoned(context.conn, case=row, price=_tendered(context), today=today)
    grant = worked_out.grant
    year = None
    against = (
        [*holding(context.case)]
        if decision.approved
        else [*filter(None, [not_consulted(context.case)])]
    )
    if against:
        raise all_of(against)
    if decision.approved:
        check_waiver_holds(context, cost_pence=grant.works_pence)
        check_limit(context, grant_pence=grant.grant_pence)
        year = commit_grant(context.conn, case=row, grant_pence=grant.grant_pence, on=today)
    else:
        release_grant(context.conn, case=row)
    outcome = "approved" if decision.approved else "refused"
    context.case.stop_clock("consent_lapses", why="decided")
    earlier = approval_of(context.conn, case_id=row.id)
    _keep(context, worked_out, outcome=outcome, year=year)
    facts = {
        "grant_pence": grant.grant_pence,
        "works_pence": grant.works_pence,
        "budget_year": year,
        **({"before": {"grant_pence": earlier.grant_pence}} if earlier is not None else {}),
    }
    notice = _open_notice(context) if decision.approved else ""
    return Effect(to=StepStatus.READY, closes=True, outcome=outcome, facts=facts, notice=notice)


def redetermine(context: Context, *, priced: AnyRow | Priced, limb: str) -> None:
    """Redetermine the grant as an order's works rise above what was approved; notice is then due.

    Whoever approves the variation decides it, by the rules of approving: within their limit and
    the budget, with the means test and a waiver as they stand.

    Args:
        priced: All the works: of the order as varied, and what was done before it.
        limb: Of s.34(5).

    Raises:
        HandrailError: It cannot be approved so.
    """
    case = context.case
    worked_out = reckoned(context.conn, case=case.row, price=priced, today=context.today)
    grant = worked_out.grant
    if (means := _against_means_test(case)) is not None:
        raise means
    check_waiver_holds(context, cost_pence=grant.works_pence)
    check_limit(context, grant_pence=grant.grant_pence)
    year = commit_grant(
        context.conn, case=case.row, grant_pence=grant.grant_pence, on=context.today
    )
    case.reopen(StepName.APPROVE, reason="the works of the order rise above it (s.34(5))")
    _keep(context, worked_out, outcome="approved", year=year, limb=limb)
    case.move(StepName.APPROVE, StepStatus.READY, outcome="approved")


def _keep(
    context: Context,
    worked_out: Waterfall,
    *,
    outcome: str,
    year: int | None,
    limb: str | None = None,
) -> None:
    case = context.case
    earlier = approval_of(context.conn, case_id=case.id) if limb else None
    found = findings_of(context.conn, case=case.row, today=context.today)
    rests_on = {
        name: getattr(earlier, name) if earlier else one and one.id
        for name, one in (("necessary_id", found.necessary), ("practicable_id", found.practicable))
    }
    context.conn.execute(
        _KEEP_APPROVAL,
        {
            "case_id": context.case.id,
            "step_revision": context.case.steps[StepName.APPROVE].revision,
            "outcome": outcome,
            **_figures(worked_out),
            "decided_on": context.today,
            "decided_by": context.actor.identity,
            "reason": context.reason,
            "budget_year": year,
            "limb": limb,
            **(rests_on if outcome == "approved" else {}),
        },
    )


def _open_notice(context: Context) -> str:
    """Return what nobody has agreed to pay yet, and that nobody was told of direct payment."""
    approval = approval_in_force(context.conn, case_id=context.case.id)
    cover = cover_of(context.conn, approval=approval)
    found = []
    if cover.open_pence:
        words = open_words(cover, reference=context.case.reference)
        found.append(f"{words}. No work order goes out before.")
    if told_of_direct_payment(context.conn, case=context.case.row) is None:
        found.append(
            "Nothing on record says that the applicant was told that the contractor may be paid "
            "directly: the grant is then paid to the applicant (s.39)."
        )
    return " ".join(found)


def _figures(worked_out: Waterfall) -> dict[str, Any]:
    grant = worked_out.grant
    return {
        "works_pence": grant.works_pence,
        "fees_pence": grant.charges_pence,
        "funders_pence": grant.funders_pence,
        "top_up_pence": grant.top_ups_pence,
        "contribution_pence": grant.contribution_pence,
        "maximum_pence": grant.maximum_pence,
        "grant_pence": grant.grant_pence,
        "waterfall": to_plain(worked_out.lines),
        "arithmetic": worked_out.arithmetic.value,
    }


def _tendered(context: Context) -> AnyRow | Priced:
    award = award_in_force(context.conn, case_id=context.case.id)
    price = price_by_id(context.conn, price_id=award.price_id)
    return with_done_before(context.conn, case_id=context.case.id, price=price)


def _check_nothing_done(context: Context, decision: Approve) -> None:
    """Refuse to refuse a grant of which a contractor that was replaced is owed its part."""
    before = done_before(context.conn, case_id=context.case.id)
    if not decision.approved and before.total_pence:
        raise StatuteError(
            f"{pounds(before.total_pence)} of the works on {context.case.reference} were carried "
            "out under the grant as it was approved.",
            why="A grant of which works were done is redetermined, or the case ends with what was "
            "done paid.",
            section="s.34(5), ss.40 to 42",
            next_step="Approve it anew, withdraw the replacement, or end the case: `handrail "
            f"decide {context.case.reference} exit`.",
        )


def holding(case: CaseInHand) -> Iterator[HandrailError]:
    """Yield what of the Act still holds the approval of a case up, and what would clear it."""
    row, reference, today = case.row, case.reference, london_date(case.now)
    if row.recommended_on is None:
        yield StatuteError(
            f"{reference} has no assessor's recommendation.",
            why="The works must be necessary and appropriate for the disabled person's needs.",
            section="s.24(3)(a)",
            next_step="Import the case again with its recommended_on date.",
        )
    if row.applied_on is None:
        yield StatuteError(
            f"{reference} has no date of application.",
            why="A grant is approved on an application.",
            section="s.2, s.34(1)",
            next_step="Import the case again with its applied_on date.",
        )
    consent = consent_of(case.conn, case_id=case.id)
    if consent is not None and consent.valid_to is not None and consent.valid_to < today:
        yield StatuteError(
            f"The landlord's consent lapsed on {consent.valid_to:%-d %B %Y}.",
            section="s.24(3)(b)",
            next_step="The next sweep opens the consent again and asks the landlord afresh.",
        )
    asked = not_consulted(case)
    if asked is not None:
        yield asked
    yield from against_findings(case, but_necessary=asked is not None)
    if (means := _against_means_test(case)) is not None:
        yield means


def all_of(against: Sequence[HandrailError]) -> HandrailError:
    """Return one refusal that says all of several; one alone as it is."""
    if len(against) == 1:
        return against[0]
    return StatuteError(
        " ".join(one.what for one in against),
        why=" ".join(dict.fromkeys(filter(None, (one.why for one in against)))),
        section="; ".join(dict.fromkeys(one.section for one in against if one.section)),
        next_step=" ".join(dict.fromkeys(one.next_step for one in against)),
    )


def _against_means_test(case: CaseInHand) -> StatuteError | None:
    row, reference = case.row, case.reference
    waived = waiver_of(case.conn, case_id=row.id) is not None
    if not row.contribution_pence or waived or not child_on(row, today=london_date(case.now)):
        return None
    return StatuteError(
        f"A contribution of {pounds(row.contribution_pence)} is recorded on {reference}, and "
        "the disabled person was under 18 at the application.",
        why="There is no means test for a child or young person.",
        section="s.30; Housing Renewal Grants Regulations 1996, regulation 5",
        next_step="Import the case again with a contribution of 0, or with the right date of "
        "birth; then record the approval again.",
    )


def check_limit(context: Context, *, grant_pence: int) -> None:
    """Refuse a grant above the delegated limit of whoever approves it.

    Raises:
        NotPermittedError: It is.
    """
    limit = context.actor.approval_limit_pence
    if limit is None or grant_pence > limit:
        held = "none" if limit is None else pounds(limit)
        raise NotPermittedError(
            f"The grant of {pounds(grant_pence)} is above the delegated limit of "
            f"{context.actor.name} ({held}).",
            section="s.34",
            next_step="Ask an approving officer with a higher limit.",
        )

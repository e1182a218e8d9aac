"""The s.34 decision: the grant approved within limit and budget, or refused."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import insert

from models.arrangement_queries import arrangement_of
from models.base import AnyRow
from models.case_queries import (
    approval_in_force,
    approval_of,
    award_in_force,
    price_by_id,
)
from models.people import who_decided
from models.replaced import done_before
from models.tables.works import Approval
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.delivery.arrangement import limit_under
from rules.errors import NotPermittedError, StatuteError
from rules.grants.waterfall import Waterfall, to_plain
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import Role, check_second_person
from rules.pricing.works import Priced
from rules.variations import LIMB_WORDS, Limb
from services.cases.effect import Context, Effect, applies
from services.cases.statements import check_simple
from services.grants.budgets import commit_grant, release_grant
from services.grants.consulting import not_consulted
from services.grants.direct import told_of_direct_payment
from services.grants.findings import Findings, findings_of
from services.grants.funding import keep_fee
from services.grants.fundings import reckoned, with_done_before
from services.grants.holding import against_means_test, all_of, holding
from services.grants.partly import check_deferred, check_raised, left_out_of, still_left_out
from services.grants.payers import cover_of, open_words
from services.grants.waiving import check_waiver_holds

_KEEP_APPROVAL: Final = insert(Approval)


PRICING = ("specify", "confirm-price", "direct", "quote", "score", "award")
"""Decisions whose makers may not approve the grant they priced."""


@decided("approve", at=StepName.APPROVE, by=frozenset({Role.APPROVING_OFFICER}), moves_money=True)
class Approve(BaseDecision):
    """The s.34 decision: approved, whole or in part, with charges; or refused with reasons."""

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

    left_out: Mapping[str, str] = particular(
        "Of an approval in part: a line or item that is not eligible, and why.",
        "--left-out",
        default_factory=dict,
        entry="LINE=WHY",
        example="3=not needed: the assessor recommends one basin",
        label="Works that are not eligible, and why",
        hint="Each line that the grant does not pay; the client reads the reason.",
        offers="awarded",
        seldom=True,
    )
    pay_from: date | None = particular(
        "Nothing is paid before this day, at most 12 months from the application (s.36).",
        "--defer-until",
        default=None,
        label="Defer payment until (s.36)",
        hint="At most 12 months from the application. The 12 months for the works run from it.",
        seldom=True,
    )
    limb: Limb | None = particular(
        "Where it is more than was approved before: what for (s.34(5)).",
        default=None,
        label="If it is more than was approved before: what for",
        hint="Section 34(5): for circumstances beyond the applicant’s control only.",
        seldom=True,
    )
    in_control: bool = particular(
        "It was in the applicant's control.",
        "--in-applicants-control",
        default=False,
        label="What makes it more was in the applicant’s control",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return fees below zero, and what is said of an approval and goes with no refusal."""
        found = ["Fees cannot be below zero."] if self.fees_pence < 0 else []
        if not self.approved and (self.left_out or self.pay_from or self.limb or self.in_control):
            found.append("A refusal leaves out no lines, defers nothing and redetermines nothing.")
        return (*found, *(words for why in self.left_out.values() for words in unwritable(why)))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        works = known(" for works of {} with VAT", facts.pounds("works_pence"))
        fees = known(
            ", charges of {} recorded with it", facts["fees_pence"] and facts.pounds("fees_pence")
        )
        before = known("; before, {} was approved", facts.pounds_before("grant_pence"))
        if facts["approved"]:
            part = " in part" if facts["left_out"] else ""
            paid = known("; payment is deferred until {} (s.36)", facts.day("pay_from"))
            limb = known(" (s.34(5): {})", LIMB_WORDS.get(facts["limb"] or ""))
            grant = facts.pounds("grant_pence")
            return f"The grant of {grant} is approved{part}{works}{fees}{before}{limb}{paid}."
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
    case, row, today = context.case, context.case.row, context.today
    _check_nothing_done(context, decision)
    against = [*holding(case)] if decision.approved else [*filter(None, [not_consulted(case)])]
    if against:
        raise all_of(against)
    found = findings_of(context.conn, case=row, today=today)
    worked_out, left = _worked_out(context, decision, found)
    grant = worked_out.grant
    earlier = approval_of(context.conn, case_id=row.id)
    year = pay_from = again_for = None
    if decision.approved:
        pay_from = decision.pay_from or (earlier and earlier.pay_from)
        again_for = _check_grant(context, decision, worked_out, earlier)
        year = commit_grant(context.conn, case=row, grant_pence=grant.grant_pence, on=today)
    else:
        release_grant(context.conn, case=row)
    outcome = "approved" if decision.approved else "refused"
    case.stop_clock("consent_lapses", why="decided")
    own = {
        "pay_from": pay_from,
        "left_out": left or None,
        "again_for": again_for,
        **_rests_on(found, approved=decision.approved),
    }
    _keep(context, worked_out, outcome=outcome, year=year, own=own)
    facts = {
        "grant_pence": grant.grant_pence,
        "works_pence": grant.works_pence,
        "budget_year": year,
        **({"before": {"grant_pence": earlier.grant_pence}} if earlier is not None else {}),
    }
    notice = _open_notice(context) if decision.approved else ""
    return Effect(to=StepStatus.READY, closes=True, outcome=outcome, facts=facts, notice=notice)


def _worked_out(
    context: Context, decision: Approve, found: Findings
) -> tuple[Waterfall, dict[str, str]]:
    """Return the grant of what is eligible, and what is left out of it with why."""
    conn, row = context.conn, context.case.row
    price_id = award_in_force(conn, case_id=row.id).price_id
    left, not_eligible = (
        left_out_of(context, decision.left_out, price_id=price_id, found=found)
        if decision.approved
        else ({}, 0)
    )
    price = with_done_before(conn, case_id=row.id, price=price_by_id(conn, price_id=price_id))
    worked_out = reckoned(
        conn, case=row, price=price, today=context.today, not_eligible_pence=not_eligible
    )
    return worked_out, left


def _check_grant(
    context: Context, decision: Approve, worked_out: Waterfall, earlier: AnyRow | None
) -> Limb | None:
    """Refuse a grant that may not be so, or be approved by them; return its limb of s.34(5)."""
    grant = worked_out.grant
    check_deferred(context.case, decision.pay_from, today=context.today)
    again_for = check_raised(
        earlier,
        grant_pence=grant.grant_pence,
        limb=decision.limb,
        in_control=decision.in_control,
    )
    check_simple(context, cost_pence=grant.works_pence)
    check_waiver_holds(context, cost_pence=grant.works_pence)
    check_limit(context, grant_pence=grant.grant_pence)
    return again_for


def _rests_on(found: Findings, *, approved: bool) -> dict[str, int | None]:
    """Return the findings that an approval rests on, by its columns."""
    both = {"necessary_id": found.necessary, "practicable_id": found.practicable}
    return {name: one.id if one is not None and approved else None for name, one in both.items()}


def redetermine(
    context: Context, *, priced: AnyRow | Priced, lines: Mapping[str, int], limb: str
) -> None:
    """Redetermine the grant as an order's works rise above what was approved; notice is then due.

    Whoever approves the variation decides it, by the rules of approving: within their limit and
    the budget, with the means test and a waiver as they stand.

    Args:
        priced: All the works: of the order as varied, and what was done before it.
        lines: What each line of the order as varied comes to with VAT, in pence.
        limb: Of s.34(5).

    Raises:
        HandrailError: It cannot be approved so.
    """
    case = context.case
    earlier = approval_in_force(context.conn, case_id=case.id)
    worked_out = reckoned(
        context.conn,
        case=case.row,
        price=priced,
        today=context.today,
        not_eligible_pence=still_left_out(earlier, lines),
    )
    grant = worked_out.grant
    if (means := against_means_test(case)) is not None:
        raise means
    check_waiver_holds(context, cost_pence=grant.works_pence)
    check_limit(context, grant_pence=grant.grant_pence)
    year = commit_grant(
        context.conn, case=case.row, grant_pence=grant.grant_pence, on=context.today
    )
    case.reopen(StepName.APPROVE, reason="the works of the order rise above it (s.34(5))")
    kept = ("pay_from", "left_out", "necessary_id", "practicable_id")
    own = {name: getattr(earlier, name) for name in kept}
    _keep(context, worked_out, outcome="approved", year=year, own=own | {"limb": limb})
    case.move(StepName.APPROVE, StepStatus.READY, outcome="approved")


def _keep(
    context: Context,
    worked_out: Waterfall,
    *,
    outcome: str,
    year: int | None,
    own: Mapping[str, Any],
) -> None:
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
            **own,
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
        "not_eligible_pence": grant.not_eligible_pence,
        "waterfall": to_plain(worked_out.lines),
        "arithmetic": worked_out.arithmetic.value,
    }


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


def check_limit(context: Context, *, grant_pence: int) -> None:
    """Refuse a grant above the delegated limit of whoever approves it.

    Raises:
        NotPermittedError: It is.
    """
    team, own = arrangement_of(context.conn, case=context.case.row), context.actor
    limit = limit_under(team, officer=own.identity, own_pence=own.approval_limit_pence)
    if limit is None or grant_pence > limit:
        held = "none" if limit is None else pounds(limit)
        held += f" for {team.words}" if team and limit != own.approval_limit_pence else ""
        raise NotPermittedError(
            f"The grant of {pounds(grant_pence)} is above the delegated limit of "
            f"{context.actor.name} ({held}).",
            section="s.34",
            next_step="Ask an approving officer with a higher limit.",
        )

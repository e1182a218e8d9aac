"""The decision on a grant whose works came out cheaper than it was approved on (s.42)."""

from typing import Any

from models.base import AnyRow
from models.case_queries import approval_of
from models.contacts import client_of
from models.invoices import grant_paid
from rules.decisions import BaseDecision, Facts, Option, decided, known, particular
from rules.errors import AlreadyDecidedError, StatuteError, StepNotOpenError
from rules.grants.grant import charge_pence
from rules.grants.payers import PayerHow
from rules.grants.proportion import Proportion
from rules.money import pounds
from rules.pathway import CaseStatus
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies, tell
from services.grants.budgets import reduce_grant
from services.grants.payers import cover_of
from services.grants.proportions import cheaper, recalculated
from services.payments.payment import look_again


@decided(
    "recalculate-grant",
    at=None,
    by=OFFICERS | {Role.APPROVING_OFFICER, Role.MANAGER},
    any_time=True,
    plan="Whether a grant is reduced because the works cost less is discretionary (s.42).",
)
class RecalculateGrant(BaseDecision):
    """The works came out cheaper than approved: the grant pays in proportion, or stays (s.42)."""

    reduced: bool = particular(
        "Whether the grant is reduced in proportion.",
        Option("--as-approved", "Leave the grant as it was approved.", value=False),
        otherwise=True,
        label="The grant",
        answers=("Reduce it in proportion", "Leave it as approved"),
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        came = known(" to {}", facts.pounds("outturn_pence"))
        of = known(" of {}", facts.pounds("estimated_pence"))
        if not facts["reduced"]:
            return f"The works, fees and charges came{came}{of}; the grant stays as approved."
        paid = known(" {}", facts.pounds("grant_pence"))
        before = known(", before {}", facts.pounds_before("grant_pence"))
        freed = known("; {} goes back to the budget", facts.pounds("given_back_pence"))
        return (
            f"The works, fees and charges came{came}{of}: the grant pays{paid} in "
            f"proportion{before} (s.42){freed if facts['given_back_pence'] else ''}."
        )


def check_recalculate(context: Context) -> tuple[AnyRow, Proportion]:
    """Return the approval and how the works that are signed off came out cheaper."""
    approval = approval_of(context.conn, case_id=context.case.id)
    found = None
    if approval is not None and approval.outcome == "approved":
        found = cheaper(context.conn, approval=approval)
    if approval is None or found is None:
        raise StepNotOpenError(
            f"The works of {context.case.reference} did not come out cheaper than approved.",
            why="That is known once they are signed off, with what was measured again and varied.",
            next_step="Nothing was changed.",
        )
    if context.case.row.status != CaseStatus.OPEN:
        raise StepNotOpenError(
            f"{context.case.reference} is paid.",
            why="What the grant pays is decided before the last of it is released.",
            next_step="What has to be paid back is agreed with its payers; nothing was changed.",
        )
    return approval, found


@applies(RecalculateGrant, check=check_recalculate)
def recalculate(
    context: Context, decision: RecalculateGrant, found: tuple[AnyRow, Proportion]
) -> Effect:
    """Record what the grant pays of works that came out cheaper, and tell the client."""
    approval, proportion = found
    before = recalculated(context.conn, approval=approval)
    if before and (before.proportion, before.reduced) == (proportion, decision.reduced):
        raise AlreadyDecidedError(
            "That is decided already, of the same sum.", next_step="Nothing was changed."
        )
    grant = proportion.grant_pence if decision.reduced else proportion.granted_pence
    _check_not_paid(context, grant_pence=grant)
    _tell(context, approval, proportion, grant_pence=grant)
    freed = reduce_grant(
        context.conn,
        case=context.case.row,
        approval=approval,
        grant_pence=grant,
        now=context.now,
    )
    facts: dict[str, Any] = {
        "given_back_pence": freed,
        "approval": approval.step_revision,
        "estimated_pence": proportion.estimated_pence,
        "outturn_pence": proportion.outturn_pence,
        "grant_pence": grant,
        "before": {"grant_pence": proportion.granted_pence},
    }
    look_again(context)
    return Effect(to=None, facts=facts, notice=proportion.working if decision.reduced else "")


def _check_not_paid(context: Context, *, grant_pence: int) -> None:
    """Refuse a grant below what was paid of it already, in instalments."""
    paid = grant_paid(context.conn, case_id=context.case.id)
    if paid > grant_pence:
        raise StatuteError(
            f"{pounds(paid)} of the grant is paid already, and {pounds(grant_pence)} would be its "
            "part.",
            why="A repayment of instalments is demanded apart from this.",
            section="s.42",
            next_step="Leave the grant as it was approved (--as-approved), or have the difference "
            "credited and paid back first.",
        )


def _tell(context: Context, approval: AnyRow, proportion: Proportion, *, grant_pence: int) -> None:
    cover = cover_of(context.conn, approval=approval)
    received = sum(one.amount_pence for one in cover.shares if one.how is PayerHow.RECEIVED)
    part = proportion.of(received) if grant_pence < proportion.granted_pence else received
    tell(
        context.case,
        kind="grant_recalculated_to_client",
        once_for=f"{approval.step_revision}:{proportion.outturn_pence}:{grant_pence}",
        to=client_of(context.case.row),
        context={
            "estimated_pence": proportion.estimated_pence,
            "outturn_pence": proportion.outturn_pence,
            "granted_pence": proportion.granted_pence,
            "grant_pence": grant_pence,
            "others_pence": proportion.outturn_pence - grant_pence,
            "received_pence": received,
            "given_back_pence": received - part,
            "charge_pence": charge_pence(tenure=context.case.row.tenure, grant_pence=grant_pence),
            "charge_before_pence": charge_pence(
                tenure=context.case.row.tenure, grant_pence=proportion.granted_pence
            ),
        },
    )

"""Money of a grant that was paid is demanded back under s.42, by somebody who did not pay it."""

from typing import Final

from models.case_queries import approval_of, decided_on
from models.contacts import client_of
from models.invoices import grant_paid
from rules.aftercare.repayment import Recovery
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.money import pounds
from rules.people import Role, check_second_person
from services.aftercare.defects import words_problems
from services.aftercare.repayments import keep, recovered_on
from services.cases import Context, Effect, applies, tell, working_days_on

REPLY_DAYS: Final = 20
"""Working days to reply in before it is decided again: policy."""

_SECTION: Final = "s.42"


@decided(
    "demand-recovery",
    at=None,
    by=frozenset({Role.MANAGER, Role.APPROVING_OFFICER}),
    after_end=True,
    sealed=frozenset({"why"}),
    plan="Always: the authority has a choice whether to demand it, and how much (s.42).",
    moves_money=True,
)
class DemandRecovery(BaseDecision):
    """A sum of the grant that was paid already is demanded back, for a ground of s.42.

    Whoever approved the grant, or released any of it, may not demand it. What comes in, and what
    is waived after the client's reply, is recorded as of any repayment.
    """

    ground: Recovery = particular(
        "Why it may be demanded.",
        choices={one.value: one for one in Recovery},
        label="Ground of s.42",
    )
    amount_pence: int = particular(
        "What is demanded, of what was paid.", "--amount", unit="pounds", label="What is demanded"
    )
    why: str = particular(
        "What was found, as the client reads it.", long=True, label="What was found, for the client"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a sum that is none, and words that nobody could read."""
        found = [] if self.amount_pence > 0 else ["Give a sum above zero."]
        return (*found, *words_problems(self.why, "what was found, as the client reads it"))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what is demanded back of how much, and on which ground."""
        of = known(" of {} that was paid", facts.pounds("paid_pence"))
        why = known(": {}", facts["ground"] and Recovery(facts["ground"]).words)
        return f"{facts.pounds('amount_pence')} of the grant is demanded back{of} (s.42){why}."


def check_recover(context: Context) -> int:
    """Return what was paid of the grant and is not demanded back yet; there has to be some."""
    case = context.case
    approval = approval_of(context.conn, case_id=case.id)
    left = grant_paid(context.conn, case_id=case.id) - recovered_on(context.conn, case_id=case.id)
    if approval is None or left <= 0:
        raise StepNotOpenError(
            f"Nothing of the grant on {case.reference} was paid that could be demanded back.",
            next_step="Withhold a payment, or let the grant be recalculated, while it is not paid.",
        )
    theirs = {
        one.actor: one.kind
        for one in decided_on(context.conn, case_id=case.id)
        if one.kind in ("approve", "release", "release-replaced")
    }
    check_second_person(actor=context.actor, earlier=theirs, act="demand it back")
    return left


@applies(DemandRecovery, check=check_recover)
def recover(context: Context, decision: DemandRecovery, left: int) -> Effect:
    """Keep the demand, and write to the client with the day up to which they may reply."""
    if decision.amount_pence > left:
        raise StatuteError(
            f"{pounds(decision.amount_pence)} is more than may be demanded back: {pounds(left)} of "
            "the grant was paid and is not demanded yet.",
            section=_SECTION,
            next_step="Give no more than that.",
        )
    if decision.ground is Recovery.CHEAPER and context.case.row.status == "open":
        raise InvalidDecisionError(
            "Works that came out cheaper are recalculated before the last payment.",
            next_step=f"`handrail decide {context.case.reference} recalculate-grant` first.",
        )
    keep(
        context,
        kind="demanded",
        amount_pence=decision.amount_pence,
        day=context.today,
        charge_pence=left,
        ground=decision.ground.value,
    )
    reply_by = working_days_on(context.case, REPLY_DAYS)
    tell(
        context.case,
        kind="recovery_to_client",
        once_for=context.now.isoformat(),
        to=client_of(context.case.row),
        context={
            "ground": decision.ground.words,
            "demanded_pence": decision.amount_pence,
            "paid_pence": left,
            "why": decision.why.strip(),
            "reply_by": reply_by,
        },
    )
    return Effect(
        to=None, facts={"paid_pence": left}, notice=f"They may reply by {in_words(reply_by)}."
    )

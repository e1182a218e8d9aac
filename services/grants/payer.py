"""The decision that records who pays what the grant does not: received, agreed, or withdrawn."""

from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from models.asked import rows
from models.base import AnyRow
from models.case_queries import approval_of, ending_of, live_order, price_by_id
from models.replaced import done_before
from models.tables.funding import PayerShare
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.grants.payers import CLIENT, HOW_WORDS, Cover, PayerHow
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.typed import read_named_sum
from services.cases.effect import Context, Effect, applies
from services.grants.payers import SHARES, cover_of, open_words, tell_paid_directly

LONGEST: Final = 120
"""Characters of a payer's name; it is one line of a letter."""

_KEEP: Final = insert(PayerShare)
_END: Final = (
    update(PayerShare)
    .where(PayerShare.id == bindparam("share_id"))
    .values(ended_at=bindparam("at"))
)


def _named(name: str, help: str, how: PayerHow) -> Option:  # noqa: A002 - as in Option
    return Option(name, help, fills={"how": how}, splits=_named_sum, entry="WHO=POUNDS")


def _named_sum(text: str) -> dict[str, Any]:
    who, pence = read_named_sum(text)
    return {"payer": who, "amount_pence": pence}


@decided(
    "payer", at=None, by=OFFICERS | {Role.FINANCE}, command="payers", any_time=True, several=True
)
class RecordPayer(BaseDecision):
    """Who pays what the grant does not, once it is decided; recorded anew, it replaces itself."""

    how: PayerHow | None = particular("How it stands.", typed=False, otherwise=None)
    payer: str = particular(
        "Who pays, as printed: the client, or a funder by name.",
        Option("--withdrawn", "This payer no longer pays.", fills={"withdrawn": True}),
        _named("--received", "We hold it; finance says so.", PayerHow.RECEIVED),
        _named(
            "--pays-directly", "Agreed: it is paid to the contractor directly.", PayerHow.DIRECT
        ),
        _named(
            "--funder-agrees",
            "A funder, not the client, agreed in writing to pay us.",
            PayerHow.AGREED,
        ),
        entry="WHO",
        repeat=True,
    )
    amount_pence: int = particular("How much, above zero.", unit="pounds", default=0, typed=False)
    withdrawn: bool = particular("This payer no longer pays.", default=False, typed=False)

    def problems(self) -> tuple[str, ...]:
        """Return a missing payer, a sum not above zero, and a promise of the client's alone."""
        found = [] if self.payer.strip() else ["Say who pays."]
        if len(self.payer) > LONGEST:
            found.append(f"A payer's name has at most {LONGEST} characters.")
        if not self.withdrawn and self.how is None:
            found.append("Say how it stands: received, paid directly, or agreed by a funder.")
        if not self.withdrawn and self.amount_pence <= 0:
            found.append("An amount is above zero.")
        if self.withdrawn and self.amount_pence:
            found.append("To withdraw a payer, give no amount.")
        if self.how is PayerHow.AGREED and self.payer.strip().casefold().startswith(CLIENT):
            found.append(
                "The client's share is received, or its direct payment is agreed; a promise to pay "
                "us does not let the works be ordered."
            )
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        named = facts["payer"] or "A payer"
        who = f"{named[0].upper()}{named[1:]}"
        if facts["withdrawn"]:
            return f"{who} no longer pays."
        before = known(" (before {})", facts.pounds_before("amount_pence"))
        stands = HOW_WORDS[PayerHow(facts["how"])] if facts["how"] else "what the grant does not"
        return f"{who} pays{known(' {}', facts.pounds('amount_pence'))}{before}: {stands}."


def check_payer(context: Context) -> AnyRow:
    """Return the approval that stands: before it, nobody knows what is left to others."""
    approval = approval_of(context.conn, case_id=context.case.id)
    if approval is None or approval.outcome != "approved" or not context.case.is_decided():
        raise StepNotOpenError(
            f"The grant on {context.case.reference} is not decided.",
            why="What is left for others to pay is known with the decision.",
            next_step=f"`handrail case grant {context.case.reference}` shows what it would be; "
            "record who pays once it is approved.",
        )
    return approval


@applies(RecordPayer, check=check_payer)
def record_payer(context: Context, decision: RecordPayer, approval: AnyRow) -> Effect:
    """Record what somebody pays, anew or for the first time, or that they no longer do."""
    if decision.how is PayerHow.RECEIVED and context.actor.role is not Role.FINANCE:
        raise NotPermittedError(
            f"{context.actor.name} may not record that money was received.",
            why="Finance sees what the council holds.",
            next_step="Ask finance to record it.",
        )
    payer = " ".join(decision.payer.split())
    held = rows(context.conn, SHARES, case_id=context.case.id)
    earlier = next((row for row in held if row.payer.casefold() == payer.casefold()), None)
    if earlier is None and decision.withdrawn:
        names = ", ".join(row.payer for row in held)
        raise InvalidDecisionError(
            f"“{payer}” is not recorded to pay anything on {context.case.reference}.",
            why=f"Recorded are {names}." if names else "Nobody is.",
            next_step="Nothing was withdrawn.",
        )
    if earlier is not None:
        _end(context, earlier, decision)
    if not decision.withdrawn:
        _keep(context, decision, payer=earlier.payer if earlier is not None else payer)
    direct = PayerHow.DIRECT in (decision.how, earlier and earlier.how)
    cover = _checked(context, approval, direct=direct)
    _carry_on(context, direct=direct)
    return Effect(to=None, facts=_facts(earlier), notice=_notice(context, cover))


def _end(context: Context, earlier: AnyRow, decision: RecordPayer) -> None:
    if (earlier.how, earlier.amount_pence) == (decision.how, decision.amount_pence):
        raise AlreadyDecidedError(
            f"{earlier.payer} is recorded on {context.case.reference} already, at "
            f"{pounds(earlier.amount_pence)}.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(_END, {"share_id": earlier.id, "at": context.now})


def _keep(context: Context, decision: RecordPayer, *, payer: str) -> None:
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "payer": payer,
            "how": decision.how,
            "amount_pence": decision.amount_pence,
            "recorded_by": context.actor.identity,
            "recorded_at": context.now,
        },
    )


def _facts(earlier: AnyRow | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    return {"before": {"how": earlier.how, "amount_pence": earlier.amount_pence}}


def _checked(context: Context, approval: AnyRow, *, direct: bool) -> Cover:
    """Return how the cost is covered now: the contractor is owed it, and it is whole if ordered."""
    order = live_order(context.conn, case_id=context.case.id)
    works_pence = approval.works_pence
    if order is not None:
        before = done_before(context.conn, case_id=context.case.id)
        ordered = price_by_id(context.conn, price_id=order.price_id).total_pence
        works_pence = before.total_pence + ordered
        _check_paid_before(cover_of(context.conn, approval=approval), before.direct_pence)
    cover = cover_of(context.conn, approval=approval, works_pence=works_pence)
    if direct and order is not None and ending_of(context.conn, order_id=order.id) is not None:
        raise InvalidDecisionError(
            f"{order.number} was ended, and with it what others pay the contractor directly.",
            next_step="Nothing was recorded; what we receive can still be. What others pay of it "
            f"is put right by `handrail decide {context.case.reference} correct-end-order`.",
        )
    if cover.direct_pence > works_pence:
        raise InvalidDecisionError(
            f"{pounds(cover.direct_pence)} would be paid to the contractor directly, for works of "
            f"{pounds(works_pence)}.",
            next_step="Check the amounts; nothing was recorded.",
        )
    if order is not None and order.covered_pence is not None and cover.open_pence:
        raise InvalidDecisionError(
            f"{order.number} is out, and {pounds(cover.open_pence)} of its cost would be covered "
            "by nobody.",
            next_step="Record first who pays it instead; nothing was recorded.",
        )
    return cover


def _check_paid_before(cover: Cover, direct_pence: int) -> None:
    """Refuse less paid directly than was, by the valuation, to a contractor that was replaced."""
    if cover.direct_pence < direct_pence:
        raise InvalidDecisionError(
            f"{pounds(direct_pence)} of what a contractor did that was replaced is paid to it "
            f"directly, and {pounds(cover.direct_pence)} would be recorded.",
            next_step="Record what others pay both contractors; nothing was changed.",
        )


def _carry_on(context: Context, *, direct: bool) -> None:
    """Let an order that waits be looked at again; tell the contractor of one that is out."""
    case = context.case
    order = live_order(context.conn, case_id=case.id)
    if case.step_status(StepName.ORDER) is StepStatus.WAITING:
        case.move(StepName.ORDER, StepStatus.READY)
    elif order is not None and order.status != "raised" and direct:
        tell_paid_directly(case, order=order, changed=True)


def _notice(context: Context, cover: Cover) -> str:
    if cover.agreed_pence > cover.others_pence:
        over = pounds(cover.agreed_pence - cover.others_pence)
        return f"Others pay {over} more than the grant leaves to them; see that it is right."
    if not cover.open_pence:
        return "Every penny of the cost has a payer who has agreed."
    return f"{open_words(cover, reference=context.case.reference)}."

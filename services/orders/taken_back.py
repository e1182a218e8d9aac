"""A contractor that was replaced by mistake goes on, as long as no other has accepted."""

from typing import Final

from sqlalchemy import bindparam, update

from models.asked import one
from models.base import AnyRow, rows_by
from models.case_queries import award_in_force, awards_of, live_offer, newest_invoice, valued_lines
from models.contacts import client_of, contractor_of
from models.replaced import replaced_orders, replacements_on
from models.tables.prices import Offer
from models.tables.replacements import Replacement
from models.tables.works import WorkOrder
from rules.decisions import BaseDecision, Facts, changed, decided
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import OVER, StepName, StepStatus, opening_wait
from rules.payments.match import ENDED
from rules.people import OFFICERS, Role
from rules.replacements import NextBy
from rules.tenders.routes import Route
from services.assignment.offers import restore_offer, withdraw_offer
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.cases.corrections import before_and_after
from services.competitions import competitions
from services.links.sending import send_new_link
from services.orders.going_over import Going
from services.orders.replacing import ReplaceContractor
from services.orders.valuation import plain_ending, unend
from services.orders.works import change_order
from services.tenders.awards import again_award


def check_nothing_invoiced(context: Context, *, order_id: int) -> None:
    """Refuse to take a valuation back that an invoice stands on.

    Raises:
        InvalidDecisionError: One does; the message says what to do.
    """
    invoice = newest_invoice(context.conn, order_id=order_id)
    if invoice is None or invoice.status in ENDED:
        return
    paid = invoice.status == "released"
    raise InvalidDecisionError(
        f"Invoice {invoice.number} {'was paid' if paid else 'stands'} for what was done as it was "
        "valued.",
        next_step="What was done is paid; nothing was changed."
        if paid
        else f"Withdraw it first: `handrail decide {context.case.reference} "
        "withdraw-replaced-invoice`.",
    )


_TAKE_BACK: Final = update(Replacement).where(Replacement.id == bindparam("row_id"))
_OFFER: Final = rows_by(Offer, "id")
_ORDER: Final = rows_by(WorkOrder, "id")
_CLOSED: Final = (StepName.TENDER, StepName.APPROVE, StepName.ASSIGN, StepName.ORDER)


@decided("withdraw-replacement", at=None, by=OFFICERS | {Role.MANAGER}, corrects=ReplaceContractor)
class WithdrawReplacement(BaseDecision):
    """A contractor was replaced by mistake: it goes on as it was, and nobody else is asked."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The contractor goes on after all: {changed(facts)}."


def check_withdraw_replacement(context: Context) -> AnyRow:
    """Return the replacement that is taken back: nobody has accepted, nothing is invoiced."""
    case, conn = context.case, context.conn
    held = replacements_on(conn, case_id=case.id)
    if not held:
        raise StepNotOpenError(
            f"No contractor of {case.reference} is replaced: that was withdrawn.",
            next_step="There is nothing to correct.",
        )
    newest = held[-1]
    out = live_offer(conn, case_id=case.id)
    if out is not None and out.status == "accepted":
        raise StepNotOpenError(
            f"{out.contractor} has accepted what was left to do on {case.reference}.",
            why="An acceptance binds it and us.",
            next_step="Where it is not to do them: `handrail decide "
            f"{case.reference} replace-contractor`.",
        )
    if case.step_status(StepName.APPROVE) is StepStatus.READY:
        raise StepNotOpenError(
            f"The grant on {case.reference} was decided again, and its notice is being sent.",
            next_step="Wait until it has left; `handrail up` must be running.",
        )
    if newest.next == NextBy.COMPETITION and _quoted_before(context):
        raise StepNotOpenError(
            f"Contractors are invited to quote for what is left on {case.reference}.",
            why="The works were awarded on quotes before, and their competition was ended with "
            "the invitation.",
            next_step="Award to one of those who quote.",
        )
    if newest.order_id is not None:
        check_nothing_invoiced(context, order_id=newest.order_id)
    return newest


def _quoted_before(context: Context) -> bool:
    made = awards_of(context.conn, case_id=context.case.id)
    return len([award for award in made if award.route == Route.QUOTES]) > 1


@applies(WithdrawReplacement, check=check_withdraw_replacement)
def withdraw_replacement(context: Context, _: WithdrawReplacement, newest: AnyRow) -> Effect:
    """Take the replacement back with all that it led to, and tell whoever was told."""
    case = context.case
    going = _going(context, newest)
    held = _held(context, newest, going)
    facts = before_and_after(held, dict.fromkeys(held), what=f"The end of {going.called}")
    _ask_nobody(context, newest)
    _restore_award(case, going)
    case.conn.execute(_TAKE_BACK, {"row_id": newest.id, "withdrawn_at": context.now})
    restore_offer(case.conn, offer_id=going.offer.id)
    order = going.order
    if order is not None:
        unend(case.conn, order_id=order.id)
        status = "sent" if order.completed_on is None else "complete"
        change_order(case.conn, order_id=order.id, status=status)
    _close_again(case, order)
    _tell(case, newest, going)
    send_new_link(case, contractor=going.offer.contractor)
    return Effect(to=None, facts=facts)


def _going(context: Context, newest: AnyRow) -> Going:
    offer = one(context.conn, _OFFER, id=newest.offer_id)
    order = one(context.conn, _ORDER, id=newest.order_id) if newest.order_id else None
    assert offer is not None  # noqa: S101 - a foreign key
    return Going(offer, order)


def _held(context: Context, newest: AnyRow, going: Going) -> dict[str, object]:
    """Return what was recorded of it, in plain values."""
    ended = replaced_orders(context.conn, case_id=context.case.id)
    ending = next((row for row in ended if row.order_id == newest.order_id), None)
    if going.order is None or ending is None:
        return {"contractor": going.offer.contractor, "ground": newest.ground}
    nets = {row.line: row.net_pence for row in valued_lines(context.conn, order_id=ending.order_id)}
    return plain_ending(ending._asdict(), nets)


def _ask_nobody(context: Context, newest: AnyRow) -> None:
    """Take back the offer that is out, or the invitation to quote; whoever was asked is told."""
    case = context.case
    out = live_offer(case.conn, case_id=case.id)
    if out is not None:
        withdraw_offer(case, reason=context.reason)
        tell(
            case,
            kind="works_withdrawn_to_contractor",
            once_for=f"offer:{out.id}",
            to=contractor_of(case.conn, code=out.contractor),
        )
    if newest.next == NextBy.COMPETITION and context.case.steps[StepName.TENDER].status not in OVER:
        competitions.cancel(case, reason=context.reason)


def _restore_award(case: CaseInHand, going: Going) -> None:
    """Let the award stand that the contractor was offered the works by."""
    made = award_in_force(case.conn, case_id=case.id)
    if made.id == going.offer.award_id:
        return
    first = next(
        row for row in awards_of(case.conn, case_id=case.id) if row.id == going.offer.award_id
    )
    offer = {"contractor": going.offer.contractor, "price_id": going.offer.price_id}
    again_award(case, first, **offer)


def _close_again(case: CaseInHand, order: AnyRow | None) -> None:
    """Close what another contractor would have gone through; the works go on where they were."""
    for step in _CLOSED if order is not None else _CLOSED[:-1]:
        if step in case.steps and case.step_status(step) not in OVER:
            case.move(step, StepStatus.NOT_NEEDED, outcome="taken back")
    if order is None:
        return
    if order.completed_on is not None:
        case.move(StepName.WORKS, StepStatus.NOT_NEEDED, outcome="taken back")
        return
    owner, waiting_for = opening_wait(StepName.WORKS)
    case.move(StepName.WORKS, StepStatus.WAITING, owner=owner, waiting_for=waiting_for)
    if order.started_on is None:
        case.start_clock("start_works", due_on=order.start_by)
    case.start_clock("finish_works", due_on=order.complete_by)
    case.date_step(StepName.WORKS, until=order.complete_by, why="the order’s completion date")


def _tell(case: CaseInHand, newest: AnyRow, going: Going) -> None:
    this_time = f"{going.offer.id}:{case.revision}"
    order = going.order
    firm = contractor_of(case.conn, code=going.offer.contractor)
    tell(
        case,
        kind="taken_back_to_contractor",
        once_for=this_time,
        to=firm,
        context={
            "order_number": order.number if order else "",
            "ended_on": newest.replaced_on,
            "complete_by": order.complete_by if order else None,
        },
    )
    tell(
        case,
        kind="taken_back_to_client",
        once_for=this_time,
        to=client_of(case.row),
        context={"firm_name": firm.name, "ended_on": newest.replaced_on},
    )

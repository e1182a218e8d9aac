"""Payment: how it stands once the works are signed off, and the contractor told what was paid."""

from models.base import AnyRow
from models.case_queries import approval_in_force, ending_of, order_in_force
from models.order_account import invoices_of, order_account
from rules.money import pounds
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.payments.account import NOTHING, OrderAccount, PayNow, pay_now
from rules.payments.match import entry_words
from services.cases import CaseInHand, at_step
from services.grants.proportions import undecided
from services.orders.ended import close_ended
from services.payments.due import due_on


def match_payment(case_ref: str) -> None:
    """Say who holds the payment now: finance, the contractor whose invoice is awaited, nobody."""
    with at_step(case_ref, StepName.PAY) as case:
        if case is None:
            return
        order = order_in_force(case.conn, case_id=case.id)
        account = order_account(case.conn, order=order)
        payable = pay_now(account)
        approval = approval_in_force(case.conn, case_id=case.id)
        if payable and undecided(case.conn, approval=approval):
            _await_proportion(case)
        elif payable:
            _await_release(case, order, payable)
        elif any(account.to_invoice(item) != NOTHING for item in account.ordered):
            _await_invoice(case, order, account)
        else:
            _close(case, order)


def _close(case: CaseInHand, order: AnyRow) -> None:
    """Close the step: by the release that paid the last of it, or paid before it opened."""
    if case.steps[StepName.PAY].outcome == "released":
        case.move(StepName.PAY, StepStatus.DONE)
    else:
        case.move(StepName.PAY, StepStatus.NOT_NEEDED, outcome="paid before")
        if ending_of(case.conn, order_id=order.id) is None:
            case.set(status=CaseStatus.PAID)
    close_ended(case, order=order)


def _await_proportion(case: CaseInHand) -> None:
    case.move(
        StepName.PAY,
        StepStatus.WAITING,
        owner="technical officer",
        waiting_for="an officer decides what the grant pays, as the works came out cheaper (s.42)",
    )


def _await_release(case: CaseInHand, order: AnyRow, payable: tuple[PayNow, ...]) -> None:
    due = due_on(case.conn, order=order, payable=payable)
    others = f"; {pounds(due.direct_pence)} is paid directly by others" if due.direct_pence else ""
    numbers = " and ".join(one.invoice.number for one in payable)
    case.move(
        StepName.PAY,
        StepStatus.WAITING,
        owner="finance",
        waiting_for=f"a second person releases {pounds(due.council_pence)} on invoice "
        f"{numbers}{others}",
    )


def _await_invoice(case: CaseInHand, order: AnyRow, account: OrderAccount) -> None:
    entries = [one for one in invoices_of(case.conn, order=order) if one.credits_id is None]
    newest = entries[-1] if entries else None
    words, instead_of = "the contractor’s invoice", ""
    if newest is not None and newest.status == "queried":
        words = f"a corrected invoice: {' '.join(newest.findings)}"
    elif newest is not None and newest.status in ("withdrawn", "rejected"):
        words = f"{words}; {newest.number} was {newest.status}"
    elif newest is not None:
        words = f"{words} for the {pounds(account.to_invoice_pence)} that is left"
    if newest is not None:
        instead_of = entry_words(number=newest.number, entry=newest.entry)
    case.start_clock("send_invoice", subject=instead_of)
    case.move(StepName.PAY, StepStatus.WAITING, owner="contractor", waiting_for=words)

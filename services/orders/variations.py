"""A variation that is open on an order: whether there may be one, whose turn it is, and its end."""

from typing import Final

from sqlalchemy import Connection, bindparam, update

from models.base import AnyRow
from models.case_queries import ending_of, live_order
from models.findings import inspections_on
from models.order_account import covers_on, order_account
from models.order_versions import open_variation, open_words
from models.tables.variations import Variation
from rules.completion import line_words
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.pathway import OVER, StepName, StepStatus
from rules.payments.account import NOTHING
from rules.people import Role
from services.cases import CaseInHand, Context, working_days_on

CLAIMING: Final = ("claim-variation", "assess-variation")
"""Decisions whose makers may not approve the variation that they claimed or assessed."""

CLOCK: Final = "answer_variation"
_CHANGE: Final = update(Variation).where(Variation.id == bindparam("row_id"))


def order_to_vary(context: Context) -> AnyRow:
    """Return the order that may be varied: issued, neither signed off nor ended, not invoiced.

    Raises:
        HandrailError: It may not be, or it is another firm's.
    """
    order = live_order(context.conn, case_id=context.case.id)
    reference = context.case.reference
    if order is None or order.status == "raised":
        raise StepNotOpenError(
            f"No work order is out on {reference}.",
            why="A variation changes an order that was issued.",
            next_step="Before that, the works are changed where they are specified.",
        )
    actor = context.actor
    if actor.role is Role.CONTRACTOR and actor.identity != order.contractor:
        raise NotPermittedError(
            f"{order.number} is not an order to {actor.name}.",
            next_step="A contractor asks for changes to its own orders only.",
        )
    if ending_of(context.conn, order_id=order.id) is not None:
        raise StepNotOpenError(
            f"{order.number} was ended with what was done.",
            why="Nobody works on it any more, and it is paid as it was valued.",
            next_step="What was done is put right by "
            f"`handrail decide {reference} correct-end-order`.",
        )
    if order.certified_on is not None:
        raise StepNotOpenError(
            f"{order.number} was signed off on {order.certified_on:%-d %B %Y}.",
            why="It is payable as it was inspected.",
            next_step="Works beyond it are a case of their own.",
        )
    _check_not_invoiced(context.conn, order, reference)
    if {context.case.step_status(one) for one in (StepName.APPROVE, StepName.ORDER)} - OVER:
        raise StepNotOpenError(
            f"Version {order.version} of {order.number} is being issued.",
            next_step="It goes out with its document as soon as that is written; then go on.",
        )
    return order


def _check_not_invoiced(conn: Connection, order: AnyRow, reference: str) -> None:
    account = order_account(conn, order=order)
    unpaid = next((one for one in account.invoices if one.unpaid), None)
    if unpaid is not None:
        raise StepNotOpenError(
            f"Invoice {unpaid.number} stands for {order.number} as it is.",
            why="What is invoiced and not paid cannot be changed under it.",
            next_step=f"Withdraw or reject it first: `handrail decide {reference} pay`.",
        )


def check_no_open(conn: Connection, *, order: AnyRow, reference: str) -> None:
    """Refuse what rests on an order being settled while a variation of it is open.

    Raises:
        StepNotOpenError: One is claimed or assessed.
    """
    found = open_variation(conn, order_id=order.id)
    if found is not None:
        raise StepNotOpenError(
            f"Variation {found.number} of {order.number} is {found.status} and not decided.",
            why="Nothing is done, inspected or paid that no version of the order has.",
            next_step=f"Approve it, reject it (`handrail decide {reference} reject-variation`) or "
            "have it withdrawn first.",
        )


def one_that_is(context: Context, *statuses: str) -> tuple[AnyRow, AnyRow]:
    """Return the order and its open variation, which stands as said.

    Raises:
        HandrailError: There is none, or it does not.
    """
    order = order_to_vary(context)
    found = open_variation(context.conn, order_id=order.id)
    if found is None:
        raise AlreadyDecidedError(
            f"No variation of {order.number} is open.",
            why="Each is decided once.",
            next_step="Nothing was changed; a new one is claimed first.",
        )
    if found.status not in statuses:
        raise StepNotOpenError(
            f"Variation {found.number} of {order.number} is {found.status}.",
            why="What is agreed is assessed before it is decided.",
            next_step=f"`handrail decide {context.case.reference} assess-variation` comes first.",
        )
    return order, found


def check_lines_free(conn: Connection, *, order: AnyRow, lines: set[int]) -> None:
    """Refuse to omit or re-measure lines that were inspected as done, or invoiced.

    Raises:
        InvalidDecisionError: Some were.
    """
    account, covers = order_account(conn, order=order), covers_on(conn, order=order)
    charged = [item for item in account.invoiced_items if account.invoiced(item) != NOTHING]
    invoiced = tuple(sorted(lines & {one for item in charged for one in covers.get(item, ())}))
    if invoiced:
        said, verb = line_words(invoiced), "is" if len(invoiced) == 1 else "are"
        raise InvalidDecisionError(
            f"{said[0].upper()}{said[1:]} of {order.number} {verb} invoiced.",
            why="What was paid for stays as it was ordered.",
            next_step="Leave it as it is, or have the contractor credit it first.",
        )
    newest = {row.line: row.result for row in inspections_on(conn, order_id=order.id)}
    passed = tuple(sorted(one for one in lines if newest.get(one) in {"pass", "cleared"}))
    if passed:
        said = line_words(passed)
        raise InvalidDecisionError(
            f"{said[0].upper()}{said[1:]} of {order.number} passed inspection.",
            why="What was done and found in order is paid as it was ordered.",
            next_step="Leave it as it is; what is needed beyond it is added as a line of its own.",
        )


def change_variation(conn: Connection, *, row_id: int, **columns: object) -> None:
    """Change columns of a variation."""
    conn.execute(_CHANGE, {"row_id": row_id, **columns})


def close_open(case: CaseInHand, *, order: AnyRow, by: str, reason: str) -> None:
    """Close the variation that is open on an order which itself comes to nothing."""
    found = open_variation(case.conn, order_id=order.id)
    if found is not None:
        ended = {"ended_by": by, "ended_at": case.now, "ended_reason": reason}
        change_variation(case.conn, row_id=found.id, status="withdrawn", **ended)


# ---- whose turn it is


def hand_to(case: CaseInHand, *, order: AnyRow, number: int) -> None:
    """Put the step in the hands of whoever has to answer the variation that is open now, if any.

    On site its clock runs; once the works are said to be complete, sign-off waits for it.
    """
    waits = open_words(case.conn, order=order)
    if case.step_status(StepName.WORKS) is StepStatus.WAITING:
        owner, words = waits or at_works(order)
        case.move(StepName.WORKS, StepStatus.WAITING, owner=owner, waiting_for=words)
        subject = f"{order.number}:{number}"
        if waits is None:
            case.stop_clock(CLOCK, subject=subject, why="answered")
        else:
            case.start_clock(CLOCK, subject=subject)
    elif case.step_status(StepName.SIGN_OFF) is StepStatus.WAITING:
        if waits is not None:
            until = working_days_on(case, case.days(CLOCK))
            why = "the variation that is open is to be answered by then"
            case.date_step(StepName.SIGN_OFF, until=until, why=why, sooner=True)
        case.move(StepName.SIGN_OFF, StepStatus.READY)


def at_works(order: AnyRow) -> tuple[str, str]:
    """Return who holds works on site where no variation is open, and what they wait for."""
    began = order.started_on is not None
    words = "contractor says complete, with evidence" if began else "start date, then completion"
    return "contractor", words

"""What a contractor is told of a recall, with its clock and the link to its own page."""

from datetime import date, timedelta
from typing import Final

from adapters.calendar_file import Visit, calendar_text
from models.base import AnyRow
from models.case_queries import live_order, works_lines
from models.contacts import authority_of, client_of, contractor_of
from rules.aftercare.defects import recall_number
from rules.clocks.workdays import in_words
from rules.documents.paper_lines import snag_place
from services.aftercare.held import Defect
from services.assignment.order_works import lines_printed
from services.cases import CaseInHand, Context, tell, working_days_on
from services.links.links import make_link

PUT_RIGHT: Final = {False: "put_right_defect", True: "put_right_urgent_defect"}
"""The clock of whoever puts a defect right, by whether it is urgent."""


def line_words(case: CaseInHand, defect: Defect) -> str:
    """Return which of the works a defect is of, in words; empty where nobody said."""
    order = live_order(case.conn, case_id=case.id)
    if defect.line is None or order is None:
        return ""
    printed = {
        one.line: snag_place(one) for one in lines_printed(case.conn, case=case.row, order=order)
    }
    return printed.get(defect.line) or _from_file(case, defect.line)


def _from_file(case: CaseInHand, line: int) -> str:
    rows: dict[int, AnyRow] = {row.line: row for row in works_lines(case.conn, case_id=case.id)}
    return f"works line {line}" + (f" ({rows[line].description})" if line in rows else "")


def issue_recall(context: Context, defect: Defect, *, because: str) -> None:
    """Send a recall to the contractor who did the works, with its clock anew.

    Args:
        because: Why it is sent again, or an empty string the first time.
    """
    case, clock = context.case, PUT_RIGHT[defect.urgent]
    stop_recall(case, defect, why="told anew")
    case.start_clock(clock, subject=str(defect.number))
    tell(
        case,
        kind="recall_to_contractor",
        once_for=f"{defect.number}:{len(defect.steps)}",
        to=contractor_of(context.conn, code=defect.contractor),
        context={
            "recall": recall_number(order_number=defect.order_number, defect=defect.number),
            "order_number": defect.order_number,
            "line": line_words(case, defect),
            "defect": defect.words,
            "urgent": defect.urgent,
            "because": because,
            "put_right_by": working_days_on(case, case.days(clock)),
            "client_phone": case.row.phone,
            "page": _page(context, defect),
        },
    )


def _page(context: Context, defect: Defect) -> str:
    """Make a link to the contractor's page of its order; none where the order was replaced."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is None or order.number != defect.order_number:
        return ""
    return make_link(
        context.conn,
        case_id=context.case.id,
        contractor=defect.contractor,
        order_id=order.id,
        now=context.now,
    )


def stop_recall(case: CaseInHand, defect: Defect, *, why: str) -> None:
    """Stop the clock of whoever puts a defect right."""
    for clock in PUT_RIGHT.values():
        case.stop_clock(clock, subject=str(defect.number), why=why)


def take_back(context: Context, defect: Defect, *, because: str, cost_pence: int = 0) -> None:
    """Tell the contractor that it has nothing more to do under a recall, and what that costs it.

    Args:
        cost_pence: What another contractor does it for at the first one's account, or 0.
    """
    stop_recall(context.case, defect, why="taken back")
    tell(
        context.case,
        kind="recall_taken_back_to_contractor",
        once_for=f"{defect.number}:{len(defect.steps)}",
        to=contractor_of(context.conn, code=defect.contractor),
        context={
            "recall": recall_number(order_number=defect.order_number, defect=defect.number),
            "order_number": defect.order_number,
            "because": because,
            "cost_pence": cost_pence,
        },
    )


def tell_visit(context: Context, defect: Defect, *, day: date) -> None:
    """Send the day agreed under a recall to the calendars of the client and the contractor."""
    case, sequence = context.case, len(defect.steps)
    authority = authority_of(context.conn, case=case.row)
    called = f"putting right a defect ({defect.recall})"
    people = {
        "client": client_of(case.row),
        "contractor": contractor_of(context.conn, code=defect.contractor),
    }
    for name, person in people.items():
        visit = Visit(
            uid=f"{'-'.join((defect.recall or '').split())}@{authority.email.partition('@')[2]}",
            sequence=sequence,
            cancelled=False,
            starts_at=day,
            ends_at=day + timedelta(days=1),
            summary=f"{called.capitalize()}: {case.reference}",
            location=", ".join([*case.row.address.splitlines(), case.row.postcode]),
            organizer=(authority.name, authority.email),
            attendee=(person.name, person.email),
            now=case.now,
        )
        when = {"visit": called, "when": in_words(day), "earlier": "", "cancelled": False}
        tell(
            case,
            kind=f"appointment_to_{name}",
            once_for=f"{defect.recall}:{sequence}",
            to=person,
            context=when,
            calendar=(visit.method, calendar_text(visit)) if person.email else None,
        )

"""A case's file, opened once: everything that its page shows, asked in few statements."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models import approved, order_account, order_versions
from models import case_queries as queries
from models import contacts as held_contacts
from models.asked import Question, rows
from models.base import AnyRow, rows_by
from models.tables.clocks import Clock, ClockChange
from models.tables.competition import Quote
from models.tables.prices import Price
from models.tables.works import Invoice, Payment, WorkOrder
from models.together import Together
from rules.clocks.dates import london_date
from rules.clocks.workdays import Calendar
from rules.errors import NoBankHolidayDataError
from rules.people import Actor
from services.aftercare import charges, conditions, held, outcomes, repayments, servicing, standing
from services.aftercare.survey import ANSWERS
from services.cases import CaseInHand, contacts, notes
from services.cases.clocks.calendar import calendar_for
from services.cases.runs import RUNS
from services.cases.take import take
from services.cases.visible import visible_case
from services.clocks import pauses
from services.competitions.competitions import COMPETITION
from services.completion import views
from services.consents import answers, authority, landlord
from services.documents import received
from services.documents.filed import DOCUMENTS
from services.documents.sent import MESSAGES
from services.grants import budgets, charges_after, direct, findings, fundings, means, proportions
from services.grants.payers import SHARES
from services.links import questions
from services.payments import payee, withholding
from services.reports import waits

PRICES: Final = (
    select(*(Price.__table__.c[name] for name in ("id", "kind", "version", "contractor")))
    .add_columns(Price.total_pence, Price.priced_at)
    .where(Price.case_id == bindparam("case_id"))
    .order_by(Price.id)
)
CLOCKS: Final = rows_by(Clock, "case_id").order_by(Clock.opened_on, Clock.id)
CHANGES: Final = (
    select(*ClockChange.__table__.c)
    .join(Clock, Clock.id == ClockChange.clock_id)
    .where(Clock.case_id == bindparam("case_id"))
    .order_by(ClockChange.id)
)
INVOICES: Final = (
    select(*Invoice.__table__.c)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .where(WorkOrder.case_id == bindparam("case_id"))
    .order_by(Invoice.id)
)
PAYMENTS: Final = (
    select(*Payment.__table__.c, Invoice.order_id)
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .where(WorkOrder.case_id == bindparam("case_id"))
    .order_by(Payment.id)
)
QUOTES: Final = rows_by(Quote, "award_id").order_by(Quote.id)
_OF_CASE: Final = Together(
    *queries.OF_CASE,
    *(PRICES, CLOCKS, CHANGES, INVOICES, PAYMENTS, COMPETITION, DOCUMENTS, MESSAGES, RUNS, ANSWERS),
    *(fundings.LINES, fundings.WAIVER, means.STANDS, SHARES, pauses.OF_CASE, *waits.OF_CASE),
    *(
        notes.HELD,
        contacts.HISTORY,
        held_contacts.CONTACTS,
        received.HELD,
        charges.SAID,
        proportions.SAID,
        questions.HELD,
        views.HELD,
    ),
    *(authority.STANDS, answers.ANSWERS, landlord.QUESTIONS),
    *(*held.OF_CASE, outcomes.HELD, repayments.HELD, conditions.HELD, servicing.SAID),
    *(standing.TOLD, findings.RECORDED, charges_after.PAID, approved.FIRST, budgets.REDUCED),
    *(direct.SAID, direct.FIRST_LETTER, payee.SAID, withholding.LIVE),
)
_OF_ITS_ROWS: Final = Together(
    *queries.OF_ORDER, *order_versions.OF_ORDER, *order_account.OF_ORDER, *queries.OF_PRICE, QUOTES
)
_NONE: Final = 0
"""The id of no row."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case that is looked at by somebody.

    Args:
        hand: The case with its steps, as decisions see it.
        order: The work order in force, if any.
        price: The price in force: of the order, else the newest tender, else the newest estimate.
        calendar: The authority's working days; None where no bank holidays are held.
    """

    conn: Connection
    hand: CaseInHand
    viewer: Actor
    today: date
    order: AnyRow | None
    price: AnyRow | None
    calendar: Calendar | None

    @property
    def case(self) -> AnyRow:
        """The case's row."""
        return self.hand.row

    @property
    def id(self) -> int:
        """The case's row id."""
        return self.hand.id


def open_file(conn: Connection, *, reference: str, viewer: Actor, now: datetime) -> CaseFile:
    """Open the file of a case for somebody who may look at it.

    Raises:
        UnknownReferenceError: There is no such case, or it is not theirs to see.
    """
    case = visible_case(conn, reference=reference, viewer=viewer)
    hand = take(conn, reference=case.reference, now=now, to_change=False)
    _OF_CASE.ask(conn, case_id=case.id)
    order, newest = queries.live_order(conn, case_id=case.id), queries.newest_price
    price = newest(conn, case_id=case.id)
    price_id = order.price_id if order else price.id if price else _NONE
    award = queries.newest_award(conn, case_id=case.id)
    _OF_ITS_ROWS.ask(
        conn,
        id=price_id,
        price_id=price_id,
        order_id=order.id if order else _NONE,
        award_id=award.id if award else _NONE,
    )
    return CaseFile(
        conn=conn,
        hand=hand,
        viewer=viewer,
        today=london_date(now),
        order=order,
        price=queries.price_by_id(conn, price_id=price_id) if price_id else None,
        calendar=_calendar(conn, case.authority),
    )


def _calendar(conn: Connection, authority: str) -> Calendar | None:
    try:
        return calendar_for(conn, authority=authority)
    except NoBankHolidayDataError:
        return None


def of_case(file: CaseFile, question: Question) -> list[AnyRow]:
    """Return the rows of a question that is asked by ``case_id``."""
    return list(rows(file.conn, question, case_id=file.id))

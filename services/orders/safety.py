"""Health and safety before works begin: the construction phase plan, and telling HSE (CDM 2015)."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import award_in_force, price_by_id, price_lines
from models.site_queries import order_on_site
from rules.clocks.dates import london_date
from rules.clocks.workdays import Calendar
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, NoBankHolidayDataError
from rules.f10 import MOST_AT_ONCE, SECTION, Labour, Notifiable, notifiable, who_tells
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.assignment.order_works import works_in_force
from services.cases import Context, Effect, applies
from services.cases.clocks.calendar import calendar_for
from services.orders.works import own_order
from services.rates.items import in_force
from services.tenders.contracting import party_of_price

_BY = OFFICERS | {Role.CONTRACTOR}
_NOT_TOLD: Final = {
    False: f"HSE need not be told of these works ({SECTION}).",
    None: f"HSE must be told of these works if over {MOST_AT_ONCE} people are at work at once "
    f"({SECTION}): say it with the plan.",
}
"""What an order says where nothing is to be done yet, by whether HSE must be told."""


@decided("hold-plan", at=StepName.WORKS, by=_BY)
class HoldPlan(BaseDecision):
    """The construction phase plan is held; works do not begin without one (CDM 2015)."""

    reference: str = particular(
        "What the plan is called, or its number.", label="The plan’s reference"
    )
    dated: date = particular("The day on which it was drawn up.", label="Date of the plan")
    at_once: int | None = particular(
        "The most people who will be at work there at once, as the plan has it.",
        default=None,
        label="Most people at work at once",
        hint="As the plan has it. HSE may have to be told of long works with over 20.",
    )
    filed: str = particular(
        "Where it is filed.", default="", label="Where the plan is filed", evidence=True
    )

    def problems(self) -> tuple[str, ...]:
        """Return a missing reference, and a number of people that cannot be."""
        found = () if self.reference.strip() else ("Give the plan's reference, or its title.",)
        if self.at_once is not None and not 1 <= self.at_once <= 1_000:
            return (*found, "At least one person is at work at once; leave it out if not known.")
        return found

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        plan = f"The construction phase plan {facts['reference']} of {facts.day('dated')}"
        people = known("; at most {} people at work at once", facts["at_once"])
        return f"{plan}{known(' for {}', facts['order'])} is held{people}."


@decided("notify-hse", at=StepName.WORKS, by=_BY)
class NotifyHse(BaseDecision):
    """HSE was told of the works before they began: form F10 (CDM 2015, reg 6)."""

    reference: str = particular("HSE's reference of the notice.", label="HSE’s reference")
    notified_on: date = particular("HSE was told on this day.", "--on", label="Date HSE was told")

    def problems(self) -> tuple[str, ...]:
        """Return a missing reference."""
        return () if self.reference.strip() else ("Give HSE's reference of the notice.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        told = f"HSE was told of the works{known(' on {}', facts['order'])}"
        return f"{told} on {facts.day('notified_on')}: {facts['reference']} ({SECTION})."


def check_own_order(context: Context) -> AnyRow:
    """Return the order in force; a contractor speaks of its own."""
    return own_order(context)


@applies(HoldPlan, check=check_own_order)
def hold_plan(context: Context, decision: HoldPlan, order: AnyRow) -> Effect:
    """Keep that the plan is held; a plan that was revised is recorded again."""
    _check_not_to_come(context, decision.dated, what="plan")
    found = notifiable_order(
        context.conn,
        case=context.case.row,
        order=order,
        calendar=context.case.calendar,
        at_once=decision.at_once,
    )
    return Effect(
        to=None, facts={"order": order.number}, notice=f10_words(context.conn, found, order)
    )


@applies(NotifyHse, check=check_own_order)
def notify_hse(context: Context, decision: NotifyHse, order: AnyRow) -> Effect:
    """Keep that HSE was told."""
    _check_not_to_come(context, decision.notified_on, what="notice")
    return Effect(to=None, facts={"order": order.number})


def _check_not_to_come(context: Context, day: date, *, what: str) -> None:
    if day > context.today:
        raise InvalidDecisionError(
            f"The {what} cannot be of a day to come ({day:%-d %B %Y}).",
            next_step="Check its date, and record it again.",
        )


# ---- whether HSE must be told


def notifiable_order(
    conn: Connection, *, case: AnyRow, order: AnyRow, calendar: Calendar, at_once: int | None = None
) -> Notifiable:
    """Return whether HSE must be told of an order's works, by the standard minutes of its lines.

    Args:
        at_once: The most people at work at once, if the plan on record does not say it.
    """
    if at_once is None:
        at_once = (order_on_site(conn, order=order).plan or {}).get("at_once")
    minutes, uncounted = _minutes(conn, case=case, order=order)
    days = calendar.open_within(order.start_by, order.complete_by)
    return notifiable(Labour(minutes, uncounted, days, at_once))


def _minutes(conn: Connection, *, case: AnyRow, order: AnyRow) -> tuple[Decimal, tuple[int, ...]]:
    """Return the standard minutes of an order's lines, and the lines that have none.

    They are those of the schedule on the day the order was priced. Of a package the works lines
    behind its items count, as the version in force has them.
    """
    price = price_by_id(conn, price_id=order.price_id)
    lines = [
        (row.line, row.code, row.quantity)
        for row in price_lines(conn, price_id=price.id)
        if row.covers is None
    ]
    if not lines:
        made = award_in_force(conn, case_id=case.id)
        works = works_in_force(conn, case=case, made=made, order=order)
        lines = [(one.line, one.code, one.quantity) for one in works]
    coded = {code for _, code, _ in lines if code}
    items = in_force(conn, codes=coded, on=london_date(price.priced_at)).items
    smv = {code: item.smv for code, item in items.items() if item.smv is not None}
    minutes = sum((smv[code] * much for _, code, much in lines if code in smv), Decimal())
    return minutes, tuple(line for line, code, _ in lines if code not in smv)


def f10_words(conn: Connection, found: Notifiable, order: AnyRow) -> str:
    """Return what is to be done about telling HSE; nothing where nothing is."""
    if not found.needed:
        return ""
    who = who_tells(party_of_price(price_by_id(conn, price_id=order.price_id)))
    return f"HSE must be told before the works begin ({SECTION}), by {who}. {found.words}"


def f10_printed(conn: Connection, *, case: AnyRow, order: AnyRow) -> str:
    """Return what the order says of telling HSE; nothing where its years are not loaded."""
    try:
        calendar = calendar_for(conn, authority=case.authority)
        found = notifiable_order(conn, case=case, order=order, calendar=calendar)
    except NoBankHolidayDataError:
        return ""
    return f10_words(conn, found, order) or f"{_NOT_TOLD[found.needed]} {found.words}"

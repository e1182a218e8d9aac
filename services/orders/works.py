"""Decisions of the works on site: begun, and said to be complete."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, update

from models.approved import approved_on
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import inspected, live_order, order_in_force
from models.order_versions import open_words
from models.site_queries import order_on_site
from models.tables.works import WorkOrder
from rules.cases import ReceivedKind
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import in_words
from rules.completion_claim import lacking
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.pointed import pointed_at
from rules.errors import InvalidDecisionError, NotPermittedError, StatuteError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies
from services.consents.in_force import check_consent_in_force
from services.documents.received import received_on
from services.orders.handed import brought, claim_terms, handed_words, keep_handed, problems_of
from services.orders.shows import certificate_files, photographs
from services.orders.to_client import ask_view
from services.orders.variations import close_open

_ORDER: Final = update(WorkOrder).where(WorkOrder.id == bindparam("row_id"))


@decided("start", at=StepName.WORKS, by=OFFICERS | {Role.CONTRACTOR}, command="works")
class StartWorks(BaseDecision):
    """Works have begun on site."""

    started_on: date = particular(
        "Works began on this day.", "--start", asks=True, label="Date works began"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Works{known(' on {}', facts['order'])} began on {facts.day('started_on')}."


@decided("complete", at=StepName.WORKS, by=OFFICERS | {Role.CONTRACTOR}, command="works")
class CompleteWorks(BaseDecision):
    """The contractor says the works are complete, and what shows it."""

    completed_on: date = particular(
        "Works were complete on this day.",
        "--complete",
        asks=True,
        label="Date works were complete",
    )
    evidence: str = particular("What shows that they are complete.", long=True, evidence=True)
    done: tuple[int, ...] = particular(
        "A line that is done.",
        default=(),
        entry="LINE",
        label="Lines that are done",
        hint="Each line of the order, as it stands now.",
        offers="lines",
    )
    all_done: bool = particular("Every line is done.", default=False)
    before: Mapping[int, str] = photographs(
        "before", example="0=doc:4", hint=" What was handed in before counts too."
    )
    after: Mapping[int, str] = photographs("after", example="0=doc:5")
    certificates: Mapping[str, str] = certificate_files()
    servicing: str = particular(
        "Instructions for servicing a lift or a hoist: doc:7.",
        default="",
        evidence=True,
        label="Instructions for servicing",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return missing evidence, and what is handed in without a file."""
        found = problems_of(self.before, self.after, self.certificates, self.servicing)
        if not self.evidence.strip():
            words = "Say what shows that the works are complete, such as photographs."
            found = (words, *found)
        return found

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        works = f"works{known(' on {}', facts['order'])}"
        return (
            f"The contractor says that the {works} were complete on {facts.day('completed_on')}; "
            f"shown by: {facts['evidence']}{known('; {}', handed_words(facts))}."
        )


def check_start(context: Context) -> AnyRow:
    """Return the order to begin on: works begin once, with their construction phase plan held."""
    order = own_order(context)
    if order.started_on is not None:
        raise InvalidDecisionError(
            f"Works on {order.number} began on {order.started_on:%-d %B %Y}, as recorded before.",
            next_step="Nothing was changed; a day recorded wrongly is put right by "
            f"`handrail decide {context.case.reference} correct-start`.",
        )
    check_plan_held(context, order)
    return order


def check_plan_held(context: Context, order: AnyRow) -> None:
    """Refuse a start without a construction phase plan, which works of every size must have.

    Raises:
        StatuteError: None is on record for the order.
    """
    if order_on_site(context.conn, order=order).plan is None:
        raise StatuteError(
            f"No construction phase plan is on record for {order.number}.",
            why="The contractor draws one up before works begin, however small they are (with "
            "several contractors, the principal contractor: reg 12(1)).",
            section="CDM 2015, reg 15(5)",
            next_step="Record that it is held: "
            f"`handrail decide {context.case.reference} hold-plan`.",
        )


@applies(StartWorks, check=check_start)
def start(context: Context, decision: StartWorks, order: AnyRow) -> Effect:
    """Record that works began: not before the approval (s.29), not in the future, once."""
    check_begun_on(context, decision.started_on)
    check_consent_in_force(context.case, on=decision.started_on)
    change_order(context.conn, order_id=order.id, started_on=decision.started_on)
    context.case.stop_clock("start_works", why="started")
    context.case.stop_clock("agree_access", why="started")
    late = context.case.calendar.between(order.start_by, decision.started_on)
    varied = open_words(context.conn, order=order)
    return Effect(
        to=StepStatus.WAITING,
        owner=varied[0] if varied else "contractor",
        waiting_for=varied[1] if varied else "contractor says complete, with evidence",
        facts={"order": order.number},
        notice=f"That is {in_working_days(late)} after {in_words(order.start_by)}, the day by "
        "which they were to begin."
        if late > 0
        else "",
    )


def check_begun_on(context: Context, day: date) -> None:
    """Refuse a day before the approval, on which works would not be grant-aided, or to come.

    Raises:
        HandrailError: Works cannot have begun on that day.
    """
    approved = approved_on(context.conn, case_id=context.case.id)
    if day < approved:
        raise StatuteError(
            f"Works cannot have begun on {day:%-d %B %Y}.",
            why=f"The grant was approved on {approved:%-d %B %Y}, and works begun "
            "before approval are not grant-aided.",
            section="s.29",
            next_step="Check the date with the contractor.",
        )
    _not_in_future(context, "start", day)


def check_complete(context: Context) -> AnyRow:
    """Return the order that may be complete: its works have begun."""
    order = own_order(context)
    if order.started_on is None:
        raise InvalidDecisionError(
            f"No start is recorded for {order.number}.",
            why="The start of works is always recorded.",
            next_step="Record the start first, with `decide … works --start DATE`.",
        )
    return order


@applies(CompleteWorks, check=check_complete)
def complete(context: Context, decision: CompleteWorks, order: AnyRow) -> Effect:
    """Record that the contractor says the works are complete."""
    check_completed_on(context, decision.completed_on, order=order)
    check_whole(context, decision, order)
    change_order(
        context.conn, order_id=order.id, completed_on=decision.completed_on, status="complete"
    )
    ask_view(context.case, order=order_in_force(context.conn, case_id=context.case.id))
    one_day = decision.completed_on == order.started_on
    notice = (
        f"The works on {order.number} began and were complete on one day, "
        f"{decision.completed_on:%-d %B %Y}: check the dates if that is a slip."
    )
    return Effect(
        to=StepStatus.DONE,
        closes=True,
        outcome="complete",
        facts={"order": order.number},
        notice=notice if one_day else "",
    )


def check_whole(context: Context, decision: CompleteWorks, order: AnyRow) -> None:
    """Keep what is handed in, and send back a claim that is not whole, with all that it lacks.

    Raises:
        InvalidDecisionError: The authority asks for more; nothing is recorded.
    """
    keep_handed(
        context,
        order,
        before=decision.before,
        after={**decision.after, **_of_the_works(context, decision)},
        certificates=decision.certificates,
        servicing=decision.servicing,
    )
    known = inspected(context.conn, order=order)
    done = known.lines if decision.all_done else frozenset(decision.done)
    if odd := sorted(done - known.lines):
        raise InvalidDecisionError(
            f"{order.number} has no line {', '.join(map(str, odd))}.",
            next_step=f"Its lines are {', '.join(map(str, sorted(known.lines)))}.",
        )
    lacks = lacking(
        claim_terms(context.conn, authority=context.case.row.authority, on=context.today),
        lines=known.lines,
        needed=known.certificates_needed,
        brought=brought(context.conn, order=order, done=done),
    )
    if lacks:
        raise InvalidDecisionError(
            f"{order.number} is not complete as claimed.",
            why=f"Missing: {'; '.join(lacks)}.",
            next_step="Bring all of it, and claim again; nothing was recorded.",
        )


def _of_the_works(context: Context, decision: CompleteWorks) -> dict[int, str]:
    """Return the photographs that the evidence points at: they show the works as a whole."""
    held = {one.number: one for one in received_on(context.conn, case_id=context.case.id)}
    shown = [
        f"doc:{number}"
        for number in pointed_at(f"{decision.evidence} {decision.after.get(0, '')}")
        if number in held and held[number].kind == ReceivedKind.PHOTOGRAPH
    ]
    return {0: ", ".join(shown)} if shown else {}


def check_completed_on(context: Context, day: date, *, order: AnyRow) -> None:
    """Refuse a day before works began, or to come.

    Raises:
        InvalidDecisionError: Works cannot be complete on that day.
    """
    _not_in_future(context, "completion", day)
    if day < order.started_on:
        raise InvalidDecisionError(
            f"Works cannot be complete on {day:%-d %B %Y}.",
            why=f"They began on {order.started_on:%-d %B %Y}.",
            next_step="Check the date with the contractor.",
        )


def own_order(context: Context) -> AnyRow:
    """Return the order in force; a contractor speaks of its own orders only."""
    order = order_in_force(context.conn, case_id=context.case.id)
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != order.contractor:
        raise NotPermittedError(
            f"{order.number} is not an order to {context.actor.name}.",
            next_step="A contractor records the start and completion of its own orders only.",
        )
    return order


def _not_in_future(context: Context, what: str, day: date) -> None:
    if day > context.today:
        raise InvalidDecisionError(
            f"The {what} cannot be in the future ({day:%-d %B %Y}).",
            next_step="Record it on the day or afterwards.",
        )


def change_order(conn: Connection, *, order_id: int, **columns: object) -> None:
    """Change columns of a work order."""
    conn.execute(_ORDER, {"row_id": order_id, **columns})


def cancel_order(case: CaseInHand) -> None:
    """Cancel the order of a case that ends, if its works have not begun."""
    order = live_order(case.conn, case_id=case.id)
    if order is not None and order.status in ("raised", "sent"):
        close_open(case, order=order, by=AUTOMATIC, reason=f"{order.number} is cancelled")
        change_order(case.conn, order_id=order.id, status="cancelled")

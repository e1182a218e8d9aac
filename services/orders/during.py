"""Decisions while works are under way: how far they are, and visits on which nobody got in."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from models.base import AnyRow
from models.case_queries import price_lines
from models.contacts import client_of, contractor_of, officer_of
from models.site_queries import order_on_site
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.items import item_of, items_words, typed_item
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies, tell
from services.orders.works import own_order

CLOCK: Final = "agree_access"
_BY: Final = OFFICERS | {Role.CONTRACTOR}
_IN_THEIR_HANDS: Final = {
    "client": "the client agrees a day with the contractor",
    "technical officer": "officer agrees how the contractor gets in, after two visits in vain",
}


@decided("progress", at=StepName.WORKS, by=_BY)
class ReportProgress(BaseDecision):
    """How far the works are, and when they are expected to finish."""

    done: str = particular("How far they are, in words.", default="", label="How far", long=True)
    percent: int | None = particular("How much of them is done, in percent.", default=None)
    lines: Mapping[str, str] = particular(
        "How far a line is, in percent or in words.",
        "--line",
        default_factory=dict,
        entry="LINE=WORDS",
        example="2=half tiled",
        label="Line by line",
        offers="ordered",
        seldom=True,
    )
    expected_on: date | None = particular(
        "The works are expected to finish on this day.",
        "--expected",
        default=None,
        label="Expected to finish",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a share that cannot be, and a report that says nothing."""
        found = []
        if self.percent is not None and not 0 <= self.percent <= 100:
            found.append(f"Between 0 and 100 percent are done, not {self.percent}.")
        said = self.done.strip() or self.lines or self.expected_on
        if self.percent is None and not said:
            found.append("Say how far the works are, or when they are expected to finish.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        lines = [f"line {line}: {words}" for line, words in (facts["lines"] or {}).items()]
        said = [known("{} percent done", facts["percent"]), known("{}", facts["done"]), *lines]
        said.append(known("expected to finish on {}", facts.day("expected_on")))
        late = " That is after the date of the order." if facts["late"] else ""
        return f"Progress{known(' of {}', facts['order'])}: {'; '.join(filter(None, said))}.{late}"


@decided("no-access", at=StepName.WORKS, by=_BY)
class NoAccess(BaseDecision):
    """The contractor came and nobody let them in; the client is asked to agree another day."""

    visited_on: date = particular("The day of the visit.", "--on", label="Date of the visit")
    tried: str = particular(
        "What was tried: when, and who was called.", label="What was tried", long=True
    )
    evidence: str = particular(
        "What shows it, such as a photograph or a card left.",
        label="What shows it",
        evidence=True,
        long=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return what is left empty."""
        return tuple(
            words
            for given, words in (
                (self.tried, "Say what was tried: when, and who was called."),
                (self.evidence, "Say what shows the visit, such as a photograph or a card left."),
            )
            if not given.strip()
        )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        visit = known("visit {} ", facts["visit"])
        return (
            f"No access{known(' for {}', facts['order'])}: {visit}on {facts.day('visited_on')}; "
            f"tried: {facts['tried']}; shown by: {facts['evidence']}."
        )


@decided("agree-access", at=StepName.WORKS, by=OFFICERS)
class AgreeAccess(BaseDecision):
    """After visits without access it is agreed how the contractor gets in; the works go on."""

    agreed: str = particular("What is agreed, and with whom.", label="What is agreed", long=True)

    def problems(self) -> tuple[str, ...]:
        """Return an agreement without words."""
        return () if self.agreed.strip() else ("Say what is agreed, and with whom.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Access{known(' for {}', facts['order'])} is agreed: {facts['agreed']}."


def check_own_order(context: Context) -> AnyRow:
    """Return the order in force; a contractor speaks of its own."""
    return own_order(context)


def check_no_access_on_record(context: Context) -> AnyRow:
    """Return the order whose works could not get in."""
    order = own_order(context)
    if not order_on_site(context.conn, order=order).no_access:
        raise InvalidDecisionError(
            f"No visit without access is on record for {order.number}.",
            why="Or the works have got in since.",
            next_step="Nothing was changed.",
        )
    return order


@applies(ReportProgress, check=check_own_order)
def report_progress(context: Context, decision: ReportProgress, order: AnyRow) -> Effect:
    """Keep how far the works are; a finish after the order's date goes to the officer."""
    _check_progress(context, decision, order)
    by, expected = _complete_by(context, order), decision.expected_on
    late = expected is not None and expected > by
    if expected is not None and late:
        _tell_officer(context, order, by=by, expected=expected)
    context.case.stop_clock(CLOCK, why="the works got in")
    return Effect(
        to=StepStatus.WAITING,
        owner="contractor",
        waiting_for=_awaited(order),
        facts={"order": order.number, "late": late},
        notice=f"That is after {in_words(by)}, by which {order.number} is to be complete; the "
        "officer is told."
        if late
        else "",
    )


@applies(NoAccess, check=check_own_order)
def no_access(context: Context, decision: NoAccess, order: AnyRow) -> Effect:
    """Keep the visit: the first goes to the client, the second to the officer, each once."""
    _check_visit(context, decision, order)
    visit = len(order_on_site(context.conn, order=order).no_access) + 1
    if visit == 1:
        _tell_client(context, decision, order)
    else:
        context.case.start_clock(CLOCK)
    owner = "client" if visit == 1 else "technical officer"
    return Effect(
        to=StepStatus.WAITING,
        owner=owner,
        waiting_for=_IN_THEIR_HANDS[owner],
        facts={"order": order.number, "visit": visit},
    )


@applies(AgreeAccess, check=check_no_access_on_record)
def agree_access(context: Context, decision: AgreeAccess, order: AnyRow) -> Effect:
    """Give the works back to the contractor."""
    del decision
    context.case.stop_clock(CLOCK, why="access agreed")
    return Effect(
        to=StepStatus.WAITING,
        owner="contractor",
        waiting_for=_awaited(order),
        facts={"order": order.number},
    )


def _awaited(order: AnyRow) -> str:
    if order.started_on is None:
        return "start date, then completion"
    return "contractor says complete, with evidence"


def _complete_by(context: Context, order: AnyRow) -> date:
    """Return the day by which an order is to be complete, with what was paused."""
    runs_to: date | None = context.case.clocks.given("finish_works")
    ordered: date = order.complete_by
    return max(ordered, runs_to or ordered)


def _check_progress(context: Context, decision: ReportProgress, order: AnyRow) -> None:
    """Refuse progress before the start, lines that the order lacks, and a finish that is past."""
    priced = price_lines(context.conn, price_id=order.price_id)
    items = [item_of(line=row.line, covers=row.covers) for row in priced]
    unknown = [item for item in map(typed_item, decision.lines) if item not in items]
    problems = []
    if unknown:
        problems.append(f"{order.number} has no {items_words(unknown)}.")
    if decision.percent and order.started_on is None:
        problems.append(f"No start is recorded for {order.number}, so nothing of it is done.")
    if decision.expected_on is not None and decision.expected_on < context.today:
        problems.append(f"{in_words(decision.expected_on)} is past; no finish is expected then.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def _check_visit(context: Context, decision: NoAccess, order: AnyRow) -> None:
    """Refuse a visit to come, one before the order, and one of a day that is on record."""
    day, said = decision.visited_on, order_on_site(context.conn, order=order).no_access
    problem = ""
    if day > context.today:
        problem = f"{in_words(day)} is to come; a visit is recorded on its day or afterwards."
    elif day < order.raised_at.date():
        problem = f"{order.number} was raised on {in_words(order.raised_at.date())}, after that."
    elif any(one["visited_on"] == day.isoformat() for one in said):
        problem = f"A visit without access on {in_words(day)} is on record already."
    if problem:
        raise InvalidDecisionError(problem, next_step="Nothing was recorded; check the date.")


def _tell_client(context: Context, decision: NoAccess, order: AnyRow) -> None:
    firm = contractor_of(context.conn, code=order.contractor)
    tell(
        context.case,
        kind="no_access_to_client",
        once_for=f"{order.number}:{decision.visited_on}",
        to=client_of(context.case.row),
        context={
            "visited_on": decision.visited_on,
            "contractor_name": firm.name,
            "contractor_phone": firm.phone,
            "contractor_email": firm.email,
        },
    )


def _tell_officer(context: Context, order: AnyRow, *, by: date, expected: date) -> None:
    case = context.case
    tell(
        case,
        kind="overrun_to_officer",
        once_for=f"{order.number}:{by}:{expected}",
        to=officer_of(case.conn, case=case.row, on=context.today),
        context={
            "order_number": order.number,
            "contractor_name": contractor_of(case.conn, code=order.contractor).name,
            "complete_by": by,
            "expected_on": expected,
        },
    )

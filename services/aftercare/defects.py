"""A defect is reported, and the officer decides whether it is one of the works."""

from datetime import date
from typing import Final

from models.base import AnyRow
from models.case_queries import live_order, price_lines
from models.contacts import client_of, contractor_of
from models.replaced import replaced_orders
from rules.aftercare.defects import OPEN, STATES, State, leading_to, recall_number
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.held import Defect, add_defect, add_step, defects_on, in_states, the_one
from services.aftercare.telling import issue_recall, line_words, take_back
from services.cases import Context, Effect, applies, tell, working_days_on

LONGEST: Final = 2_000
"""Characters of what is told of a defect."""


@decided(
    "report-defect",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.ASSESSOR, Role.CLIENT},
    after_end=True,
    sealed=frozenset({"words"}),
    usual_reason="reported by the client",
)
class ReportDefect(BaseDecision):
    """Something is wrong with works that were signed off: what, where, and whether it is urgent."""

    words: str = particular("What is wrong.", long=True, label="What is wrong")
    line: int | None = particular(
        "The works line that it is of.",
        default=None,
        label="Which of the works",
        hint="Leave it out if you are not sure.",
        offers="ordered_works",
    )
    urgent: bool = particular(
        "Somebody may come to harm, or cannot use what was adapted.",
        default=False,
        label="It is urgent: somebody may come to harm, or cannot use what was adapted",
    )
    noticed_on: date | None = particular(
        "The day on which it was told; today if left out.",
        "--on",
        default=None,
        label="Day on which it was told",
        seldom=True,
    )
    photograph: str = particular(
        "What shows it.", default="", label="Photograph", evidence=True, seldom=True
    )

    def problems(self) -> tuple[str, ...]:
        """Return a report that says nothing, or too much."""
        return words_problems(self.words, "wrong")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there is a defect; what it is stands beside the record."""
        late = ", after the defects period" if facts["late"] else ""
        urgent = ", as urgent" if facts["urgent"] else ""
        of = known(" on line {}", facts["line"])
        return f"Defect{known(' {}', facts['number'])}{of} is reported{urgent}{late}."


@decided("judge-defect", at=StepName.AFTERCARE, by=OFFICERS, sealed=frozenset({"why"}))
class JudgeDefect(BaseDecision):
    """Whether a defect is one of the works: the contractor then puts it right at no cost.

    A recall that the contractor disputes is decided the same way.
    """

    number: int = particular(
        "Which defect.", "--defect", label="Which defect", offers="defects_to_judge"
    )
    of_works: bool = particular(
        "Whether it is a defect of the works.",
        "--of-works/--not-of-works",
        label="Is it a defect of the works?",
        answers=("Yes: the contractor puts it right at no cost", "No: the client is told why"),
    )
    why: str = particular(
        "Why, as the client reads it.",
        default="",
        long=True,
        label="Why, as the client reads it",
        hint="Needed where it is none of the works.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return an answer that nobody could understand."""
        if self.of_works and not self.why.strip():
            return ()
        return words_problems(self.why, "the reason, as the client reads it")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, and as which recall."""
        if facts["of_works"]:
            return (
                f"Defect {facts['number']} is of the works{known(': recall {}', facts['recall'])}."
            )
        return f"Defect {facts['number']} is none of the works; the client is told why."


def words_problems(words: str, what: str) -> tuple[str, ...]:
    """Return what is wrong with words that somebody has to be able to read."""
    found = list(unwritable(words))
    if not words.strip():
        found.append(f"Say what is {what}." if what == "wrong" else f"Give {what}.")
    if len(words) > LONGEST:
        found.append(f"Give it in {LONGEST:,} characters at most.")
    return tuple(found)


def check_report(context: Context) -> AnyRow:
    """Return the order whose works are signed off and paid, of which a defect can be one."""
    order = live_order(context.conn, case_id=context.case.id)
    after = context.case.status in (CaseStatus.PAID, CaseStatus.CLOSED)
    if order is None or order.defects_until is None or not after:
        raise StepNotOpenError(
            f"The works of {context.case.reference} are not signed off and paid.",
            why="Until they are, what is wrong with them is a snag.",
            next_step="Record it at sign-off, and the contractor clears it before it is paid.",
        )
    return order


@applies(ReportDefect, check=check_report)
def report(context: Context, decision: ReportDefect, order: AnyRow) -> Effect:
    """Keep the report; tell the contractor, or the client that the period is over."""
    told = decision.noticed_on or context.today
    if not order.certified_on <= told <= context.today:
        raise InvalidDecisionError(
            f"A defect cannot have been told on {told:%-d %B %Y}.",
            why="That is before the works were signed off, or still to come.",
            next_step="Check the day.",
        )
    words = decision.words.strip()
    held = defects_on(context.conn, case_id=context.case.id)
    _check_once(held, words=words, line=decision.line)
    whose = _order_of(context, order, decision.line)
    number, late = len(held) + 1, told >= order.defects_until
    if context.case.status is CaseStatus.CLOSED and not late:
        raise StepNotOpenError(
            f"{context.case.reference} is closed, and this was told while it was open.",
            why=f"The defects period ended on {order.defects_until:%-d %B %Y}; a recall is "
            "recorded on an open case.",
            next_step="Write to the contractor and the client, and file it with the case.",
        )
    add_defect(
        context,
        state=State.LATE if late else State.REPORTED,
        number=number,
        order_id=whose,
        line=decision.line,
        words=words,
        urgent=decision.urgent,
        noticed_on=told,
    )
    defect = defects_on(context.conn, case_id=context.case.id)[-1]
    facts = {"number": number, "noticed_on": told.isoformat(), "late": late}
    if late:
        _too_late(context, defect, order)
        notice = f"The defects period ended on {order.defects_until:%-d %B %Y}: the client is told."
        return Effect(to=None, facts=facts, notice=notice)
    _pass_on(context, defect)
    return Effect(to=StepStatus.READY, facts=facts, notice=f"It is defect {number}.")


def _check_once(held: list[Defect], *, words: str, line: int | None) -> None:
    if any(one.state in OPEN and (one.words, one.line) == (words, line) for one in held):
        raise AlreadyDecidedError(
            "This defect is reported already, and is being dealt with.",
            next_step="Nothing was recorded again.",
        )


def _order_of(context: Context, order: AnyRow, line: int | None) -> int:
    """Return the order whose contractor did a line: that in force, or one that was replaced."""
    mine = {row.line for row in price_lines(context.conn, price_id=order.price_id)}
    if line is None or line in mine:
        return int(order.id)
    for before in replaced_orders(context.conn, case_id=context.case.id):
        if line in {row.line for row in price_lines(context.conn, price_id=before.price_id)}:
            return int(before.order_id)
    raise InvalidDecisionError(
        f"{order.number} has no line {line}.",
        next_step=f"Its lines are {', '.join(map(str, sorted(mine)))}; leave it out if unsure.",
    )


def _too_late(context: Context, defect: Defect, order: AnyRow) -> None:
    tell(
        context.case,
        kind="defect_late_to_client",
        once_for=str(defect.number),
        to=client_of(context.case.row),
        context={"defect": defect.words, "defects_until": order.defects_until},
    )


def _pass_on(context: Context, defect: Defect) -> None:
    """Tell the client what comes next, and the contractor what was reported; start the clock."""
    case = context.case
    clock = "judge_urgent_defect" if defect.urgent else "judge_defect"
    answer_by = working_days_on(case, case.days(clock))
    case.start_clock(clock, subject=str(defect.number))
    firm = contractor_of(context.conn, code=defect.contractor)
    common = {"defect": defect.words, "urgent": defect.urgent}
    tell(
        case,
        kind="defect_reported_to_client",
        once_for=str(defect.number),
        to=client_of(case.row),
        context={**common, "answer_by": answer_by},
    )
    tell(
        case,
        kind="defect_reported_to_contractor",
        once_for=str(defect.number),
        to=firm,
        context={
            **common,
            "order_number": defect.order_number,
            "line": line_words(case, defect),
            "answer_by": answer_by,
        },
    )


_TO_JUDGE: Final = leading_to(State.ISSUED, State.NOT_OF_WORKS)


def check_judge(context: Context) -> list[Defect]:
    """Return the defects of which it may be decided whether they are of the works."""
    return in_states(context, _TO_JUDGE)


@applies(JudgeDefect, check=check_judge)
def judge(context: Context, decision: JudgeDefect, found: list[Defect]) -> Effect:
    """Send the recall to the contractor, or tell the client why there is none."""
    defect = the_one(found, decision.number)
    state = State.ISSUED if decision.of_works else State.NOT_OF_WORKS
    if state not in STATES[defect.state].to:
        raise AlreadyDecidedError(
            f"Defect {defect.number} is judged: {defect.state.words}.",
            next_step="Nothing was changed; it may be judged otherwise, with the reason.",
        )
    add_step(context, defect.row_id, state=state, words=decision.why.strip())
    for clock in ("judge_defect", "judge_urgent_defect"):
        context.case.stop_clock(clock, subject=str(defect.number), why="judged")
    recall = recall_number(order_number=defect.order_number, defect=defect.number)
    if decision.of_works:
        issue_recall(context, defect, because="")
    elif defect.recall:
        take_back(context, defect, because=decision.why.strip())
    _answer(context, defect, of_works=decision.of_works, why=decision.why.strip())
    facts = {"recall": recall} if decision.of_works else {}
    return Effect(to=StepStatus.READY, facts=facts)


def _answer(context: Context, defect: Defect, *, of_works: bool, why: str) -> None:
    firm = contractor_of(context.conn, code=defect.contractor)
    tell(
        context.case,
        kind="defect_answered_to_client",
        once_for=f"{defect.number}:{len(defect.steps)}",
        to=client_of(context.case.row),
        context={
            "defect": defect.words,
            "of_works": of_works,
            "why": why,
            "contractor_name": firm.name,
            "contractor_phone": firm.phone,
            "contractor_email": firm.email,
        },
    )

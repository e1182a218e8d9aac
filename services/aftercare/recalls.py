"""A recall: taken on, disputed, put right, given to somebody else, inspected, and confirmed."""

from datetime import date
from typing import Final

from rules.aftercare.defects import State, leading_to
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.defects import words_problems
from services.aftercare.held import Defect, add_step, in_states, the_one
from services.aftercare.telling import stop_recall, take_back, tell_visit
from services.cases import Context, Effect, applies
from services.tenders.award_facts import contractor_names

_BY: Final = OFFICERS | {Role.CONTRACTOR}
_WHICH: Final = "Which recall, by the number after R."


@decided("answer-recall", at=StepName.AFTERCARE, by=_BY, sealed=frozenset({"disputed"}))
class AnswerRecall(BaseDecision):
    """The contractor has the recall, has agreed a visit with the client, or disputes it."""

    number: int = particular(_WHICH, "--recall", label="Which recall", offers="recalls_to_answer")
    visit_on: date | None = particular(
        "The day of the visit agreed with the client.",
        "--visit",
        default=None,
        label="Day of the visit agreed with the client",
        hint="Leave it out while none is agreed.",
    )
    disputed: str = particular(
        "Why it is no defect of the works.",
        default="",
        long=True,
        label="Why it is no defect of your works, if you think so",
        hint="The officer then decides, and writes to you.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return two answers at once, or words that nobody can read."""
        if not self.disputed.strip():
            return ()
        if self.visit_on is not None:
            return ("A recall is disputed, or a visit is agreed, not both.",)
        return words_problems(self.disputed, "why it is disputed")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the contractor answered."""
        what = facts["recall"] or f"Recall{known(' {}', facts['number'])}"
        if facts["state"] == State.DISPUTED:
            return f"{what} is disputed."
        visit = known("; the visit is on {}", facts.day("visit_on"))
        return f"{what} is acknowledged{visit}."


@decided("put-right", at=StepName.AFTERCARE, by=_BY, sealed=frozenset({"words"}))
class PutRight(BaseDecision):
    """The defect is put right, on a day, with a photograph."""

    number: int = particular(
        _WHICH, "--recall", label="Which recall", offers="recalls_to_put_right"
    )
    put_right_on: date = particular("The day on which it was put right.", "--on", label="Day")
    photograph: str = particular("What shows it.", label="Photograph", evidence=True, seldom=True)
    words: str = particular("What was done.", default="", long=True, label="What was done")

    def problems(self) -> tuple[str, ...]:
        """Return a missing photograph, or words that nobody can read."""
        found = () if self.photograph.strip() else ("Say what shows it, such as a photograph.",)
        return (*found, *(words_problems(self.words, "what was done") if self.words else ()))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say when it was put right, and what shows it."""
        what = facts["recall"] or f"Recall {facts['number']}"
        shown = known("; shown by: {}", facts["photograph"])
        return f"{what} was put right on {facts.day('put_right_on')}{shown}."


@decided("recall-elsewhere", at=StepName.AFTERCARE, by=OFFICERS | {Role.MANAGER})
class RecallElsewhere(BaseDecision):
    """The contractor fails: another one puts it right at the first one's account."""

    number: int = particular(_WHICH, "--recall", label="Which recall", offers="recalls_to_move")
    contractor: str = particular(
        "Who puts it right instead.", label="Contractor who puts it right instead", entry="CODE"
    )
    cost_pence: int = particular(
        "What that costs, at the first contractor's account.",
        "--cost",
        unit="pounds",
        label="What it costs, at the first contractor’s account",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a cost that nobody can charge."""
        return () if self.cost_pence >= 0 else ("The cost is not below zero.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who puts it right, and at whose account."""
        what = facts["recall"] or f"Recall {facts['number']}"
        at = known(" at the account of {}", facts["first"])
        cost = known(": {}", facts.pounds("cost_pence"))
        return f"{what} is given to {facts['contractor']}{at}{cost}."


def own(context: Context, found: list[Defect]) -> list[Defect]:
    """Return what a person may speak of: a firm of its own recalls only.

    Raises:
        NotPermittedError: None of them is the firm's.
    """
    if context.actor.role is not Role.CONTRACTOR:
        return found
    who = context.actor.identity
    mine = [one for one in found if one.contractor == who and not one.last(State.ELSEWHERE)]
    if not mine:
        raise NotPermittedError(
            f"No recall to {context.actor.name} waits on {context.case.reference}.",
            next_step="A contractor answers its own recalls only.",
        )
    return mine


_TO_ANSWER: Final = leading_to(State.ACKNOWLEDGED)
_TO_PUT_RIGHT: Final = leading_to(State.PUT_RIGHT)
_TO_MOVE: Final = leading_to(State.ELSEWHERE)


def check_answer(context: Context) -> list[Defect]:
    """Return the recalls that the contractor has to put right."""
    return own(context, in_states(context, _TO_ANSWER))


@applies(AnswerRecall, check=check_answer)
def answer(context: Context, decision: AnswerRecall, found: list[Defect]) -> Effect:
    """Keep what the contractor answered; a dispute stops its clock until the officer decides."""
    defect = the_one(found, decision.number)
    state = State.ACKNOWLEDGED
    if decision.visit_on is not None:
        _check_visit(context, defect, decision.visit_on)
        state = State.VISIT_AGREED
    if decision.disputed.strip():
        state = State.DISPUTED
        stop_recall(context.case, defect, why="disputed")
    _check_new(defect, state, day=decision.visit_on)
    add_step(
        context, defect.row_id, state=state, day=decision.visit_on, words=decision.disputed.strip()
    )
    if state is State.DISPUTED:
        context.case.start_clock("judge_defect", subject=str(defect.number))
    if decision.visit_on is not None:
        tell_visit(context, defect, day=decision.visit_on)
    facts = {"recall": defect.recall, "state": state.value}
    return Effect(to=StepStatus.READY, facts=facts)


def _check_visit(context: Context, defect: Defect, day: date) -> None:
    issued = defect.last(State.ISSUED)
    first = context.today if issued is None else issued.day
    if day < first or (day - context.today).days > 365:
        raise InvalidDecisionError(
            f"No visit under {defect.called} can be on {day:%-d %B %Y}.",
            why="It is before the recall, or more than a year away.",
            next_step="Check the day.",
        )


def _check_new(defect: Defect, state: State, *, day: date | None) -> None:
    newest = defect.steps[-1]
    if newest.state == state and day in (None, newest.day):
        raise InvalidDecisionError(
            f"{defect.recall} is recorded so already: {state.words}.",
            next_step="Nothing was changed.",
        )


def check_put_right(context: Context) -> list[Defect]:
    """Return the recalls that may be said to be put right."""
    return own(context, in_states(context, _TO_PUT_RIGHT))


@applies(PutRight, check=check_put_right)
def put_right(context: Context, decision: PutRight, found: list[Defect]) -> Effect:
    """Keep that it is put right; the officer looks at it."""
    defect = the_one(found, decision.number)
    if not defect.noticed_on <= decision.put_right_on <= context.today:
        raise InvalidDecisionError(
            f"{defect.recall} cannot have been put right on {decision.put_right_on:%-d %B %Y}.",
            why="That is before it was told, or still to come.",
            next_step="Check the day.",
        )
    words = decision.words.strip()
    add_step(context, defect.row_id, state=State.PUT_RIGHT, day=decision.put_right_on, words=words)
    stop_recall(context.case, defect, why="put right")
    context.case.start_clock("inspect_recall", subject=str(defect.number))
    return Effect(to=StepStatus.READY, facts={"recall": defect.recall})


def check_elsewhere(context: Context) -> list[Defect]:
    """Return the recalls that may be given to somebody else: the contractor has had its time."""
    found = in_states(context, _TO_MOVE)
    failed = [one for one in found if _failed(context, one)]
    if not failed:
        raise StepNotOpenError(
            "The contractor still has time to put it right.",
            why="; ".join(f"{one.recall}: {one.state.words}" for one in found),
            next_step="Wait for the day it was given, or until it disputes it or fails.",
        )
    return failed


def _failed(context: Context, defect: Defect) -> bool:
    if defect.state in (State.DISPUTED, State.NOT_RIGHT):
        return True
    clocks = context.case.clocks
    names = ("put_right_defect", "put_right_urgent_defect")
    due = [clocks.given(name, subject=str(defect.number)) for name in names]
    return any(day is not None and day < context.today for day in due)


@applies(RecallElsewhere, check=check_elsewhere)
def elsewhere(context: Context, decision: RecallElsewhere, found: list[Defect]) -> Effect:
    """Keep who puts it right instead and what that costs the first contractor, who is told."""
    defect = the_one(found, decision.number)
    if not contractor_names(context.conn, codes={decision.contractor}):
        raise InvalidDecisionError(
            f"There is no contractor {decision.contractor}.", next_step="Check the code."
        )
    if decision.contractor == defect.contractor:
        raise InvalidDecisionError(
            f"{defect.recall} is with {decision.contractor} already.",
            next_step="Name another contractor.",
        )
    add_step(
        context,
        defect.row_id,
        state=State.ELSEWHERE,
        contractor=decision.contractor,
        cost_pence=decision.cost_pence,
    )
    context.case.stop_clock("judge_defect", subject=str(defect.number), why="given to another")
    take_back(context, defect, because="", cost_pence=decision.cost_pence)
    facts = {"recall": defect.recall, "first": defect.contractor}
    return Effect(to=StepStatus.READY, facts=facts)

"""What was put right is looked at: by the officer, and by the client."""

from typing import Final

from models.contacts import client_of
from rules.aftercare.defects import State, leading_to
from rules.aftercare.lapses import confirmation_lapses_on
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.defects import words_problems
from services.aftercare.held import Defect, add_step, in_states, the_one
from services.aftercare.telling import issue_recall
from services.cases import Context, Effect, applies, tell

_WHICH: Final = "Which recall, by the number after R."


@decided("inspect-recall", at=StepName.AFTERCARE, by=OFFICERS, sealed=frozenset({"words"}))
class InspectRecall(BaseDecision):
    """The officer looks at what was put right; the client is asked, or the contractor told anew."""

    number: int = particular(_WHICH, "--recall", label="Which recall", offers="recalls_to_inspect")
    right: bool = particular(
        "Whether it is right.",
        "--right/--not-right",
        label="Is it put right?",
        answers=("Yes: the client is asked as well", "No: the contractor is told what is wrong"),
    )
    words: str = particular(
        "What is still wrong.", default="", long=True, label="What is still wrong"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a failure that nobody is told of."""
        if self.right and not self.words.strip():
            return ()
        return words_problems(self.words, "wrong")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was found."""
        what = facts["recall"] or f"Recall {facts['number']}"
        return f"{what} is inspected: {'put right' if facts['right'] else 'not put right'}."


@decided(
    "confirm-recall",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.ASSESSOR, Role.CLIENT},
    sealed=frozenset({"words"}),
    usual_reason="as the client says",
)
class ConfirmRecall(BaseDecision):
    """What the client says of a defect that was put right and inspected."""

    number: int = particular(
        "Which of them.", "--recall", label="Which of them", offers="recalls_to_confirm"
    )
    right: bool = particular(
        "The client's view.", "--right/--not-right", label="Is it put right?", answers=("Yes", "No")
    )
    words: str = particular("What is still wrong.", default="", long=True, label="What is wrong")

    def problems(self) -> tuple[str, ...]:
        """Return words that nobody can read."""
        return words_problems(self.words, "wrong") if self.words else ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the client says."""
        view = "is put right" if facts["right"] else "is not put right"
        return f"The client says that {facts['recall'] or 'the recall'} {view}."


def check_inspect(context: Context) -> list[Defect]:
    """Return the recalls that are said to be put right."""
    return in_states(context, leading_to(State.PASSED))


@applies(InspectRecall, check=check_inspect)
def inspect(context: Context, decision: InspectRecall, found: list[Defect]) -> Effect:
    """Keep what was found: the client is asked, or the contractor told what is still wrong."""
    defect = the_one(found, decision.number)
    state = State.PASSED if decision.right else State.NOT_RIGHT
    add_step(context, defect.row_id, state=state, words=decision.words.strip())
    context.case.stop_clock("inspect_recall", subject=str(defect.number), why="inspected")
    if decision.right:
        _ask_client(context, defect)
    elif defect.last(State.ELSEWHERE) is None:
        issue_recall(context, defect, because=decision.words.strip())
    return Effect(to=StepStatus.READY, facts={"recall": defect.recall})


def _ask_client(context: Context, defect: Defect) -> None:
    tell(
        context.case,
        kind="recall_inspected_to_client",
        once_for=f"{defect.number}:{len(defect.steps)}",
        to=client_of(context.case.row),
        context={
            "defect": defect.words,
            "reply_by": confirmation_lapses_on(inspected_on=context.today),
        },
    )


def check_confirm(context: Context) -> list[Defect]:
    """Return the recalls that an officer found put right."""
    return in_states(context, frozenset({State.PASSED}))


@applies(ConfirmRecall, check=check_confirm)
def confirm(context: Context, decision: ConfirmRecall, found: list[Defect]) -> Effect:
    """Keep what the client says; where it is not right, the officer looks again."""
    defect = the_one(found, decision.number)
    state = State.CONFIRMED if decision.right else State.NOT_CONFIRMED
    add_step(context, defect.row_id, state=state, words=decision.words.strip())
    if not decision.right:
        context.case.start_clock("inspect_recall", subject=str(defect.number))
    return Effect(to=StepStatus.READY, facts={"recall": defect.recall})

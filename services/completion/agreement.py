"""The client's own view of the works, apart from the officer's; and the answer in writing to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from models.base import AnyRow
from models.case_queries import lines_to_do, live_order
from models.contacts import client_of
from rules.agreement import DRAWN, HOW_WORDS, ViewHow
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision, Facts, decided, known, lines_words, particular
from rules.decisions.particulars import unwritable
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.completion.views import Said, keep_answer, keep_view, views_on
from services.links.links import make_case_link

LONGEST: Final = 2_000
"""Characters of what is outstanding on a line, of the rest, or of an answer."""

_THEIRS: Final = frozenset({ViewHow.LINK, ViewHow.SIGNATURE})


@decided(
    "client-agrees",
    at=None,
    by=OFFICERS | {Role.ASSESSOR, Role.CLIENT},
    command="sign-off",
    any_time=True,
    sealed=frozenset({"outstanding", "other", "spoken_by", "signed"}),
)
class ClientAgrees(BaseDecision):
    """The client's own view of the works, kept apart from the officer's, with how they gave it.

    That something is wrong or left is said from the order on; agreement once the contractor says
    that the works are complete.
    """

    agrees: bool = particular(
        "The client's view.",
        "--client-agrees/--client-disagrees",
        asks=True,
        label="The client’s view",
        hint="As they gave it, not as the officer sees it.",
        answers=("Agrees that the works are done", "Says that something is outstanding"),
    )
    how: ViewHow = particular(
        "How they gave it.",
        label="How they gave it",
        hint="By link is said by the client alone, on their own page.",
    )
    outstanding: Mapping[int, str] = particular(
        "What is outstanding on a line, in the client's words.",
        "--outstanding",
        default_factory=dict,
        entry="LINE=WORDS",
        label="What is outstanding, and where",
        hint="In the client’s words, beside each line that it is about.",
        offers="lines",
    )
    other: str = particular(
        "What else is outstanding, in the client's words.",
        "--other",
        default="",
        long=True,
        label="Anything else that is outstanding",
        hint="In the client’s words.",
    )
    spoken_by: str = particular(
        "Who spoke for the client, if not the client: name, and what they are to them.",
        default="",
        label="Who speaks for the client, if not the client",
        hint="Their name, and what they are to the client, such as: Ann Ashby, daughter.",
    )
    signed: str = particular(
        "The name that was typed as their signature, or the document that shows it: doc:3.",
        default="",
        evidence=True,
        signature=True,
        label="Signature",
        hint="Sign in the box, or type the full name.",
    )
    signs: bool = particular(
        "The name typed stands as their signature.",
        "--signs",
        default=False,
        label="The name typed above is a signature",
    )
    said_on: date | None = particular(
        "The day on which they said so, if not today.",
        default=None,
        label="When they said so, if not today",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return a contradiction, and that something is outstanding without what."""
        said = [*self.outstanding.values(), self.other]
        found = [words for one in (*said, self.spoken_by) for words in unwritable(one)]
        if self.agrees and any(one.strip() for one in said):
            found.append("They agree, or something is outstanding: not both.")
        if not self.agrees and not any(one.strip() for one in said):
            found.append("Say what is outstanding: on which line, or in words.")
        if any(len(one) > LONGEST for one in said):
            found.append(f"Say what is outstanding in {LONGEST:,} characters at most.")
        return (*found, *self._of_signature())

    def _of_signature(self) -> list[str]:
        signed = self.signed.strip()
        shown = signed.startswith(("doc:", DRAWN))
        if self.how is ViewHow.SIGNATURE and not signed:
            return ["Sign in the box, type the name, or name the document that shows it: doc:3."]
        if self.how is ViewHow.SIGNATURE and not shown and not self.signs:
            return ["Tick that the name typed is their signature."]
        if self.how is not ViewHow.SIGNATURE and signed:
            return ["There is a signature: say that they gave their view with it."]
        return []

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what they said and how; their words stand beside the record."""
        before = facts.before("agrees")
        changed = "" if before is None else f"; before, they {'agreed' if before else 'disagreed'}"
        who = "The client, by whoever speaks for them," if facts["for_client"] else "The client"
        view = "agrees" if facts["agrees"] else "does not agree"
        how = known(" ({})", HOW_WORDS.get(str(facts["how"]), ""))
        lines = f"; outstanding on {lines_words(facts['lines'])}" if facts["lines"] else ""
        return f"{who} {view} that the works are done{how}{lines}{changed}."


@decided(
    "answer-client",
    at=None,
    by=OFFICERS | {Role.MANAGER},
    any_time=True,
    sealed=frozenset({"answer"}),
)
class AnswerClient(BaseDecision):
    """An officer answers in writing what a client says is outstanding; it is sent to them."""

    answer: str = particular(
        "The answer, as the client reads it.",
        long=True,
        label="Your answer",
        hint="What you found, what is done about it and by when, or why it is not part of the "
        "works. The client reads it as you write it, and may agree or disagree again.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return an answer that says nothing, or too much."""
        found = list(unwritable(self.answer))
        if not self.answer.strip():
            found.append("Say what the answer is.")
        if len(self.answer) > LONGEST:
            found.append(f"Give the answer in {LONGEST:,} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that the client is answered; the words stand beside the record."""
        of = known(" of {}", facts.day("of"))
        return f"What the client said is outstanding{of} is answered in writing."


def check_client_agrees(context: Context) -> AnyRow:
    """Return the order of the works, until they are paid."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is None:
        raise StepNotOpenError(
            f"No works of {context.case.reference} are ordered.",
            next_step="What the client says of them is recorded from the order on; until then "
            "call or write to each other.",
        )
    return order


@applies(ClientAgrees, check=check_client_agrees)
def client_agrees(context: Context, decision: ClientAgrees, order: AnyRow) -> Effect:
    """Record the client's own view, apart from the officer's; a later one may differ."""
    _check_how(context, decision, order)
    outstanding = sorted(decision.outstanding.items())
    lines = {str(line): words.strip() for line, words in outstanding if words.strip()}
    before = next(reversed(views_on(context.conn, case_id=context.case.id)), None)
    _check_new(order, decision, lines, before)
    said_on = decision.said_on or context.today
    values = {
        "agrees": decision.agrees,
        "how": decision.how.value,
        "said_on": said_on,
        "spoken_by": decision.spoken_by.strip(),
        "lines": lines,
        "other": decision.other.strip(),
        "signed": decision.signed.strip(),
    }
    number = keep_view(context, order=order, values=values)
    _let_sign_off_go_on(context.case, agrees=decision.agrees, number=number, before=before)
    facts: dict[str, Any] = {
        "order": order.number,
        "number": number,
        "lines": [int(line) for line in lines],
        "for_client": bool(decision.spoken_by.strip()),
        "said_on": said_on.isoformat(),
    }
    return Effect(
        to=None, facts=facts | ({} if before is None else {"before": {"agrees": before.agrees}})
    )


def _check_how(context: Context, decision: ClientAgrees, order: AnyRow) -> None:
    """Refuse a way that was not theirs, a day that cannot be, and lines that there are not."""
    own = context.actor.role is Role.CLIENT
    if own and decision.how not in _THEIRS:
        raise NotPermittedError(
            "On your own page you say it by your link or with your signature.",
            next_step="Send the form of the page.",
        )
    if not own and decision.how is ViewHow.LINK:
        raise NotPermittedError(
            "By link the client alone says what they think, on their own page.",
            why="You would record it in their name.",
            next_step="Say how they told you: at a visit, by telephone, with their signature. "
            f"`handrail decide {context.case.reference} send-link --to client` sends the link.",
        )
    said_on, done = decision.said_on or context.today, order.completed_on
    if decision.agrees and done is None:
        raise InvalidDecisionError(
            f"The works of {order.number} are not said to be complete yet.",
            why="Before that, what is wrong or left is recorded; agreement once they are.",
            next_step="The client is asked as soon as the contractor says that they are done.",
        )
    first = done if decision.agrees and done is not None else london_date(order.raised_at)
    if said_on > context.today or said_on < first:
        raise InvalidDecisionError(
            f"They cannot have said so of these works on {said_on:%-d %B %Y}.",
            why=f"The works are said to be complete since {done:%-d %B %Y}."
            if decision.agrees and done
            else f"They were ordered on {first:%-d %B %Y}.",
            next_step="Check the day; nothing was recorded.",
        )
    works = {line.line for line in lines_to_do(context.conn, case_id=context.case.id)}
    if unknown := sorted(set(decision.outstanding) - works):
        raise InvalidDecisionError(
            f"{order.number} has no line {', '.join(map(str, unknown))}.",
            next_step=f"Its lines are {', '.join(map(str, sorted(works)))}.",
        )


def _check_new(
    order: AnyRow, decision: ClientAgrees, lines: Mapping[str, str], before: Said | None
) -> None:
    """Refuse what stands already: agreement once, and the same words while they wait."""
    if before is None or before.agrees is not decision.agrees:
        return
    same = (dict(before.lines), before.other) == (dict(lines), decision.other.strip())
    if decision.agrees or (before.waits and same):
        raise AlreadyDecidedError(
            f"The client's view of {order.number} is recorded already.",
            next_step="Nothing was changed; a different view may be recorded.",
        )


def _let_sign_off_go_on(
    case: CaseInHand, *, agrees: bool, number: int, before: Said | None
) -> None:
    """Have sign-off look again at who it waits for, and the answer fall due, until it is over."""
    status = case.step_status(StepName.SIGN_OFF)
    if status in OVER:
        return
    if before is not None and before.waits:
        why = "the client said something else since"
        case.stop_clock("answer_client", subject=str(before.number), why=why)
    if not agrees:
        case.start_clock("answer_client", subject=str(number))
    if status is StepStatus.WAITING:
        case.move(StepName.SIGN_OFF, StepStatus.READY)


def check_answer_client(context: Context) -> Said:
    """Return what the client says is outstanding and nobody has answered."""
    newest = next(reversed(views_on(context.conn, case_id=context.case.id)), None)
    if newest is None or not newest.waits:
        raise StepNotOpenError(
            f"Nothing that the client of {context.case.reference} says waits for an answer.",
            next_step="Nothing was changed.",
        )
    return newest


@applies(AnswerClient, check=check_answer_client)
def answer_client(context: Context, decision: AnswerClient, view: Said) -> Effect:
    """Keep the answer, and send it to the client, who may agree or disagree again."""
    case, words = context.case, decision.answer.strip()
    keep_answer(context, number=view.number, answer=words)
    if case.step_status(StepName.SIGN_OFF) not in OVER:
        case.stop_clock("answer_client", why="answered")
    if case.step_status(StepName.SIGN_OFF) is StepStatus.WAITING:
        case.move(StepName.SIGN_OFF, StepStatus.READY)
    tell(
        case,
        kind="client_answered_to_client",
        once_for=str(view.number),
        to=client_of(case.row),
        context={
            "said_on": view.said_on,
            "outstanding": view.outstanding,
            "answer": words,
            "page": make_case_link(context.conn, case_id=case.id, role=Role.CLIENT, now=case.now),
        },
    )
    return Effect(to=None, facts={"number": view.number, "of": view.said_on.isoformat()})

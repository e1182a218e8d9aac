"""What a contractor asks about its offer or order, and the officer's answer, which is e-mailed.

The words are kept beside the record, so that they can be erased; the chain says that there was a
question and an answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.case_queries import live_offer
from models.contacts import contractor_of
from models.tables.links import ContractorQuestion
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.people import MAY_KEEP_FILE, Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.links.sending import link_in_force

LONGEST: Final = 2_000
"""Characters of a question or an answer."""

HELD: Final = rows_by(ContractorQuestion, "case_id").order_by(ContractorQuestion.number)
_ADD: Final = insert(ContractorQuestion)
_ANSWER: Final = update(ContractorQuestion).where(
    ContractorQuestion.case_id == bindparam("of_case"),
    ContractorQuestion.number == bindparam("of_number"),
)
_ERASE: Final = update(ContractorQuestion).where(
    ContractorQuestion.case_id == bindparam("of_case"),
    ContractorQuestion.asked_at > bindparam("since", type_=Instant),
)


@decided(
    "ask", at=None, by=frozenset({Role.CONTRACTOR}), any_time=True, sealed=frozenset({"question"})
)
class Ask(BaseDecision):
    """The contractor asks about the works: the officer answers, and the answer is e-mailed."""

    question: str = particular("What the contractor asks.", long=True, label="Your question")

    def problems(self) -> tuple[str, ...]:
        """Return a question that says nothing, or too much."""
        return _problems(self.question, "question")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there is a question; what it says stands beside the record."""
        whose = facts["contractor"] or "The contractor"
        return f"{whose} asks{known(': question {}', facts['number'])}."


@decided(
    "answer-question",
    at=None,
    by=MAY_KEEP_FILE,
    any_time=True,
    of_file=True,
    sealed=frozenset({"answer"}),
)
class AnswerQuestion(BaseDecision):
    """An officer answers what a contractor asked; the contractor is e-mailed the answer."""

    number: int = particular(
        "Which question of the case.",
        "--question",
        label="Which question",
        hint="It is e-mailed to the contractor with your answer.",
        offers="open_questions",
    )
    answer: str = particular("The answer, as the contractor reads it.", long=True)

    def problems(self) -> tuple[str, ...]:
        """Return an answer that says nothing, or too much."""
        return _problems(self.answer, "answer")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which question is answered, and to whom."""
        return f"Question {facts['number']}{known(' of {}', facts['contractor'])} is answered."


def _problems(words: str, what: str) -> tuple[str, ...]:
    found = list(unwritable(words))
    if not words.strip():
        found.append(f"Say what the {what} is.")
    if len(words) > LONGEST:
        found.append(f"Give the {what} in {LONGEST:,} characters at most.")
    return tuple(found)


def check_ask(context: Context) -> AnyRow:
    """Return the offer that is in force, out or ordered from; a contractor asks of its own only."""
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None or offer.contractor != context.actor.identity:
        raise StepNotOpenError(
            f"No offer or order on {context.case.reference} is in force to ask about.",
            next_step="Call the officer named in our e-mail.",
        )
    return offer


@applies(Ask, check=check_ask)
def ask(context: Context, decision: Ask, offer: AnyRow) -> Effect:
    """Keep a question under the case's next number; the same one while it is open, once."""
    held = questions_on(context.conn, case_id=context.case.id)
    words = decision.question.strip()
    if any(one.answered_at is None and one.question == words for one in held):
        raise AlreadyDecidedError(
            "You have asked this, and the answer is still to come.",
            next_step="Nothing was recorded again; the officer sees your question.",
        )
    number = max((one.number for one in held), default=0) + 1
    values = {"case_id": context.case.id, "number": number, "contractor": offer.contractor}
    context.conn.execute(_ADD, {**values, "question": words, "asked_at": context.now, "answer": ""})
    return Effect(to=None, facts={"number": number, "contractor": offer.contractor})


def check_answer(context: Context) -> list["Question"]:
    """Return the questions that wait for an answer; there must be one."""
    waits = [
        one
        for one in questions_on(context.conn, case_id=context.case.id)
        if one.answered_at is None
    ]
    if not waits:
        raise StepNotOpenError(
            f"No contractor’s question on {context.case.reference} waits for an answer.",
            next_step="Nothing was changed.",
        )
    return waits


@applies(AnswerQuestion, check=check_answer)
def answer(context: Context, decision: AnswerQuestion, waits: list["Question"]) -> Effect:
    """Keep the answer, and write to whoever asked."""
    asked = next((one for one in waits if one.number == decision.number), None)
    if asked is None:
        raise InvalidDecisionError(
            f"Question {decision.number} does not wait for an answer.",
            next_step=f"Those that do: {', '.join(str(one.number) for one in waits)}.",
        )
    words = decision.answer.strip()
    which = {"of_case": context.case.id, "of_number": asked.number}
    by = {"answered_by": context.actor.identity, "answered_at": context.now}
    context.conn.execute(_ANSWER, {**which, **by, "answer": words})
    link = link_in_force(context.case, contractor=asked.contractor)
    tell(
        context.case,
        kind="question_answered_to_contractor",
        once_for=str(asked.number),
        to=contractor_of(context.conn, code=asked.contractor),
        context={"question": asked.question, "answer": words, "page": link.name if link else ""},
    )
    return Effect(to=None, facts={"contractor": asked.contractor})


# ---- read, and erase


@dataclass(frozen=True, slots=True)
class Question:
    """What a contractor asked, with its answer where there is one."""

    number: int
    contractor: str
    question: str
    asked_at: datetime
    answer: str
    answered_by: str | None
    answered_at: datetime | None


def questions_on(conn: Connection, *, case_id: int) -> list[Question]:
    """Return what contractors asked on a case, by number."""
    return [
        Question(**{name: getattr(row, name) for name in Question.__dataclass_fields__})
        for row in rows(conn, HELD, case_id=case_id)
    ]


def erase_questions(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase what was asked and answered; return how many questions."""
    values = {"of_case": case.id, "since": since, "question": said, "answer": said}
    return case.conn.execute(_ERASE, values).rowcount

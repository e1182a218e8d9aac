"""What a landlord says on its own page of a request: its answer, or a question that is answered.

Opening the page answers nothing. One request has one answer: a second, or one after an officer has
decided, is told what stands. Names, reasons and questions are kept where they can be erased.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.contacts import landlord_of
from models.tables.consents import LandlordQuestion
from rules.cases import ConsentAnswer
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName
from rules.people import MAY_KEEP_FILE, Role
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.consents.answers import LONGEST, LONGEST_NAME, AnsweredHow, keep_answer
from services.consents.decide import check_asked, settle
from services.consents.page_link import page_for

QUESTIONS: Final = rows_by(LandlordQuestion, "case_id").order_by(LandlordQuestion.number)
_KEEP: Final = insert(LandlordQuestion)
_OF_NUMBER: Final = update(LandlordQuestion).where(
    LandlordQuestion.case_id == bindparam("of_case"),
    LandlordQuestion.number == bindparam("of_number"),
)
_ERASE: Final = update(LandlordQuestion).where(
    LandlordQuestion.case_id == bindparam("of_case"),
    LandlordQuestion.asked_at > bindparam("since", type_=Instant),
)


class Says(StrEnum):
    """What a landlord answers on its page."""

    AGREED = "agreed"
    AGREED_ON_CONDITIONS = "agreed_on_conditions"
    NOT_AGREED = "not_agreed"


@decided(
    "landlord-answers",
    at=StepName.CONSENT,
    by=frozenset({Role.LANDLORD}),
    sealed=frozenset({"answered_by", "reasons"}),
)
class LandlordAnswers(BaseDecision):
    """The landlord answers the request for consent on its own page."""

    says: Says = particular(
        "agreed, agreed_on_conditions or not_agreed.",
        label="Do you consent to the works?",
        hint="Your answer is final once it is sent; call the officer if it has to change.",
    )
    answered_by: str = particular(
        "Your name, and for whom you answer.", label="Who answers for the landlord"
    )
    conditions: str = particular(
        "One condition a line, or ; between.",
        default="",
        long=True,
        label="Your conditions, if you agree on conditions",
    )
    reasons: str = particular(
        "The law asks for them in writing.",
        default="",
        long=True,
        label="Your reasons, if you do not agree",
    )
    valid_to: date | None = particular(
        "Leave it empty if your consent does not lapse.",
        default=None,
        label="Last day of your consent, if it has one",
    )

    @property
    def condition_list(self) -> str:
        """The conditions with ; between, as they are kept."""
        parts = (one.strip() for one in self.conditions.replace("\n", ";").split(";"))
        return "; ".join(filter(None, parts))

    def problems(self) -> tuple[str, ...]:
        """Return everything that the answer lacks, or says twice."""
        found = list(unwritable(f"{self.conditions}{self.reasons}{self.answered_by}"))
        if self.says is Says.AGREED_ON_CONDITIONS and not self.condition_list:
            found.append("Say on which conditions you agree.")
        if self.says is not Says.AGREED_ON_CONDITIONS and self.condition_list:
            found.append("Conditions are of an agreement on conditions: choose that, or say none.")
        if self.says is Says.NOT_AGREED and not self.reasons.strip():
            found.append("Give your reasons: a refusal must give them in writing.")
        if self.says is not Says.NOT_AGREED and self.reasons.strip():
            found.append("Reasons are of a refusal: choose that, or give none.")
        if self.says is Says.NOT_AGREED and self.valid_to is not None:
            found.append("A refusal has no last day.")
        if not self.answered_by.strip() or len(self.answered_by) > LONGEST_NAME:
            found.append(f"Say who answers, in {LONGEST_NAME} characters at most.")
        if max(len(self.conditions), len(self.reasons)) > LONGEST:
            found.append(f"Conditions and reasons have {LONGEST:,} characters each at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the landlord answered; who answered and why stands beside the record."""
        until = known(", until {}", facts.day("valid_to"))
        terms = known(", on conditions: {}", facts["conditions"])
        return f"The landlord answers on its page: {facts.words('says')}{until}{terms}."


@decided(
    "landlord-asks",
    at=StepName.CONSENT,
    by=frozenset({Role.LANDLORD}),
    sealed=frozenset({"question"}),
)
class LandlordAsks(BaseDecision):
    """The landlord asks something about the works; the officer's answer is e-mailed."""

    question: str = particular("What you would like to know.", long=True, label="Your question")

    def problems(self) -> tuple[str, ...]:
        """Return a question that says nothing, or too much."""
        return _problems(self.question)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that there is a question; what it says stands beside the record."""
        return f"The landlord asks{known(': question {}', facts['number'])}."


@decided("answer-landlord", at=None, by=MAY_KEEP_FILE, any_time=True, sealed=frozenset({"answer"}))
class AnswerLandlord(BaseDecision):
    """An officer answers what the landlord asked; the landlord is e-mailed the answer."""

    number: int = particular("Which question of the landlord’s.", "--question")
    answer: str = particular("The answer, as the landlord reads it.", long=True)

    def problems(self) -> tuple[str, ...]:
        """Return an answer that says nothing, or too much."""
        return _problems(self.answer)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say which question is answered."""
        return f"Question {facts['number']} of the landlord is answered."


def _problems(words: str) -> tuple[str, ...]:
    found = list(unwritable(words))
    if not words.strip() or len(words) > LONGEST:
        found.append(f"Write it in {LONGEST:,} characters at most.")
    return tuple(found)


def check_to_answer(context: Context) -> AnyRow:
    """Return the request that waits for this landlord's answer.

    Raises:
        AlreadyDecidedError: It was answered, or an officer has decided.
        StepNotOpenError: It has not been sent.
    """
    asked = check_asked(context)
    if asked.basis != "requested":
        raise AlreadyDecidedError(
            f"This request was answered on {asked.answered_on:%-d %B %Y}.",
            why="One request has one answer, and it is on record.",
            next_step="Call the officer if it has to change.",
        )
    if asked.asked_on is None:
        raise StepNotOpenError("This request has not been sent yet.", next_step="Call the officer.")
    return asked


@applies(LandlordAnswers, check=check_to_answer)
def landlord_answers(context: Context, decision: LandlordAnswers, asked: AnyRow) -> Effect:
    """Record the landlord's own answer, as an officer would take it down from a letter."""
    if decision.valid_to is not None and decision.valid_to < context.today:
        raise InvalidDecisionError(
            f"{decision.valid_to:%-d %B %Y} is over.", next_step="Give a last day to come, or none."
        )
    refuses = decision.says is Says.NOT_AGREED
    answer = ConsentAnswer.REFUSED if refuses else ConsentAnswer.GRANTED
    keep_answer(
        context,
        answer=answer.value,
        how=AnsweredHow.PAGE,
        received_on=context.today,
        answered_by=decision.answered_by,
        reasons=decision.reasons,
    )
    return settle(
        context,
        asked=asked,
        answer=answer,
        conditions=decision.condition_list,
        valid_to=decision.valid_to,
    )


@applies(LandlordAsks, check=check_to_answer)
def landlord_asks(context: Context, decision: LandlordAsks, _asked: AnyRow) -> Effect:
    """Keep a question under the case's next number; the landlord's clock goes on."""
    held = questions_of(context.conn, case_id=context.case.id)
    words = decision.question.strip()
    if any(one.answered_at is None and one.question == words for one in held):
        raise AlreadyDecidedError(
            "You have asked this, and the answer is still to come.",
            next_step="Nothing was recorded again; the officer sees your question.",
        )
    number = 1 + max((one.number for one in held), default=0)
    kept = {"case_id": context.case.id, "number": number, "question": words}
    context.conn.execute(_KEEP, {**kept, "asked_at": context.now, "answer": ""})
    return Effect(to=None, facts={"number": number})


def check_open(context: Context) -> list[AnyRow]:
    """Return the landlord's questions that wait for an answer; there must be one."""
    held = questions_of(context.conn, case_id=context.case.id)
    waits = [one for one in held if one.answered_at is None]
    if not waits:
        raise StepNotOpenError(
            f"No question of the landlord of {context.case.reference} waits for an answer.",
            next_step="Nothing was changed.",
        )
    return waits


@applies(AnswerLandlord, check=check_open)
def answer_landlord(context: Context, decision: AnswerLandlord, waits: list[AnyRow]) -> Effect:
    """Keep the answer, and write to the landlord."""
    asked = next((one for one in waits if one.number == decision.number), None)
    if asked is None:
        raise InvalidDecisionError(
            f"Question {decision.number} does not wait for an answer.",
            next_step=f"Those that do: {', '.join(str(one.number) for one in waits)}.",
        )
    words = decision.answer.strip()
    which = {"of_case": context.case.id, "of_number": asked.number, "answer": words}
    by = {"answered_by": context.actor.identity, "answered_at": context.now}
    context.conn.execute(_OF_NUMBER, {**which, **by})
    context_: dict[str, Any] = {"question": asked.question, "answer": words}
    tell(
        context.case,
        kind="question_answered_to_landlord",
        once_for=str(asked.number),
        to=landlord_of(context.conn, case=context.case.row),
        context=context_ | {"page": page_for(context.case)},
    )
    return Effect(to=None)


def questions_of(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return what the landlord of a case asked, by number."""
    return list(rows(conn, QUESTIONS, case_id=case_id))


def erase_landlords_questions(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase what was asked and answered; return how many questions."""
    values = {"of_case": case.id, "since": since, "question": said, "answer": said}
    return case.conn.execute(_ERASE, values).rowcount

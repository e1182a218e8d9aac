"""The client's survey: HEART's six questions, answered once and corrected."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import bindparam, insert, update

from models.base import rows_by
from models.case_queries import decided_on
from models.tables.aftercare import SurveyAnswer
from rules.cases import SURVEY_HIGHEST, SURVEY_LOWEST, SURVEY_QUESTIONS, Mark
from rules.decisions import BaseDecision, Facts, changed, decided, particular
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.sentences import spoken
from rules.typed import quoted
from services.cases import Context, Effect, applies
from services.cases.corrections import before_and_after

MARKS: Final = {str(mark.value): mark for mark in Mark}
_KEEP_ANSWERS: Final = insert(SurveyAnswer)
ANSWERS: Final = rows_by(SurveyAnswer, "case_id").order_by(SurveyAnswer.id)
"""What the client of a case answered to the survey."""

_CORRECT_ANSWER: Final = (
    update(SurveyAnswer)
    .where(
        SurveyAnswer.case_id == bindparam("row_case"),
        SurveyAnswer.question == bindparam("row_question"),
    )
    .values(score=bindparam("right"))
)

_SCALE: Final = (
    f"an answer is a whole number from {SURVEY_LOWEST} (poor) to {SURVEY_HIGHEST} (excellent)."
)


def _on_scale(score: int) -> bool:
    return SURVEY_LOWEST <= score <= SURVEY_HIGHEST


def read_score(text: str) -> int:
    """Return an answer on the survey's scale.

    Raises:
        ValueError: It is no whole number from 1 to 5.
    """
    if text not in map(str, range(SURVEY_LOWEST, SURVEY_HIGHEST + 1)):
        raise ValueError(f"{quoted(text)} is not on the survey's scale: {_SCALE}")
    return int(text)


@decided(
    "survey", at=StepName.AFTERCARE, by=OFFICERS | {Role.ASSESSOR, Role.CLIENT}, command="aftercare"
)
class AnswerSurvey(BaseDecision):
    """The client's answers to HEART's six questions, 1 to 5; a question may be left out."""

    scores: Mapping[str, int] = particular(
        "A survey answer from 1 (poor) to 5 (excellent), as the letter asks.",
        "--score",
        entry="QUESTION=SCORE",
        example="overall=5",
        reads=read_score,
        choices=MARKS,
        label="Answers",
        hint="1 is poor, 5 excellent; a question may be left out.",
        offers="questions",
        asks=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return unknown questions and scores that are not on the scale."""
        found = [
            f"“{q}” is not a survey question." for q in self.scores if q not in SURVEY_QUESTIONS
        ]
        found += [f"{q}: {_SCALE}" for q, s in self.scores.items() if not _on_scale(s)]
        return tuple(found) if self.scores else ("Give at least one answer.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was answered; in per cent where it was recorded before the scale was kept."""
        out_of = facts["out_of"]
        unit = f" of {out_of}" if out_of else " %"
        apart = "" if out_of else " (per cent as recorded then, kept apart)"
        given = [f"{q.replace('_', ' ')} {s}{unit}" for q, s in (facts["scores"] or {}).items()]
        return f"The client answers the survey: {spoken(given)}{apart}."


@decided(
    "correct-survey", at=StepName.AFTERCARE, by=OFFICERS | {Role.ASSESSOR}, corrects=AnswerSurvey
)
class CorrectSurvey(BaseDecision):
    """A mark of the client's survey was typed wrongly; those not given stay as they are."""

    scores: Mapping[str, int] = particular(
        "A survey answer, 1 to 5.",
        "--score",
        entry="QUESTION=SCORE",
        example="overall=4",
        choices=MARKS,
        reads=read_score,
        label="Answers",
        hint="Only those that were typed wrongly, 1 to 5.",
        offers="questions",
    )

    def problems(self) -> tuple[str, ...]:
        """Return what a first answer would be refused for."""
        return AnswerSurvey(self.scores).problems()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The survey is corrected: {changed(facts)}."


def check_survey(context: Context) -> None:
    """Refuse a second answer: a client answers once."""
    made = {row.kind for row in decided_on(context.conn, case_id=context.case.id)}
    if AnswerSurvey.kind in made:
        raise InvalidDecisionError(
            "The survey is answered already.", next_step="Nothing was changed."
        )


@applies(AnswerSurvey, check=check_survey)
def survey(context: Context, decision: AnswerSurvey, _: None) -> Effect:
    """Record the client's answers."""
    context.conn.execute(
        _KEEP_ANSWERS,
        [
            {"case_id": context.case.id, "question": question, "score": score}
            for question, score in decision.scores.items()
        ],
    )
    context.case.stop_clock("answer_survey", why="answered")
    return Effect(to=StepStatus.READY, facts={"out_of": SURVEY_HIGHEST})


@applies(CorrectSurvey)
def correct_survey(context: Context, decision: CorrectSurvey) -> Effect:
    """Record the marks as they are right, beside those that were recorded."""
    held = {
        row.question: row.score
        for row in context.conn.execute(ANSWERS, {"case_id": context.case.id})
    }
    before = {question: held.get(question) for question in decision.scores}
    what = f"The survey of {context.case.reference}"
    facts = before_and_after(before, dict(decision.scores), what=what)
    for question, score in decision.scores.items():
        if question in held:
            values = {"row_case": context.case.id, "row_question": question, "right": score}
            context.conn.execute(_CORRECT_ANSWER, values)
        else:
            new = {"case_id": context.case.id, "question": question, "score": score}
            context.conn.execute(_KEEP_ANSWERS, [new])
    return Effect(to=None, facts=facts)

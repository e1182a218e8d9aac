"""What clients answered to the survey after their works, on its one scale."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Base, Numbered, OfCase, known


class SurveyAnswer(Numbered, OfCase, Base):
    """One client's answer to one question, 1 (poor) to 5 (excellent), as the letter asks.

    Answers recorded before the scale was kept, in per cent, are in their decisions only.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "question"),
        known(
            "question",
            "respect_and_dignity communication responsiveness reliability contractors overall",
        ),
        CheckConstraint("score between 1 and 5", name="score_on_scale"),
    )

    question: Mapped[str]
    score: Mapped[int]

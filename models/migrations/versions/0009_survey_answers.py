"""Answers to the survey are kept on its one scale, 1 to 5.

Earlier versions took per cent where the letter asked for 1 to 5. Which of the two a stored figure
was meant on cannot be told, so none is carried over: they stay in their decisions, as recorded.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

QUESTIONS = (
    "question in ('respect_and_dignity', 'communication', 'responsiveness', 'reliability', "
    "'contractors', 'overall')"
)


def upgrade() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint(QUESTIONS, name=op.f("ck_survey_answer_question_known")),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_survey_answer_score_on_scale")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_survey_answer_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("case_id", "question", name=op.f("uq_survey_answer_case_id_question")),
    )


def downgrade() -> None:
    op.drop_table("survey_answer")

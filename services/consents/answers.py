"""What landlords answered, in their own words: kept beside the record, so that it can be erased."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.tables.consents import LandlordAnswer
from rules.pathway import StepName
from services.cases.effect import Context
from services.cases.in_hand import CaseInHand

LONGEST: Final = 2_000
LONGEST_NAME: Final = 120
"""Characters of reasons, and of a name."""

ANSWERS: Final = rows_by(LandlordAnswer, "case_id").order_by(LandlordAnswer.number)
_KEEP: Final = insert(LandlordAnswer)
_ERASE: Final = update(LandlordAnswer).where(
    LandlordAnswer.case_id == bindparam("of_case"),
    LandlordAnswer.recorded_at > bindparam("since", type_=Instant),
)


class AnsweredHow(StrEnum):
    """How a landlord's answer came."""

    PAGE = "page"
    POST = "post"
    TELEPHONE = "telephone"
    EMAIL = "email"
    IN_PERSON = "in_person"


def keep_answer(
    context: Context,
    *,
    answer: str,
    how: AnsweredHow,
    received_on: date,
    answered_by: str,
    reasons: str,
) -> None:
    """Keep an answer under the case's next number, with how it came and who took it down."""
    case = context.case
    held = answers_on(context.conn, case_id=case.id)
    context.conn.execute(
        _KEEP,
        {
            "case_id": case.id,
            "number": 1 + max((one.number for one in held), default=0),
            "step_revision": case.steps[StepName.CONSENT].revision,
            "answer": answer,
            "how": how.value,
            "received_on": received_on,
            "answered_by": " ".join(answered_by.split()),
            "reasons": reasons.strip(),
            "recorded_by": context.actor.identity,
            "recorded_at": context.now,
        },
    )


def answers_on(conn: Connection, *, case_id: int) -> Sequence[AnyRow]:
    """Return what the landlord of a case answered, oldest first."""
    return rows(conn, ANSWERS, case_id=case_id)


def erase_answers(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase who answered and the reasons given; return how many answers."""
    values = {"of_case": case.id, "since": since, "answered_by": said, "reasons": said}
    return case.conn.execute(_ERASE, values).rowcount

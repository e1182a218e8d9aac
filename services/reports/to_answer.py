"""What an officer alone can answer, before anything else that a case needs: asked once for many."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Date, bindparam, literal, select, union_all
from sqlalchemy.orm import aliased

from models.tables.agreement import ClientView
from models.tables.clocks import Clock
from models.tables.consents import LandlordQuestion
from models.tables.links import ContractorQuestion
from rules.clocks.clock_names import PRIORITY

ACTIONS: Final = (
    "Look at the priority again",
    "Answer the landlord’s question",
    "Answer the contractor’s question",
    "Answer what the client says is outstanding",
)
"""What is to be done; where several wait, the last goes first."""

_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_later: Final = aliased(ClientView)
_SAID_AGAIN: Final = (
    select(_later.id)
    .where(_later.case_id == ClientView.case_id, _later.number > ClientView.number)
    .exists()
)
_WAITING: Final = union_all(
    *(
        select(question.c.case_id, literal(place).label("place")).where(
            question.c.case_id.in_(_IDS), question.c.answered_at.is_(None)
        )
        for place, question in enumerate(
            (LandlordQuestion.__table__, ContractorQuestion.__table__), start=1
        )
    ),
    select(Clock.case_id, literal(0)).where(
        Clock.case_id.in_(_IDS),
        Clock.name == PRIORITY,
        Clock.stopped_on.is_(None),
        Clock.due_on <= bindparam("today", type_=Date),
    ),
    select(ClientView.case_id, literal(3)).where(
        ClientView.case_id.in_(_IDS),
        ClientView.agrees.is_(False),
        ClientView.answered_at.is_(None),
        ~_SAID_AGAIN,
    ),
).order_by("place")


def to_answer(conn: Connection, *, case_ids: Sequence[int], today: date) -> dict[int, str]:
    """Return what is to be answered first, by the row id of each case where somebody waits."""
    waiting = conn.execute(_WAITING, {"ids": list(case_ids), "today": today})
    return {row.case_id: ACTIONS[row.place] for row in waiting}

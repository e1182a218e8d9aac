"""The pauses of cases, as they stand: each with its number, cause, owner, evidence and days."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.asked import rows
from models.base import AnyRow
from models.tables.clocks import Pause
from rules.clocks.pause_terms import PauseCause
from rules.clocks.pauses import PausedTime
from rules.clocks.waits import OwnedPause
from rules.errors import InvalidDecisionError
from rules.parties import Party
from services.cases import Context
from services.cases.clocks.rows import in_parts


@dataclass(frozen=True, slots=True)
class PauseOnCase:
    """One pause as it stands now; what it said before a correction is in the decisions.

    Args:
        number: Which pause of the case.
        cause: Why the clocks stand still.
        owner: The party whose delay it is.
        evidence: What shows it and where it is filed.
        reason: Why it was recorded, in the words of whoever did.
        started_on: The first day that is not counted.
        ended_on: The last day that is not counted, or None while it is under way.
        review_on: When somebody is to look at it again, or None.
        withdrawn: Whether it was entered in error and does not count.
        recorded_by: Who recorded it.
        recorded_at: When, UTC.
    """

    case_id: int
    number: int
    cause: PauseCause
    owner: Party
    evidence: str
    reason: str
    started_on: date
    ended_on: date | None
    review_on: date | None
    withdrawn: bool
    recorded_by: str
    recorded_at: datetime

    @property
    def under_way(self) -> bool:
        """Whether it stands and has no end yet."""
        return self.ended_on is None and not self.withdrawn

    @property
    def time(self) -> PausedTime:
        """Its days, as the rules count them."""
        return PausedTime(self.started_on, self.ended_on)

    @property
    def owned(self) -> OwnedPause:
        """Its days, with the party that they are put down to."""
        return OwnedPause(self.number, self.owner, self.cause.words, self.time)


_EVERY: Final = select(*(Pause.__table__.c[field.name] for field in fields(PauseOnCase)))
OF_CASE: Final = _EVERY.where(Pause.case_id == bindparam("case_id")).order_by(Pause.number)
"""Every pause of one case, by ``case_id``."""

_PAUSES: Final = _EVERY.where(Pause.case_id.in_(bindparam("case_ids", expanding=True))).order_by(
    Pause.case_id, Pause.number
)


def pauses_on(conn: Connection, *, case_id: int) -> list[PauseOnCase]:
    """Return every pause of a case by number, those withdrawn as well."""
    return [_pause(row) for row in rows(conn, OF_CASE, case_id=case_id)]


def pauses_of(conn: Connection, *, case_ids: Iterable[int]) -> dict[int, list[PauseOnCase]]:
    """Return every pause of many cases by the case's row id; cases without are left out."""
    found: dict[int, list[PauseOnCase]] = {}
    for ids in in_parts(case_ids):
        for row in conn.execute(_PAUSES, {"case_ids": ids}):
            found.setdefault(row.case_id, []).append(_pause(row))
    return found


def _pause(row: AnyRow) -> PauseOnCase:
    kinds = {"cause": PauseCause(row.cause), "owner": Party(row.owner)}
    return PauseOnCase(**{**row._mapping, **kinds})


def check_paused(context: Context) -> None:
    """Refuse to end or to correct a pause where none is on record."""
    held = pauses_on(context.conn, case_id=context.case.id)
    if not held:
        raise InvalidDecisionError(
            f"No pause is under way on {context.case.reference}.",
            why="None is on record.",
            next_step="Nothing was changed.",
        )

"""A case that goes to another authority, because that one follows its own from a day on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection

from services.cases.clocks.retime import Moved, retime
from services.cases.in_hand import CaseInHand

MOVED: Final = "case: moved to another authority"


def move_case(
    conn: Connection,
    case: CaseInHand,
    *,
    to: str,
    actor: str,
    reason: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> tuple[Moved, ...]:
    """Give a case to another authority, put it back, and reckon its clocks by that one's days.

    What each clock was given stays.

    Returns:
        The due dates that moved.

    Raises:
        NoBankHolidayDataError: A date lies in a year whose bank holidays are not held.
    """
    sides = {"before": {"authority": case.row.authority}, "after": {"authority": to}}
    case.set(authority=to)
    case.note(actor=actor, action=MOVED, reason=reason, detail={**sides, **detail})
    case.put_back()
    return retime(conn, now=now, why=f"the case went to {to}", case_ids=[case.id])

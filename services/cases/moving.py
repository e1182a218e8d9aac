"""A case that goes to an authority that follows its own, or to another team that works it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from models.arrangement_queries import arrangement_for
from rules.clocks.dates import london_date
from rules.delivery.arrangement import Arrangement
from services.cases.clocks.retime import Moved, retime
from services.cases.in_hand import CaseInHand

MOVED: Final = "case: moved to another authority"
ARRANGED: Final = "case: worked by another team"


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

    What each clock was given stays. Whoever works the other's cases works it from then on.

    Returns:
        The due dates that moved.

    Raises:
        NoBankHolidayDataError: A date lies in a year whose bank holidays are not held.
    """
    sides = {"before": {"authority": case.row.authority}, "after": {"authority": to}}
    on = london_date(now)
    team = arrangement_for(conn, authority=to, postcode=case.row.postcode, on=on)
    case.set(authority=to, arrangement=team.number if team else None)
    case.note(actor=actor, action=MOVED, reason=reason, detail={**sides, **detail})
    case.put_back()
    return retime(conn, now=now, why=f"the case went to {to}", case_ids=[case.id])


def arrange_case(
    case: CaseInHand,
    team: Arrangement,
    *,
    before: Arrangement | None,
    officer: str | None,
    actor: str,
    reason: str,
    detail: Mapping[str, Any],
) -> None:
    """Give a case to the team that works it from then on, and put it back; its clocks go on.

    Args:
        before: By which it was worked until then; None by its authority.
        officer: Whose it is from then on; None where it stays whose it is.
    """
    sides = {
        "before": {"team": before.words if before else case.row.authority},
        "after": {"team": team.words},
    }
    changed: dict[str, Any] = {"arrangement": team.number}
    if officer is not None:
        changed["officer"] = officer
        sides["before"]["officer"] = case.row.officer
        sides["after"]["officer"] = officer
    case.set(**changed)
    case.note(actor=actor, action=ARRANGED, reason=reason, detail={**sides, **detail})
    case.put_back()

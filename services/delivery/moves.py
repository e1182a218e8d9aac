"""One open case that goes by a plan: to the authority that follows, or to another team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from models.arrangement_queries import arrangement_for, arrangement_of
from rules.clocks.dates import london_date
from rules.delivery.succession import successor_for
from rules.errors import InvalidDecisionError
from services.alerts.raising import hand_alerts
from services.cases.clocks.retime import Moved
from services.cases.in_hand import CaseInHand
from services.cases.moving import arrange_case, move_case
from services.cases.take import take
from services.delivery.plans import Plan
from services.delivery.teams import officer_in
from services.grants.budgets_handed import hand_grant
from services.grants.handing import Handed


@dataclass(frozen=True, slots=True)
class Gone:
    """One case that went to another authority, or is worked by another team.

    Args:
        giver: Whose it was: an authority, or a team with its host.
        committed: What of a budget went with it, or None.
        due: Its due dates that moved, because the other has other closed days.
        officer: Whose it is from then on, where its officer is another.
    """

    reference: str
    giver: str
    taker: str
    committed: Handed | None = None
    due: tuple[Moved, ...] = ()
    officer: str = ""


def move(conn: Connection, plan: Plan, reference: str, *, by: str, now: datetime) -> Gone | None:
    """Give an open case to the authority that follows, or to the team that works it from then on.

    Returns:
        None where it went already, or ended meanwhile.

    Raises:
        HandrailError: It cannot go.
    """
    case = take(conn, reference=reference, now=now)
    giver = case.row.authority
    if giver not in plan.givers or case.status_is_exit():
        return None  # somebody ended or moved it meanwhile
    detail: dict[str, Any] = {"delivery_plan": plan.name, "instrument": plan.instrument}
    if plan.arrangements:
        return _arrange(conn, plan, case, by=by, detail=detail)
    taker = successor_for(case.row.postcode, plan.following(giver))
    if not taker:
        raise InvalidDecisionError(
            f"No council takes {case.row.postcode}.", next_step="Correct the plan’s postcodes."
        )
    committed = hand_grant(conn, case=case.row, taker=taker)
    if committed is not None:
        detail |= {"committed_pence": committed.pence, "year": committed.year}
    due = move_case(conn, case, to=taker, actor=by, reason=plan.cited, detail=detail, now=now)
    hand_alerts(conn, case_id=case.id, to=taker)
    return Gone(case.reference, giver, taker, committed, due)


def _arrange(
    conn: Connection, plan: Plan, case: CaseInHand, *, by: str, detail: Mapping[str, Any]
) -> Gone | None:
    on = max(plan.first_day, london_date(case.now))
    home = {"authority": case.row.authority, "postcode": case.row.postcode}
    team, before = arrangement_for(conn, **home, on=on), arrangement_of(conn, case=case.row)
    if team is None:
        raise InvalidDecisionError(
            f"No team works {case.row.postcode}.", next_step="Correct the plan’s postcodes."
        )
    if team.plan != plan.name or team == before:
        return None  # a later plan has it, or it went already
    officer = officer_in(conn, team, held=case.row.officer, on=on)
    arrange_case(
        case, team, before=before, officer=officer, actor=by, reason=plan.cited, detail=detail
    )
    was = before.words if before else case.row.authority
    return Gone(case.reference, was, team.words, officer=officer or "")

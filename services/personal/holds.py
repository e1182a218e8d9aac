"""Legal holds: nothing of a case is erased while a complaint, a claim or a repayment is open."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.base import AnyRow, rows_by
from models.people import name_of
from models.tables.cases import Case
from models.tables.personal import LegalHold
from rules.decisions.particulars import check_reason
from rules.errors import AlreadyDecidedError
from rules.people import Actor, check_may_erase
from services.cases import CaseInHand
from services.cases.take import take
from services.cases.visible import visible_case

_KEEP: Final = insert(LegalHold)
_STANDING: Final = rows_by(LegalHold, "case_id").where(LegalHold.lifted_at.is_(None))
_LIFT: Final = update(LegalHold).where(LegalHold.id == bindparam("row_id"))
_ALL: Final = (
    select(*LegalHold.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == LegalHold.case_id)
    .where(LegalHold.lifted_at.is_(None))
    .order_by(LegalHold.id)
)


class Ground(StrEnum):
    """Why nothing of a case may be erased."""

    COMPLAINT = "complaint"
    OMBUDSMAN = "ombudsman"
    CLAIM = "claim"
    REPAYMENT = "repayment"
    OTHER = "other"


def hold_back(
    conn: Connection, *, reference: str, ground: Ground, reason: str, by: Actor, now: datetime
) -> str:
    """Let nothing of a case be erased until it is lifted; return the case's reference.

    Raises:
        HandrailError: The person, the case or the reason does not allow it, or it is held already.
    """
    case = _in_hand(conn, reference, by, "A legal hold", reason, now)
    standing = conn.execute(_STANDING, {"case_id": case.id}).first()
    if standing is not None:
        raise AlreadyDecidedError(
            f"{case.reference} is held back already: {standing.ground}, {standing.reason}.",
            next_step="Nothing was changed.",
        )
    placed = {"case_id": case.id, "ground": ground.value, "reason": reason, "lifted_reason": ""}
    conn.execute(_KEEP, {**placed, "placed_by": by.identity, "placed_at": now})
    case.note(
        actor=by.identity,
        action="retention: held back",
        reason=reason,
        detail={"ground": ground.value},
    )
    case.put_back()
    return case.reference


def lift_hold(conn: Connection, *, reference: str, reason: str, by: Actor, now: datetime) -> str:
    """Let a case be erased again as the others are; return its reference.

    Raises:
        HandrailError: The person, the case or the reason does not allow it, or none stands.
    """
    case = _in_hand(conn, reference, by, "Lifting a legal hold", reason, now)
    standing = conn.execute(_STANDING, {"case_id": case.id}).first()
    if standing is None:
        raise AlreadyDecidedError(
            f"{case.reference} is not held back.", next_step="Nothing was changed."
        )
    lifted = {"lifted_by": by.identity, "lifted_at": now, "lifted_reason": reason}
    conn.execute(_LIFT, {"row_id": standing.id, **lifted})  # of that row alone
    case.note(actor=by.identity, action="retention: hold lifted", reason=reason)
    case.put_back()
    return case.reference


def _in_hand(
    conn: Connection, reference: str, by: Actor, what: str, reason: str, now: datetime
) -> CaseInHand:
    row = visible_case(conn, reference=reference, viewer=by)
    check_may_erase(actor=by, what=what.lower(), authority=row.authority)
    check_reason(reason, what=what)
    return take(conn, reference=row.reference, now=now)


def holds(conn: Connection, *, viewer: Actor) -> list[dict[str, Any]]:
    """Return the holds that stand on cases of somebody's authorities, the oldest first."""
    return [_shown(conn, row) for row in conn.execute(_ALL) if _theirs(viewer, row)]


def _theirs(viewer: Actor, row: AnyRow) -> bool:
    return not viewer.authorities or row.authority in viewer.authorities


def _shown(conn: Connection, row: AnyRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "ground": row.ground,
        "reason": row.reason,
        "placed_by": name_of(conn, row.placed_by),
        "placed_at": row.placed_at,
    }

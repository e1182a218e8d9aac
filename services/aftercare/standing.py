"""What a case in aftercare still waits for: its defects, survey, outcomes, charge and money."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from models.asked import rows
from models.base import AnyRow
from models.case_queries import decided_on, live_order
from models.tables.aftercare import AftercareLook
from models.tables.record import Outbox
from rules.aftercare.lapses import CHARGE, Aftercare
from rules.clocks.dates import london_date
from rules.money import pounds
from services.aftercare.charges import charge_due, registered_as
from services.aftercare.held import open_defects
from services.aftercare.outcomes import outcomes_on
from services.aftercare.repayments import account_on

REMINDER: Final = "survey_reminder_to_client"

TOLD: Final = (
    select(Outbox.key, Outbox.created_at)
    .where(
        Outbox.case_id == bindparam("case_id"),
        Outbox.kind == "message",
        Outbox.key.like("%:survey%"),
    )
    .order_by(Outbox.id)
)
"""What was sent to the client of a case about the survey, and when."""

_FORGET: Final = delete(AftercareLook).where(AftercareLook.case_id == bindparam("of_case"))
_LOOK: Final = insert(AftercareLook)


def standing_of(conn: Connection, *, case: AnyRow) -> Aftercare:
    """Return what is known of a case in aftercare.

    Args:
        case: Its row.
    """
    order = live_order(conn, case_id=case.id)
    account = account_on(conn, case_id=case.id)
    number = order.number if order is not None else ""
    return Aftercare(
        defects_until=order.defects_until if order is not None else None,
        defects=tuple(
            (f"{held.called} ({held.state.words})", held.holder)
            for held in open_defects(conn, case_id=case.id)
        ),
        answered=any(row.kind == "survey" for row in decided_on(conn, case_id=case.id)),
        reminded_on=told_on(conn, case=case, kind=REMINDER, once_for=number),
        outcomes=bool(outcomes_on(conn, case_id=case.id)),
        charge=_charge(conn, case),
        repayment=f"{pounds(account.open_pence)} to be repaid" if account.open_pence else "",
    )


def _charge(conn: Connection, case: AnyRow) -> str:
    due = charge_due(conn, case_id=case.id, tenure=case.tenure)
    missing = due and registered_as(conn, case_id=case.id) is None
    return CHARGE if missing else ""


def told_on(conn: Connection, *, case: AnyRow, kind: str, once_for: str) -> date | None:
    """Return the day on which a message about a case's survey was put up to be sent, or None."""
    key = f"{case.reference}:{kind}:{once_for}"
    found = (row for row in rows(conn, TOLD, case_id=case.id) if row.key == key)
    row = next(found, None)
    return None if row is None else london_date(row.created_at)


def look_again_on(conn: Connection, *, case_id: int, day: date | None) -> None:
    """Let a case be looked at on a day for what time alone brings; None: no more."""
    conn.execute(_FORGET, {"of_case": case_id})
    if day is not None:
        conn.execute(_LOOK, {"case_id": case_id, "due_on": day})

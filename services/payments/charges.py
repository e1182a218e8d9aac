"""The charge on an owner's property (2008 General Consent): which registration of it stands."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.tables.record import Decision

_SAID: Final = (
    select(Decision.facts)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind.in_(("charge", "correct-charge")),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)


def registered_as(conn: Connection, *, case_id: int) -> str | None:
    """Return the reference under which a case's charge is registered, as corrected; or None."""
    facts = conn.execute(_SAID, {"case_id": case_id}).scalar_one_or_none()
    if facts is None:
        return None
    found: str | None = facts.get("after", facts)["registration"]
    return found

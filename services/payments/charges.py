"""The charge on an owner's property (2008 General Consent): which registration of it stands."""

from typing import Final

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.engine import Connection

from models.asked import one
from models.tables.record import Decision

SAID: Final = (
    select(Decision.facts)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind.in_((literal_column("'charge'"), literal_column("'correct-charge'"))),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)
"""What was said last of a case's charge."""


def registered_as(conn: Connection, *, case_id: int) -> str | None:
    """Return the reference under which a case's charge is registered, as corrected; or None."""
    said = one(conn, SAID, case_id=case_id)
    if said is None:
        return None
    found: str | None = said.facts.get("after", said.facts)["registration"]
    return found

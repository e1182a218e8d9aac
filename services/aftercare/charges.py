"""The charge on an owner's property (2008 General Consent): which registration of it stands."""

from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select

from models.asked import one
from models.case_queries import approval_in_force
from models.tables.record import Decision
from rules.grants.grant import charge_pence
from services.grants.proportions import grant_stands

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


def charge_due(conn: Connection, *, case_id: int, tenure: str) -> int:
    """Return the charge due on a case's property for the grant in force, in pence."""
    approval = approval_in_force(conn, case_id=case_id)
    grant = grant_stands(conn, approval=approval)
    return charge_pence(tenure=tenure, grant_pence=grant)

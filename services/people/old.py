"""What was kept of signing in for long enough is removed, by the sweep."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_

from models.tables.people import DeskSession, Invitation, SignInTries
from rules.sign_in import FORGIVEN_AFTER
from services.session import writing

KEPT_FOR: Final = timedelta(days=90)
"""How long a session stays on record after its last page, or a link after it ran out."""


def forget_old_sessions(now: datetime | None = None) -> int:
    """Remove old sessions, links that were used or ran out, and failed tries. Returns how many.

    Args:
        now: The real time, if it is not now.
    """
    at = now or datetime.now(UTC)
    before = at - KEPT_FOR
    old = (
        delete(DeskSession).where(DeskSession.seen_at < before),
        delete(Invitation).where(or_(Invitation.used_at < before, Invitation.expires_at < before)),
        delete(SignInTries).where(SignInTries.last_at < at - FORGIVEN_AFTER),
    )
    with writing() as conn:
        return sum(conn.execute(statement).rowcount for statement in old)

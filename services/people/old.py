"""What was kept of signing in for long enough is removed, by the sweep."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select

from adapters import clock
from models.tables.people import CouncilAccount, DeskSession, Invitation, SignIn, SignInTries
from models.tables.reference import Officer
from rules.sign_in import FORGIVEN_AFTER
from services.people.unsent import forget_old
from services.session import writing

KEPT_FOR: Final = timedelta(days=90)
"""How long a session stays on record after its last page, a link after it ran out, and how somebody
signs in after their last day."""


def forget_old_sessions(now: datetime | None = None) -> int:
    """Remove old sessions, links that were used or ran out, failed tries, and forms nobody sent.

    Of whoever left long ago the password, the app and the council's account go too: somebody who
    comes back is invited again.

    Args:
        now: The real time, if it is not now.

    Returns:
        How many.
    """
    at = now or datetime.now(UTC)
    before = at - KEPT_FOR
    gone = select(Officer.email).where(Officer.last_day < clock.today() - KEPT_FOR)
    old = (
        delete(DeskSession).where(DeskSession.seen_at < before),
        delete(Invitation).where(or_(Invitation.used_at < before, Invitation.expires_at < before)),
        delete(SignInTries).where(SignInTries.last_at < at - FORGIVEN_AFTER),
        delete(CouncilAccount).where(CouncilAccount.email.in_(gone)),
        delete(SignIn).where(SignIn.email.in_(gone)),
    )
    with writing() as conn:
        removed = sum(conn.execute(statement).rowcount for statement in old)
        return removed + forget_old(conn, now=at)

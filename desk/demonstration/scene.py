"""What a person at a gate of the demo sees, and what such a person says."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select

from desk.demonstration.script import Story
from models.tables.record import Decision
from models.tables.reference import Officer
from rules.decisions.declared import BaseDecision, Plan
from rules.people import Role
from services.session import AnyRow, Connection

PLAN: Final = Plan(
    proportionate="The sum is small beside the cost and delay of asking twice.",
    legal="The Act lets us direct so in a particular case.",
    auditable="Every price and placing is frozen with the case.",
    necessary="The client cannot wait for a second estimate.",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A decision somebody is about to record.

    Args:
        by: Who records it.
        reason: Why, in their words.
        plan: The PLAN rationale, for a discretionary decision.
    """

    decision: BaseDecision
    by: str
    reason: str
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a person at a gate can see.

    Args:
        story: What is in store for it.
        today: The day.
        turn: How many decisions the step has had since it opened.
    """

    conn: Connection
    case: AnyRow
    story: Story
    today: date
    turn: int

    def officer(self, role: Role) -> str:
        """Return an officer of a role who serves the case's authority, with the highest limit."""
        rows = self.conn.execute(
            select(Officer.email, Officer.authorities)
            .where(Officer.role == role)
            .order_by(func.coalesce(Officer.approval_limit_pence, 0).desc(), Officer.email)
        )
        serving = (
            row.email
            for row in rows
            if not row.authorities or self.case.authority in row.authorities
        )
        return str(next(serving))

    @property
    def technical_officer(self) -> str:
        """The grant technical officer of the case."""
        return self.officer(Role.TECHNICAL_OFFICER)

    def decided(self, kind: str) -> int:
        """Return how many decisions of a kind the case has had."""
        query = select(func.count()).where(Decision.case_id == self.case.id, Decision.kind == kind)
        return int(self.conn.execute(query).scalar_one())

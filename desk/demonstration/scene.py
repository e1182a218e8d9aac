"""What a person at a gate of the demo sees, and what such a person says."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from desk.demonstration.script import Story
from rules.decisions import BaseDecision, Plan
from rules.people import Role
from services.demonstration.seen import officer, said_on
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
        case: The case, with the ``step`` that is open and its ``step_revision``.
        story: What is in store for it.
        today: The day.
        turn: How many decisions the step has had since it opened.
    """

    conn: Connection
    case: AnyRow
    story: Story
    today: date
    turn: int

    def said_by(
        self, role: Role, decision: BaseDecision, reason: str, plan: Plan | None = None
    ) -> Said:
        """Return a decision of the officer of a role who serves the case's authority."""
        by = officer(self.conn, role=role, authority=self.case.authority)
        return Said(decision, by, reason, plan)

    def said(self, decision: BaseDecision, reason: str, plan: Plan | None = None) -> Said:
        """Return a decision of the case's grant technical officer."""
        return self.said_by(Role.TECHNICAL_OFFICER, decision, reason, plan)

    def decided(self, kind: str) -> bool:
        """Say whether the case has had a decision of a kind."""
        return kind in dict(said_on(self.conn, case_id=self.case.id))

"""What a decision is made in, and what it does to its step."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from rules.clocks.dates import london_date
from rules.decisions import Plan
from rules.pathway import StepStatus
from rules.people import Actor
from services.cases.in_hand import CaseInHand


@dataclass(frozen=True, slots=True)
class Context:
    """The case in hand and who decides, for the function that applies a decision."""

    conn: Connection
    case: CaseInHand
    actor: Actor
    reason: str
    plan: Plan | None
    now: datetime

    @property
    def today(self) -> date:
        """Today's date in London."""
        return london_date(self.now)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does to its step.

    Args:
        to: The status the step moves to; None leaves it as the handler left it.
        closes: Whether the gate is decided by it: once for each opening of the step.
        outcome: A word for how the step came out.
        owner: Who holds the wait afterwards.
        waiting_for: What it waits for afterwards.
        facts: Particulars found while applying it, for the record.
        notice: A sentence for whoever records it, beyond where the step stands.
    """

    to: StepStatus | None
    closes: bool = False
    outcome: str = ""
    owner: str | None = None
    waiting_for: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notice: str = ""

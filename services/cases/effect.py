"""What a decision is made in, what it does to its step, and which function applies it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection

from rules.clocks.dates import london_date
from rules.decisions import BaseDecision, Plan
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


class Applied(NamedTuple):
    """How a kind of decision is applied.

    Args:
        apply: Applies one in its context; it is given what ``check`` found, where there is one.
        check: Refuses it where it cannot be taken now, whatever its particulars; what it found.
    """

    apply: Callable[..., Effect]
    check: Callable[[Context], Any] | None


APPLIED: Final[dict[type[BaseDecision], Applied]] = {}
"""Every kind of decision with what applies it, filled as the rooms are imported."""

F = TypeVar("F", bound=Callable[..., Effect])


def applies(
    kind: type[BaseDecision], *, check: Callable[[Context], Any] | None = None
) -> Callable[[F], F]:
    """Return the decorator of the function that applies a kind of decision.

    Args:
        check: What refuses it, whatever its particulars; what it returns is handed on.
    """

    def remember(apply: F) -> F:
        APPLIED[kind] = Applied(apply, check)
        return apply

    return remember

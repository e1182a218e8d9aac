"""What every decision shares, and the PLAN rationale of a discretionary one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from rules.pathway import StepName


@dataclass(frozen=True, slots=True)
class Plan:
    """Chichester's test for a discretionary decision: one sentence for each letter of PLAN."""

    proportionate: str
    legal: str
    auditable: str
    necessary: str

    def missing(self) -> tuple[str, ...]:
        """Return the letters of PLAN left without a sentence."""
        return tuple(item.name for item in fields(self) if not getattr(self, item.name).strip())


@dataclass(frozen=True, slots=True)
class BaseDecision:
    """What every kind of decision shares."""

    kind: ClassVar[str]
    step: ClassVar[StepName | None]

    @property
    def needs_plan(self) -> bool:
        """Whether a PLAN rationale must be recorded with it."""
        return False

    def problems(self) -> tuple[str, ...]:
        """Return everything wrong with the particulars, before the case is looked at."""
        return ()

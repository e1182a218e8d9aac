"""What every decision shares, and the PLAN rationale of a discretionary one."""

from dataclasses import dataclass
from typing import ClassVar

from rules.pathway import StepName


@dataclass(frozen=True, slots=True)
class BaseDecision:
    """What every kind of decision shares.

    Attributes:
        kind: What it is called.
        step: The step it is recorded at; None where that depends on the case.
        before_approval: It may be recorded at any time until the grant is decided, whatever waits.
        any_time: It may be recorded while the case is open, whatever waits, also after the grant
            is decided; it moves no step.
        sealed: Particulars that are kept off the record: nobody may read them there.
    """

    kind: ClassVar[str]
    step: ClassVar[StepName | None]
    before_approval: ClassVar[bool] = False
    any_time: ClassVar[bool] = False
    sealed: ClassVar[frozenset[str]] = frozenset()

    @property
    def needs_plan(self) -> bool:
        """Whether a PLAN rationale must be recorded with it."""
        return False

    def problems(self) -> tuple[str, ...]:
        """Return everything wrong with the particulars, before the case is looked at."""
        return ()

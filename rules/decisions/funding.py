"""Decisions on who pays: fees, other funders, and the waiver of the means test."""

from dataclasses import dataclass
from typing import ClassVar

from rules.decisions.base import BaseDecision
from rules.grants.funding import FundingKind
from rules.pathway import StepName


@dataclass(frozen=True, slots=True)
class RecordFunding(BaseDecision):
    """A fee or charge of the case, or what somebody else puts in; or one of them is taken out.

    Args:
        funding: What it is.
        description: For whom or from whom, as printed.
        amount_pence: Pence, above zero.
        removed: The line of this kind and description no longer holds.
    """

    kind: ClassVar[str] = "funding"
    step: ClassVar[StepName | None] = None
    before_approval: ClassVar[bool] = True
    funding: FundingKind
    description: str
    amount_pence: int = 0
    removed: bool = False

    def problems(self) -> tuple[str, ...]:
        """Return a missing description and an amount that is not above zero."""
        found = [] if self.description.strip() else ["Say what it is for, or who pays it."]
        if not self.removed and self.amount_pence <= 0:
            found.append("An amount is above zero.")
        if self.removed and self.amount_pence:
            found.append("To take a line out, give no amount.")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class WaiveMeansTest(BaseDecision):
    """The means test is waived in this case under one of the authority's rules.

    Args:
        rule: The rule.
        ended: The waiver under this rule no longer holds, and the contribution counts again.
    """

    kind: ClassVar[str] = "waive-means-test"
    step: ClassVar[StepName | None] = None
    before_approval: ClassVar[bool] = True
    rule: str
    ended: bool = False

    @property
    def needs_plan(self) -> bool:
        """A waiver is discretionary."""
        return True

    def problems(self) -> tuple[str, ...]:
        """Return a missing rule."""
        return () if self.rule.strip() else ("Name the rule that the waiver rests on.",)

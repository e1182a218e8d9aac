"""Decisions on who does the works at what price: route, direction, quotes, scores, award."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from rules.decisions.base import BaseDecision
from rules.numbers import plain
from rules.pathway import StepName
from rules.tenders.routes import Route

_FULL_MARKS = Decimal(100)


@dataclass(frozen=True, slots=True)
class ChooseRoute(BaseDecision):
    """An officer's choice of route against the rule, or back to the rule.

    Args:
        route: The route, or None to go by the rule again.
        package: The package, on the pre-priced route.
    """

    kind: ClassVar[str] = "route"
    step: ClassVar[StepName | None] = None
    before_approval: ClassVar[bool] = True
    route: Route | None
    package: str = ""

    @property
    def needs_plan(self) -> bool:
        """A choice against the rule is discretionary."""
        return True

    def problems(self) -> tuple[str, ...]:
        """Return a package without its route, and the route without its package."""
        if self.route is Route.PRE_PRICED and not self.package:
            return ("The pre-priced route needs its package.",)
        if self.package and self.route is not Route.PRE_PRICED:
            return ("A package belongs to the pre-priced route only.",)
        return ()


@dataclass(frozen=True, slots=True)
class Direct(BaseDecision):
    """The s.2(2)(b) direction that one price is enough in this particular case."""

    kind: ClassVar[str] = "direct"
    step: ClassVar[StepName | None] = StepName.TENDER

    @property
    def needs_plan(self) -> bool:
        """A direction is discretionary."""
        return True


@dataclass(frozen=True, slots=True)
class AwardBatch(BaseDecision):
    """The case is awarded as a batch proposal says, with its own s.2(2)(b) direction."""

    kind: ClassVar[str] = "award-batch"
    step: ClassVar[StepName | None] = StepName.TENDER
    batch: int
    contractor: str

    @property
    def needs_plan(self) -> bool:
        """Departing from the lot's rule is discretionary, and so is the direction."""
        return True


@dataclass(frozen=True, slots=True)
class RecordQuote(BaseDecision):
    """A contractor's quote in a mini-competition: net pence by line, sealed until the deadline."""

    kind: ClassVar[str] = "quote"
    step: ClassVar[StepName | None] = StepName.TENDER
    sealed: ClassVar[frozenset[str]] = frozenset({"line_net_pence"})
    contractor: str
    line_net_pence: Mapping[int, int]

    def problems(self) -> tuple[str, ...]:
        """Return amounts that are not above zero."""
        if not self.line_net_pence:
            return ("A quote prices at least one line.",)
        return tuple(
            f"Line {line}: a quote is above zero."
            for line, pence in self.line_net_pence.items()
            if pence <= 0
        )


@dataclass(frozen=True, slots=True)
class WithdrawQuote(BaseDecision):
    """A contractor takes its quote back before the award; until the deadline it may quote again."""

    kind: ClassVar[str] = "withdraw-quote"
    step: ClassVar[StepName | None] = StepName.TENDER
    contractor: str


@dataclass(frozen=True, slots=True)
class DeclineToQuote(BaseDecision):
    """A contractor that was invited says that it will not quote."""

    kind: ClassVar[str] = "decline-to-quote"
    step: ClassVar[StepName | None] = StepName.TENDER
    contractor: str


@dataclass(frozen=True, slots=True)
class ExtendDeadline(BaseDecision):
    """The deadline for quotes is put off; everybody invited is told, and quotes stay sealed."""

    kind: ClassVar[str] = "extend-deadline"
    step: ClassVar[StepName | None] = StepName.TENDER
    until: date


@dataclass(frozen=True, slots=True)
class ScoreQuote(BaseDecision):
    """An officer's marks for the quality of an opened quote, 0 to 100 by criterion."""

    kind: ClassVar[str] = "score"
    step: ClassVar[StepName | None] = StepName.TENDER
    contractor: str
    scores: Mapping[str, Decimal]

    def problems(self) -> tuple[str, ...]:
        """Return marks that are not from 0 to 100."""
        if not self.scores:
            return ("Give at least one mark.",)
        return tuple(
            f"{criterion}: a mark is 0 to 100, with at most 2 decimal places."
            for criterion, score in self.scores.items()
            if not (plain(score, _FULL_MARKS, 2) and score >= 0)
        )


@dataclass(frozen=True, slots=True)
class AwardQuote(BaseDecision):
    """The mini-competition is awarded to one of those who quoted."""

    kind: ClassVar[str] = "award"
    step: ClassVar[StepName | None] = StepName.TENDER
    contractor: str

    @property
    def needs_plan(self) -> bool:
        """An award on price and quality is discretionary."""
        return True

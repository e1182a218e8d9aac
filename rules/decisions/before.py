"""Decisions before the order: the works, the price, the tender, the consent, the grant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Final

from rules.decisions.base import BaseDecision
from rules.pathway import StepName
from rules.works import MAX_QUANTITY, PLACES, plain

PURPOSES: Final[Mapping[str, str]] = {
    "a": "access to and from the dwelling",
    "b": "making the dwelling safe",
    "c": "access to a room used as the principal family room",
    "d": "access to, or provision of, a room for sleeping",
    "e": "access to, or provision of, a lavatory",
    "f": "access to, or provision of, a bath or shower",
    "g": "access to, or provision of, a wash basin",
    "h": "preparing and cooking food",
    "i": "heating",
    "j": "use of power, light or heat",
    "k": "access and movement to care for another person",
    "l": "access to and from a garden",
}
"""The purposes of s.23(1), by letter."""


@dataclass(frozen=True, slots=True)
class Specify(BaseDecision):
    """The works are specified: purposes of s.23(1), and lines ready to be priced."""

    kind: ClassVar[str] = "specify"
    step: ClassVar[StepName | None] = StepName.SPECIFY
    purposes: tuple[str, ...] = ()

    def problems(self) -> tuple[str, ...]:
        """Return unknown letters of s.23(1)."""
        return tuple(
            f"“{letter}” is not a purpose of s.23(1); give letters a to l."
            for letter in self.purposes
            if letter not in PURPOSES
        )


@dataclass(frozen=True, slots=True)
class ConfirmPrice(BaseDecision):
    """The officer confirms the quantities, or gives re-measured ones by line number."""

    kind: ClassVar[str] = "confirm-price"
    step: ClassVar[StepName | None] = StepName.PRICE
    quantities: Mapping[int, Decimal] = field(default_factory=dict)

    def problems(self) -> tuple[str, ...]:
        """Return quantities that no price can be made of."""
        return tuple(
            f"Line {line}: a quantity is above zero and at most {MAX_QUANTITY:,}, with at most "
            f"{PLACES} decimal places, not {str(quantity)[:40]}."
            for line, quantity in self.quantities.items()
            if not (plain(quantity, MAX_QUANTITY, PLACES) and quantity > 0)
        )


@dataclass(frozen=True, slots=True)
class Direct(BaseDecision):
    """The s.2(2)(b) direction that one price from the schedule or lot will do in this case."""

    kind: ClassVar[str] = "direct"
    step: ClassVar[StepName | None] = StepName.TENDER

    @property
    def needs_plan(self) -> bool:
        """A direction is discretionary."""
        return True


@dataclass(frozen=True, slots=True)
class RecordQuote(BaseDecision):
    """A contractor's quote in a mini-competition: net pence by line."""

    kind: ClassVar[str] = "quote"
    step: ClassVar[StepName | None] = StepName.TENDER
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
class AwardQuote(BaseDecision):
    """The mini-competition is awarded to one of those who quoted."""

    kind: ClassVar[str] = "award"
    step: ClassVar[StepName | None] = StepName.TENDER
    contractor: str

    @property
    def needs_plan(self) -> bool:
        """An award on price and quality is discretionary."""
        return True


class ConsentAnswer(Enum):
    """How a request for the landlord's consent can end."""

    GRANTED = "granted"
    REFUSED = "refused"
    TREATED_AS_GIVEN = "treated_as_given"


@dataclass(frozen=True, slots=True)
class AnswerConsent(BaseDecision):
    """The landlord's answer, or an officer's decision on silence (Equality Act 2010 s.190)."""

    kind: ClassVar[str] = "answer-consent"
    step: ClassVar[StepName | None] = StepName.CONSENT
    answer: ConsentAnswer
    conditions: str = ""
    valid_to: date | None = None

    @property
    def needs_plan(self) -> bool:
        """Treating silence or a refusal as consent is the officer's own decision."""
        return self.answer is ConsentAnswer.TREATED_AS_GIVEN


@dataclass(frozen=True, slots=True)
class RecordCertificate(BaseDecision):
    """An owner's, tenant's or landlord's certificate is held, or waived (s.22(3))."""

    kind: ClassVar[str] = "certificate"
    step: ClassVar[StepName | None] = StepName.CERTIFICATES
    certificate: str
    waived: bool = False

    @property
    def needs_plan(self) -> bool:
        """A waiver is discretionary."""
        return self.waived

    def problems(self) -> tuple[str, ...]:
        """Return what the Act does not know or allow."""
        found = []
        if self.certificate not in {"owner", "tenant", "landlord"}:
            found.append(f"“{self.certificate}” is not a certificate: owner, tenant or landlord.")
        if self.waived and self.certificate != "landlord":
            found.append("Only the landlord's certificate can be waived (s.22(3)).")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Approve(BaseDecision):
    """The s.34 decision: approved with fees, or refused with reasons."""

    kind: ClassVar[str] = "approve"
    step: ClassVar[StepName | None] = StepName.APPROVE
    approved: bool
    fees_pence: int = 0

    def problems(self) -> tuple[str, ...]:
        """Return fees below zero."""
        return ("Fees cannot be below zero.",) if self.fees_pence < 0 else ()

"""Decisions before the order: the works, the price, the tender, the consent, the grant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from rules.cases import PURPOSES, RELIEFS
from rules.decisions.base import BaseDecision
from rules.numbers import plain
from rules.pathway import StepName
from rules.pricing.works import MAX_QUANTITY
from rules.rates.terms import PLACES


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
class SpecifyAgain(BaseDecision):
    """The works are specified anew: their lines may change, and what rested on them is set aside.

    The price, the tender and the landlord's consent are made again for the works as they then are.
    """

    kind: ClassVar[str] = "specify-again"
    step: ClassVar[StepName | None] = None
    before_approval: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ConfirmPrice(BaseDecision):
    """The officer confirms the quantities, or gives what is to be priced otherwise.

    Args:
        quantities: Re-measured quantity by line number.
        relief_percents: Share of a line, in percent, that its VAT relief covers, by line number:
            mixed works are apportioned by it.
        out_of_hours: Whether a line is done out of hours, by line number.
        reliefs: VAT reliefs that a bespoke line qualifies for, of ``rules.cases.RELIEFS``, by line
            number; empty for none.
    """

    kind: ClassVar[str] = "confirm-price"
    step: ClassVar[StepName | None] = StepName.PRICE
    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    relief_percents: Mapping[int, Decimal] = field(default_factory=dict)
    out_of_hours: Mapping[int, bool] = field(default_factory=dict)
    reliefs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def problems(self) -> tuple[str, ...]:
        """Return quantities and shares that no price can be made of, and unknown reliefs."""
        quantities = (
            f"Line {line}: a quantity is above zero and at most {MAX_QUANTITY:,}, with at most "
            f"{PLACES} decimal places, not {str(quantity)[:40]}."
            for line, quantity in self.quantities.items()
            if not (plain(quantity, MAX_QUANTITY, PLACES) and quantity > 0)
        )
        shares = (
            f"Line {line}: a relief covers 0 to 100 per cent of a line, with at most 2 decimal "
            f"places, not {str(share)[:40]}."
            for line, share in self.relief_percents.items()
            if not (plain(share, Decimal(100), 2) and share >= 0)
        )
        reliefs = (
            f"Line {line}: “{name[:40]}” is not a VAT relief; use {' or '.join(sorted(RELIEFS))}."
            for line, names in self.reliefs.items()
            for name in names
            if name not in RELIEFS
        )
        return (*quantities, *shares, *reliefs)


@dataclass(frozen=True, slots=True)
class RecordDeclaration(BaseDecision):
    """The client's signed VAT declaration is held: its date, and where it is filed."""

    kind: ClassVar[str] = "declaration"
    step: ClassVar[StepName | None] = None
    before_approval: ClassVar[bool] = True
    signed_on: date
    reference: str = ""


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

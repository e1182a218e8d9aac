"""The decisions people record: one frozen value a kind, with its own particulars checked.

Each value says which step it belongs to and whether it needs a PLAN rationale (Proportionate,
Legal, Auditable, Necessary). ``problems()`` lists everything wrong with the particulars at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Final, TypeAlias

from rules.errors import InvalidDecisionError, MissingReasonError
from rules.pathway import EXITS, CaseStatus, StepName

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
class _Decision:
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


@dataclass(frozen=True, slots=True)
class Specify(_Decision):
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
class ConfirmPrice(_Decision):
    """The officer confirms the quantities, or gives re-measured ones by line number."""

    kind: ClassVar[str] = "confirm-price"
    step: ClassVar[StepName | None] = StepName.PRICE
    quantities: Mapping[int, Decimal] = field(default_factory=dict)

    def problems(self) -> tuple[str, ...]:
        """Return quantities that are not above zero."""
        return tuple(
            f"Line {line}: a quantity is above zero, not {quantity}."
            for line, quantity in self.quantities.items()
            if not (quantity.is_finite() and quantity > 0)
        )


@dataclass(frozen=True, slots=True)
class Direct(_Decision):
    """The s.2(2)(b) direction that one price from the schedule or lot will do in this case."""

    kind: ClassVar[str] = "direct"
    step: ClassVar[StepName | None] = StepName.TENDER

    @property
    def needs_plan(self) -> bool:
        """A direction is discretionary."""
        return True


@dataclass(frozen=True, slots=True)
class RecordQuote(_Decision):
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
class AwardQuote(_Decision):
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
class AnswerConsent(_Decision):
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
class RecordCertificate(_Decision):
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
class Approve(_Decision):
    """The s.34 decision: approved with fees, or refused with reasons."""

    kind: ClassVar[str] = "approve"
    step: ClassVar[StepName | None] = StepName.APPROVE
    approved: bool
    fees_pence: int = 0

    def problems(self) -> tuple[str, ...]:
        """Return fees below zero."""
        return ("Fees cannot be below zero.",) if self.fees_pence < 0 else ()


@dataclass(frozen=True, slots=True)
class AnswerOffer(_Decision):
    """The contractor accepts or declines the works it was offered."""

    kind: ClassVar[str] = "answer-offer"
    step: ClassVar[StepName | None] = StepName.ASSIGN
    accepted: bool


@dataclass(frozen=True, slots=True)
class StartWorks(_Decision):
    """Works have begun on site."""

    kind: ClassVar[str] = "start"
    step: ClassVar[StepName | None] = StepName.WORKS
    started_on: date


@dataclass(frozen=True, slots=True)
class CompleteWorks(_Decision):
    """The contractor says the works are complete, and what shows it."""

    kind: ClassVar[str] = "complete"
    step: ClassVar[StepName | None] = StepName.WORKS
    completed_on: date
    evidence: str

    def problems(self) -> tuple[str, ...]:
        """Return missing evidence."""
        if self.evidence.strip():
            return ()
        return ("Say what shows that the works are complete, such as photographs.",)


@dataclass(frozen=True, slots=True)
class InspectLines(_Decision):
    """What the officer found: lines that pass, lines with a snag, snags cleared."""

    kind: ClassVar[str] = "inspect"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF
    passed: tuple[int, ...] = ()
    snags: Mapping[int, str] = field(default_factory=dict)
    all_pass: bool = False

    def problems(self) -> tuple[str, ...]:
        """Return contradictions and snags without words."""
        found = [
            f"Line {line} both passes and has a snag." for line in self.passed if line in self.snags
        ]
        found += [
            f"Line {n}: say what the snag is." for n, t in self.snags.items() if not t.strip()
        ]
        if not (self.passed or self.snags or self.all_pass):
            found.append("Say which lines pass and which have a snag.")
        if self.all_pass and (self.passed or self.snags):
            found.append("Either every line passes, or say which do.")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class HoldCertificate(_Decision):
    """A completion certificate has been received, such as electrical or building control."""

    kind: ClassVar[str] = "hold-certificate"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF
    certificate: str
    certificate_reference: str

    def problems(self) -> tuple[str, ...]:
        """Return a missing reference."""
        return () if self.certificate_reference.strip() else ("Give the certificate's reference.",)


@dataclass(frozen=True, slots=True)
class ClientAgrees(_Decision):
    """The client's own view of the works, kept apart from the officer's."""

    kind: ClassVar[str] = "client-agrees"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF
    agrees: bool


@dataclass(frozen=True, slots=True)
class Certify(_Decision):
    """The works are signed off to the authority's satisfaction (s.37(4), s.44(3))."""

    kind: ClassVar[str] = "certify"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF


@dataclass(frozen=True, slots=True)
class RecordInvoice(_Decision):
    """The contractor's invoice: as ordered, or net pence by line."""

    kind: ClassVar[str] = "invoice"
    step: ClassVar[StepName | None] = StepName.PAY
    number: str
    dated: date
    total_pence: int
    line_net_pence: Mapping[int, int] = field(default_factory=dict)
    as_ordered: bool = False

    def problems(self) -> tuple[str, ...]:
        """Return a missing number, missing lines and an amount that is not above zero."""
        found = [] if self.number.strip() else ["Give the invoice's number."]
        if self.total_pence <= 0:
            found.append("An invoice's total is above zero.")
        if self.as_ordered == bool(self.line_net_pence):
            found.append("Either the invoice charges as ordered, or give its lines.")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Release(_Decision):
    """A second person releases the payment."""

    kind: ClassVar[str] = "release"
    step: ClassVar[StepName | None] = StepName.PAY


SURVEY_QUESTIONS: Final = (
    "respect_and_dignity",
    "communication",
    "responsiveness",
    "reliability",
    "contractors",
    "overall",
)
"""HEART's six questions; ``overall`` is its own question, not the mean of the others."""


@dataclass(frozen=True, slots=True)
class AnswerSurvey(_Decision):
    """The client's answers to HEART's six questions, in per cent; a question may be left out."""

    kind: ClassVar[str] = "survey"
    step: ClassVar[StepName | None] = StepName.AFTERCARE
    scores: Mapping[str, int]

    def problems(self) -> tuple[str, ...]:
        """Return unknown questions and scores outside 0 to 100."""
        found = [
            f"“{q}” is not a survey question." for q in self.scores if q not in SURVEY_QUESTIONS
        ]
        found += [f"{q}: a score is 0 to 100." for q, s in self.scores.items() if not 0 <= s <= 100]  # noqa: PLR2004 - per cent
        return tuple(found) if self.scores else ("Give at least one answer.",)


@dataclass(frozen=True, slots=True)
class RegisterCharge(_Decision):
    """The charge on an owner's property is registered (2008 General Consent)."""

    kind: ClassVar[str] = "charge"
    step: ClassVar[StepName | None] = StepName.AFTERCARE
    registration: str

    def problems(self) -> tuple[str, ...]:
        """Return a missing registration."""
        return () if self.registration.strip() else ("Give the charge's registration reference.",)


@dataclass(frozen=True, slots=True)
class CloseCase(_Decision):
    """The defects period is over and nothing is outstanding."""

    kind: ClassVar[str] = "close"
    step: ClassVar[StepName | None] = StepName.AFTERCARE


@dataclass(frozen=True, slots=True)
class Exit(_Decision):
    """The case leaves the pathway: withdrawn, died, moved, refused, alternative found."""

    kind: ClassVar[str] = "exit"
    step: ClassVar[StepName | None] = None
    outcome: CaseStatus

    def problems(self) -> tuple[str, ...]:
        """Return an outcome that is no way out."""
        if self.outcome in EXITS:
            return ()
        return (f"“{self.outcome}” is no way out; use {', '.join(EXITS)}.",)


AnyDecision: TypeAlias = (
    Specify
    | ConfirmPrice
    | Direct
    | RecordQuote
    | AwardQuote
    | AnswerConsent
    | RecordCertificate
    | Approve
    | AnswerOffer
    | StartWorks
    | CompleteWorks
    | InspectLines
    | HoldCertificate
    | ClientAgrees
    | Certify
    | RecordInvoice
    | Release
    | AnswerSurvey
    | RegisterCharge
    | CloseCase
    | Exit
)
"""Every kind of decision."""


def check_particulars(*, decision: AnyDecision, reason: str, plan: Plan | None) -> None:
    """Refuse a decision whose reason, PLAN rationale or particulars are incomplete, all at once.

    Args:
        decision: The decision.
        reason: Why, in the decider's words.
        plan: The PLAN rationale, or None.

    Raises:
        MissingReasonError: The reason, or a letter of PLAN, is missing.
        InvalidDecisionError: The particulars are wrong; every problem is listed.
    """
    missing = [] if reason.strip() else ["a reason"]
    if decision.needs_plan:
        letters = plan.missing() if plan else tuple(item.name for item in fields(Plan))
        missing += [f"the PLAN sentence “{letter}”" for letter in letters]
    if missing:
        raise MissingReasonError(
            f"“{decision.kind}” needs {', '.join(missing)}.",
            why="Every decision says why; a discretionary one also says that it is "
            "Proportionate, Legal, Auditable and Necessary."
            if decision.needs_plan
            else "Every decision says why.",
            next_step="Give it and record the decision again.",
        )
    problems = decision.problems()
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def facts_of(decision: AnyDecision) -> dict[str, object]:
    """Return a decision's particulars as plain values for the record.

    Args:
        decision: The decision.
    """
    return {item.name: _plain(getattr(decision, item.name)) for item in fields(decision)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | Decimal):
        return str(value)
    return value

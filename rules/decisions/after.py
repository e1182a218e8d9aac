"""Decisions from the offer on: the works on site, sign-off, payment, aftercare, and leaving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final

from rules.decisions.base import BaseDecision
from rules.pathway import EXITS, CaseStatus, StepName

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
class AnswerOffer(BaseDecision):
    """The contractor accepts or declines the works it was offered."""

    kind: ClassVar[str] = "answer-offer"
    step: ClassVar[StepName | None] = StepName.ASSIGN
    accepted: bool


@dataclass(frozen=True, slots=True)
class StartWorks(BaseDecision):
    """Works have begun on site."""

    kind: ClassVar[str] = "start"
    step: ClassVar[StepName | None] = StepName.WORKS
    started_on: date


@dataclass(frozen=True, slots=True)
class CompleteWorks(BaseDecision):
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
class InspectLines(BaseDecision):
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
class HoldCertificate(BaseDecision):
    """A completion certificate has been received, such as electrical or building control."""

    kind: ClassVar[str] = "hold-certificate"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF
    certificate: str
    certificate_reference: str

    def problems(self) -> tuple[str, ...]:
        """Return a missing reference."""
        return () if self.certificate_reference.strip() else ("Give the certificate's reference.",)


@dataclass(frozen=True, slots=True)
class ClientAgrees(BaseDecision):
    """The client's own view of the works, kept apart from the officer's."""

    kind: ClassVar[str] = "client-agrees"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF
    agrees: bool


@dataclass(frozen=True, slots=True)
class Certify(BaseDecision):
    """The works are signed off to the authority's satisfaction (s.37(4), s.44(3))."""

    kind: ClassVar[str] = "certify"
    step: ClassVar[StepName | None] = StepName.SIGN_OFF


@dataclass(frozen=True, slots=True)
class RecordInvoice(BaseDecision):
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
class Release(BaseDecision):
    """A second person releases the payment."""

    kind: ClassVar[str] = "release"
    step: ClassVar[StepName | None] = StepName.PAY


@dataclass(frozen=True, slots=True)
class AnswerSurvey(BaseDecision):
    """The client's answers to HEART's six questions, in per cent; a question may be left out."""

    kind: ClassVar[str] = "survey"
    step: ClassVar[StepName | None] = StepName.AFTERCARE
    scores: Mapping[str, int]

    def problems(self) -> tuple[str, ...]:
        """Return unknown questions and scores outside 0 to 100."""
        found = [
            f"“{q}” is not a survey question." for q in self.scores if q not in SURVEY_QUESTIONS
        ]
        found += [f"{q}: a score is 0 to 100." for q, s in self.scores.items() if not 0 <= s <= 100]
        return tuple(found) if self.scores else ("Give at least one answer.",)


@dataclass(frozen=True, slots=True)
class RegisterCharge(BaseDecision):
    """The charge on an owner's property is registered (2008 General Consent)."""

    kind: ClassVar[str] = "charge"
    step: ClassVar[StepName | None] = StepName.AFTERCARE
    registration: str

    def problems(self) -> tuple[str, ...]:
        """Return a missing registration."""
        return () if self.registration.strip() else ("Give the charge's registration reference.",)


@dataclass(frozen=True, slots=True)
class CloseCase(BaseDecision):
    """The defects period is over and nothing is outstanding."""

    kind: ClassVar[str] = "close"
    step: ClassVar[StepName | None] = StepName.AFTERCARE


@dataclass(frozen=True, slots=True)
class Exit(BaseDecision):
    """The case leaves the pathway: withdrawn, died, moved, refused, alternative found."""

    kind: ClassVar[str] = "exit"
    step: ClassVar[StepName | None] = None
    outcome: CaseStatus

    def problems(self) -> tuple[str, ...]:
        """Return an outcome that is no way out."""
        if self.outcome in EXITS:
            return ()
        return (f"“{self.outcome}” is no way out; use {', '.join(EXITS)}.",)

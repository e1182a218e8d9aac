"""The decisions people record: one frozen value a kind, with its own particulars checked.

Each value says which step it belongs to and whether it needs a PLAN rationale (Proportionate,
Legal, Auditable, Necessary). ``problems()`` lists everything wrong with the particulars at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeAlias
from unicodedata import category

from rules.cases import PURPOSES
from rules.decisions.after import (
    SURVEY_QUESTIONS,
    AnswerOffer,
    AnswerSurvey,
    Certify,
    ClientAgrees,
    CloseCase,
    CompleteWorks,
    Exit,
    HoldCertificate,
    InspectLines,
    RecordInvoice,
    RegisterCharge,
    Release,
    StartWorks,
)
from rules.decisions.before import (
    AnswerConsent,
    Approve,
    ConfirmPrice,
    ConsentAnswer,
    RecordCertificate,
    RecordDeclaration,
    Specify,
    SpecifyAgain,
)
from rules.decisions.clocks import CorrectPause, EndPause, Pause, PauseCause, Rebase
from rules.decisions.funding import RecordFunding, WaiveMeansTest
from rules.decisions.tendering import (
    AwardBatch,
    AwardQuote,
    ChooseRoute,
    DeclineToQuote,
    Direct,
    ExtendDeadline,
    RecordQuote,
    ScoreQuote,
    WithdrawQuote,
)
from rules.errors import InvalidDecisionError, MissingReasonError
from rules.grants.funding import FundingKind
from rules.plan import Plan

AnyDecision: TypeAlias = (
    Specify
    | SpecifyAgain
    | ConfirmPrice
    | RecordDeclaration
    | ChooseRoute
    | RecordFunding
    | WaiveMeansTest
    | Direct
    | AwardBatch
    | RecordQuote
    | WithdrawQuote
    | DeclineToQuote
    | ExtendDeadline
    | ScoreQuote
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
    | Pause
    | EndPause
    | CorrectPause
    | Rebase
    | Exit
)
"""Every kind of decision."""


def check_particulars(*, decision: AnyDecision, reason: str, plan: Plan | None) -> None:
    """Refuse a decision whose reason, PLAN rationale or particulars are incomplete, all at once.

    Args:
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
    problems = (*_unwritable(reason, plan, decision), *decision.problems())
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def _unwritable(reason: str, plan: Plan | None, decision: AnyDecision) -> tuple[str, ...]:
    words = (reason, *astuple(plan)) if plan else (reason,)
    return unwritable("".join((*words, *_texts(facts_of(decision)))))


def unwritable(text: str) -> tuple[str, ...]:
    """Return the control characters of a text, which no record or document can hold, in a sentence.

    Args:
        text: What somebody typed.
    """
    found = sorted({c for c in text if category(c) in ("Cc", "Cs") and c not in "\n\r\t"})
    if not found:
        return ()
    names = ", ".join(f"U+{ord(c):04X}" for c in found)
    return (f"The words hold control characters ({names}); type them again without.",)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def facts_of(decision: AnyDecision) -> dict[str, object]:
    """Return a decision's particulars as plain values for the record, without what is sealed."""
    return {
        item.name: _plain(getattr(decision, item.name))
        for item in fields(decision)
        if item.name not in decision.sealed
    }


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


__all__ = [
    "PURPOSES",
    "SURVEY_QUESTIONS",
    "AnswerConsent",
    "AnswerOffer",
    "AnswerSurvey",
    "AnyDecision",
    "Approve",
    "AwardBatch",
    "AwardQuote",
    "Certify",
    "ChooseRoute",
    "ClientAgrees",
    "CloseCase",
    "CompleteWorks",
    "ConfirmPrice",
    "ConsentAnswer",
    "CorrectPause",
    "DeclineToQuote",
    "Direct",
    "EndPause",
    "Exit",
    "ExtendDeadline",
    "FundingKind",
    "HoldCertificate",
    "InspectLines",
    "Pause",
    "PauseCause",
    "Plan",
    "Rebase",
    "RecordCertificate",
    "RecordDeclaration",
    "RecordFunding",
    "RecordInvoice",
    "RecordQuote",
    "RegisterCharge",
    "Release",
    "ScoreQuote",
    "Specify",
    "SpecifyAgain",
    "StartWorks",
    "WaiveMeansTest",
    "WithdrawQuote",
    "check_particulars",
    "facts_of",
    "unwritable",
]

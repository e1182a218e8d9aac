"""The clocks that run on a case, in one table: what each is called, whose it is, what it is given.

Guidance stages and step and contract clocks count working days; the limits of the Act are calendar
dates. A pause stops the controllable clocks only: never a limit of the Act, nor a date that
something lapses on whatever anybody does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.parties import Party, party_of
from rules.pathway import PATHWAY, StepName


class ClockKind(StrEnum):
    """What a clock rests on."""

    STEP = "step"  # our own targets, step by step
    GUIDANCE = "guidance"  # stages of the government's guidance on DFG delivery
    STATUTORY = "statutory"  # limits of the Act
    CONTRACT = "contract"  # an answer or a date that somebody gave or was given
    REVIEW = "review"  # something left alone that is to be looked at again
    EXPIRY = "expiry"  # the last day of something held


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """One row of the table.

    Args:
        name: What the database and the import files call it.
        kind: What it rests on.
        title: What an officer calls it.
        holder: The party whose clock it is, where the step does not say.
        days: Working days by default; 0 where the date comes from elsewhere. Not verified.
        pauses: Whether a pause stops it.
        escalates: Whether it goes up the ladder when it stays late.
        step: The step it belongs to, if it belongs to one.
        section: Section of the Act, or other law.
        ahead: Whether it may run before its step opens, and then belongs to no step; so it ends
            with the case.
    """

    name: str
    kind: ClockKind
    title: str
    holder: Party
    days: int = 0
    pauses: bool = True
    escalates: bool = True
    step: StepName | None = None
    section: str = ""
    ahead: bool = False


STAGES: Final = (
    "contact_to_recommendation",
    "recommendation_to_application",
    "application_to_decision",
    "decision_to_completion",
)
"""The guidance's stages; their targets make that of ``TOTAL``."""

TOTAL: Final = "contact_to_completion"

PRIORITY: Final = "review_priority"
"""The clock of a case's priority, from when it was given or looked at last to the order."""

_HAZARDS: Final = (
    ("make_emergency_safe", "investigate the emergency and make it safe within 24 hours", 0),
    ("investigate_hazard", "investigate the hazard", 10),
    ("summarise_hazard", "give the tenant a summary of the investigation", 3),
    ("make_hazard_safe", "make the hazard safe", 5),
    ("begin_hazard_works", "begin further works, or take steps to", 5),
    ("begin_hazard_works_at_last", "begin further works within 12 weeks", 0),
)
HAZARD_CLOCKS: Final = tuple(name for name, _, _ in _HAZARDS)
"""What a social landlord owes of a hazard; each is of one hazard, by its number."""

_LIMITS: Final = (
    ("decide", "decide within six months of the application", "s.34(1)"),
    ("finish", "carry out the works within twelve months of the approval", "s.37(1)"),
)
_CASE_CLOCKS: Final = (
    ClockSpec(STAGES[0], ClockKind.GUIDANCE, STAGES[0].replace("_", " "), Party.ASSESSOR),
    *(
        ClockSpec(name, ClockKind.GUIDANCE, name.replace("_", " "), Party.COUNCIL)
        for name in (*STAGES[1:], TOTAL)
    ),
    *(
        ClockSpec(name, ClockKind.STATUTORY, title, Party.COUNCIL, pauses=False, section=section)
        for name, title, section in _LIMITS
    ),
    *(
        ClockSpec(
            name,
            ClockKind.CONTRACT,
            title,
            Party.LANDLORD,
            days,
            pauses=False,
            section="SI 2025/1042",
            ahead=True,
        )
        for name, title, days in _HAZARDS
    ),
    ClockSpec(
        "review_pause", ClockKind.REVIEW, "look at a pause again", Party.COUNCIL, 20, pauses=False
    ),
    ClockSpec(
        PRIORITY, ClockKind.REVIEW, "look at the priority again", Party.COUNCIL, 60, pauses=False
    ),
)
_STEP_CLOCKS: Final = tuple(
    ClockSpec(
        step.name,
        ClockKind.STEP,
        step.title[0].lower() + step.title[1:],
        party_of(step.owner),
        step.target_days,
        step=step.name,
    )
    for step in PATHWAY.values()
)

_CLOSE: Final = "close the case after its defects period"
# Name, title, whose it is, step, and working days by default; 0 where it runs to a date.
_CONTRACT_ROWS: Final = (
    ("return_quote", "return quotes", Party.CONTRACTOR, StepName.TENDER, 10),
    ("give_authority", "give authority to ask the landlord", Party.CLIENT, StepName.CONSENT, 10),
    ("answer_consent", "answer the request for consent", Party.LANDLORD, StepName.CONSENT, 15),
    ("return_certificates", "return the certificates", Party.CLIENT, StepName.CERTIFICATES, 10),
    ("answer_offer", "answer the offer", Party.CONTRACTOR, StepName.ASSIGN, 3),
    ("start_works", "start on site", Party.CONTRACTOR, StepName.WORKS, 10),
    ("finish_works", "complete the works", Party.CONTRACTOR, StepName.WORKS, 40),
    ("agree_access", "agree how the contractor gets in", Party.COUNCIL, StepName.WORKS, 2),
    ("answer_variation", "answer the variation claimed", Party.COUNCIL, StepName.WORKS, 5),
    ("clear_snags", "clear the snags", Party.CONTRACTOR, StepName.SIGN_OFF, 10),
    ("look_again", "look at a snag again", Party.COUNCIL, StepName.SIGN_OFF, 5),
    ("old_snag", "end a snag that is open for long", Party.COUNCIL, StepName.SIGN_OFF, 40),
    ("hand_in_again", "hand in again what was refused", Party.CONTRACTOR, StepName.SIGN_OFF, 5),
    ("answer_client", "answer what the client says", Party.COUNCIL, StepName.SIGN_OFF, 5),
    ("send_invoice", "send the invoice", Party.CONTRACTOR, StepName.PAY, 10),
    ("pay_invoice", "pay the invoice", Party.COUNCIL, StepName.PAY, 20),
    ("pay_by_law", "pay the council’s own invoice", Party.COUNCIL, StepName.PAY, 0),
    ("answer_survey", "answer the survey", Party.CLIENT, StepName.AFTERCARE, 10),
    ("judge_defect", "say whether it is a defect", Party.COUNCIL, StepName.AFTERCARE, 5),
    ("judge_urgent_defect", "say whether it is a defect", Party.COUNCIL, StepName.AFTERCARE, 1),
    ("put_right_defect", "put the defect right", Party.CONTRACTOR, StepName.AFTERCARE, 20),
    ("put_right_urgent_defect", "put the defect right", Party.CONTRACTOR, StepName.AFTERCARE, 2),
    ("inspect_recall", "look at what was put right", Party.COUNCIL, StepName.AFTERCARE, 5),
    ("consent_lapses", "approve before the consent lapses", Party.COUNCIL, StepName.APPROVE, 0),
    ("defects_period", _CLOSE, Party.COUNCIL, StepName.AFTERCARE, 0),
)
_DATE_IN_A_LETTER: Final = frozenset({"return_quote", "answer_consent", "answer_offer"})
# Neither an answer nor a pause makes a snag younger.
_AGES: Final = frozenset({"old_snag"})
# An instalment, or what a contractor that was replaced is owed, is invoiced before the step opens.
_AHEAD: Final = frozenset({"answer_client", "pay_invoice", "pay_by_law"})
_BY_LAW: Final = {"pay_by_law": "Procurement Act 2023 s.88"}
_LAPSES: Final = frozenset({"consent_lapses", "defects_period"})
# Nobody has to answer a survey: the officer may call, and no manager hears of it.
_STAYS_LOW: Final = frozenset({"answer_survey"})
_CONTRACT_CLOCKS: Final = tuple(
    ClockSpec(
        name,
        ClockKind.EXPIRY if name in _LAPSES else ClockKind.CONTRACT,
        title,
        holder,
        days,
        pauses=name not in _DATE_IN_A_LETTER | _LAPSES | _AGES | _BY_LAW.keys(),
        escalates=name not in _STAYS_LOW,
        step=step,
        section=_BY_LAW.get(name, ""),
        ahead=name in _AHEAD,
    )
    for name, title, holder, step, days in _CONTRACT_ROWS
)

CLOCKS: Final[Mapping[str, ClockSpec]] = MappingProxyType(
    {spec.name: spec for spec in (*_CASE_CLOCKS, *_STEP_CLOCKS, *_CONTRACT_CLOCKS)}
)
"""Every clock, by name."""

AHEAD: Final = tuple(spec.name for spec in CLOCKS.values() if spec.ahead)
"""Those that may run before their step opens, or have none: they end with the case."""

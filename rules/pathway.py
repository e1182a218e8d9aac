"""The pathway: one table of steps that everything else is drawn from.

Each step says what must be over before it opens, who does it, who decides at its gate, which
sections of the Act bear on it, how a run that stops there is named, and how many working days it
is given. The desk's task list, the diagram in ``docs/reference/`` and the tests come from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class StepName(StrEnum):
    """The steps, in the order people speak of them. Several may be open side by side."""

    SPECIFY = "specify"
    PRICE = "price"
    TENDER = "tender"
    CONSENT = "consent"
    CERTIFICATES = "certificates"
    APPROVE = "approve"
    ASSIGN = "assign"
    ORDER = "order"
    WORKS = "works"
    SIGN_OFF = "sign-off"
    PAY = "pay"
    AFTERCARE = "aftercare"


class StepStatus(StrEnum):
    """Where one step stands. A step that has not opened yet has no row."""

    NOT_STARTED = "not_started"
    READY = "ready"  # automatic work is left to do
    WAITING = "waiting"  # a person's decision is awaited
    DONE = "done"
    NOT_NEEDED = "not_needed"
    ENDED = "ended"  # the case left the pathway while the step was open


class CaseStatus(StrEnum):
    """Where the case as a whole stands."""

    OPEN = "open"
    PAID = "paid"  # the contractor is paid; the defects period runs
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DIED = "died"
    MOVED = "moved"
    REFUSED = "refused"
    ALTERNATIVE_FOUND = "alternative_found"


LIVE: Final = (CaseStatus.OPEN, CaseStatus.PAID)
"""The statuses of a case that is still on the pathway."""

EXITS: Final = (
    CaseStatus.WITHDRAWN,
    CaseStatus.DIED,
    CaseStatus.MOVED,
    CaseStatus.REFUSED,
    CaseStatus.ALTERNATIVE_FOUND,
)
"""Ways out that are open from any step while the case is open (ss.24, 40 to 42)."""

# From each status, the statuses a step may go to.
TRANSITIONS: Final[Mapping[StepStatus, frozenset[StepStatus]]] = MappingProxyType(
    {
        StepStatus.NOT_STARTED: frozenset({StepStatus.READY, StepStatus.WAITING}),
        StepStatus.READY: frozenset(
            {StepStatus.WAITING, StepStatus.DONE, StepStatus.NOT_NEEDED, StepStatus.ENDED}
        ),
        StepStatus.WAITING: frozenset(
            {StepStatus.READY, StepStatus.DONE, StepStatus.NOT_NEEDED, StepStatus.ENDED}
        ),
        StepStatus.DONE: frozenset({StepStatus.READY}),  # reopened as a new revision
        StepStatus.NOT_NEEDED: frozenset({StepStatus.READY}),
        StepStatus.ENDED: frozenset(),
    }
)

OVER: Final = frozenset({StepStatus.DONE, StepStatus.NOT_NEEDED})
"""The statuses that let the steps behind open."""

NOT_OPEN: Final = OVER | {StepStatus.NOT_STARTED}
"""The statuses of a step at which nothing waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the pathway table.

    Args:
        title: What an officer calls it.
        requires: Steps that must be over before it opens.
        done_by: ``officer``, ``flow``, ``contractor`` or ``officers`` (a decision with no flow).
        owner: Who owns the wait while it is open, as a role or party.
        gate: Who decides what, or an empty string where nobody has to.
        waiting_state: The name of the Prefect state a run ends in when it stops here.
        moves_on: What lets the case move on.
        automatic: Whether the step opens with work for a flow (``ready``) rather than a gate.
        sections: Sections of the Housing Grants, Construction and Regeneration Act 1996.
        target_days: Working days given to the step; editable configuration, not verified.
        does: What Handrail does at it by itself, in a sentence; empty where that is nothing.
    """

    name: StepName
    title: str
    requires: tuple[StepName, ...]
    done_by: str = "flow"
    owner: str
    gate: str
    waiting_state: str
    moves_on: str
    automatic: bool = True
    sections: tuple[str, ...]
    target_days: int
    does: str = ""


def _table(*steps: Step) -> Mapping[StepName, Step]:
    return MappingProxyType({step.name: step for step in steps})


PATHWAY: Final[Mapping[StepName, Step]] = _table(
    Step(
        name=StepName.SPECIFY,
        title="Specify the works",
        requires=(),
        done_by="officer",
        owner="technical officer",
        gate="officer: works lines, purpose, complexity and urgency",
        waiting_state="AwaitingSpecification",
        moves_on="lines valid against a schedule or marked bespoke",
        automatic=False,
        sections=("s.23(1)", "s.24(3)"),
        target_days=10,
    ),
    Step(
        name=StepName.PRICE,
        does=("Handrail prices the works from the schedule of rates, line by line, with VAT"),
        title="Price the works",
        requires=(StepName.SPECIFY,),
        owner="technical officer",
        gate="officer confirms re-measured quantities",
        waiting_state="AwaitingPriceConfirmation",
        moves_on="every line priced, VAT per line, total frozen as an estimate",
        sections=("s.34(2)",),
        target_days=3,
    ),
    Step(
        name=StepName.TENDER,
        does=(
            "Handrail chooses the route to a price and puts the contractors of the lot in "
            "order, asks them to quote, or files the award record"
        ),
        title="Tender",
        requires=(StepName.PRICE,),
        owner="technical officer",
        gate="officer directs under s.2(2)(b), or awards a mini-competition",
        waiting_state="AwaitingTenderDecision",
        moves_on="a price with its reasons",
        sections=("s.2(2)(b)",),
        target_days=5,
    ),
    Step(
        name=StepName.CONSENT,
        does=(
            "Handrail clears the landlord’s consent by a pre-permission, or asks for it in writing"
        ),
        title="Landlord's consent",
        requires=(StepName.SPECIFY,),
        owner="landlord",
        gate="landlord; officer on silence",
        waiting_state="AwaitingConsent",
        moves_on="pre-permission matched, granted, or an officer's recorded decision",
        sections=("Equality Act 2010 s.190",),
        target_days=15,
    ),
    Step(
        name=StepName.CERTIFICATES,
        does=("Handrail asks the applicant, and the landlord where needed, for the certificates"),
        title="Owner's and tenant's certificates",
        requires=(StepName.SPECIFY,),
        owner="applicant",
        gate="applicant, landlord",
        waiting_state="AwaitingCertificates",
        moves_on="owner's or tenant's certificate, or a recorded waiver",
        sections=("s.21", "s.22"),
        target_days=10,
    ),
    Step(
        name=StepName.APPROVE,
        does="Handrail writes the notice of the decision and sends it to the client",
        title="Approve the grant",
        requires=(StepName.PRICE, StepName.TENDER, StepName.CONSENT, StepName.CERTIFICATES),
        done_by="officers",
        owner="approving officer",
        gate="authorised officer within the delegated limit, not the one who priced",
        waiting_state="AwaitingApproval",
        moves_on="the s.34 decision with its notice",
        automatic=False,
        sections=("s.24", "s.33(4)", "s.34"),
        target_days=5,
    ),
    Step(
        name=StepName.ASSIGN,
        does=(
            "Handrail offers the works to the next contractor in the award’s order that has "
            "room for them"
        ),
        title="Assign the contractor",
        requires=(StepName.APPROVE,),
        owner="contractor",
        gate="contractor accepts or declines; offers lapse and roll on",
        waiting_state="AwaitingContractor",
        moves_on="accepted, capacity reserved",
        sections=("s.38(1)",),
        target_days=5,
    ),
    Step(
        name=StepName.ORDER,
        does=(
            "Handrail numbers the work order and sends it to the contractor, once every penny "
            "has a payer"
        ),
        title="Issue the work order",
        requires=(StepName.ASSIGN,),
        owner="technical officer",
        gate="client and funders: who pays what the grant does not",
        waiting_state="AwaitingWorkOrder",
        moves_on="every penny has a payer who has agreed; numbered work order, PDF, sent",
        sections=("s.29", "s.30", "s.33"),
        target_days=1,
    ),
    Step(
        name=StepName.WORKS,
        title="Works on site",
        requires=(StepName.ORDER,),
        done_by="contractor",
        owner="contractor",
        gate="start date, then completion",
        waiting_state="AwaitingWorks",
        moves_on="contractor says complete, with evidence",
        automatic=False,
        sections=("s.37(1)",),
        target_days=40,
    ),
    Step(
        name=StepName.SIGN_OFF,
        does=(
            "Handrail sees what sign-off waits for, passes snags on, and sends the certificate "
            "of completion once the works are certified"
        ),
        title="Inspect and sign off",
        requires=(StepName.WORKS,),
        done_by="officers",
        owner="technical officer",
        gate="officer inspects line by line; client agrees; assessor if asked",
        waiting_state="AwaitingSignOff",
        moves_on="no open snag, certificates held, certified date",
        sections=("s.37(4)", "s.44(3)"),
        target_days=5,
    ),
    Step(
        name=StepName.PAY,
        does=(
            "Handrail matches the contractor’s invoice with its order, and tells it when the "
            "money is released"
        ),
        title="Pay the contractor",
        requires=(StepName.SIGN_OFF,),
        owner="finance",
        gate="officer matches invoice; a second person releases",
        waiting_state="AwaitingPayment",
        moves_on="invoice matched and released, final account",
        sections=("s.35(3)", "s.37(4)", "s.39"),
        target_days=20,
    ),
    Step(
        name=StepName.AFTERCARE,
        does=(
            "Handrail sends the client the survey, says what is still awaited in the defects "
            "period, and closes the case when nothing is left"
        ),
        title="Aftercare",
        requires=(StepName.PAY,),
        owner="technical officer",
        gate="",
        waiting_state="InDefectsPeriod",
        moves_on="defects period over, no defect open, charge registered, survey answered or past",
        sections=("s.44",),
        target_days=0,
    ),
)


def steps_to_open(*, statuses: Mapping[StepName, StepStatus]) -> tuple[StepName, ...]:
    """Return the steps that have not opened and whose prerequisites are all over.

    Args:
        statuses: The status of each step that has opened; a step left out has not.
    """
    return tuple(
        step.name
        for step in PATHWAY.values()
        if step.name not in statuses and all(statuses.get(name) in OVER for name in step.requires)
    )


def opening_status(step: StepName) -> StepStatus:
    """Return how a step opens: with work for its flow, or waiting at its gate."""
    return StepStatus.READY if PATHWAY[step].automatic else StepStatus.WAITING


def can_move(*, now: StepStatus, to: StepStatus) -> bool:
    """Say whether a step may go from one status to another.

    Args:
        now: The present status.
        to: The status wanted.
    """
    return to in TRANSITIONS[now]


def opening_wait(step: StepName) -> tuple[str, str]:
    """Return who owns a step's wait when it opens, and what it waits for."""
    row = PATHWAY[step]
    return row.owner, row.gate

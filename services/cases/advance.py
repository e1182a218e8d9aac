"""Opening steps, and saying where a case stands: the two ends of every run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.base import AnyRow
from rules.pathway import LIVE, PATHWAY, StepName, StepStatus
from rules.people import Actor, check_may_carry_on
from rules.runs import ATTENTION
from services.cases.in_hand import CaseInHand
from services.cases.take import take
from services.cases.unit import in_hand
from services.cases.visible import visible_case


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands after a run.

    Args:
        case_status: Its status.
        ready: Steps with automatic work left.
        waiting: Steps that wait for somebody, each with who and what for and by when.
        trouble: What kept automatic work from finishing, by step.
    """

    reference: str
    case_status: str
    ready: tuple[StepName, ...]
    waiting: tuple[tuple[StepName, str], ...]
    trouble: tuple[tuple[StepName, str], ...]

    @property
    def ended(self) -> bool:
        """Whether the case has left the pathway or is closed."""
        return self.case_status not in LIVE

    @property
    def state_name(self) -> str:
        """The name of the Prefect state a run ends in: what the case waits for."""
        if self.ended:
            return "CaseEnded"
        if self.trouble:
            return ATTENTION
        if self.waiting:
            return PATHWAY[self.waiting[0][0]].waiting_state
        return "Completed"

    @property
    def message(self) -> str:
        """Who everybody waits for, for what and by when, in a line."""
        if self.ended:
            return f"{self.reference} has ended: {self.case_status.replace('_', ' ')}."
        parts = [f"{step}: {words}" for step, words in (*self.trouble, *self.waiting)]
        return "; ".join(parts) or f"{self.reference} has nothing left to do."


def open_steps(case_ref: str) -> Standing:
    """Open every step whose prerequisites are over, and say how the case stands.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    with in_hand(case_ref) as case:
        case.open_steps()
        return standing_of(case)


def ask_to_carry_on(case_ref: str) -> None:
    """Ask for a run of ``advance-case``."""
    with in_hand(case_ref) as case:
        case.request_advance()


def may_carry_on(conn: Connection, *, reference: str, viewer: Actor) -> AnyRow:
    """Return a case that somebody may have carried on.

    Raises:
        UnknownReferenceError: There is no such case among those they may see.
        NotPermittedError: Their role changes nothing.
    """
    row = visible_case(conn, reference=reference, viewer=viewer)
    check_may_carry_on(actor=viewer, authority=row.authority)
    return row


def carry_on(
    conn: Connection, *, reference: str, viewer: Actor, revision: int, now: datetime
) -> int:
    """Ask for a run that carries a case on, for somebody at the desk.

    Args:
        revision: The case's, when they opened the page; where it went on since, a run was asked
            for already.

    Returns:
        The revision of the case that the run belongs to.

    Raises:
        HandrailError: As ``may_carry_on`` raises.
    """
    row = may_carry_on(conn, reference=reference, viewer=viewer)
    case = take(conn, reference=row.reference, now=now)
    if case.revision == revision:
        case.request_advance()
        case.put_back()
    return case.revision


def request_key(*, reference: str, revision: int) -> str:
    """Return the key of the request for the run that carries a case on from a revision."""
    return f"{reference}:advance:{revision}"


def standing_of(case: CaseInHand) -> Standing:
    """Return where a case in hand stands."""
    rows = [case.steps[name] for name in PATHWAY if name in case.steps]
    ready = tuple(row.step for row in rows if case.is_ready(row.step))
    waiting = tuple(
        (row.step, f"{row.owner}: {row.waiting_for}" + (f", by {row.due_on}" if row.due_on else ""))
        for row in rows
        if row.status is StepStatus.WAITING
    )
    trouble = tuple((row.step, row.trouble) for row in rows if row.trouble and row.step in ready)
    return Standing(
        reference=case.reference,
        case_status=case.status,
        ready=ready,
        waiting=waiting,
        trouble=trouble,
    )

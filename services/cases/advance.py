"""Opening steps, and saying where a case stands: the two ends of every run."""

from dataclasses import dataclass

from rules.pathway import LIVE, PATHWAY, StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.unit import as_left, in_hand, look_at


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
            return "NeedsAttention"
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


def standing_if_open(case_ref: str) -> Standing | None:
    """Return how a case stands if no step is due to open, or None.

    Mostly none is: that takes a look, and not the writer's lock.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    return _unless_due(look_at(case_ref))


def standing_if_left_open(case_ref: str) -> Standing | None:
    """Do as ``standing_if_open`` where a step was just carried out, on the case as that left it."""
    return _unless_due(as_left(case_ref))


def _unless_due(case: CaseInHand) -> Standing | None:
    return None if case.steps_due() else standing_of(case)


def open_due(case_ref: str) -> Standing:
    """Open every step whose prerequisites are over, in one transaction, and say how it stands."""
    with in_hand(case_ref) as case:
        case.open_steps()
        return standing_of(case)


def open_steps(case_ref: str) -> Standing:
    """Open every step that is due, if any is, and say how the case stands."""
    return standing_if_open(case_ref) or open_due(case_ref)


def ask_to_carry_on(case_ref: str) -> None:
    """Ask for a run of ``advance-case``."""
    with in_hand(case_ref) as case:
        case.request_advance()


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

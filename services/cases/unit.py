"""One transaction over a case: taken, changed, put back with the link to the run it belongs to.

Automatic work may run twice: it looks in the database for what is left to do, and does nothing
where nothing is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from adapters import clock
from rules.errors import DatabaseBusyError, HandrailError
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import TROUBLE_AT_MOST, CaseInHand, take
from services.cases.runs import link_steps
from services.session import reading as reading
from services.session import writing as writing

_left: ContextVar[CaseInHand | None] = ContextVar("left", default=None)
_run_id: ContextVar[str | None] = ContextVar("run_id", default=None)


@contextmanager
def in_run(run_id: str | None) -> Iterator[None]:
    """Link what is done to cases inside this block to a Prefect run; None links nothing."""
    token = _run_id.set(run_id)
    try:
        yield
    finally:
        _run_id.reset(token)


@contextmanager
def in_hand(case_ref: str) -> Iterator[CaseInHand]:
    """Take a case in one transaction and put it back with the link to the present run."""
    with writing() as conn:
        case = take(conn, reference=case_ref, now=clock.now())
        yield case
        touched = case.put_back()
        run_id = _run_id.get()
        if run_id and touched:
            link_steps(conn, case=case, steps=touched, flow_run_id=run_id)
    _left.set(case)


def as_left(case_ref: str) -> CaseInHand:
    """Return a case as the task before left it, once, or else as it stands; it cannot be changed.

    A run that goes from step to step need not read again what it has just written.
    """
    left = _left.get()
    _left.set(None)
    return left if left is not None and left.reference == case_ref else look_at(case_ref)


def look_at(case_ref: str) -> CaseInHand:
    """Return a case as it stands, without locking it; it cannot be changed."""
    with reading() as conn:
        return take(conn, reference=case_ref, now=clock.now(), to_change=False)


@contextmanager
def at_step(case_ref: str, step: StepName) -> Iterator[CaseInHand | None]:
    """Take a case if automatic work is left at a step; a refusal by a rule is noted on the step.

    The steps that become due by the work open in the same transaction.

    Yields:
        The case, or None where nothing is left to do.
    """
    try:
        with in_hand(case_ref) as case:
            yield case if case.is_ready(step) else None
            case.open_steps()
    except DatabaseBusyError:
        raise
    except HandrailError as error:
        note_trouble(case_ref, step, error.text())


def note_trouble(case_ref: str, step: StepName, words: str) -> None:
    """Write on a step why its automatic work could not finish; the sweep tries it again.

    Args:
        words: What stood in the way, and what to do.
    """
    with in_hand(case_ref) as case:
        if case.step_status(step) is not StepStatus.READY:
            return
        if case.steps[step].trouble != words[:TROUBLE_AT_MOST]:
            case.trouble(step, words)

"""What every task shares: its transaction, its retries, and the link to the run it belongs to.

A task takes ids and gives back small frozen values. It may run twice: it looks in the database for
what is left to do, and does nothing where nothing is. Prefect's result cache is never used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext, TaskRunContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from adapters import clock
from adapters.settings import settings
from models import database
from models.in_hand import TROUBLE_AT_MOST, CaseInHand, take
from models.runs import link_steps
from rules.errors import DatabaseBusyError, HandrailError
from rules.pathway import StepName, StepStatus

P = ParamSpec("P")
R = TypeVar("R")

RETRY_DELAYS = (0.2, 1.0, 5.0)
"""Seconds between tries while the database is busy."""

_plain: ContextVar[bool] = ContextVar("plain", default=False)
_left: ContextVar[CaseInHand | None] = ContextVar("left", default=None)


def _worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except (DatabaseBusyError, OperationalError):
        return True
    except Exception:  # noqa: BLE001 - any other failure is not mended by waiting
        return False
    return False


def step_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of our tasks: named, retried while the database is busy, never cached.

    Inside a run over one case each call is a Prefect task. In bulk, and outside any run, it is the
    plain function: the same transaction, without a task run to keep.

    Args:
        name: What Prefect's UI shows, such as ``price the works``.
    """
    return _decorator(name=name, run_name=f"{{case_ref}} · {name}", retries=RETRY_DELAYS)


def document_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of tasks that write a document: as ``step_task``, tried once.

    A full disk is not mended by waiting a second; the sweep comes back to it.

    Args:
        name: What Prefect's UI shows.
    """
    return _decorator(name=name, run_name=f"{{case_ref}} · {name}", retries=())


def service_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of tasks that concern no single case; otherwise as ``step_task``.

    Args:
        name: What Prefect's UI shows.
    """
    return _decorator(name=name, run_name=name, retries=RETRY_DELAYS)


def _decorator(
    *, name: str, run_name: str, retries: tuple[float, ...]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        in_prefect = task(
            name=name,
            task_run_name=run_name,
            retries=len(retries),
            retry_delay_seconds=list(retries),
            retry_condition_fn=_worth_retrying,
            cache_policy=NO_CACHE,
            persist_result=False,
        )(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if _plain.get() or FlowRunContext.get() is None:
                return function(*args, **kwargs)
            return in_prefect(*args, **kwargs)

        return call

    return decorate


@contextmanager
def plainly() -> Iterator[None]:
    """Run tasks as plain functions inside this block: for bulk runs over many cases."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


@contextmanager
def writing() -> Iterator[Connection]:
    """Open this process's one writing transaction."""
    with database.writing(settings().resolved_database_url) as conn:
        yield conn


@contextmanager
def reading() -> Iterator[Connection]:
    """Open one consistent view of the database."""
    with database.reading(settings().resolved_database_url) as conn:
        yield conn


@contextmanager
def in_hand(case_ref: str) -> Iterator[CaseInHand]:
    """Take a case in one transaction and put it back with the link to the present run.

    Args:
        case_ref: The case reference.
    """
    with writing() as conn:
        case = take(conn, reference=case_ref, now=clock.now())
        yield case
        touched = case.put_back()
        run_id = current_run_id()
        if run_id and touched:
            link_steps(conn, case=case, steps=touched, flow_run_id=run_id)
    _left.set(case)


def as_left(case_ref: str) -> CaseInHand:
    """Return a case as the task before left it, once, or else as it stands; it cannot be changed.

    A run that goes from step to step need not read again what it has just written.

    Args:
        case_ref: The case reference.
    """
    left = _left.get()
    _left.set(None)
    return left if left is not None and left.reference == case_ref else look_at(case_ref)


def look_at(case_ref: str) -> CaseInHand:
    """Return a case as it stands, without locking it; it cannot be changed.

    Args:
        case_ref: The case reference.
    """
    with reading() as conn:
        return take(conn, reference=case_ref, now=clock.now(), to_change=False)


@contextmanager
def at_step(case_ref: str, step: StepName) -> Iterator[CaseInHand | None]:
    """Take a case if automatic work is left at a step; a refusal by a rule is noted on the step.

    The steps that become due by the work open in the same transaction.

    Args:
        case_ref: The case reference.
        step: The step.

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
        case_ref: The case reference.
        step: The step.
        words: What stood in the way, and what to do.
    """
    with in_hand(case_ref) as case:
        if case.step_status(step) is not StepStatus.READY:
            return
        if case.steps[step].trouble != words[:TROUBLE_AT_MOST]:
            case.trouble(step, words)


def current_run_id() -> str | None:
    """Return the id of the Prefect run this code belongs to, or None outside one."""
    task_run = TaskRunContext.get()
    if task_run is not None and task_run.task_run.flow_run_id is not None:
        return str(task_run.task_run.flow_run_id)
    run = FlowRunContext.get()
    return str(run.flow_run.id) if run is not None and run.flow_run is not None else None

"""What makes a service's function a task: a name in Prefect, retries, and the link to its run.

Prefect's result cache is never used: a task that runs twice finds nothing left to do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext, TaskRunContext

from models.database import BUSY
from services.cases.unit import in_run

P = ParamSpec("P")
R = TypeVar("R")

RETRY_DELAYS = (0.2, 1.0, 5.0)
"""Seconds between tries while the database is busy."""

_plain: ContextVar[bool] = ContextVar("plain", default=False)


def _worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except BUSY:
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
        @wraps(function)
        def linked(*args: P.args, **kwargs: P.kwargs) -> R:
            with in_run(current_run_id()):
                return function(*args, **kwargs)

        in_prefect = task(
            name=name,
            task_run_name=run_name,
            retries=len(retries),
            retry_delay_seconds=list(retries),
            retry_condition_fn=_worth_retrying,
            cache_policy=NO_CACHE,
            persist_result=False,
        )(linked)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if _plain.get() or FlowRunContext.get() is None:
                return linked(*args, **kwargs)
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


def current_run_id() -> str | None:
    """Return the id of the Prefect run this code belongs to, or None outside one."""
    task_run = TaskRunContext.get()
    if task_run is not None and task_run.task_run.flow_run_id is not None:
        return str(task_run.task_run.flow_run_id)
    run = FlowRunContext.get()
    return str(run.flow_run.id) if run is not None and run.flow_run is not None else None

"""What makes a service's function work of a run: its link to the run, and its tries.

It is a plain function, tried again here while the database is busy. Prefect keeps a task run only
for a document that is written. Its result cache is never used: what runs twice finds nothing left
to do.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

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


def of_run(function: Callable[P, R]) -> Callable[P, R]:
    """Link a function to the run it is called in, and try it again while the database is busy.

    Args:
        function: Does its work in transactions of its own, so that it can be begun again.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with in_run(current_run_id()):
            for delay in RETRY_DELAYS:
                try:
                    return function(*args, **kwargs)
                except BUSY:
                    time.sleep(delay)
            return function(*args, **kwargs)

    return call


def document_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator of what writes a document: as ``of_run``, with a task run to show it.

    In bulk, and outside any run, no task run is kept. Only a busy database is worth another try: a
    full disk is not mended by waiting a second, and the sweep comes back to it.

    Args:
        name: What Prefect's UI shows, such as ``write the notice``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        linked = of_run(function)
        in_prefect = task(
            name=name,
            task_run_name=f"{{case_ref}} · {name}",
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
    """Keep no task runs inside this block: for bulk runs over many cases."""
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

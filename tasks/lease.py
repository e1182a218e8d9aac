"""A flow's run, leased to the process that it runs in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from services.cases import runners
from tasks.unit import current_run_id

P = ParamSpec("P")
R = TypeVar("R")


def leased(function: Callable[P, R]) -> Callable[P, R]:
    """Lease the run to this process while the function works, wherever that is.

    The conductor holds its runs already; a worker runs each in a process that knows nothing of it.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with runners.leased(current_run_id()):
            return function(*args, **kwargs)

    return call

"""Reads that many cases share, made once for a batch of them: lots, contractors, turns, packages.

Outside ``remembering`` every read asks the database. Inside it a read that was made is not made
again, so a block is either one consistent view, as a preview is, or short, as a batch of a run is:
what somebody changes meanwhile counts from the next block on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection

P = ParamSpec("P")
R = TypeVar("R")

_known: Final[ContextVar[dict[object, Any] | None]] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Make each shared read once inside this block."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def shared(
    read: Callable[Concatenate[Connection, P], R],
) -> Callable[Concatenate[Connection, P], R]:
    """Return the decorator of a read whose answer is the same for many cases.

    Args:
        read: Takes a connection and values by keyword, and gives back what nobody changes.
    """

    @wraps(read)
    def once(conn: Connection, /, *args: P.args, **kwargs: P.kwargs) -> R:
        known = _known.get()
        if known is None:
            return read(conn, *args, **kwargs)
        key = (read, *args, *sorted(kwargs.items()))
        if key not in known:
            known[key] = read(conn, *args, **kwargs)
        answer: R = known[key]
        return answer

    return once

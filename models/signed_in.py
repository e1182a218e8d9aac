"""Who sits at the command line that records: written beside whoever they record as."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_USER: Final[ContextVar[str]] = ContextVar("os_user", default="")


def os_user() -> str:
    """Return the operating system's user, or an empty string where nobody typed a command."""
    return _USER.get()


@contextmanager
def at_the_command_line(user: str) -> Iterator[None]:
    """Have everything that the block puts on record say that it was typed by this user."""
    token = _USER.set(user)
    try:
        yield
    finally:
        _USER.reset(token)

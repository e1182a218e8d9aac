"""The conductor's log: one plain line an event, on the standard output.

Tracebacks come without the values of variables, which may be somebody's personal data.
"""

import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from adapters.settings import settings


class _Unbreakable:
    """The standard output; a line that a full disk does not take is lost, and nothing else."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stdout.flush()


_for_people = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback
)
_as_json = structlog.processors.JSONRenderer(ensure_ascii=False)


def _rendered(logger: WrappedLogger, name: str, event: EventDict) -> str | bytes:
    """Return an event as it is written; as JSON, a traceback is text in it."""
    if settings().log == "text":
        return _for_people(logger, name, event)
    return _as_json(logger, name, structlog.processors.format_exc_info(logger, name, event))


log: structlog.BoundLogger = structlog.wrap_logger(
    structlog.PrintLogger(cast("TextIO", _Unbreakable())),
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _rendered,
    ],
    wrapper_class=structlog.BoundLogger,
)
"""Where the conductor says what it does."""

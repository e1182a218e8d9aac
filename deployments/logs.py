"""The conductor's log: one plain line an event, on the standard output.

Tracebacks come without the values of variables, which may be somebody's personal data.
"""

import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _Unbreakable:
    """The standard output; a line that a full disk does not take is lost, and nothing else."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stdout.flush()


log: structlog.BoundLogger = structlog.wrap_logger(
    structlog.PrintLogger(cast("TextIO", _Unbreakable())),
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ],
    wrapper_class=structlog.BoundLogger,
)
"""Where the conductor says what it does."""

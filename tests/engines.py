"""What the engines of one test process share: what each statement compiles to.

A test has a database of its own, and so an engine, which would compile the statements of a whole
case anew: a third of the time of a service's test.
"""

import os
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache

from models import database
from tests.kept import KEEPING

_FIRST: Final[dict[str, Engine]] = {}
_STATEMENTS: Final = 5_000
"""More than the tests of one process have; SQLAlchemy keeps 500, fewer than a whole case asks."""

_make: Final = database._make_engine


def _sharing(url: sa.URL) -> Engine:
    """Make an engine that has compiled what the first one of its kind has."""
    made = _make(url)
    first = _FIRST.get(made.dialect.name)
    if first is None or not hasattr(first.dialect, "default_isolation_level"):
        _FIRST[made.dialect.name] = made  # one that never connected knows nothing of its server
        made._compiled_cache = LRUCache(_STATEMENTS)
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    if made.dialect.name == "sqlite" and KEEPING in os.environ:
        event.listen(made, "connect", _hurry)
    return made


def _hurry(connection: Any, _record: object) -> None:
    """Leave it to the system when a test's file reaches the disk: no test cuts the power."""
    connection.execute("PRAGMA synchronous=OFF")


def share() -> None:
    """Have every engine of this process made so."""
    database._make_engine = _sharing

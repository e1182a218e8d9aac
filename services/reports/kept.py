"""Figures that are counted once and kept in this process while nothing is recorded.

Counting tens of thousands of open cases costs more than the page that shows fifty of them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from models.tables.record import Audit

LONGEST: Final = 10.0
"""Seconds for which a figure is kept: what moves a case without a line of its record shows then."""

_LAST: Final = select(Audit.hash).order_by(Audit.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was counted of a database since its record had this end."""

    end: str | None
    since: float
    figures: dict[tuple[object, ...], Any] = field(default_factory=dict)


_KEPT: Final[WeakKeyDictionary[Engine, _Kept]] = WeakKeyDictionary()


def kept(
    conn: Connection, *, clock: Callable[[], float] = time.monotonic
) -> dict[tuple[object, ...], Any]:
    """Return the figures that still stand, by what was counted for whom; more are put in it.

    Args:
        clock: Seconds that only grow.
    """
    end, now = conn.execute(_LAST).scalar(), clock()
    held = _KEPT.get(conn.engine)
    if held is None or held.end != end or now - held.since > LONGEST:
        held = _KEPT[conn.engine] = _Kept(end, now)
    return held.figures

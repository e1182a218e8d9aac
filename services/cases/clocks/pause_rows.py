"""The pauses of cases, as the rules reckon with them."""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import bindparam, not_, select
from sqlalchemy.engine import Connection

from models.tables.clocks import Pause
from rules.clocks.pauses import PausedTime

AT_ONCE: Final = 1_000
"""Rows asked for in one statement."""

_PAUSES: Final = (
    select(Pause.case_id, Pause.started_on, Pause.ended_on)
    .where(Pause.case_id.in_(bindparam("case_ids", expanding=True)), not_(Pause.withdrawn))
    .order_by(Pause.case_id, Pause.started_on, Pause.id)
)


def in_parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield row ids, as many at once as one statement takes.

    Args:
        ids: Row ids.
    """
    wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]


def paused_times(conn: Connection, case_ids: Iterable[int]) -> dict[int, tuple[PausedTime, ...]]:
    """Return the pauses of cases that stand, by the case's row id; cases without are left out.

    Args:
        case_ids: The cases' row ids.
    """
    found: dict[int, list[PausedTime]] = {}
    for ids in in_parts(case_ids):
        for row in conn.execute(_PAUSES, {"case_ids": ids}):
            found.setdefault(row.case_id, []).append(PausedTime(row.started_on, row.ended_on))
    return {case_id: tuple(pauses) for case_id, pauses in found.items()}

"""The figures of the machine, for whatever watches over it from outside: counts and ages alone.

All of them are read in the database, so that every desk says the same, however many conductors
there are. Nothing of a case is among them.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, not_, select, text
from sqlalchemy.engine import Connection

from adapters import clock
from models.base import Instant
from models.outbox import SETTLED
from models.tables.cases import FlowRun
from models.tables.clocks import Alert
from models.tables.record import Decision, Outbox
from services.cases.runners import known

KINDS: Final = ("run", "message")

# Spelt out as the indexes have it, so that SQLite reads the few rows left and not the many gone.
_LEFT: Final = (
    select(Outbox.kind, func.count(), func.min(Outbox.created_at, type_=Instant))
    .where(text("outbox.status in ('waiting', 'claimed')"))
    .group_by(Outbox.kind)
)
_DEAD: Final = (
    select(Outbox.kind, func.count().label("rows"))
    .where(text("outbox.status = 'dead'"), not_(SETTLED))
    .group_by(Outbox.kind)
)
_ALERTS: Final = (
    select(Alert.kind, Alert.rung, func.count())
    .where(text("alert.cleared_at is null"))
    .group_by(Alert.kind, Alert.rung)
)
_TOTALS: Final = {
    "handrail_decisions": (Decision.id, "Decisions recorded."),
    "handrail_runs": (FlowRun.id, "Cases that a run has worked on, counted for each run."),
    "handrail_outbox": (Outbox.id, "Runs asked for and messages written."),
}
"""What only grows, by the number of its newest row."""


class Machine:
    """What a registry of Prometheus's asks for the figures, each time they are asked for.

    Args:
        conn: The database.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def collect(self) -> Iterator[Metric]:
        """Yield every figure, and last how long the database took over them, in seconds."""
        began = time.perf_counter()
        yield from self._outbox()
        yield self._alerts()
        yield from self._runners()
        for name, (number, words) in _TOTALS.items():
            newest = self._conn.execute(select(func.max(number))).scalar()
            yield CounterMetricFamily(name, words, value=newest or 0)
        took = time.perf_counter() - began
        yield GaugeMetricFamily(
            "handrail_database_seconds", "How long the database took over these.", value=took
        )

    def _outbox(self) -> Iterator[Metric]:
        waiting = _by("handrail_outbox_waiting", "What has not left yet.", "kind")
        oldest = _by("handrail_outbox_oldest_seconds", "How long the oldest of it waits.", "kind")
        dead = _by("handrail_outbox_dead", "What gave up and waits for somebody.", "kind")
        left = {kind: (count, since) for kind, count, since in self._conn.execute(_LEFT)}
        gave_up = {row.kind: row.rows for row in self._conn.execute(_DEAD)}
        now = clock.now()
        for kind in KINDS:
            count, since = left.get(kind, (0, now))
            waiting.add_metric([kind], count)
            oldest.add_metric([kind], max(0.0, (now - since).total_seconds()))
            dead.add_metric([kind], gave_up.get(kind, 0))
        yield from (waiting, oldest, dead)

    def _alerts(self) -> Metric:
        standing = _by("handrail_alerts", "Alerts that stand.", "kind", "rung")
        for kind, rung, count in self._conn.execute(_ALERTS):
            standing.add_metric([kind, str(rung)], count)
        return standing

    def _runners(self) -> Iterator[Metric]:
        seen = _by("handrail_runner_seen_seconds", "Since its last sign of life.", "name", "kind")
        stopped = _by("handrail_runner_stopped", "1 for one that was stopped.", "name", "kind")
        now = datetime.now(UTC)
        for row in known(self._conn):
            seen.add_metric([row.name, row.kind], max(0.0, (now - row.seen_at).total_seconds()))
            stopped.add_metric([row.name, row.kind], int(row.stopped))
        yield from (seen, stopped)


def _by(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, labels=labels)

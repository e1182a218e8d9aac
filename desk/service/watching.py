"""What ``handrail up`` notices of its own machine: a conductor gone, a sweep missed, a full disk.

The conductor looks at the machine as part of its work. This looks from outside, because the one
that would raise the alarm may be the one that is gone.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters import clock, machine_signs
from adapters.prefect_server import api_url, server_answers
from adapters.settings import Settings
from desk.service.processes import Say
from models.database import reading, writing
from rules.alerts.stalled import Stalled, server_down, turn_missed
from rules.errors import HandrailError
from services.alerts import machine
from services.alerts.marks import WATCH, mark_at
from services.session import Connection

LOOK_EVERY: Final = 10.0  # seconds
ANSWERS_WITHIN: Final = 3.0  # seconds
DOWN_FOR: Final = timedelta(seconds=30)  # a server that was killed is back sooner
SUBJECTS: Final = (*machine_signs.SUBJECTS, "server", machine.SWEEP, WATCH)


def stalled_now(conn: Connection, *, chosen: Settings) -> tuple[Stalled, ...]:
    """Return what can be seen to be stalled without asking Prefect, even if nothing has run.

    Args:
        chosen: The settings.
    """
    found = machine.stalled(
        conn,
        now=clock.now(),
        sweep_every=timedelta(seconds=chosen.sweep_seconds),
        watch_every=timedelta(seconds=chosen.watch_seconds),
    )
    if chosen.clock_file is not None:
        found = tuple(one for one in found if one.subject in machine.WHATEVER_THE_TIME)
    seen = machine_signs.signs(
        home=chosen.resolved_home,
        now=datetime.now(UTC),
        stuck_after=timedelta(seconds=chosen.stuck_after_seconds),
    )
    return (*found, *seen)


class Watchman:
    """Looks at the machine now and then; what two looks in a row find, it raises and says.

    Args:
        chosen: The settings.
        say: Tells whoever sits before ``handrail up``.
        tell: Asks for Prefect to be told of alerts that it was not told of; returns at once.
        every: Seconds between looks.
    """

    def __init__(
        self,
        *,
        chosen: Settings,
        say: Say,
        tell: Callable[[], None],
        every: float = LOOK_EVERY,
    ) -> None:
        self._chosen = chosen
        self._say = say
        self._tell = tell
        self._every = every
        self._url = chosen.resolved_database_url
        self._stuck_after = timedelta(seconds=chosen.stuck_after_seconds)
        self._began = clock.now()
        self._down_since: datetime | None = None
        self._suspected: frozenset[str] = frozenset()
        self._trouble = ""
        self._looked = time.monotonic()

    def look(self) -> None:
        """Look, if it is time; a database that cannot be used now is said, and looked at again."""
        if time.monotonic() - self._looked < self._every:
            return
        try:
            self._look()
            self._trouble = ""
        except HandrailError as error:
            if error.what != self._trouble:
                self._say(f"The machine could not be looked at: {error.text()}")
            self._trouble = error.what
        self._looked = time.monotonic()

    def _look(self) -> None:
        seen = datetime.now(UTC)  # the heartbeat lives by the real clock
        found = (
            *machine_signs.signs(
                home=self._chosen.resolved_home, now=seen, stuck_after=self._stuck_after
            ),
            *self._server(seen),
            *self._turns(seen),
        )
        with reading(self._url) as conn:
            standing = {one.subject: one for one in machine.live(conn)}
        certain = [one for one in found if one.subject in self._suspected | standing.keys()]
        self._suspected = frozenset(one.subject for one in found)
        self._keep(certain, standing)

    def _keep(self, certain: Sequence[Stalled], standing: dict[str, machine.MachineAlert]) -> None:
        """Raise and clear what changed, say it, and see that Prefect is told."""
        wrong = {one.subject for one in certain}
        fresh = wrong - standing.keys()
        well = (standing.keys() & set(SUBJECTS)) - wrong
        if fresh or well:
            with writing(self._url) as conn:
                raised = machine.record(conn, found=certain, looked_at=SUBJECTS, now=clock.now())
            for one in raised:
                self._say(f"ALERT: {one.words}")
            for subject in sorted(well):
                self._say(f"Well again ({subject}): {standing[subject].words}")
        if fresh or any(not standing[subject].emitted for subject in wrong & standing.keys()):
            self._tell()

    def _server(self, seen: datetime) -> tuple[Stalled, ...]:
        url = api_url(port=self._chosen.port)
        if server_answers(url=url, timeout=ANSWERS_WITHIN):
            self._down_since = None
            return ()
        since = self._down_since = self._down_since or seen
        return (server_down(url=url, since=since, now=seen),) if seen - since > DOWN_FOR else ()

    def _turns(self, seen: datetime) -> tuple[Stalled, ...]:
        """Find a sweep or watch that missed its turn, unless one long run rightly holds it up.

        Where the clock is moved by hand, as in the demo, the time says nothing.
        """
        home = self._chosen.resolved_home
        if self._chosen.clock_file is not None or machine_signs.conductor_busy(
            home=home, now=seen, stuck_after=self._stuck_after
        ):
            return ()
        every = {machine.SWEEP: self._chosen.sweep_seconds, WATCH: self._chosen.watch_seconds}
        with reading(self._url) as conn:
            marks = {name: mark_at(conn, name=name) or self._began for name in every}
        missed = (
            turn_missed(
                subject=name,
                at=max(marks[name], self._began),
                every=timedelta(seconds=seconds),
                now=clock.now(),
            )
            for name, seconds in every.items()
        )
        return tuple(one for one in missed if one)

"""What ``handrail up`` notices of its own machine: a conductor gone, a sweep missed, a full disk.

The conductor looks at the machine as part of its work. This looks from outside, because the one
that would raise the alarm may be the one that is gone.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters import clock
from adapters.desk_server import desk_answers, local_address
from adapters.prefect_server import api_url, server_answers
from adapters.settings import settings
from desk.service.processes import Say
from rules.alerts.stalled import DESK_DOWN, SERVER_DOWN, Stalled
from rules.errors import HandrailError
from services.alerts import machine
from services.alerts.watch_marks import WATCH
from services.session import AnyRow, reading, writing

LOOK_EVERY: Final = 10.0  # seconds
ANSWERS_WITHIN: Final = 3.0  # seconds
DOWN_FOR: Final = timedelta(seconds=30)  # a server that was killed is back sooner
SUBJECTS: Final = (*machine.IN_FOLDER, "server", "desk", machine.SWEEP, WATCH)


class Watchman:
    """Looks at the machine now and then; what two looks in a row find, it raises and says.

    Args:
        say: Tells whoever sits before ``handrail up``.
        tell: Asks for Prefect to be told of alerts that it was not told of; returns at once.
        every: Seconds between looks.
        with_desk: Whether the desk is to be answering.
    """

    def __init__(
        self,
        *,
        say: Say,
        tell: Callable[[], None],
        every: float = LOOK_EVERY,
        with_desk: bool = False,
    ) -> None:
        self._say = say
        self._tell = tell
        self._every = every
        self._with_desk = with_desk
        self._began = clock.now()
        self._down_since: dict[str, datetime] = {}
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
        home, seen = settings().resolved_home, datetime.now(UTC)
        found = [*machine.signs(home=home, now=seen), *self._answering(seen)]
        with reading() as conn:
            if not machine.conductor_busy(home=home, now=seen):  # one long run holds all others up
                found += machine.turns_missed(conn, now=clock.now(), since=self._began)
            standing = {one.subject: one for one in machine.live(conn)}
        certain = [one for one in found if one.subject in self._suspected | standing.keys()]
        self._suspected = frozenset(one.subject for one in found)
        self._keep(certain, standing)

    def _keep(self, certain: Sequence[Stalled], standing: dict[str, AnyRow]) -> None:
        """Raise and clear what changed, say it, and see that Prefect is told."""
        fresh = [one for one in certain if one.subject not in standing]
        wrong = {one.subject for one in certain}
        well = (standing.keys() & set(SUBJECTS)) - wrong
        if fresh or well:
            with writing() as conn:
                machine.record(conn, found=certain, looked_at=SUBJECTS, now=clock.now())
            for one in fresh:
                self._say(f"ALERT: {one.words}")
            for subject in sorted(well):
                self._say(f"Well again ({subject}): {standing[subject].words}")
        if fresh or any(standing[name].emitted_at is None for name in wrong & standing.keys()):
            self._tell()

    def _answering(self, seen: datetime) -> Iterator[Stalled]:
        """Yield what has not answered for a while: Prefect's server, the desk."""
        server, port = api_url(port=settings().port), settings().desk_port
        looks = [(SERVER_DOWN, server, server_answers(url=server, timeout=ANSWERS_WITHIN))]
        if self._with_desk:
            answers = desk_answers(port=port, timeout=ANSWERS_WITHIN)
            looks.append((DESK_DOWN, local_address(port=port), answers))
        for fault, url, answers in looks:
            if answers:
                self._down_since.pop(fault.subject, None)
                continue
            age = seen - self._down_since.setdefault(fault.subject, seen)
            if age > DOWN_FOR:
                yield fault.of(url=url, age=age)

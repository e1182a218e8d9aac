"""How much somebody may ask for in a while: far more than hands do, far less than a program would.

Each officer, and each address of the network from which nobody is signed in, has a store of
requests that fills again by the second. Each process counts for itself, in memory: of four, each
gives as much. Guesses at passwords are counted in the database, and much sooner.
"""

import math
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from fastapi import Request

from desk.web.sessions import address_of
from rules.errors import TooMuchAskedError
from rules.sentences import several

MOST: Final = 1_200
"""What is in a full store; an officer's thousand pages in a row are answered."""

EACH_SECOND: Final = 5.0
"""What is added to it each second."""

CHANGES: Final = 5
"""What a form counts for, and a question to the council's sign-in; a page counts for one."""

_REMEMBERED: Final = 10_000  # stores; then everybody begins with a full one


@dataclass(slots=True)
class Pace:
    """The stores of one process."""

    left: dict[str, tuple[float, float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def wait(self, whose: str, *, takes: int, now: float) -> int:
        """Take from a store; return seconds until there is enough in it, or 0 where there was.

        Args:
            now: Seconds of a clock that only goes forward.
        """
        with self.lock:
            held = self._held(whose, now)
            enough = held >= takes
            self.left[whose] = (held - takes if enough else held, now)
            return 0 if enough else math.ceil((takes - held) / EACH_SECOND)

    def owe(self, whose: str, *, takes: int, now: float) -> None:
        """Take from a store what was asked for already, though it be more than there is.

        Args:
            now: Seconds of a clock that only goes forward.
        """
        with self.lock:
            self.left[whose] = (self._held(whose, now) - takes, now)

    def _held(self, whose: str, now: float) -> float:
        if len(self.left) >= _REMEMBERED and whose not in self.left:
            self.left.clear()
        held, at = self.left.get(whose, (float(MOST), now))
        return min(MOST, held + (now - at) * EACH_SECOND)


GUESS: Final = 20
"""What a link that cannot be used counts for, beside its page: whoever tries many has to wait."""


def note_guess(request: Request) -> None:
    """Count a link that cannot be used against whoever asked."""
    pace: Pace = request.app.state.pace
    pace.owe(_whose(request), takes=GUESS, now=time.monotonic())


def _whose(request: Request) -> str:
    viewer = getattr(request.state, "viewer", None)
    return f"officer {viewer.identity}" if viewer else f"address {address_of(request)}"


def check_pace(request: Request) -> None:
    """Refuse whoever asks for more than anybody does by hand. A dependency of every page.

    Raises:
        TooMuchAskedError: They do; nothing of the request was done.
    """
    heavy = request.method != "GET" or request.url.path.startswith("/sign-in/council")
    pace: Pace = request.app.state.pace
    wait = pace.wait(_whose(request), takes=CHANGES if heavy else 1, now=time.monotonic())
    if wait:
        raise TooMuchAskedError(
            "More was asked for in a short time than anybody asks for by hand.",
            why="Nothing of this was done, so that the others can go on working.",
            next_step=f"Try again in {several(wait, 'second')}. If a program of yours "
            "reads these pages, tell whoever looks after Handrail: there are exports.",
        )

"""What stalls when it is not a person who is late: the machine, in words for whoever can mend it.

Each sentence says what is so, then why it matters and what to do. It names cases by their
reference and never repeats an error's text, which may hold an address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.clocks.dates import LONDON
from rules.sentences import several

DUE_AT_MOST: Final = timedelta(minutes=15)
"""How long a run or message that is due may stay in the outbox."""

TURNS_MISSED: Final = 3
"""After so many intervals without a turn, it was missed."""

SHORTEST: Final = timedelta(minutes=5)
"""A turn is never called missed sooner: one long run holds up the next."""

FEWEST_BYTES: Final = 500_000_000
SMALL_SHARE: Final = 0.05
ENOUGH_BYTES: Final = 5_000_000_000


@dataclass(frozen=True, slots=True)
class Stalled:
    """One thing that does not go as it should.

    Args:
        subject: What it is, such as ``sweep``; one alert at a time is raised about it.
        what: What is so.
        then: Why it matters, and what to do.
    """

    subject: str
    what: str
    then: str

    @property
    def words(self) -> str:
        """The whole as sentences on one line."""
        return f"{self.what} {self.then}"


@dataclass(frozen=True, slots=True)
class Fault(Stalled):
    """A kind of fault: its ``what`` has places for the facts of the day."""

    def of(self, *, age: timedelta = SHORTEST, count: int = 1, **more: str) -> Stalled:
        """Return what to say of one.

        Args:
            age: For how long it has been so, or the oldest of them.
            count: How many.
            more: Whatever else the sentence has a place for.
        """
        said = ("", "has", "is") if count == 1 else ("s", "have", "are")
        numbers = dict(zip(("s", "has", "is"), said, strict=True))
        what = self.what.format(count=count, age=_age(age), **numbers, **more)
        return Stalled(self.subject, what, self.then)

    def of_runs(self, names: Sequence[str], *, age: timedelta = SHORTEST) -> Stalled:
        """Return what to say of runs; three are named."""
        return self.of(count=len(names), names=_first(names, of=len(names)), age=age)


MESSAGES_WAIT: Final = Fault(
    "messages",
    "{count} message{s} due to leave {has} waited, the oldest for {age}.",
    "Whoever they are for has not been told. `handrail outbox list` shows them and what the mail "
    "server said; see that the sweep runs and the mail server answers.",
)
RUNS_WAIT: Final = Fault(
    "run-requests",
    "{count} run{s} asked for {has} not begun, the oldest for {age}.",
    "The cases they are for stand still, although no person is late. See that the conductor runs "
    "and which run it has in hand; `handrail outbox list` shows what waits.",
)
RUNS_STUCK: Final = Fault(
    "runs-stuck",
    "{count} run{s} ({names}) {has} been under way for up to {age}, and nobody is at work there.",
    "Whoever had a run in hand is gone, and the sweep has not started it again. See that the "
    "sweep runs, and restart the conductor or worker.",
)
RUNNERS_GONE: Final = Fault(
    "runners",
    "No sign of life for up to {age} from: {names}.",
    "A worker's runs are run again by others; without its conductor, nothing follows recorded "
    "decisions. Start it again on that machine. One that is not wanted any more, and was not "
    "stopped, is forgotten after 7 days.",
)
PUT_BACK: Final = Fault(
    "deployments",
    "Found in Prefect {at}, and put back: {what}.",
    "Cases would have stood still. See that whoever uses Prefect's pages knows; to stop "
    "the service, stop `handrail up`.",
)
RUNS_CRASHED: Final = Fault(
    "runs-crashed",
    "{count} run{s} ({names}) broke off, and none of the same name has ended well since.",
    "What they were to do is not done. Prefect's pages say why; run it again from there, which "
    "does no harm.",
)
CONDUCTOR_GONE: Final = Fault(
    "conductor",
    "The conductor gave its last sign of life {at}, {age} ago.",
    "Decisions are recorded, but nothing happens after them. See logs/conductor.log in the state "
    "folder, and restart `handrail up`.",
)
CONDUCTOR_HANGS: Final = Fault(
    "conductor",
    "The conductor has had one run in hand for {age}{run}.",
    "It does one run at a time: all others wait. A run over many cases may take so long; Prefect's "
    "pages show what it does. If nothing, restart `handrail up`.",
)
SERVER_DOWN: Final = Fault(
    "server",
    "Prefect's server at {url} has not answered for {age}.",
    "No run can begin, and no automation can notify anybody. See logs/server.log in the state "
    "folder, and restart `handrail up`.",
)
DESK_DOWN: Final = Fault(
    "desk",
    "The desk at {url} has not answered for {age}.",
    "Nobody can work in a browser. See logs/desk.log in the state folder, and restart "
    "`handrail up`.",
)
_GIVEN_UP: Final = Fault(
    "dead-letters",
    "{count} message{s} or run{s} could not leave and {is} given up{cases}.",
    "Nothing more happens with them by itself. `handrail outbox list --dead` says why; mend it, "
    "then `handrail outbox retry`.",
)
_NOBODY_WORKS: Final = Fault(
    "workers",
    "{count} scheduled run{s} {has} waited for up to {age}; {workers}.",
    "Nothing that is scheduled is done. Start the conductor (`handrail up`) or a worker of the "
    "pool.",
)
_NOT_NOTIFIED: Final = Fault(
    "notifications",
    "The last notification did not get through: {channels}.",
    "Alerts are on the list of the desk, but were not told there; Prefect tries once. See that the "
    "address is right and may be reached, then restart `handrail up`.",
)
_TURNS: Final = {
    "sweep": ("sweep", "nothing that was lost is started again"),
    "watch": ("watch over the clocks", "nobody is told of clocks that run out"),
}


def given_up(*, count: int, cases: Sequence[str]) -> Stalled:
    """Return what to say of rows of the outbox that are dead, and some of the cases they are of."""
    return _GIVEN_UP.of(count=count, cases=f" ({_first(cases, of=count)})" if cases else "")


def nobody_works(*, waiting: int, age: timedelta, workers: int) -> Stalled:
    """Return what to say of scheduled runs that nobody takes up, with so many workers online."""
    online = f"{_counted(workers, 'worker')} said lately that it is there"
    said = online if workers else "no worker is online in the pool"
    return _NOBODY_WORKS.of(count=waiting, age=age, workers=said)


def not_notified(*, channels: Sequence[tuple[str, int | None]]) -> Stalled:
    """Return what to say of notifications that did not get through.

    Args:
        channels: Each automation's name with the HTTP status of the answer, or None for none.
    """
    said = (
        f"“{name}” ({'no answer' if status is None else f'answered {status}'})"
        for name, status in channels
    )
    return _NOT_NOTIFIED.of(channels="; ".join(said))


def turn_missed(
    *, subject: str, at: datetime | None, every: timedelta, now: datetime
) -> Stalled | None:
    """Return what to say of a turn that was missed, or None; one that never was is not missed.

    Args:
        subject: ``sweep`` or ``watch``.
        at: When it had its last turn, an aware instant, or None.
        every: How often it is to have one.
    """
    if at is None or now - at <= max(TURNS_MISSED * every, SHORTEST):
        return None
    title, lost = _TURNS[subject]
    return Stalled(
        subject,
        f"The {title} last ran {in_london(at)}, {_age(now - at)} ago; it is to run every "
        f"{_age(every)}.",
        f"Until it does, {lost}. See that `handrail up`, or the conductor or a worker, is running, "
        "and what its log says.",
    )


def disk_nearly_full(*, folder: str, free: int, total: int) -> Stalled | None:
    """Return what to say of a disk that is nearly full, or None; its sizes are in bytes."""
    small = free < ENOUGH_BYTES and free < total * SMALL_SHARE
    if free >= FEWEST_BYTES and not small:
        return None
    return Stalled(
        "disk",
        f"The disk under {folder} has {free / 1e9:.1f} GB free of {total / 1e9:.1f} GB.",
        "When it is full, no decision can be recorded and no document kept. Make room: old logs "
        "and backups first, never the documents.",
    )


def _first(names: Sequence[str], *, of: int, at_most: int = 3) -> str:
    """Return the first names of so many, with an ellipsis where there are more."""
    return ", ".join(names[:at_most]) + (", …" if of > len(names[:at_most]) else "")


def in_london(instant: datetime) -> str:
    """Return an instant in words: ``on 1 June 2026 at 07:00``."""
    return f"on {instant.astimezone(LONDON):%-d %B %Y at %H:%M}"


def _age(age: timedelta) -> str:
    seconds = round(age.total_seconds())
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * length or (seconds >= length and seconds % length == 0):
            return _counted(seconds // length, unit)
    return _counted(seconds, "second")


def _counted(count: int, one: str) -> str:
    return several(count, one)

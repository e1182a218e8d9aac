"""What stalls when it is not a person who is late: the machine, in words for whoever can mend it.

Each finding says what is so, why it matters and what to do. It names cases by their reference and
never repeats an error's text, which may hold an address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.clocks.dates import LONDON

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
        why: Why it matters.
        next_step: What to do.
    """

    subject: str
    what: str
    why: str
    next_step: str

    @property
    def words(self) -> str:
        """The whole as sentences on one line."""
        return f"{self.what} {self.why} {self.next_step}"


_TURNS: Final[Mapping[str, tuple[str, str]]] = {
    "sweep": ("sweep", "Until it does, nothing that was lost is started again."),
    "watch": ("watch over the clocks", "Until it does, nobody is told of clocks that run out."),
}


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
    title, why = _TURNS[subject]
    return Stalled(
        subject=subject,
        what=f"The {title} last ran {_at(at)}, {_age(now - at)} ago; it is to run every "
        f"{_age(every)}.",
        why=why,
        next_step="See that `handrail up`, or the conductor or a worker, is running, and what its "
        "log says.",
    )


def messages_wait(*, count: int, oldest: datetime, now: datetime) -> Stalled:
    """Return what to say of messages that do not leave.

    Args:
        count: How many.
        oldest: Since when the first of them is due, an aware instant.
    """
    return Stalled(
        subject="messages",
        what=f"{_count(count, 'message')} due to leave {_has(count)} waited, the oldest for "
        f"{_age(now - oldest)}.",
        why="Whoever they are for has not been told.",
        next_step="`handrail outbox list` shows them and what the mail server said; see that the "
        "sweep runs and the mail server answers.",
    )


def runs_wait(*, count: int, oldest: datetime, now: datetime) -> Stalled:
    """Return what to say of runs that were asked for and are not begun.

    Args:
        count: How many.
        oldest: Since when the first of them is due, an aware instant.
    """
    return Stalled(
        subject="run-requests",
        what=f"{_count(count, 'run')} asked for {_has(count)} not begun, the oldest for "
        f"{_age(now - oldest)}.",
        why="The cases they are for stand still, although no person is late.",
        next_step="See that the conductor runs and which run it has in hand; "
        "`handrail outbox list` shows what waits.",
    )


def given_up(*, count: int, cases: Sequence[str]) -> Stalled:
    """Return what to say of rows of the outbox that are dead.

    Args:
        count: How many.
        cases: The references of some of the cases they are for.
    """
    which = f" ({', '.join(cases)}{', …' if count > len(cases) else ''})" if cases else ""
    return Stalled(
        subject="dead-letters",
        what=f"{_count(count, 'message or run', 'messages or runs')} could not leave and "
        f"{'is' if count == 1 else 'are'} given up{which}.",
        why="Nothing more happens with them by itself.",
        next_step="`handrail outbox list --dead` says why; mend it, then `handrail outbox retry`.",
    )


def runs_stuck(*, names: Sequence[str], oldest: datetime, now: datetime) -> Stalled:
    """Return what to say of runs that neither end nor go on.

    Args:
        names: Their names, at least one.
        oldest: Since when the first of them stands, an aware instant.
    """
    return Stalled(
        subject="runs-stuck",
        what=f"{_named('run', names)} {_has(len(names))} been under way for up to "
        f"{_age(now - oldest)} without an end.",
        why="The process behind it may be gone, or hang; the sweep has not restarted it.",
        next_step="Look at the run in Prefect's pages; if nothing works on it, restart the "
        "conductor or worker.",
    )


def runs_crashed(*, names: Sequence[str]) -> Stalled:
    """Return what to say of runs that crashed or failed with none after them that did not.

    Args:
        names: Their names, at least one.
    """
    return Stalled(
        subject="runs-crashed",
        what=f"{_named('run', names)} broke off, and none of the same name has ended well since.",
        why="What they were to do is not done.",
        next_step="Prefect's pages say why; run it again from there, which does no harm.",
    )


def nobody_works(*, waiting: int, oldest: datetime, now: datetime, workers: int) -> Stalled:
    """Return what to say of scheduled runs that nobody takes up.

    Args:
        waiting: How many runs.
        oldest: Since when the first of them is due, an aware instant.
        workers: Workers that say they are online.
    """
    online = f"{_count(workers, 'worker')} said lately that it is there" if workers else ""
    return Stalled(
        subject="workers",
        what=f"{_count(waiting, 'scheduled run')} {_has(waiting)} waited for up to "
        f"{_age(now - oldest)}; {online or 'no worker is online in the pool'}.",
        why="Nothing that is scheduled is done.",
        next_step="Start the conductor (`handrail up`) or a worker of the pool.",
    )


def conductor_gone(*, at: datetime, now: datetime) -> Stalled:
    """Return what to say of a conductor that gives no sign of life.

    Args:
        at: When it gave the last, an aware instant.
    """
    return Stalled(
        subject="conductor",
        what=f"The conductor gave its last sign of life {_at(at)}, {_age(now - at)} ago.",
        why="Decisions are recorded, but nothing happens after them.",
        next_step="See logs/conductor.log in the state folder, and restart `handrail up`.",
    )


def conductor_hangs(*, since: datetime, now: datetime, run: str) -> Stalled:
    """Return what to say of a conductor that has had one run in hand for too long.

    Args:
        since: Since when, an aware instant.
        run: The run's id, or an empty string.
    """
    return Stalled(
        subject="conductor",
        what=f"The conductor has had one run in hand for {_age(now - since)}"
        f"{f' ({run})' if run else ''}.",
        why="It does one run at a time: all others wait.",
        next_step="A run over many cases may take so long; Prefect's pages show what it does. If "
        "nothing, restart `handrail up`.",
    )


def server_down(*, url: str, since: datetime, now: datetime) -> Stalled:
    """Return what to say of a server of Prefect's that does not answer.

    Args:
        url: Its address.
        since: Since when, an aware instant.
    """
    return Stalled(
        subject="server",
        what=f"Prefect's server at {url} has not answered for {_age(now - since)}.",
        why="No run can begin, and no automation can notify anybody.",
        next_step="See logs/server.log in the state folder, and restart `handrail up`.",
    )


def not_notified(*, channels: Sequence[tuple[str, int | None]]) -> Stalled:
    """Return what to say of notifications that did not get through.

    Args:
        channels: Each automation's name with the HTTP status of the answer, or None for none.
    """
    said = "; ".join(
        f"“{name}” ({'no answer' if status is None else f'answered {status}'})"
        for name, status in channels
    )
    return Stalled(
        subject="notifications",
        what=f"The last notification did not get through: {said}.",
        why="Alerts are on the list of the desk, but were not told there; Prefect tries once.",
        next_step="See that the address is right and may be reached, then restart `handrail up`.",
    )


def disk_nearly_full(*, folder: str, free: int, total: int) -> Stalled | None:
    """Return what to say of a disk that is nearly full, or None.

    Args:
        folder: What is kept on it.
        free: Bytes that may still be written.
        total: Its size in bytes.
    """
    small = free < ENOUGH_BYTES and free < total * SMALL_SHARE
    if free >= FEWEST_BYTES and not small:
        return None
    return Stalled(
        subject="disk",
        what=f"The disk under {folder} has {free / 1e9:.1f} GB free of {total / 1e9:.1f} GB.",
        why="When it is full, no decision can be recorded and no document kept.",
        next_step="Make room: old logs and backups first, never the documents.",
    )


def _named(one: str, names: Sequence[str], at_most: int = 3) -> str:
    shown = ", ".join(names[:at_most]) + (", …" if len(names) > at_most else "")
    return f"{_count(len(names), one)} ({shown})"


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _at(instant: datetime) -> str:
    return f"on {instant.astimezone(LONDON):%-d %B %Y at %H:%M}"


def _age(age: timedelta) -> str:
    seconds = round(age.total_seconds())
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * length or (seconds >= length and seconds % length == 0):
            return _count(seconds // length, unit)
    return _count(seconds, "second")

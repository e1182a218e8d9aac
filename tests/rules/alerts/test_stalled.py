"""A stalled machine in words: what is so, why it matters, what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.alerts import stalled

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sweep(*, ago: timedelta, every: timedelta = 2 * MINUTE) -> stalled.Stalled | None:
    return stalled.turn_missed(subject="sweep", at=NOW - ago, every=every, now=NOW)


def test_a_turn_is_missed_after_three_intervals_and_never_within_five_minutes() -> None:
    assert sweep(ago=6 * MINUTE) is None
    assert sweep(ago=6 * MINUTE + timedelta(seconds=1)) is not None
    assert sweep(ago=5 * MINUTE, every=timedelta(seconds=5)) is None
    assert sweep(ago=301 * timedelta(seconds=1), every=timedelta(seconds=5)) is not None
    assert stalled.turn_missed(subject="watch", at=None, every=MINUTE, now=NOW) is None
    assert sweep(ago=-timedelta(days=1)) is None, "a clock that went back is no missed turn"


def test_a_missed_turn_says_when_it_was_and_what_does_not_happen() -> None:
    found = sweep(ago=timedelta(hours=3))
    assert found is not None
    assert found.words == (
        "The sweep last ran on 1 June 2026 at 07:00, 3 hours ago; it is to run every 2 minutes. "
        "Until it does, nothing that was lost is started again. See that `handrail up`, or the "
        "conductor or a worker, is running, and what its log says."
    )


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [
        (499_999_999, 10_000_000_000, True),
        (500_000_000, 10_000_000_000, False),
        (4_999_999_999, 200_000_000_000, True),
        (5_000_000_000, 200_000_000_000, False),
        (600_000_000, 12_000_000_001, True),
    ],
)
def test_a_disk_is_nearly_full_by_what_is_left_and_by_its_share(
    free: int, total: int, full: bool
) -> None:
    found = stalled.disk_nearly_full(folder="/srv/handrail", free=free, total=total)
    assert (found is not None) is full


def test_one_and_many_read_as_people_write_them() -> None:
    age = 20 * MINUTE
    one = stalled.MESSAGES_WAIT.of(count=1, age=age)
    many = stalled.MESSAGES_WAIT.of(count=3, age=age)
    assert one.what == "1 message due to leave has waited, the oldest for 20 minutes."
    assert many.what == "3 messages due to leave have waited, the oldest for 20 minutes."
    assert stalled.given_up(count=1, cases=("DFG-1",)).what == (
        "1 message or run could not leave and is given up (DFG-1)."
    )
    assert stalled.given_up(count=9, cases=("DFG-1", "DFG-2")).what == (
        "9 messages or runs could not leave and are given up (DFG-1, DFG-2, …)."
    )
    names = [f"DFG-{n} · advance" for n in range(5)]
    assert stalled.RUNS_CRASHED.of_runs(names).what == (
        "5 runs (DFG-0 · advance, DFG-1 · advance, DFG-2 · advance, …) broke off, and none of the "
        "same name has ended well since."
    )
    waits = stalled.nobody_works(waiting=2, age=timedelta(days=2), workers=0)
    assert waits.what == (
        "2 scheduled runs have waited for up to 2 days; no worker is online in the pool."
    )
    said = stalled.not_notified(channels=[("the webhook", 503), ("Slack", None)]).what
    assert said.endswith("“the webhook” (answered 503); “Slack” (no answer).")

"""Two conductors on one PostgreSQL, as on two machines: they share the work, and one may die."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.flows.test_backlog import advanced, backlog, priced, requests
from tests.looking import messages
from tests.served import served_at

pytestmark = pytest.mark.usefixtures("deployments")

CASES = 60
LONGEST = 120.0  # seconds


@pytest.fixture
def shared(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the small service on PostgreSQL."""
    yield from served_at("postgresql", ground, tmp_path, monkeypatch)


@contextmanager
def conducting(
    home: Path, url: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a conductor of a state folder of its own, as on a machine of its own."""
    home.mkdir()
    for folder in ("documents", "mail"):  # as a share that both have
        (home.parent / folder).mkdir(exist_ok=True)
        (home / folder).symlink_to(home.parent / folder)
    own = {
        **environment,
        "HANDRAIL_HOME": str(home),
        "HANDRAIL_DATABASE_URL": url,
        "HANDRAIL_CLOCK_FILE": str(home.parent / "clock"),
        "HANDRAIL_STUCK_AFTER_SECONDS": "5",  # a quarter of an hour, else
    }
    with (home / "said").open("ab") as said:
        command = [sys.executable, "-m", "deployments.conductor"]
        process = subprocess.Popen(command, env=own, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(what: Callable[[], bool], *homes: Path) -> None:
    end = time.monotonic() + LONGEST
    while not what():
        assert time.monotonic() < end, [
            (home / "said").read_text("utf-8")[-2000:] for home in homes
        ]
        time.sleep(0.02)


def in_hand(url: str, home: Path) -> list[int]:
    """Return what the conductor of a state folder has claimed and not served."""
    mine = [row for row in requests(url) if str(home) in (row.claimed_by or "")]
    return [row.id for row in mine if row.status == "claimed"]


def test_two_share_a_backlog_and_what_one_had_in_hand_when_killed_goes_to_the_other(
    shared: str, prefect_environment: dict[str, str], tmp_path: Path
) -> None:
    references = backlog(shared, cases=CASES)
    atlas, mars = tmp_path / "atlas", tmp_path / "mars"
    with ExitStack() as stack:
        killed = stack.enter_context(conducting(atlas, shared, prefect_environment))
        stack.enter_context(conducting(mars, shared, prefect_environment))
        until(lambda: all(in_hand(shared, home) for home in (atlas, mars)), atlas, mars)
        killed.kill()
        killed.wait()
        assert in_hand(shared, atlas), "it was killed with requests in hand"
        until(lambda: {row.status for row in requests(shared)} == {"sent"}, mars)
    assert priced(shared, references)
    assert Counter(one for one, _ in advanced(shared)) == dict.fromkeys(references, 1)
    assert len(messages(shared)) == CASES, "each applicant is asked once"

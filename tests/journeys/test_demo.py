"""`handrail demo`, lived for some weeks: it ends well, and leaves a service that goes on."""

from __future__ import annotations

import re
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.journeys.commands import asked, refused, typed
from tests.journeys.service import living_in
from tests.journeys.test_kill import check_nothing_is_twice


def _day(home: Path) -> str:
    """Return the instant that a demo lives through, or something else before and after it."""
    with suppress(FileNotFoundError):
        return (home / "demo.clock").read_text(encoding="ascii")
    return "none of its days"


def test_a_short_demo_ends_well_and_goes_on_as_a_service(tmp_path: Path) -> None:
    with living_in(tmp_path / "home") as service:
        service.begin("demo", "--until", "20/4/2026")
        process = service.process
        assert process is not None
        service.wait_out(lambda: process.poll() is None and _day(service.home))
        said = " ".join(service.said.split())
        assert process.returncode == 0, said
        assert "Living through 30 March to 20 April 2026" in said
        assert re.search(r"Next, try: \S+ case show DFG-2026-0001 ", said)
        links = re.findall(r"http://127.0.0.1:\d+/invitations/\S+", said)
        assert len(links) == 6
        service.process = None
        check_nothing_is_twice(service)
        cases = asked("case", "list")
        assert {case["status"] for case in cases} == {"open"}
        assert len(cases) >= 4
        assert len({wait["step"] for case in cases for wait in case["open_steps"]}) >= 3
        assert [*(service.home / "documents").rglob("*.pdf")], "a letter to a landlord at least"
        assert "A demo has lived in" in refused("demo")
        service.start()
        with urllib.request.urlopen(links[0], timeout=10) as page:  # noqa: S310 - loopback
            assert "Sign in as " in page.read().decode()
        run = asked("case", "advance", cases[0]["reference"], "--wait", "30")["run"]
        assert run["state"].startswith("Awaiting")
        assert "already running" in refused("up")


def test_a_demo_lives_only_in_its_own_days_and_in_its_own_database(tmp_path: Path) -> None:
    with living_in(tmp_path / "home") as service:
        before = sorted(service.home.iterdir())
        for day in ("2026-03-29", "2026-11-21"):
            assert "The demo does not live on" in refused("demo", "--until", day)
        assert typed("demo", "--until", "soon").status == 2
        assert sorted(service.home.iterdir()) == before
    with living_in(tmp_path / "other", url=f"sqlite:///{tmp_path / 'somebodys.db'}"):
        assert "does not live in somebody's database" in refused("demo")

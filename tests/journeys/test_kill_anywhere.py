"""`kill -9` at every instant that matters of a case's life: it ends as if nothing had happened."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.verifying import verify_all
from models.database import engine_for, reading
from models.outbox import CLAIM_LASTS
from models.record import Outbox
from rules.pathway import StepName, StepStatus
from tasks.messages import deliver_due
from tests.factories import NOW, decide, go, later, live_at, new_case, usual_decision
from tests.journeys.dying import Mortals
from tests.looking import contents, steps

REF = "DFG-1"
BOUNDARY = re.compile(rb"={15}\d+==")  # between the parts of an e-mail, made up each time


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    """Give processes that die where they are told to."""
    with Mortals() as found:
        yield found


@dataclass
class World:
    """A state folder that can be put back to what it was."""

    home: Path
    url: str
    mortals: Mortals
    store: Path

    def work(self, *words: str) -> int:
        """Do a piece of work, and do it again from the same start for each point to be killed at.

        Returns:
            How many points there were.
        """
        self._keep("before")
        assert self.mortals.work(*words) == 0
        self._catch_up()
        expected = self._held()
        self._keep("after")
        for point in count(1):
            self._put_back("before")
            status = self.mortals.work(*words, point=point)
            if status == 0:
                self._put_back("after")
                return point - 1
            assert status == -9
            self._catch_up()
            assert self._held() == expected, f"{words} killed at point {point}"
        raise AssertionError

    def _catch_up(self) -> None:
        """Do what the next run does, and what the sweep does when a dead sender's claim is over."""
        go(REF)
        later(seconds=CLAIM_LASTS.total_seconds() + 1)
        deliver_due()
        live_at(NOW)

    def _held(self) -> dict[str, Any]:
        """Return everything that the service holds, and see that it holds together."""
        with reading(self.url) as conn:
            assert verify_all(conn) == []
        return contents(self.url) | {
            "outbox": _outbox(self.url),
            "documents": _files(self.home / "documents"),
            "mail": _files(self.home / "mail" / "new"),
        }

    def _keep(self, name: str) -> None:
        engine_for(self.url).dispose()  # what SQLite's log holds goes into the file
        shutil.rmtree(self.store / name, ignore_errors=True)
        shutil.copytree(self.home, self.store / name)

    def _put_back(self, name: str) -> None:
        engine_for(self.url).dispose()
        shutil.rmtree(self.home)
        shutil.copytree(self.store / name, self.home)


def _outbox(url: str) -> list[tuple[str, str, Any]]:
    """Return what the outbox holds, without when and how often it was tried."""
    query = sa.select(Outbox.key, Outbox.status, Outbox.payload).order_by(Outbox.key)
    with reading(url) as conn:
        return [(row.key, row.status, row.payload) for row in conn.execute(query)]


def _files(folder: Path) -> dict[str, bytes]:
    """Return the finished files of a folder; one that was being written has no name yet."""
    return {
        str(file.relative_to(folder)): BOUNDARY.sub(b"", file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".part-")
    }


@pytest.fixture
def world(
    sqlite_service: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, mortals: Mortals
) -> World:
    """Give the small service, to be killed in."""
    return World(tmp_path, sqlite_service, mortals, tmp_path_factory.mktemp("kept"))


def test_a_case_killed_at_every_point_of_its_life_ends_as_if_nothing_had_happened(
    world: World,
) -> None:
    new_case(world.url, tenure="private_tenant")
    points = world.work("advance", REF)
    while gate := _gate(world.url):
        decide(world.url, REF, usual_decision(world.url, REF, gate))
        points += world.work("advance", REF)
    assert points > 50


def _gate(url: str) -> StepName | None:
    waiting = [name for name, row in steps(url, REF).items() if row.status is StepStatus.WAITING]
    return next((StepName(name) for name in waiting if name != StepName.AFTERCARE), None)

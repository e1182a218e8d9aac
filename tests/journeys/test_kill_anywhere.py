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

from adapters.clock import set_clock_file
from desk.verification.commands import verify_all
from models.database import engine_for, reading
from models.outbox import CLAIM_LASTS
from models.tables.record import Outbox
from rules.pathway import StepName, StepStatus
from services.documents.delivery import deliver_due
from services.links import links
from tests.factories import decide, go, later, live_at, new_case, usual_decision
from tests.journeys.commands import typed
from tests.journeys.conftest import Chance
from tests.journeys.dying import Mortals, next_name
from tests.looking import contents, steps
from tests.small_service import NOW, TESS

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
        self._catch_up(words)
        expected = self._held()
        self._keep("after")
        for point in count(1):
            self._put_back("before")
            status = self.mortals.work(*words, point=point)
            if status == 0:
                self._put_back("after")
                return point - 1
            assert status == -9
            self._catch_up(words)
            assert self._held() == expected, f"{words} killed at point {point}"
        raise AssertionError

    def _catch_up(self, words: tuple[str, ...]) -> None:
        """Do what people, the next run, and the sweep after a dead sender's claim would do."""
        if words[0] != "advance":
            assert typed(*words).status in (0, 2)  # 2 where it had been recorded
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
    sqlite_service: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    mortals: Mortals,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """Give the small service, to be killed in."""
    monkeypatch.setattr(links, "fresh_name", next_name)
    return World(tmp_path, sqlite_service, mortals, tmp_path_factory.mktemp("kept"))


def test_a_case_killed_at_every_point_of_its_life_ends_as_if_nothing_had_happened(
    world: World,
) -> None:
    new_case(world.url, tenure="private_tenant")
    points = world.work("advance", REF)
    while gate := _gate(world.url):
        decide(world.url, REF, usual_decision(world.url, REF, gate))
        points += world.work("advance", REF)
    assert points > 40  # commits, files and messages


def test_a_command_killed_while_it_records_has_recorded_all_or_nothing(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("files") / "works.csv"
    rows = [f"{REF},{line},TILE,{line},Wall {line}" for line in range(1, 201)]
    file.write_text("\n".join(["case,line,code,quantity,location", *rows]), encoding="utf-8")
    particulars = "--tenure owner --work-type grab_rails --contact-on 2026-05-01 --postcode CV225AA"
    who = ("--client-name", "Mr New", "--address", "1 New Road", "--authority", "RBC")
    commands = (
        ("case", "open", "--reference", REF, *who, *particulars.split(), "--by", TESS),
        ("import", "works", str(file), "--by", TESS),
        ("case", "line", REF, "1", "--code", "RAIL", "--quantity", "2", "--by", TESS),
        ("decide", REF, "specify", "--by", TESS, "--reason", "as agreed", "--purpose", "f"),
    )
    for command in commands:
        assert world.work(*command) == 1, "a command is one transaction"


def test_setting_up_killed_on_the_way_can_be_done_again(
    tmp_path: Path, mortals: Mortals, chance: Chance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_CLOCK_FILE", str(tmp_path / "clock"))
    set_clock_file(file=tmp_path / "clock", instant=NOW)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    monkeypatch.setenv("HANDRAIL_HOME", str(whole))
    assert mortals.work("init", "--sample") == 0
    monkeypatch.setenv("HANDRAIL_HOME", str(broken))
    for point in sorted(chance.sample(range(1, 15), 3)):
        broken.mkdir(exist_ok=True)
        assert mortals.work("init", "--sample", point=point) == -9
    assert mortals.work("init", "--sample") == 0
    held = [contents(f"sqlite:///{home / 'handrail.db'}") for home in (broken, whole)]
    assert held[0] == held[1]


def _gate(url: str) -> StepName | None:
    waiting = [name for name, row in steps(url, REF).items() if row.status is StepStatus.WAITING]
    return next((StepName(name) for name in waiting if name != StepName.AFTERCARE), None)

"""The desk under twenty people at once, over loopback, among 50,000 open cases.

Each goes round the pages with a moment of thought between two, and what they wait for is measured
at their side. The limit is the same round by as many people who ask the bare statements of the
page, each on a connection of their own, and draw nothing.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from adapters.settings import settings
from desk.web.sessions import cookie_name, real_now
from models.database import reading
from models.tables.cases import Case
from rules.reports.work import SEE_BOARD
from services.people import sessions
from services.session import actor_for, writing
from tests.bench.desk import BOARD, COUNTS, FIRST, SEARCH
from tests.bench.either import ROOT, without_documents
from tests.bench.growth import MANY, filled
from tests.bench.scratch import scratch
from tests.bench.up import free_port, until
from tests.small_service import MIA, TESS

USERS: Final = 20
SECONDS: Final = 60
THOUGHT: Final = (2.0, 4.0)
"""Seconds between the answer to one page and asking for the next."""

_CASE: Final = "SELECT * FROM \"case\" WHERE reference = '{}'"
_Round = dict[str, Callable[[], None]]


def measure(
    *, cases: int = MANY, users: int = USERS, seconds: int = SECONDS, database: str = ""
) -> dict[str, Any]:
    """Measure the pages under load: the median and the 95th percentile, in milliseconds."""
    with scratch(database) as place, without_documents():
        url = filled(place, cases, 0)
        with reading(url) as conn:
            some = conn.scalars(sa.select(Case.reference).limit(users * 50)).all()
        with _served() as port:
            ours = _load(lambda user: _visitor(port, user, itertools.cycle(some)), users, seconds)
        bare = _load(lambda _user: _asker(url, itertools.cycle(some)), users, seconds)
    return {"cases": cases, "users": users} | {
        name: {
            "milliseconds_p50": statistics.median(taken),
            "milliseconds_p95": _p95(taken),
            "limit_milliseconds_p95": _p95(bare[name]),
            "ours_to_limit": _p95(taken) / _p95(bare[name]),
        }
        for name, taken in ours.items()
    }


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def _load(begin: Callable[[int], _Round], users: int, seconds: int) -> dict[str, list[float]]:
    """Have some people go their rounds for a time; return milliseconds by page."""
    taken: dict[str, list[float]] = defaultdict(list)

    def live(user: int) -> None:
        chance, pages = random.Random(user), begin(user)  # noqa: S311 - when somebody clicks
        end = time.monotonic() + seconds
        for name in itertools.islice(itertools.cycle(pages), user, None):
            time.sleep(chance.uniform(*THOUGHT))
            if time.monotonic() > end:
                return
            began = time.perf_counter()
            pages[name]()
            taken[name].append(1000 * (time.perf_counter() - began))

    with ThreadPoolExecutor(users) as people:
        list(people.map(live, range(users)))
    return taken


def _visitor(port: int, user: int, some: Iterator[str]) -> _Round:
    """Sign somebody in; return what they look at."""
    with writing() as conn:
        viewer = actor_for(conn, identity=(MIA, TESS)[user % 2])
        token, _ = sessions.begin(conn, actor=viewer, now=real_now())
    line = http.client.HTTPConnection("127.0.0.1", port)

    def look(path: str) -> None:
        line.request("GET", path, headers={"Cookie": f"{cookie_name()}={token}"})
        answer = line.getresponse()
        if len(answer.read()) < 1000 or answer.status != http.client.OK:
            raise AssertionError(f"{path}: {answer.status}")

    pages = {
        "team": lambda: look("/?tab=team"),
        "all": lambda: look("/?tab=all"),
        "search": lambda: look("/?tab=all&q=nobody"),
        "case": lambda: look(f"/cases/{next(some)}"),
    }
    return pages | ({"board": lambda: look("/board")} if viewer.role in SEE_BOARD else {})


def _asker(url: str, some: Iterator[str]) -> _Round:
    def ask(*statements: str) -> None:
        with reading(url) as conn:
            for statement in statements:
                conn.exec_driver_sql(statement).all()

    return {
        "team": lambda: ask(*COUNTS, *FIRST),
        "all": lambda: ask(*COUNTS, *FIRST),
        "search": lambda: ask(*SEARCH, *FIRST),
        "case": lambda: ask(_CASE.format(next(some))),
        "board": lambda: ask(*BOARD),
    }


@contextmanager
def _served() -> Iterator[int]:
    """Run the desk as a process of its own; yield its port."""
    port = free_port()
    os.environ["HANDRAIL_DESK_PORT"] = str(port)  # the cookie's name has it
    settings.cache_clear()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    service = subprocess.Popen([sys.executable, "-m", "desk.serve"], env=environment, cwd=ROOT)
    try:
        until(lambda: _answers(port))
        yield port
    finally:
        service.terminate()
        service.wait(timeout=30)
        del os.environ["HANDRAIL_DESK_PORT"]
        settings.cache_clear()


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.request("GET", "/sign-in")
        return line.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        line.close()

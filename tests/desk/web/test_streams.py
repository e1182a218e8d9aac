"""Following work: what is sent as it goes on, and everything that ends it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2 as httpx
import pytest

from desk.web import streams
from desk.web.page import drawn
from desk.web.sessions import EVENTS, real_now
from models.database import writing
from services.people import sessions
from tests.desk.web.desk import Desk
from tests.desk.web.test_several_processes import desk_process
from tests.factories import case_at
from tests.repricing import carried_out, new_version
from tests.small_service import TESS

REASON = "the schedule of June went up"
ASKING = {"accept": EVENTS}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have streams look often; gives what each look drew."""
    found: list[str] = []

    def kept(*given: Any, **named: Any) -> str:
        found.append(drawn(*given, **named))
        return found[-1]

    monkeypatch.setattr(streams, "EVERY", 0.05)
    monkeypatch.setattr(streams, "LONGEST", 15)
    monkeypatch.setattr(streams, "drawn", kept)
    return found


def asked(url: str, desk: Desk) -> str:
    """Have a case priced again; gives the page that follows it."""
    case_at(url, "price", reference="DFG-1")
    new_version(url, index="10")
    answer = desk.send("/repricing", do="record", authority="RBC", reason=REASON)
    return str(answer.headers["location"])


def followed(desk: Desk, place: str, looks: list[str], meanwhile: Callable[[], object]) -> str:
    """Return all that a stream sent, after something was done while it was open."""
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(desk.get, place, headers=ASKING)
        until = time.monotonic() + 20
        while not looks and time.monotonic() < until:
            time.sleep(0.01)
        meanwhile()
        answer = stream.result(timeout=20)
    assert answer.headers["content-type"].startswith(EVENTS)
    assert not streams._open
    return str(answer.text)


def test_work_is_followed_to_its_end(sqlite_service: str, looks: list[str]) -> None:
    desk = Desk(TESS)
    place = asked(sqlite_service, desk)
    number = int(place.rpartition("/")[2])
    sent = followed(desk, place, looks, lambda: carried_out(number))
    names = [line for line in sent.splitlines() if line.startswith("event: ")]
    assert names[0] == "event: part"
    assert names[-1] == "event: over"
    assert "data-going" in looks[0]
    assert sent.index("0 of 1 case dealt with") < sent.index("It is done.")
    assert len(names) < len(looks) + 2, "what did not change was sent again"
    assert "<html" not in sent
    page = desk.get(place).text
    assert all(line in page for line in looks[-1].splitlines())


def test_the_stream_of_a_session_that_was_ended_ends(sqlite_service: str, looks: list[str]) -> None:
    desk = Desk(TESS)
    place = asked(sqlite_service, desk)

    def revoke() -> None:
        with writing(sqlite_service) as conn:
            sessions.end_all(conn, email=TESS, now=real_now(), why="revoked")

    sent = followed(desk, place, looks, revoke)
    assert sent.rstrip().endswith("event: gone\ndata:")
    assert desk.get(place, headers=ASKING).status_code == 303


def test_no_stream_is_held_for_ever_and_none_beyond_some(
    sqlite_service: str, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(TESS)
    place = asked(sqlite_service, desk)
    monkeypatch.setattr(streams, "LONGEST", 0.2)
    sent = followed(desk, place, looks, lambda: None)
    assert "event: part" in sent
    assert "event: over" not in sent, "the browser is to ask again"
    monkeypatch.setattr(streams, "AT_MOST", 0)
    assert desk.get(place, headers=ASKING).text == "event: full\ndata: \n\n"


def test_the_desk_stops_at_once_while_somebody_follows(sqlite_service: str) -> None:
    with ExitStack() as stack:
        asking = Desk(TESS)
        place = asked(sqlite_service, asking)
        address, process = stack.enter_context(desk_process(1))
        (token,) = (value for name, value in asking.cookies.items() if "form" not in name)
        port = address.rpartition(":")[2]
        cookie = {"cookie": f"handrail-{port}={token}"}
        stream = stack.enter_context(
            httpx.stream("GET", f"{address}{place}", headers=ASKING | cookie, timeout=20)
        )
        lines = stream.iter_lines()
        assert next(lines) == "event: part"
        rest = threading.Thread(target=lambda: list(lines))
        rest.start()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        took = time.monotonic() - began
        rest.join(5)
    assert took < 4, "it waited for whoever follows until its patience was over"

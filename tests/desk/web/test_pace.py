"""How much is answered at once: what hands can ask for, and not what a program would."""

from __future__ import annotations

import math

import pytest

from desk.web import pace
from desk.web.pace import CHANGES, EACH_SECOND, GUESS, MOST, Pace
from tests.desk.web.desk import Desk
from tests.small_service import TESS, TOBY


def test_a_store_holds_what_an_officer_asks_for_and_fills_again_by_the_second() -> None:
    stores = Pace()
    assert not any(stores.wait("tess", takes=1, now=0) for _ in range(MOST))
    assert stores.wait("tess", takes=1, now=0) == 1
    assert stores.wait("toby", takes=1, now=0) == 0  # nobody waits for somebody else
    assert stores.wait("tess", takes=CHANGES, now=0.5) == 1
    assert stores.wait("tess", takes=CHANGES, now=CHANGES / EACH_SECOND) == 0
    assert stores.wait("tess", takes=MOST, now=10_000) == 0  # and no more than is full
    assert stores.wait("tess", takes=1, now=10_000) == 1


def test_what_was_had_already_is_owed_even_where_the_store_is_empty() -> None:
    stores = Pace()
    stores.owe("somebody", takes=MOST - 1, now=0)
    assert stores.wait("somebody", takes=1, now=0) == 0
    for _ in range(2):
        stores.owe("somebody", takes=GUESS, now=0)
    assert stores.wait("somebody", takes=1, now=0) == math.ceil((2 * GUESS + 1) / EACH_SECOND)
    assert stores.wait("somebody", takes=1, now=(2 * GUESS + 1) / EACH_SECOND) == 0


def test_many_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_REMEMBERED", 3)
    stores = Pace()
    for one in range(10):
        stores.wait(f"address {one}", takes=1, now=0)
    assert len(stores.left) <= 3


def test_whoever_asks_too_much_waits_and_the_others_go_on(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MOST", 12)
    monkeypatch.setattr(pace, "EACH_SECOND", 0.001)
    desk, toby = Desk(TESS), Desk(TOBY)
    toby.app.state.pace = desk.app.state.pace  # one process
    assert [desk.get("/account").status_code for _ in range(2)] == [200, 200]
    assert [desk.send("/kept").status_code for _ in range(3)] == [303, 303, 429]
    answer = Desk(TESS)
    answer.app.state.pace = desk.app.state.pace
    shown = [answer.get("/account") for _ in range(3)][-1]  # another browser of hers is she
    assert shown.status_code == 429
    assert "Try again in " in shown.text
    assert toby.get("/account").status_code == 200
    for _ in range(12):
        desk.browser.get("/static/desk.css")  # is no page
    nobody = Desk()
    assert [nobody.get("/sign-in").status_code for _ in range(13)] == [200] * 12 + [429]

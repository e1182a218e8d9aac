"""What may be started on one case at the desk, and that the command line can do no more."""

from __future__ import annotations

import re
from typing import Final

from desk.cli import LATER, app_at
from models.tables.many_cases import Repricing
from services.decisions.kinds import KINDS
from tests.desk.decisions.test_pages import said
from tests.desk.web.desk import Desk
from tests.factories import case_at, go, runs_ended
from tests.looking import asked_for, messages, rows
from tests.small_service import AUDREY, MIA, REASON, TESS, WENDY

SHOWN: Final = "/cases/{reference}"
PAGES: Final = {
    "case show": SHOWN,
    "case history": SHOWN,
    "case grant": SHOWN,
    "case competition": SHOWN,
    "case price": SHOWN,
    "case award": SHOWN,
    "case waits": SHOWN,
    "case list": "/",
    "case open": "/cases/new",
    "case line": "/cases/{reference}/works",
    "case package": "/cases/{reference}/works",
    "case account": "/cases/{reference}/account",
    "case read-invoice": "/cases/{reference}/invoice-file",
    "case file": SHOWN,
    "case attach": "/cases/{reference}/attach",
    "case looked": "/cases/{reference}/looked",
    "case advance": "/cases/{reference}/advance",
    "case release": "/cases/{reference}/release.json",
    "case missing": "/cases/{reference}",
    "case statement": "/apply/{authority}",
    "case notice": "/cases/{reference}/notice.json",
    "reprice apply": "/cases/{reference}/do/price-again",
    "reprice preview": "/cases/{reference}/do/price-again",
}
"""Each command of the command line about one case, and the page that does it."""


def test_what_the_command_line_does_to_a_case_a_page_does() -> None:
    (case,) = (one for one in LATER if one.name == "case")
    apps = [app_at(place) for place in case.places]
    commands = {f"case {one.name}" for app in apps for one in app.registered_commands}
    assert commands <= PAGES.keys()
    decided = {one.name for one in app_at("decisions.commands").registered_commands}
    assert decided == {kind.command for kind in KINDS.values() if kind.command}


def test_a_case_is_carried_on_once_by_a_form_sent_twice(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), f"/cases/{reference}/advance"
    page = desk.get(where).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    before = asked_for(sqlite_service, reference)
    first = desk.send(where, revision=revision[1])
    again = desk.send(where, revision=revision[1])
    assert first.headers["location"] == again.headers["location"]
    assert len(asked_for(sqlite_service, reference)) == len(before) + 1
    assert "Handrail carries the case on now." in said(desk.get(first.headers["location"]).text)
    go(reference)
    runs_ended()
    assert "The work that followed is done." in said(desk.get(first.headers["location"]).text)


def test_an_auditor_carries_nothing_on_and_another_authority_sees_nothing(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    for act in ("advance", "do/price-again"):
        where = f"/cases/{reference}/{act}"
        assert Desk(AUDREY).get(where).status_code == 403
        assert Desk(AUDREY).send(where, revision="1", reason=REASON).status_code == 403
        assert Desk(WENDY).get(where).status_code == 404
        assert Desk(TESS).post(where, data={"revision": "1"}).status_code == 403


def test_a_case_is_priced_again_once_after_it_was_shown(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(MIA), f"/cases/{reference}/do/price-again"
    assert desk.get(where).status_code == 200
    shown = desk.send(where, reason=REASON, do="preview")
    assert "Now, with VAT £1,684.00" in said(shown.text)
    assert desk.send(where, reason=REASON, wrong="X", do="preview").status_code == 422
    asked = desk.send(where, reason=REASON, do="record")
    assert asked.status_code == 303
    assert "Asked for" in said(desk.get(asked.headers["location"]).text)
    twice = desk.send(where, reason=REASON, do="record")
    assert twice.status_code == 422
    assert "already, asked for by" in said(twice.text)
    assert len(rows(sqlite_service, Repricing)) == 1


def test_what_may_be_started_is_a_button_or_a_reason(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    page = Desk(TESS).get(f"/cases/{reference}").text
    words = said(page)
    for path in ("advance", "decide/chase"):
        assert f'href="/cases/{reference}/{path}"' in page
    for path in ("do/price-again", "decide/route"):
        assert f'href="/cases/{reference}/{path}"' not in page
    assert "Price again Not now. It keeps its price: its works are offered or ordered" in words
    assert f"Tender again Not now. The grant on {reference} is decided." in words
    assert f"Its run is called {reference} · advance." in words
    assert "What you may have Handrail do" not in Desk(AUDREY).get(f"/cases/{reference}").text


def test_a_reminder_is_shown_before_it_is_sent_and_sent_once(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    desk, where = Desk(TESS), f"/cases/{reference}/decide/chase"
    over = re.search(r'name="over" value="([^"]+)"', desk.get(where).text)
    assert over
    sent = {"over": over[1], "reason": "the client rang twice"}
    shown = said(desk.send(where, do="check", **sent).text)
    assert "1 job waits for you" in shown
    assert messages(sqlite_service, "reminder_to_contractor") == []
    places = [desk.send(where, do="record", **sent).headers["location"] for _ in range(2)]
    assert places[1] == f"{places[0]}?again=yes"
    assert len(messages(sqlite_service, "reminder_to_contractor")) == 1
    page = said(desk.get(f"/cases/{reference}").text)
    assert "was reminded today already" in page

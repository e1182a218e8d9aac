"""Repricing at the desk: what it would do is shown, then asked for, then how far it is."""

from __future__ import annotations

from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.looking import contents
from tests.repricing import carried_out, new_version
from tests.served import sqlite_service
from tests.small_service import AUDREY, MIA, TESS, WENDY

__all__ = ["sqlite_service"]

REASON = "the schedule of June went up"


def test_a_repricing_is_shown_asked_for_and_followed_to_its_end(sqlite_service: str) -> None:
    case_at(sqlite_service, "price", reference="DFG-1")
    case_at(sqlite_service, "price", reference="DFG-2")
    new_version(sqlite_service, index="10")
    desk = Desk(TESS)
    before = contents(sqlite_service)
    shown = desk.send("/repricing", do="preview", authority="RBC")
    assert shown.status_code == 200
    assert "DFG-1" in shown.text
    assert "Price them again" in shown.text
    assert contents(sqlite_service) == before  # looking changes nothing
    assert desk.send("/repricing", do="record", reason="ok").status_code == 422
    asked = desk.send("/repricing", do="record", authority="RBC", reason=REASON)
    assert asked.status_code == 303
    place = asked.headers["location"]
    assert "0 of 2 cases dealt with" in desk.get(place).text
    carried_out(int(place.rpartition("/")[2]))
    ended = desk.get(place).text
    assert "2 of 2 cases dealt with: 2 repriced. It is done." in ended
    assert REASON in Desk(MIA).get("/repricing").text


def test_who_may_not_is_told_and_nothing_changes(sqlite_service: str) -> None:
    case_at(sqlite_service, "price", reference="DFG-1")
    auditor, stranger = Desk(AUDREY), Desk(WENDY)
    before = contents(sqlite_service)
    assert auditor.get("/repricing").status_code == 403
    sent = {"do": "record", "authority": "RBC", "reason": REASON}
    assert auditor.send("/repricing", **sent).status_code == 403
    assert stranger.send("/repricing", **sent).status_code == 403
    assert "DFG-1" not in stranger.send("/repricing", do="preview").text
    assert contents(sqlite_service) == before

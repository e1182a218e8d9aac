"""Alerts on pages: what stands for whom, answered by those who may, and refused in sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from services.alerts.watch import raise_alerts
from tests.desk.web.desk import Desk
from tests.factories import case_at, live_at
from tests.looking import contents
from tests.small_service import AUDREY, MIA, TESS, WENDY

MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)
HOSTILE = "in hand <script>alert(1)</script> since Monday"


@pytest.fixture
def late(sqlite_service: str) -> str:
    """A case whose offer was to be answered by 18 June, on Monday 22 June."""
    live_at(MONDAY - timedelta(days=7))
    case_at(sqlite_service, "assign")
    live_at(MONDAY)
    raise_alerts()
    return sqlite_service


def offer_alert(desk: Desk) -> str:
    """Return the address of the alert about the offer."""
    shown = desk.get("/alerts?list=all&snoozed=yes").text
    return str(re.findall(r'href="(/alerts/\d+)">answer the offer', shown)[0])


def test_what_stands_is_listed_with_its_arithmetic(late: str) -> None:
    desk = Desk(TESS)
    shown = desk.get("/alerts?list=all").text
    assert "2 working days late" in shown
    assert "Avon Access Ltd" in shown
    one = desk.get(offer_alert(desk)).text
    assert "Asked for by 18 June 2026." in one
    assert 'href="/cases/DFG-1"' in one
    assert "handrail " not in one.lower().replace("handrail</", "").replace("– handrail", "")


def test_it_is_acknowledged_with_what_was_said(late: str) -> None:
    desk = Desk(TESS)
    address = offer_alert(desk)
    answer = desk.send(f"{address}/acknowledge", reason=HOSTILE)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    shown = desk.get(address).text
    assert "Acknowledged by Tess Tyler" in shown
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


def test_it_is_put_off_and_brought_back(late: str) -> None:
    desk = Desk(TESS)
    address = offer_alert(desk)
    far = desk.send(f"{address}/snooze", until="01/09/2026", reason="the firm is away")
    assert far.status_code == 422
    assert "at most" in far.text
    assert "the firm is away" in far.text
    assert "is no date" in desk.send(f"{address}/snooze", until="soon", reason="away").text
    done = desk.send(f"{address}/snooze", until="24/06/2026", reason="the firm is away")
    assert done.status_code == 303
    assert "put off until 24 June 2026" in desk.get(address).text
    assert address not in desk.get("/alerts?list=all").text
    assert desk.send(f"{address}/bring-back").status_code == 303
    assert address in desk.get("/alerts?list=all").text


def test_a_reason_is_needed_and_a_token_too(late: str) -> None:
    desk = Desk(MIA)
    address = offer_alert(desk)
    before = contents(late)
    refused = desk.send(f"{address}/acknowledge", reason="")
    assert refused.status_code == 422
    assert 'href="#acknowledge-reason"' in refused.text
    assert desk.post(f"{address}/acknowledge", data={"reason": "in hand"}).status_code == 403
    assert contents(late) == before


def test_who_may_not(late: str) -> None:
    address = offer_alert(Desk(TESS))
    before = contents(late)
    auditor = Desk(AUDREY)
    assert "may not answer alerts" in auditor.get(address).text
    assert "<form action" not in auditor.get(address).text.partition("<main")[2]
    refused = auditor.send(f"{address}/acknowledge", reason="seen and in hand")
    assert refused.status_code == 403
    elsewhere = Desk(WENDY)
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.send(f"{address}/acknowledge", reason="seen and in hand").status_code == 404
    assert address not in elsewhere.get("/alerts?list=all").text
    for wrong in ("/alerts/999999", "/alerts/nothing", "/alerts/99999999999999999999"):
        assert auditor.get(wrong).status_code == 404
    assert {k: v for k, v in contents(late).items() if "session" not in k} == {
        k: v for k, v in before.items() if "session" not in k
    }

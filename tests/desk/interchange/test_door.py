"""The door for contractors' own systems, over HTTP; their secrets and the order, at the desk."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2 as httpx
import pytest

from desk.web import pace
from desk.web.sessions import real_now
from models.database import reading
from rules.interchange.signed import MOST_BYTES
from services.decisions.history import case_history
from services.interchange.keys import Made
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.interchange import completed, key_for, signed, started
from tests.journeys.commands import asked, handrail, refused
from tests.looking import contents
from tests.small_service import ADAM, AVON, MIA, TESS, WENDY

NUMBER = "WO-2026-00001"
PATH = f"/api/orders/{NUMBER}/events"


@pytest.fixture
def avon(sqlite_service: str) -> Made:
    """An order to Avon whose works have not begun, and the secret of its system."""
    case_at(sqlite_service, "works", route="call_off")
    return key_for(sqlite_service, AVON, at=real_now())


def send(
    made: Made, said: Any, *, event: str = "job-1-start", path: str = PATH, desk: Desk | None = None
) -> httpx.Response:
    request = signed(made, path.split("/")[3], said, event=event, at=real_now())
    headers = {
        "Handrail-Key": request.key,
        "Handrail-Timestamp": request.timestamp,
        "Handrail-Event": request.event,
        "Handrail-Signature": request.signature,
        "Content-Type": "application/json",
    }
    return (desk or Desk()).post(path, content=request.body, headers=headers)


def test_an_event_is_recorded_and_answered_in_json(avon: Made, sqlite_service: str) -> None:
    answer = send(avon, started(NUMBER))
    assert (answer.status_code, answer.json()["recorded"]) == (200, "start")
    assert send(avon, started(NUMBER)).json() == answer.json()
    with reading(sqlite_service) as conn:
        assert case_history(conn, reference="DFG-1")[-1]["actor"] == AVON


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (401, {"secret": "another"}),
        (404, {"path": "/api/orders/WO-9/events"}),
        (404, {"path": "/api/elsewhere/all"}),
        (409, {"said": completed}),
        (413, {"said": b"x" * (MOST_BYTES + 1)}),
        (422, {"said": b"{"}),
        (422, {"said": lambda number: started(number, Colour="red", TypeCode="70")}),
    ],
)  # fmt: skip
def test_a_refusal_is_a_problem_in_json_and_changes_nothing(
    avon: Made, sqlite_service: str, status: int, how: dict[str, Any]
) -> None:
    made = avon._replace(secret=how.get("secret", avon.secret))
    before = contents(sqlite_service)
    said = how.get("said", started)
    answer = send(made, said(NUMBER) if callable(said) else said, path=how.get("path", PATH))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["detail"][-1]) == (status, ".")
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert bool(told.get("errors")) == (status == 422)
    assert contents(sqlite_service) == before


def test_no_session_opens_the_door_and_no_token_is_asked_at_it(
    avon: Made, sqlite_service: str
) -> None:
    tess = Desk(TESS)
    before = contents(sqlite_service)
    assert tess.send(PATH, TypeCode="0").status_code == 401
    assert contents(sqlite_service) == before  # not even that her session was seen
    assert send(avon, started(NUMBER), desk=tess).status_code == 200
    assert tess.get(PATH).status_code == 405


def test_whoever_sends_too_much_waits(avon: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 12)
    monkeypatch.setattr(pace, "EACH_SECOND", 0.001)
    desk = Desk()
    answers = [send(avon, started(NUMBER), desk=desk) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].json()["title"] == "Not so fast"


def test_an_administrator_makes_a_secret_that_is_shown_once_and_revokes_it(avon: Made) -> None:
    adam = Desk(ADAM)
    address = f"/contractors/{AVON}/key"
    assert address in adam.get(f"/contractors/{AVON}").text
    shown = adam.send(address, do="make").text
    key, secret = re.findall(r'<strong class="code">([^<]+)</strong>', shown)
    assert secret not in adam.get(address).text
    made = avon._replace(key=key, secret=secret)
    assert send(made, started(NUMBER)).status_code == 200
    assert adam.send(address, do="revoke").status_code == 303
    for one in (made, avon):
        assert send(one, started(NUMBER), event="job-1-other").status_code == 401
    assert "It sends us nothing by itself" in Desk(MIA).get(f"/contractors/{AVON}").text
    assert Desk(MIA).send(address, do="make").status_code == 403
    assert adam.get("/contractors/NOBODY/key").status_code == 404


def test_the_same_from_a_terminal(avon: Made) -> None:
    made = asked("contractor-system", "key", "avon", "--by", ADAM)
    assert send(Made(**made), started(NUMBER)).status_code == 200
    listed = asked("contractor-system", "keys", "avon")
    assert [one["key"] for one in listed] == [made["key"], avon.key]
    assert (listed[0]["ends_at"], bool(listed[1]["ends_at"])) == (None, True)
    assert "may not record" in refused("contractor-system", "key", AVON, "--by", TESS)
    assert "any more" in handrail("contractor-system", "revoke-keys", AVON, "--by", ADAM)
    assert send(Made(**made), started(NUMBER), event="job-1-other").status_code == 401
    nothing = refused("contractor-system", "revoke-keys", AVON, "--by", ADAM)
    assert "no secret that is taken" in nothing


def test_the_order_is_given_to_whoever_may_see_the_case(avon: Made) -> None:
    assert avon
    answer = Desk(TESS).get("/cases/DFG-1/order.json")
    assert answer.headers["content-disposition"] == f'attachment; filename="{NUMBER}.json"'
    assert answer.json() == json.loads(handrail("order", "export", "dfg-1", "--hact"))
    assert "/cases/DFG-1/order.json" in Desk(TESS).get("/cases/DFG-1").text
    assert Desk(WENDY).get("/cases/DFG-1/order.json").status_code == 404
    assert "in whose terms" in refused("order", "export", "DFG-1")

"""Runs on pages: what failed and why, run again by those who may, with and without Prefect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from adapters import clock
from models import outbox
from models.database import reading, writing
from models.outbox import undelivered
from services.cases.run_requests import claim_run_requests, record_run_ended, record_run_started
from tests.desk.web.desk import Desk
from tests.factories import case_at, go, new_case
from tests.looking import contents
from tests.small_service import AUDREY, MIA, TESS, WENDY

RUN = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
HOSTILE = "<script>alert(1)</script> could not be reached"


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """A server that answers as Prefect's does, with the runs that a test puts here."""
    runs: list[dict[str, object]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            wanted = asked["flow_runs"]["id"]["any_"]
            said = json.dumps([run for run in runs if run["id"] in wanted]).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        yield runs
        server.shutdown()


@pytest.fixture
def service(sqlite_service: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case with a run that ended, one whose request gave up, one of another authority."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # nobody answers there
    case_at(sqlite_service, "price")
    while requests := claim_run_requests(by="the tests"):
        for request in requests:
            run = RUN if request.case == "DFG-1" else f"run-{request.id}"
            record_run_started(request_ids=[request.id], flow_run_id=run)
            record_run_ended(
                request_id=request.id,
                flow_run_id=run,
                state="AwaitingPriceConfirmation",
                message="price: technical officer: officer confirms",
            )
    for case, authority, officer in (("DFG-2", "RBC", TESS), ("WDC-1", "WDC", WENDY)):
        new_case(sqlite_service, reference=case, authority=authority)
        Desk(officer).send("/runs/carry-on", case=case)
    with writing(sqlite_service) as conn:
        for row in undelivered(conn):
            if row.kind == "run" and row.case_reference in ("DFG-2", "WDC-1"):
                outbox.mark_failed(
                    conn, row_id=row.id, error=HOSTILE, now=clock.now(), permanent=True
                )
    return sqlite_service


def test_what_gave_up_is_told_with_why_and_run_again(service: str) -> None:
    desk = Desk(TESS)
    shown = desk.get("/runs").text
    assert "Needs somebody (1)" in shown
    assert "DFG-2" in shown
    assert "WDC-1" not in shown
    assert HOSTILE not in shown
    assert "could not be reached" in shown
    (key,) = re.findall(r'name="key" value="([^"]+)"', shown)
    assert desk.send("/runs/again", key=key).headers["location"] == "/runs?list=waiting"
    assert "Needs somebody (0)" in desk.get("/runs").text
    with reading(service) as conn:
        (row,) = [one for one in undelivered(conn) if one.key == key]
    assert (row.status, row.attempts) == ("waiting", 0)


def test_a_run_is_shown_step_by_step_also_while_prefect_is_gone(service: str) -> None:
    desk = Desk(TESS)
    assert f"/runs/{RUN}" in desk.get("/runs?list=ended&case=dfg–1").text
    assert RUN not in desk.get("/runs?list=ended&case=WDC-1").text
    shown = desk.get(f"/runs/{RUN}").text
    assert "Awaiting price confirmation" in shown
    assert "Prefect’s server does not answer" in shown
    assert f"/runs/flow-run/{RUN}" in shown
    assert desk.get("/runs?list=ended&state=Failed").text.count(RUN) == 0
    assert desk.get("/runs?list=ended&step=price&days=7").status_code == 200


def test_what_prefect_says_is_shown(service: str, prefect: list[dict[str, object]]) -> None:
    said = {"type": "CRASHED", "name": "Crashed", "message": "its process is gone"}
    prefect.append({"id": RUN, "state": said})
    shown = Desk(MIA).get(f"/runs/{RUN}").text
    assert ">Crashed</strong> its process is gone" in shown
    prefect.clear()
    assert "no longer has this run" in Desk(MIA).get(f"/runs/{RUN}").text


def test_a_case_is_carried_on(service: str) -> None:
    go("DFG-1")
    answer = Desk(TESS).send("/runs/carry-on", case="dfg-1")
    assert answer.headers["location"] == "/runs?list=waiting&done=DFG-1"
    with reading(service) as conn:
        asked = [one for one in undelivered(conn) if one.case_reference == "DFG-1"]
    assert [one.kind for one in asked].count("run") == 1
    assert "DFG-1 is carried on" in Desk(TESS).get(answer.headers["location"]).text


def test_who_may_not(service: str) -> None:
    (key,) = re.findall(r'name="key" value="([^"]+)"', Desk(TESS).get("/runs").text)
    auditor, elsewhere = Desk(AUDREY), Desk(WENDY)
    before = contents(service)
    assert "/runs/again" not in auditor.get("/runs").text
    assert auditor.send("/runs/again", key=key).status_code == 403
    assert auditor.send("/runs/carry-on", case="DFG-1").status_code == 403
    assert elsewhere.send("/runs/again", key=key).status_code == 404
    assert elsewhere.send("/runs/carry-on", case="DFG-1").status_code == 404
    assert elsewhere.get(f"/runs/{RUN}").status_code == 404
    assert elsewhere.get("/runs/nothing").status_code == 404
    assert "DFG-1" not in elsewhere.get("/runs?list=ended").text
    assert Desk(TESS).post("/runs/carry-on", data={"case": "DFG-1"}).status_code == 403
    assert {k: v for k, v in contents(service).items() if "session" not in k} == {
        k: v for k, v in before.items() if "session" not in k
    }

"""Plans on pages: shown to managers, rehearsed and carried out by administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.delivery import pages
from models.database import writing
from models.tables.cases import Case
from models.tables.delivery import CarriedPlan
from models.tables.people import DeskSession
from services.people.passwords import set_password
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL
from tests.desk.web.desk import Desk
from tests.factories import bring, live_at, new_case
from tests.looking import rows
from tests.services.delivery.merging import DAY, planned
from tests.small_service import ADAM, MIA, TESS

PATH = "/delivery/UNITARY"


@pytest.fixture
def service(sqlite_service: str) -> str:
    bring(sqlite_service, "budgets", "authority | year | amount\nRBC | 2026 | 100\nWDC | 2026 | 20")
    new_case(sqlite_service)
    planned(sqlite_service)
    return sqlite_service


def test_a_manager_reads_a_plan_and_changes_nothing(service: str) -> None:
    desk = Desk(MIA)
    assert "UNITARY" in desk.get("/delivery").text
    shown = desk.get(PATH).text
    assert "Warwickshire United" in shown
    assert "£120.00" in shown
    assert "An administrator rehearses it" in shown
    for do in ("rehearse", "carry-out"):
        assert desk.send(PATH, do=do).status_code == 403
    assert Desk(TESS).get(PATH).status_code == 403
    assert desk.get("/delivery/NOTHING").status_code == 404
    assert rows(service, CarriedPlan) == []


def test_an_administrator_rehearses_then_carries_out_with_the_password(service: str) -> None:
    with writing(service) as conn:
        set_password(conn, email=ADAM, password_hash=HASH, now=REAL)
    desk = Desk(ADAM)
    rehearsed = desk.send(PATH, do="rehearse").text
    assert "Rehearsed: nothing was changed" in rehearsed
    assert "1 open case would go." in rehearsed
    assert "Budgets after" in rehearsed
    assert rows(service, CarriedPlan) == []
    early = desk.send(PATH, do="carry-out")
    assert "begins on 1 July 2026" in early.text
    live_at(DAY)
    with writing(service) as conn:
        conn.execute(sa.update(DeskSession).values(stepped_up_at=REAL - timedelta(hours=1)))
    assert "Give your password again" in desk.send(PATH, do="carry-out").text
    done = desk.send(PATH, do="carry-out", password_again=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?done=yes")
    assert [row["authority"] for row in rows(service, Case)] == ["WU"]
    shown = desk.get(done.headers["location"]).text
    assert "The plan is carried out." in shown
    assert "Carry it out again" in shown


def test_a_page_leaves_a_great_many_cases_to_the_command(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST", 0)
    said = Desk(ADAM).send(PATH, do="rehearse")
    assert "1 open case would go, and a page takes 0 at most." in said.text

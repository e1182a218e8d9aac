"""Budgets on pages: what is left, and another sum with the password and a reason."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.database import writing
from models.tables.funding import Budget
from models.tables.people import DeskSession
from models.tables.record import Audit
from services.people.passwords import set_password
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL
from tests.desk.web.desk import Desk
from tests.factories import bring, case_at
from tests.looking import contents, rows
from tests.small_service import AUDREY, FINN, MIA, TERMS, TESS, WENDY

PATH = "/budgets/change?authority=RBC&year=2026"
FIELDS = {"authority": "RBC", "year": "2026", "amount": "950000", "reason": "the cabinet of May"}


@pytest.fixture
def service(sqlite_service: str) -> str:
    bring(sqlite_service, "budgets", TERMS["budgets"])
    return sqlite_service


def seen(desk: Desk, path: str = PATH) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', desk.get(path).text)[0])


def amounts(url: str) -> dict[tuple[str, int], int]:
    return {(one["authority"], one["year"]): one["amount_pence"] for one in rows(url, Budget)}


def test_a_budget_is_raised_with_the_password_and_a_reason(service: str) -> None:
    with writing(service) as conn:
        set_password(conn, email=FINN, password_hash=HASH, now=REAL)
    desk = Desk(FINN)
    assert "£900,000.00" in desk.get("/budgets").text
    fields = FIELDS | {"seen": seen(desk)}
    assert desk.post("/budgets/change", data=fields).status_code == 403
    with writing(service) as conn:
        long_ago = REAL - timedelta(hours=1)
        conn.execute(sa.update(DeskSession).values(stepped_up_at=long_ago))
    assert "Give your password again" in desk.send("/budgets/change", **fields).text
    assert amounts(service)["RBC", 2026] == 900_000_00
    done = desk.send("/budgets/change", **fields, password_again=PASSWORD)
    assert done.status_code == 303
    assert amounts(service)["RBC", 2026] == 950_000_00
    assert rows(service, Audit)[-1]["reason"] == "the cabinet of May"
    late = desk.send("/budgets/change", **fields | {"amount": "960000"})
    assert late.status_code == 409
    assert 'value="960000"' in late.text


def test_another_year_s_is_added_and_none_falls_below_what_is_committed(service: str) -> None:
    case_at(service, "assign")
    desk = Desk(MIA)
    low = desk.send("/budgets/change", **FIELDS | {"amount": "1", "seen": seen(desk)})
    assert low.status_code == 422
    assert "is committed in this budget already" in low.text
    wrong = {"amount": "lots", "reason": "", "seen": seen(desk)}
    told = desk.send("/budgets/change", **FIELDS | wrong).text
    assert 'href="#amount"' in told
    assert 'href="#reason"' in told
    for year, status in (("2027", 303), ("soon", 422), ("9" * 5000, 422)):
        path = f"/budgets/change?authority=RBC&year={year}"
        fields = FIELDS | {"year": year, "seen": seen(desk, path)}
        assert desk.send("/budgets/change", **fields).status_code == status
    assert amounts(service)["RBC", 2027] == 950_000_00


def test_another_authority_s_budget_and_who_only_reads(service: str) -> None:
    wendy, audrey = Desk(WENDY), Desk(AUDREY)
    before = contents(service)
    assert "Rugby" not in wendy.get("/budgets").text
    assert "£700,000.50" in wendy.get("/budgets").text
    assert wendy.get(PATH).status_code == 403
    assert wendy.send("/budgets/change", **FIELDS).status_code == 403
    assert "£900,000.00" in audrey.get("/budgets").text
    assert ">Change<span" not in audrey.get("/budgets").text
    assert audrey.get(PATH).status_code == 403
    assert audrey.send("/budgets/change", **FIELDS).status_code == 403
    assert Desk(TESS).get("/budgets").status_code == 200
    assert amounts(service)["RBC", 2026] == 900_000_00
    assert contents(service).keys() == before.keys()

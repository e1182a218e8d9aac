"""What is refused is written down for whoever looks after Handrail, and nothing that was typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.database import writing
from services.people import sessions
from services.people.passwords import set_password
from services.session import actor_for
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL, signing_in, tess
from tests.desk.web.desk import Desk
from tests.desk.web.test_sessions import an_hour_ago, probing, with_password
from tests.factories import case_at
from tests.small_service import ADA, ADAM, OTTO, TESS, TOBY, WENDY

__all__ = ["tess"]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was written since the last look, without when."""
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(one.pop("timestamp").endswith("Z") for one in found)
    assert all(one.pop("security") == "refused" for one in found)
    assert all(one.pop("from") == "testclient" for one in found)
    return found


def test_who_is_not_let_in_is_named_only_where_it_is_an_officer(
    tess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signing_in(Desk(), password="wrong words of hers") == 422  # noqa: S106 - they are
    assert signing_in(Desk(), email=PASSWORD, password=TESS) == 422  # in the wrong fields
    said = lines(capsys)
    assert [(one["event"], one.get("officer"), one["why"]) for one in said] == [
        ("not let in", TESS, "SignInRefusedError"),
        ("not let in", None, "SignInRefusedError"),
    ]
    assert PASSWORD not in repr(said)
    assert signing_in(Desk()) == 303
    assert lines(capsys) == []


def test_what_is_not_theirs_or_not_for_their_role_is_written_down_by_kind_of_page(
    sqlite_service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case_at(sqlite_service, "price")
    assert Desk(WENDY).get("/cases/DFG-1").status_code == 404
    assert Desk(OTTO).get("/board").status_code == 403
    assert Desk(TESS).post("/sign-out", data={"csrf": "made up"}).status_code == 403
    assert Desk().get("/invitations/a-guess").status_code == 404
    said = lines(capsys)
    assert [(one["event"], one.get("officer"), one["method"], one["page"]) for one in said] == [
        ("not theirs, or nowhere", WENDY, "GET", "/cases/{reference:path}"),
        ("not permitted", OTTO, "GET", "/board"),
        ("not permitted", TESS, "POST", "/sign-out"),
        ("not theirs, or nowhere", None, "GET", "/invitations/{token}"),
    ]
    assert Desk(TESS).get("/cases/DFG-1").status_code == 200
    assert lines(capsys) == []


def test_a_wrong_password_before_money_and_an_ended_session_are_written_down(
    sqlite_service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_password(sqlite_service)
    desk = probing(ADA)
    an_hour_ago(sqlite_service)
    assert desk.send("/probe").status_code == 403  # it asks
    assert lines(capsys) == []
    desk.send("/probe", password_again="wrong")  # noqa: S106 - it is wrong
    with writing(sqlite_service) as conn:
        sessions.sign_out(conn, by=actor_for(conn, identity=ADAM), email=ADA, now=REAL)
        set_password(conn, email=TOBY, password_hash=HASH, now=REAL)
    assert desk.get("/probe").status_code == 303
    assert [(one["event"], one["officer"], one["why"]) for one in lines(capsys)] == [
        ("password again", ADA, "wrong, or too often"),
        ("ended session", ADA, "ended by an administrator"),
    ]
    assert Desk().get("/account").status_code == 303  # nobody came with anything
    assert lines(capsys) == []

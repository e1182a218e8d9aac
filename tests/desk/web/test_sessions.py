"""What a page is told of who asks: the password again for money, an app that is still to be set."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse

from adapters.settings import settings
from desk.web.forms import Sent
from desk.web.page import Viewer
from desk.web.sessions import check_stepped_up, know_session
from models.database import writing
from models.tables.people import DeskSession
from models.tables.reference import Officer
from services.people.demo_home import MARK
from services.people.passwords import set_password
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL
from tests.desk.web.desk import Desk
from tests.looking import rows
from tests.small_service import ADA

done: list[dict[str, list[str]]] = []
probe = APIRouter(prefix="/probe")


@probe.get("")
def look(viewer: Viewer) -> PlainTextResponse:
    return PlainTextResponse(viewer.name)


@probe.post("")
def pay(request: Request, viewer: Viewer, form: Sent) -> PlainTextResponse:
    check_stepped_up(request, form)
    done.append({key: form.getlist(key) for key in form if key in ("sum", "to")})  # type: ignore[misc]  # text alone
    return PlainTextResponse(viewer.name)


def probing(email: str) -> Desk:
    """Sign somebody in at a desk that has one page more."""
    desk = Desk(email)
    desk.app.include_router(probe, dependencies=[Depends(know_session)])
    done.clear()
    return desk


def an_hour_ago(url: str) -> None:
    """Let the password have been given long ago, with a page looked at just now."""
    with writing(url) as conn:
        given = sa.update(DeskSession).values(stepped_up_at=REAL - timedelta(hours=1))
        conn.execute(given)


def with_password(url: str) -> None:
    with writing(url) as conn:
        set_password(conn, email=ADA, password_hash=HASH, now=REAL)


def test_money_asks_for_the_password_again_and_loses_nothing_that_was_typed(
    sqlite_service: str,
) -> None:
    with_password(sqlite_service)
    desk = probing(ADA)
    typed = {"sum": '£1,990.00 "<b>', "to": ["a", "b"]}
    assert desk.send("/probe", **typed).text == "Ada Able"  # it was given a moment ago
    an_hour_ago(sqlite_service)
    shown = desk.send("/probe?x=1", **typed)
    assert (shown.status_code, len(done)) == (403, 1)
    assert "Give your password again" in shown.text
    assert 'action="/probe?x=1"' in shown.text
    wrong = desk.send("/probe", **typed, password_again="wrong")  # noqa: S106 - it is wrong
    assert "This is not your password" in wrong.text
    assert len(done) == 1
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', wrong.text)
    assert [name for name, _ in fields if name in ("sum", "to")] == ["sum", "to", "to"]
    assert desk.send("/probe", **typed, password_again=PASSWORD).status_code == 200
    assert done[1] == {"sum": [typed["sum"]], "to": ["a", "b"]}
    assert desk.send("/probe", **typed).status_code == 200  # for the next ten minutes


def test_at_a_demo_it_is_asked_without_a_password_and_elsewhere_none_is_no_way_round(
    sqlite_service: str,
) -> None:
    desk = probing(ADA)
    an_hour_ago(sqlite_service)
    assert desk.send("/probe", password_again="").status_code == 403
    (settings().resolved_home / MARK).write_text("yes")
    assert "Are you sure?" in desk.send("/probe").text
    assert desk.send("/probe", password_again="").status_code == 200


def test_a_wrong_password_there_counts_as_one_at_sign_in(sqlite_service: str) -> None:
    with_password(sqlite_service)
    desk = probing(ADA)
    an_hour_ago(sqlite_service)
    for n in range(5):
        desk.send("/probe", password_again=f"wrong {n}")
    assert "Try again at" in desk.send("/probe", password_again=PASSWORD).text
    assert done == []


def test_an_app_that_is_asked_for_is_set_up_before_anything_else(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(sqlite_service)
    desk = probing(ADA)
    assert desk.get("/probe").text == "Ada Able"
    monkeypatch.setenv("HANDRAIL_SECOND_FACTOR", "money")
    settings.cache_clear()
    assert desk.get("/probe").headers["location"] == "/account/app"
    assert desk.get("/account/app").status_code == 200
    assert Desk().get("/account").headers["location"] == "/sign-in?next=%2Faccount"


def test_a_role_that_was_taken_away_ends_the_session_between_two_pages(sqlite_service: str) -> None:
    desk = probing(ADA)
    assert desk.get("/probe").text == "Ada Able"
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Officer).where(Officer.email == ADA).values(role="auditor"))
    assert desk.get("/probe").headers["location"] == "/sign-in?next=%2Fprobe"
    assert desk.send("/probe").headers["location"] == "/sign-in?next=%2F"
    assert done == []
    assert rows(sqlite_service, DeskSession)[0]["ended_at"] is None


def test_a_page_that_is_nowhere_still_says_who_is_signed_in(sqlite_service: str) -> None:
    assert "Ada Able" in Desk(ADA).get("/nowhere").text


def test_health_says_whether_the_database_answers_and_nothing_else(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (Desk().get("/health").status_code, Desk().get("/health").text) == (200, "ok")
    gone = settings().resolved_home / "gone.db"
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{gone}")
    settings.cache_clear()
    assert (Desk().get("/health").status_code, Desk().get("/health").text) == (503, "no")

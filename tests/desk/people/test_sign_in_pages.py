"""Signing in and out in a browser: what lets somebody in, and what does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from adapters.passwords import NOBODYS, fits, hashed
from adapters.settings import settings
from desk.web.sessions import cookie_name
from models.database import reading, writing
from models.tables.people import DeskSession
from models.tables.record import Outbox
from rules.errors import InvalidSettingError
from services.people.passwords import set_password
from tests.desk.web.desk import Desk
from tests.looking import rows
from tests.small_service import TESS, TOBY

PASSWORD = "three quiet otters"  # noqa: S105 - of nobody
HASH = hashed(PASSWORD)
REAL = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def tess(sqlite_service: str) -> str:
    """Let Tess have a password, and nobody else."""
    with writing(sqlite_service) as conn:
        set_password(conn, email=TESS, password_hash=HASH, now=REAL)
    return sqlite_service


def form_of(desk: Desk, path: str = "/sign-in") -> Desk:
    """Open a page as nobody, for the token of its form."""
    shown = desk.get(path)
    assert shown.status_code == 200
    desk.csrf = re.findall(r'name="csrf" value="([^"]+)"', shown.text)[-1]
    return desk


def signing_in(desk: Desk, email: str = TESS, password: str = PASSWORD, **more: str) -> int:
    form_of(desk)
    return desk.send("/sign-in", email=email, password=password, **more).status_code


def test_an_address_and_its_password_let_in_and_the_way_out_ends_it(tess: str) -> None:
    desk = form_of(Desk())
    answer = desk.send("/sign-in", email=f" {TESS.upper()} ", password=PASSWORD, next="/board?q=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/board?q=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert desk.get("/sign-in").headers["location"] == "/"
    (session,) = rows(tess, DeskSession)
    desk.csrf = session["csrf"]
    kept = dict(desk.cookies)
    assert desk.send("/sign-out").headers["location"] == "/sign-in"
    desk.cookies.update(kept)  # somebody kept the cookie
    assert desk.get("/sign-in").status_code == 200
    assert rows(tess, DeskSession)[0]["ended_because"] == "signed out"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "three quiet otter"},
        {"email": TOBY},
        {"email": "nobody@rbc.example"},
        {"email": "AVON"},
        {"email": "\x00"},
        {"email": "", "password": ""},
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(tess: str, wrong: dict[str, str]) -> None:
    desk = form_of(Desk())
    answer = desk.send("/sign-in", **({"email": TESS, "password": PASSWORD} | wrong))
    assert answer.status_code == 422
    assert "The address or the password is wrong." in answer.text
    assert PASSWORD not in answer.text
    assert not rows(tess, DeskSession)


def test_it_is_tried_five_times_and_then_has_to_wait_in_every_process(tess: str) -> None:
    assert [signing_in(Desk(), password=f"wrong {n}") for n in range(5)] == [422] * 5
    desk = form_of(Desk())
    answer = desk.send("/sign-in", email=TESS.title(), password=PASSWORD)
    assert answer.status_code == 429
    assert re.search(r"Try again at \d\d:\d\d", answer.text)
    assert signing_in(Desk(), email=TOBY) == 422  # somebody else's account is no worse for it
    with writing(tess) as conn:
        conn.execute(sa.text("UPDATE sign_in_tries SET last_at = datetime(last_at, '-16 minutes')"))
    assert signing_in(Desk()) == 303
    assert signing_in(Desk(), password="wrong") == 422  # noqa: S106 - and counts from the beginning


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:x", "a"],
)
def test_nobody_is_led_to_another_site(tess: str, elsewhere: str) -> None:
    desk = form_of(Desk())
    answer = desk.send("/sign-in", email=TESS, password=PASSWORD, next=elsewhere)
    assert answer.headers["location"] == "/"


def test_a_form_of_nobodys_or_of_another_session_or_site_is_not_read(tess: str) -> None:
    desk = form_of(Desk())
    good = {"email": TESS, "password": PASSWORD}
    for csrf in ("", "x", form_of(Desk()).csrf, "\u00e9"):
        assert desk.post("/sign-in", data={**good, "csrf": csrf}).status_code == 403
    cross = {"sec-fetch-site": "cross-site"}
    assert desk.post("/sign-in", data={**good, "csrf": desk.csrf}, headers=cross).status_code == 403
    assert Desk(TESS).post("/sign-out", data={"csrf": Desk(TOBY).csrf}).status_code == 403
    assert all(row["ended_at"] is None for row in rows(tess, DeskSession))


def test_nobody_is_signed_in_under_a_token_that_was_put_into_the_browser(tess: str) -> None:
    theirs = Desk(TOBY)
    for planted in ("made-up", theirs.cookies[cookie_name()]):
        desk = Desk()
        desk.cookies.set(cookie_name(), planted)
        desk.csrf = theirs.csrf
        if planted == "made-up":
            form_of(desk)
        assert desk.send("/sign-in", email=TESS, password=PASSWORD).status_code == 303
        stranger = Desk()
        stranger.cookies.set(cookie_name(), planted)
        assert stranger.get("/account").headers["location"].startswith("/sign-in")
    ended = [row["ended_because"] for row in rows(tess, DeskSession) if row["officer"] == TOBY]
    assert ended == ["signed in anew"]


def test_where_nobody_is_the_hash_to_compare_with_costs_what_any_other_does() -> None:
    assert NOBODYS.split("$")[:4] == HASH.split("$")[:4]
    assert not fits("", "")
    assert not fits(PASSWORD, "")


def test_a_link_is_sent_to_an_address_on_file_and_the_answer_is_always_the_same(tess: str) -> None:
    answers = []
    for email in (TOBY, "nobody@rbc.example"):
        desk = form_of(Desk(), "/sign-in/forgotten")
        shown = desk.send("/sign-in/forgotten", email=email)
        answers.append((shown.status_code, shown.text.replace(email, "")))
    assert answers[0] == answers[1]
    sent = [row for row in rows(tess, Outbox) if row["kind"] == "message"]
    assert [row["payload"]["to"] for row in sent] == [TOBY]


def test_behind_a_proxy_with_tls_cookies_go_by_https_alone_and_under_its_name(
    tess: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DESK_URL", "https://desk.rbc.example/")
    settings.cache_clear()
    desk = Desk()
    named = {"host": "desk.rbc.example"}
    assert desk.get("/sign-in", headers={"host": "evil.example"}).status_code == 400
    shown = desk.get("/sign-in", headers=named)
    assert shown.headers["strict-transport-security"].startswith("max-age=")
    assert shown.headers["set-cookie"].startswith("__Host-handrail-form=")
    assert "Secure" in shown.headers["set-cookie"]
    monkeypatch.setenv("HANDRAIL_DESK_URL", "https://desk.rbc.example/handrail?x")
    settings.cache_clear()
    with pytest.raises(InvalidSettingError, match="with no path"):
        settings()


def test_no_page_that_is_only_read_writes_anything_within_a_minute(tess: str) -> None:
    desk = Desk(TESS)
    for _ in range(3):
        desk.get("/sign-in")
    (session,) = rows(tess, DeskSession)
    assert session["seen_at"] == session["begun_at"]
    with writing(tess) as conn:
        conn.execute(
            sa.update(DeskSession).values(seen_at=session["seen_at"] - timedelta(minutes=2))
        )
    desk.get("/sign-in")
    with reading(tess) as conn:
        seen = conn.execute(sa.select(DeskSession.seen_at)).scalar_one()
    assert seen > session["seen_at"] - timedelta(minutes=1)

"""Signing in with the council's own accounts, against a real provider on loopback."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
import sqlalchemy as sa

from adapters import council_sign_in
from adapters.passwords import fits
from adapters.settings import settings
from desk.web.sessions import cookie_name, real_now
from models.database import writing
from models.tables.people import CouncilAccount, DeskSession, SignIn
from models.tables.reference import Officer
from rules.errors import InvalidSettingError
from services.people.invitations import invite
from services.people.passwords import set_password
from services.session import actor_for
from tests.desk.people.provider import CLIENT, PAST, SECRET, WRONG, Provider, free_port, provider
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL, form_of, signing_in, tess
from tests.desk.web.desk import BASE, Desk
from tests.desk.web.test_sessions import done, probing
from tests.looking import rows
from tests.small_service import ADA, ADAM, TESS, TOBY

__all__ = ["tess"]


@pytest.fixture
def council(sqlite_service: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Run the council's own sign-in, with Tess signed in there."""
    with provider() as running:
        running.person = {"oid": "o-tess", "sub": "s-1", "preferred_username": TESS.title()}
        let_in(monkeypatch, running.issuer)
        yield running


def let_in(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    monkeypatch.setenv("HANDRAIL_OIDC_ISSUER", issuer)
    monkeypatch.setenv("HANDRAIL_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("HANDRAIL_OIDC_CLIENT_SECRET", SECRET)
    settings.cache_clear()


def away(desk: Desk, **asked: str) -> str:
    """Go to the provider, and return the address it sends the browser back to."""
    to = desk.get("/sign-in/council", params=asked).headers["location"]
    return httpx.get(to).headers["location"].removeprefix(BASE)


def there_and_back(desk: Desk, **asked: str) -> httpx.Response:
    return desk.get(away(desk, **asked))


def test_an_officers_account_lets_in_and_is_theirs_from_then_on(
    council: Provider, sqlite_service: str
) -> None:
    desk = Desk()
    assert "/sign-in/council?next=%2Fboard" in desk.get("/sign-in?next=/board").text
    answer = there_and_back(desk, next="/board")
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    assert "Tess Tyler" in desk.get("/account").text
    (session,) = rows(sqlite_service, DeskSession)
    assert (session["officer"], session["came_by"]) == (TESS, "council")
    council.person["preferred_username"] = "tess.married@rbc.example"  # renamed: still she
    assert there_and_back(Desk()).headers["location"] == "/"
    council.person |= {"oid": "o-new", "preferred_username": TESS}  # somebody else has her name
    refused = there_and_back(Desk())
    assert refused.status_code == 403
    assert "known here by another account" in refused.text
    with writing(sqlite_service) as conn:
        invite(conn, by=actor_for(conn, identity=ADAM), email=TESS, now=REAL)
    assert there_and_back(Desk()).headers["location"] == "/"
    assert [row["subject"] for row in rows(sqlite_service, CouncilAccount)] == ["o-new"]


def test_signing_out_ends_the_session_here(council: Provider, sqlite_service: str) -> None:
    desk = Desk()
    there_and_back(desk)
    kept = dict(desk.cookies)
    desk.csrf = rows(sqlite_service, DeskSession)[0]["csrf"]
    assert desk.send("/sign-out").headers["location"] == "/sign-in"
    desk.cookies.update(kept)
    assert desk.get("/account").headers["location"].startswith("/sign-in")


def test_nobody_who_is_not_on_record_comes_in_and_the_page_says_what_to_do(
    council: Provider, sqlite_service: str
) -> None:
    for who in ("nobody@rbc.example", "AVON", "", "\x00"):
        council.person |= {"preferred_username": who, "email": TESS, "email_verified": True}
        answer = there_and_back(Desk())
        assert answer.status_code == 403
        assert "Ask an administrator" in answer.text
    assert rows(sqlite_service, DeskSession) == rows(sqlite_service, CouncilAccount) == []


def test_an_officer_switched_off_is_out_and_stays_out(
    council: Provider, sqlite_service: str
) -> None:
    desk = Desk()
    there_and_back(desk)
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Officer).values(last_day=date(2026, 5, 31)))
    assert desk.get("/account").headers["location"].startswith("/sign-in")
    assert there_and_back(desk).status_code == 403


def test_what_cannot_be_trusted_lets_nobody_in(council: Provider, sqlite_service: str) -> None:
    right, let_in_by = dict(vars(council)), []
    for name, change in WRONG:
        desk = Desk()
        back = away(desk)
        vars(council).update(change)
        council_sign_in._known.clear()  # some minutes have passed
        answer = desk.get(back)
        if answer.status_code != 403 or "did not let you in" not in answer.text:
            let_in_by.append((name, answer.status_code))
        vars(council).update(right)
        council_sign_in._known.clear()
    assert let_in_by == []
    assert rows(sqlite_service, DeskSession) == []
    assert there_and_back(Desk()).status_code == 303  # by the book it does


def test_a_code_is_taken_once_and_only_in_the_browser_that_asked(
    council: Provider, sqlite_service: str
) -> None:
    desk, stranger = Desk(), Desk()
    back = away(desk)
    assert stranger.get(back).status_code == 403  # it never asked
    away(stranger)
    assert "did not ask" in stranger.get(back).text  # it asked for something else
    kept = dict(desk.cookies)
    assert desk.get(back).status_code == 303
    assert desk.get(back).status_code == 403  # the cookie went with the first
    desk.cookies.update(kept)
    assert "may have been used before" in desk.get(back).text  # it was kept: the provider knows
    assert len(rows(sqlite_service, DeskSession)) == 1


def test_another_state_or_a_cookie_that_is_not_ours_is_refused(council: Provider) -> None:
    for state in ("", "another", "é"):
        desk = Desk()
        code = parse_qs(urlsplit(away(desk)).query)["code"][0]
        answer = desk.get("/sign-in/council/back", params={"code": code, "state": state})
        assert answer.status_code == 403
        assert code in council.codes  # it was not even asked for
    for cookie in ("x", "e30=", "bnVsbA==", "%%%"):
        desk = Desk()
        desk.cookies.set(cookie_name("council"), cookie)
        assert "did not ask" in desk.get("/sign-in/council/back?code=a&state=b").text


def test_what_the_provider_says_no_with_is_shown_as_a_word_at_most(council: Provider) -> None:
    for said, shown in (("access_denied", "access denied"), ("<b>", "no reason")):
        desk = Desk()
        state = parse_qs(urlsplit(away(desk)).query)["state"][0]
        answer = desk.get("/sign-in/council/back", params={"error": said, "state": state})
        assert f"It says: {shown}." in answer.text


def test_a_link_on_another_site_leads_to_the_sign_in_page_and_not_in(council: Provider) -> None:
    desk = Desk()
    for site in ("cross-site", "same-site"):
        answer = desk.get("/sign-in/council?next=/board", headers={"sec-fetch-site": site})
        assert answer.headers["location"] == "/sign-in?next=%2Fboard"
    assert council.asked == {}
    assert desk.cookies.get(cookie_name("council")) is None
    ours = desk.get("/sign-in/council", headers={"sec-fetch-site": "same-origin"})
    assert ours.headers["location"].startswith(council.issuer)


def test_whoever_asks_for_the_way_there_again_and_again_does_not_have_the_provider_asked(
    council: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(Desk().get("/sign-in/council").status_code == 303 for _ in range(5))
    assert council.looked_up == 1
    monkeypatch.setattr(council_sign_in, "_GOOD_FOR", 0.0)
    assert there_and_back(Desk()).headers["location"] == "/"
    assert council.looked_up == 3


def test_a_way_on_that_no_cookie_holds_is_left_out(council: Provider) -> None:
    desk = Desk()
    assert there_and_back(desk, next=f"/?q={'x' * 4000}").headers["location"] == "/"
    assert "Tess Tyler" in desk.get("/account").text


def test_a_provider_that_is_down_is_said_and_a_password_still_lets_in(
    tess: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(monkeypatch, f"http://127.0.0.1:{free_port()}")
    answer = Desk().get("/sign-in/council")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "Back to signing in" in answer.text
    assert signing_in(Desk()) == 303


def test_passwords_may_be_switched_off_where_there_is_another_way_in(
    council: Provider, sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(sqlite_service) as conn:
        link = invite(conn, by=actor_for(conn, identity=ADAM), email=TOBY, now=real_now())
        set_password(conn, email=TESS, password_hash=HASH, now=REAL)
    desk, typed, other = form_of(Desk()), Desk(TESS), Desk(TESS)
    with writing(sqlite_service) as conn:
        of_other = sa.update(DeskSession).where(DeskSession.csrf == other.csrf)
        conn.execute(of_other.values(came_by="demo"))
    monkeypatch.setenv("HANDRAIL_DESK_PASSWORDS", "false")
    settings.cache_clear()
    desk.get("/sign-in")
    shown = desk.get("/sign-in").text
    assert "council’s account" in shown
    assert 'type="password"' not in shown
    for path in ("/sign-in", "/sign-in/forgotten"):
        refused = desk.send(path, email=TESS, password=PASSWORD)
        assert refused.status_code == 403
        assert "with your council&#39;s account" in refused.text
    assert desk.get(urlsplit(link).path).status_code == 403
    assert there_and_back(desk).status_code == 303
    assert typed.get("/account").headers["location"].startswith("/sign-in")  # came by one
    ended = {"present": PASSWORD, "password": "seven loud herons", "again": "seven loud herons"}
    assert other.send("/account/password", **ended).status_code == 403
    assert fits(PASSWORD, rows(sqlite_service, SignIn)[0]["password_hash"])
    monkeypatch.delenv("HANDRAIL_OIDC_ISSUER")
    settings.cache_clear()
    with pytest.raises(InvalidSettingError, match="HANDRAIL_DESK_PASSWORDS: It may be false only"):
        settings()


def test_settings_that_cannot_work_are_said(
    council: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, words in (
        ("CLIENT_SECRET", "", "It needs HANDRAIL_OIDC_CLIENT_ID"),
        ("ISSUER", "http://id.rbc.example", "https://"),
        ("ISSUER", "https://login.microsoftonline.com/common/v2.0", "one tenant"),
    ):
        monkeypatch.setenv(f"HANDRAIL_OIDC_{name}", value)
        settings.cache_clear()
        with pytest.raises(InvalidSettingError, match=words):
            settings()


def test_without_the_setting_there_is_no_such_way(sqlite_service: str) -> None:
    assert "council" not in Desk().get("/sign-in").text
    assert Desk().get("/sign-in/council").status_code == 404


# ---- money and powers


@pytest.fixture
def ada(council: Provider, sqlite_service: str) -> Desk:
    """Sign Ada in, who gave her password to the provider hours ago."""
    council.person = {"oid": "o-ada", "sub": "s-2", "preferred_username": ADA}
    desk = probing("")
    there_and_back(desk)
    desk.csrf = rows(sqlite_service, DeskSession)[0]["csrf"]
    return desk


def test_money_asks_the_provider_again_and_keeps_what_was_typed(
    ada: Desk, council: Provider
) -> None:
    due = ada.send("/probe?x=1", sum='£1,990.00 "<b>', to=["a", "b"])
    assert due.status_code == 403
    again = re.findall(r'href="(/sign-in/council[^"]+)"', due.text)[0].replace("&amp;", "&")
    back = httpx.get(ada.get(again).headers["location"]).headers["location"].removeprefix(BASE)
    assert (council.asked["prompt"], council.asked["max_age"]) == ("login", "0")
    assert ada.get(back).headers["location"] == "/kept"
    shown = ada.get("/kept").text
    assert "£1,990.00 &#34;&lt;b&gt;" in shown
    assert done == []  # not before the button is pressed
    sent = ada.send("/kept", sum='£1,990.00 "<b>', to=["a", "b"])
    assert (sent.status_code, sent.headers["location"]) == (307, "/probe?x=1")
    assert ada.send("/probe?x=1", sum='£1,990.00 "<b>', to=["a", "b"]).text == "Ada Able"
    assert done == [{"sum": ['£1,990.00 "<b>'], "to": ["a", "b"]}]


def test_the_providers_word_of_long_ago_or_of_somebody_else_does_not_do(
    ada: Desk, council: Provider
) -> None:
    for otherwise, words in (
        ({"auth_time": PAST}, "not asked for your password"),
        ({"auth_time": None}, "auth_time"),
        ({"oid": "o-toby", "preferred_username": TOBY}, "gave the password of toby@rbc.example"),
    ):
        council.otherwise = otherwise
        answer = there_and_back(ada, again="yes", next="/kept")
        assert (answer.status_code, words in answer.text) == (403, True)
        assert ada.send("/probe", sum="1", to="a").status_code == 403
    assert done == []


def test_a_session_that_ran_out_on_the_way_begins_anew_with_what_was_typed(
    ada: Desk, sqlite_service: str
) -> None:
    assert ada.send("/probe?x=1", sum="1,990.00", to="a").status_code == 403
    back = away(ada, again="yes", next="/kept")
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(DeskSession).values(seen_at=REAL))
    assert ada.get(back).headers["location"] == "/kept"
    assert "1,990.00" in ada.get("/kept").text
    assert [row["officer"] for row in rows(sqlite_service, DeskSession)] == [ADA, ADA]


def test_a_provider_whose_clock_is_ahead_gives_nobody_more_time(
    council: Provider, sqlite_service: str
) -> None:
    council.otherwise = {"auth_time": int(time.time()) + 86_400}
    assert there_and_back(Desk()).status_code == 303
    (session,) = rows(sqlite_service, DeskSession)
    assert session["stepped_up_at"] == session["begun_at"]

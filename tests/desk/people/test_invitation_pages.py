"""Invitations and one's own account in a browser."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from adapters.settings import settings
from desk.web.sessions import real_now
from models.database import writing
from models.tables.people import DeskSession, Invitation, SignIn
from models.tables.record import Audit, Outbox
from rules.errors import NotPermittedError, UnknownReferenceError
from services.documents.delivery import deliver_due
from services.people.demo_home import MARK
from services.people.invitations import demo_link, invite
from services.people.passwords import set_password
from services.session import actor_for
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL, form_of, signing_in
from tests.desk.web.desk import BASE, Desk
from tests.journeys.commands import asked, handrail, refused
from tests.looking import contents, messages, rows
from tests.mail import parsed
from tests.small_service import ADA, ADAM, FINN, MIA, TESS


def invited(url: str, email: str = TESS) -> str:
    """Return the path of an invitation."""
    with writing(url) as conn:
        by = actor_for(conn, identity=ADAM)
        return invite(conn, by=by, email=email, now=real_now()).removeprefix(BASE)


def accepted(path: str, password: str = PASSWORD) -> Desk:
    desk = form_of(Desk(), path)
    answer = desk.send(path, password=password, again=password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    desk.csrf = form_of(desk, "/account").csrf
    return desk


def test_an_invitation_sets_a_password_once_and_signs_in(sqlite_service: str) -> None:
    path = invited(sqlite_service)
    before = contents(sqlite_service)
    assert form_of(Desk(), path).get(path).status_code == 200
    assert contents(sqlite_service) == before  # a mail scanner opened it
    desk = accepted(path)
    assert "Tess Tyler" in desk.get("/account").text
    assert Desk().get(path).status_code == 404
    assert form_of(Desk()).send(path, password=PASSWORD, again=PASSWORD).status_code == 404
    assert signing_in(Desk()) == 303
    assert asked("verify")["sound"]
    actions = [row["action"] for row in service_chain(sqlite_service)]
    assert actions[-2:] == ["sign-in: link invited", "sign-in: password"]


def service_chain(url: str) -> list[dict[str, object]]:
    return [row for row in rows(url, Audit) if row["chain"] == "service"]


def test_the_link_leaves_by_mail_and_is_then_nowhere_in_the_database(sqlite_service: str) -> None:
    path = invited(sqlite_service)
    assert deliver_due().sent == 1
    (file,) = (settings().maildir / "new").iterdir()
    assert path in parsed(file.read_bytes()).get_content()
    token = path.rpartition("/")[2]
    assert token not in repr(contents(sqlite_service))


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short words", "short words", "at least 12 characters"),
        (TESS, TESS, "must not be your e-mail address"),
        ("Password1234", "Password1234", "one of the first that anybody would try"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "one of the first that anybody would try"),
        (PASSWORD, PASSWORD + "s", "not the same"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_and_the_link_stays(
    sqlite_service: str, password: str, again: str, said: str
) -> None:
    path = invited(sqlite_service)
    desk = form_of(Desk(), path)
    answer = desk.send(path, password=password, again=again)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'type="password" value="{password}"' not in answer.text
    assert not rows(sqlite_service, SignIn)
    accepted(path)


def test_a_link_runs_out_and_a_newer_one_ends_it(sqlite_service: str) -> None:
    first = invited(sqlite_service)
    second = invited(sqlite_service)
    assert Desk().get(first).status_code == 404
    assert Desk().get(second).status_code == 200
    form_of(Desk(), "/sign-in/forgotten").send("/sign-in/forgotten", email=TESS)
    assert Desk().get(second).status_code == 200  # a stranger may have asked for that
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Invitation).values(expires_at=real_now() - timedelta(seconds=1)))
    assert Desk().get(second).status_code == 404
    assert Desk().get("/invitations/anything").status_code == 404


def test_only_administrators_invite_and_only_officers_who_serve(sqlite_service: str) -> None:
    with writing(sqlite_service) as conn:
        for email in ("AVON", "nobody@rbc.example"):
            with pytest.raises(UnknownReferenceError, match="No officer who serves now"):
                invite(conn, by=actor_for(conn, identity=ADAM), email=email, now=real_now())
        with pytest.raises(NotPermittedError, match="may not record an invitation"):
            invite(conn, by=actor_for(conn, identity=MIA), email=TESS, now=real_now())


def test_an_administrator_invites_at_the_command_line_and_others_do_not(
    sqlite_service: str,
) -> None:
    said = asked("officer", "invite", TESS, "--by", ADAM)
    accepted(said["link"].removeprefix(BASE))
    assert "may not record an invitation" in refused("officer", "invite", TESS, "--by", MIA)
    assert "No officer who serves now" in refused(
        "officer", "invite", "x@rbc.example", "--by", ADAM
    )


def test_the_first_administrator_is_given_a_link_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    told = handrail("init", "--administrator", ADAM, "--name", "Adam Admin")
    (path,) = re.findall(rf"{BASE}(/invitations/\S+)", told)
    assert "Adam Admin" in accepted(path).get("/account").text
    assert "/invitations/" not in handrail("init", "--administrator", ADAM)
    settings.cache_clear()


def test_a_demo_s_link_signs_in_as_often_as_it_is_used_and_only_at_a_demo(
    sqlite_service: str,
) -> None:
    with writing(sqlite_service) as conn:
        officer = actor_for(conn, identity=FINN)
        with pytest.raises(NotPermittedError):
            demo_link(conn, officer=officer, now=real_now())
        (settings().resolved_home / MARK).write_text("yes")
        path = demo_link(conn, officer=officer, now=real_now()).removeprefix(BASE)
    for _ in range(2):
        desk = form_of(Desk(), path)
        assert desk.send(path).status_code == 303
        assert "Finn Fund" in desk.get("/account").text
    (settings().resolved_home / MARK).unlink()
    assert Desk().get(path).status_code == 404


def test_one_s_sessions_are_listed_and_ended_from_another_browser(sqlite_service: str) -> None:
    one, other, mia = Desk(TESS), Desk(TESS), Desk(MIA)
    shown = one.get("/account").text
    ids = re.findall(r'name="session" value="(\d+)"', shown)
    assert len(ids) == 1
    theirs = rows(sqlite_service, DeskSession)[-1]["id"]
    one.send("/account/sessions", session=str(theirs))
    assert mia.get("/account").status_code == 200  # nobody ends somebody else's
    with writing(sqlite_service) as conn:
        set_password(conn, email=MIA, password_hash=HASH, now=real_now(), but=None)
    mia = Desk(MIA)
    beside = Desk(MIA)
    with writing(sqlite_service) as conn:
        long_ago = sa.update(DeskSession).where(DeskSession.csrf == beside.csrf)
        conn.execute(long_ago.values(stepped_up_at=REAL))
    asked_again = beside.send("/account/sessions", session="others")
    assert (asked_again.status_code, mia.get("/account").status_code) == (403, 200)
    one.send("/account/sessions", session=ids[0])
    assert other.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    third = Desk(TESS)
    one.send("/account/sessions", session="others")
    assert (one.get("/account").status_code, third.get("/account").status_code) == (200, 303)


def test_a_changed_password_ends_every_other_session(sqlite_service: str) -> None:
    one, other = accepted(invited(sqlite_service)), Desk(TESS)
    new = "seven loud herons"
    wrong = one.send("/account/password", present="wrong", password=new, again=new)
    assert (wrong.status_code, "This is not your password" in wrong.text) == (422, True)
    assert one.send("/account/password", present=PASSWORD, password=new, again=new).is_redirect
    assert (one.get("/account").status_code, other.get("/account").status_code) == (200, 303)
    assert signing_in(Desk()) == 422
    assert signing_in(Desk(), password=new) == 303


@pytest.fixture
def asked_of_money(sqlite_service: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ask a second factor of those who approve or release money; Ada and Tess have passwords."""
    monkeypatch.setenv("HANDRAIL_SECOND_FACTOR", "money")
    settings.cache_clear()
    with writing(sqlite_service) as conn:
        for email in (ADA, TESS):
            set_password(conn, email=email, password_hash=HASH, now=REAL)
    return sqlite_service


def test_whoever_moves_money_sets_up_an_app_and_each_code_works_once(asked_of_money: str) -> None:
    assert signing_in(Desk(), email=TESS) == 303  # it is not asked of her role
    desk = form_of(Desk())
    assert desk.send("/sign-in", email=ADA, password=PASSWORD).status_code == 303
    shown = desk.get("/account/app").text
    secret = re.search(r'name="secret" value="(\w+)"', shown)[1]  # type: ignore[index]  # it is there
    desk.csrf = form_of(desk, "/account/app").csrf
    wrong = desk.send("/account/app", secret=secret, code="000000")
    assert (wrong.status_code, secret in wrong.text) == (422, True)
    totp = pyotp.TOTP(secret)
    now = real_now()
    code = totp.at(now - timedelta(seconds=30))
    assert "<svg" in shown
    given = desk.send("/account/app", secret=secret, code=code)
    codes = re.findall(r'class="code">([A-Z2-7-]{14})<', given.text)
    assert (given.status_code, len(codes)) == (200, 8)
    assert desk.send("/account/app", secret=secret, code=code).status_code == 422  # loaded again
    assert signing_in(Desk(), email=ADA) == 422
    assert signing_in(Desk(), email=ADA, code=code) == 422  # it was used
    later = totp.at(now)
    assert signing_in(Desk(), email=ADA, code=f"{later[:3]} {later[3:]}") == 303
    assert signing_in(Desk(), email=ADA, code=later) == 422
    assert signing_in(Desk(), email=ADA, code=codes[0].lower()) == 303
    assert signing_in(Desk(), email=ADA, code=codes[0]) == 422
    assert "Codes for a lost telephone: 7 left" in desk.get("/account").text
    assert "otpauth" not in repr(rows(asked_of_money, Outbox))


def test_an_administrator_s_word_lets_a_lost_telephone_go(asked_of_money: str) -> None:
    with writing(asked_of_money) as conn:
        conn.execute(sa.update(SignIn).values(totp_secret=pyotp.random_base32()))
    accepted(invited(asked_of_money, ADA))
    kept = {row["email"]: bool(row["totp_secret"]) for row in rows(asked_of_money, SignIn)}
    assert kept == {ADA: False, TESS: True}


@pytest.mark.parametrize(
    ("email", "has_app", "goes_to"), [(ADA, 1, "/sign-in"), (ADA, 0, "/"), (TESS, 1, "/")]
)
def test_a_forgotten_password_s_link_stands_in_for_no_app(
    asked_of_money: str, email: str, has_app: int, goes_to: str
) -> None:
    """A mailbox is one factor; it is asked of Ada's role, and not of Tess's."""
    secret = pyotp.random_base32() if has_app else ""
    with writing(asked_of_money) as conn:
        conn.execute(sa.update(SignIn).values(totp_secret=secret))
    form_of(Desk(), "/sign-in/forgotten").send("/sign-in/forgotten", email=email)
    (message,) = messages(asked_of_money, "password_link_to_officer")
    path, new = message["context"]["link"].removeprefix(BASE), "seven loud herons"
    desk = form_of(Desk(), path)
    assert desk.send(path, password=new, again=new).headers["location"] == goes_to
    assert (len(rows(asked_of_money, DeskSession)) == 1) == (goes_to == "/")
    code = pyotp.TOTP(secret).now() if has_app else ""
    assert signing_in(Desk(), email=email, password=new, code=code) == 303

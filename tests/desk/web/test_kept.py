"""A form sent after its session ran out: it comes back to its own person, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
import sqlalchemy as sa

from desk.web.sessions import real_now
from models.database import writing
from models.tables.files import CaseNote
from models.tables.people import DeskSession
from models.tables.reference import Officer
from services.people import sessions, unsent
from services.people.passwords import set_password
from services.people.sessions import Session
from services.session import actor_for
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL, form_of
from tests.desk.web.desk import Desk
from tests.desk.web.test_sessions import done, probing
from tests.factories import case_at
from tests.looking import rows
from tests.small_service import ADA, TOBY

TYPED = {"sum": '£1,990.00 "<b>', "to": ["Mrs Ellen Marsh", "b"], "empty": ""}


@pytest.fixture
def ada(sqlite_service: str) -> Desk:
    """Sign Ada in, and let her session run out with a page of hers still open."""
    with writing(sqlite_service) as conn:
        for email in (ADA, TOBY):
            set_password(conn, email=email, password_hash=HASH, now=REAL)
    desk = probing(ADA)
    ran_out(sqlite_service)
    return desk


def ran_out(url: str, **more: Any) -> None:
    with writing(url) as conn:
        ago = real_now() - timedelta(hours=3)
        conn.execute(sa.update(DeskSession).values(seen_at=ago, begun_at=ago, **more))


def signed_in(desk: Desk, email: str = ADA, after: str = "/kept") -> httpx.Response:
    """Sign somebody in, in the browser in which something was typed."""
    form_of(desk, f"/sign-in?next={after}")
    answer = desk.send("/sign-in", email=email, password=PASSWORD, next=after)
    assert answer.status_code == 303
    return answer


def present(url: str, desk: Desk) -> None:
    """Let the forms of a desk be those of the session that began last."""
    desk.csrf = max(rows(url, DeskSession), key=lambda row: row["id"])["csrf"]


def test_a_decision_typed_too_late_comes_back_as_it_was(ada: Desk, sqlite_service: str) -> None:
    where = f"/cases/{case_at(sqlite_service, 'approve')}/decide/record-note"
    typed = {"words": "rang about the tray <b>", "reason": "as she said", "do": "record"}
    assert ada.send(where, **typed).headers["location"] == "/sign-in?next=%2Fkept"
    assert rows(sqlite_service, CaseNote) == []
    signed_in(ada)
    shown = ada.get("/kept").text
    assert "rang about the tray &lt;b&gt;" in shown
    present(sqlite_service, ada)
    assert ada.send("/kept", **typed).headers["location"] == where


def test_what_was_typed_comes_back_and_is_recorded_when_the_button_is_pressed(
    ada: Desk, sqlite_service: str
) -> None:
    answer = ada.send("/probe?x=1", **TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fkept")
    assert "What you typed was <strong>not recorded</strong>" in ada.get("/sign-in?next=/kept").text
    assert "Marsh" not in repr(rows(sqlite_service, DeskSession))  # not even in a copy
    assert signed_in(ada).headers["location"] == "/kept"
    shown = ada.get("/kept").text
    assert "£1,990.00 &#34;&lt;b&gt;" in shown
    assert shown.count('name="to"') == 2
    assert 'name="csrf"' in shown
    present(sqlite_service, ada)
    assert done == []
    sent = ada.send("/kept", **TYPED)
    assert (sent.status_code, sent.headers["location"]) == (307, "/probe?x=1")
    assert ada.send("/probe?x=1", **TYPED).text == "Ada Able"  # as a browser does then
    assert done == [{"sum": [TYPED["sum"]], "to": TYPED["to"]}]
    again = ada.send("/kept", **TYPED)  # pressed twice
    assert (again.status_code, again.headers["location"]) == (303, "/")
    assert ada.get("/kept").headers["location"] == "/"


def test_it_comes_back_to_nobody_else_and_is_gone_then(ada: Desk, sqlite_service: str) -> None:
    ada.send("/probe", **TYPED)
    signed_in(ada, TOBY)
    assert ada.get("/kept").headers["location"] == "/"
    present(sqlite_service, ada)
    ada.send("/sign-out")
    signed_in(ada, ADA)
    assert ada.get("/kept").headers["location"] == "/"
    assert {row["unsent_form"] for row in rows(sqlite_service, DeskSession)} == {""}


def test_it_is_thrown_away_when_asked_and_runs_out_in_an_hour(
    ada: Desk, sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.send("/probe", **TYPED)
    signed_in(ada)
    present(sqlite_service, ada)
    monkeypatch.setattr(unsent, "KEPT_FOR", timedelta(0))
    assert ada.get("/kept").headers["location"] == "/"
    monkeypatch.undo()
    assert ada.get("/kept").status_code == 200
    assert Desk(TOBY).post("/kept/forget", data={"csrf": ada.csrf}).status_code == 403
    assert ada.send("/kept/forget").headers["location"] == "/"
    assert ada.get("/kept").headers["location"] == "/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"csrf": "another"},
        {"csrf": ""},
        {"headers": {"sec-fetch-site": "cross-site"}},
        {"why": {"ended_at": REAL, "ended_because": "signed out"}},
        {"typed": {"sum": "x" * unsent.LONGEST}},
        {"role": "auditor"},
        {"path": "/account/password"},
    ],
    ids=str,
)
def test_what_is_not_certainly_theirs_or_is_too_long_is_not_kept(
    ada: Desk, sqlite_service: str, wrong: dict[str, Any]
) -> None:
    ran_out(sqlite_service, **wrong.get("why", {}))
    if "role" in wrong:
        with writing(sqlite_service) as conn:
            conn.execute(sa.update(Officer).where(Officer.email == ADA).values(role=wrong["role"]))
    data = {"csrf": wrong.get("csrf", ada.csrf), **wrong.get("typed", TYPED)}
    answer = ada.post(wrong.get("path", "/probe"), data=data, headers=wrong.get("headers", {}))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F")
    assert {row["unsent_form"] for row in rows(sqlite_service, DeskSession)} == {""}


def test_files_are_to_be_chosen_again_and_a_password_is_not_kept(
    ada: Desk, sqlite_service: str
) -> None:
    held = {"csrf": ada.csrf, "sum": "1", "password_again": PASSWORD}
    ada.post("/probe", data=held, files={"drawing": ("plan.pdf", b"%PDF-", "application/pdf")})
    signed_in(ada)
    shown = ada.get("/kept").text
    assert "Drawing: choose the file again" in shown
    assert 'name="drawing" type="file"' in shown
    assert "plan.pdf" not in shown
    assert "password_again" not in shown
    assert PASSWORD not in shown


def test_a_form_moved_beside_another_name_or_token_is_not_read(sqlite_service: str) -> None:
    desk = Desk(ADA)
    (row,) = rows(sqlite_service, DeskSession)
    names = Session.__slots__
    session = Session(**{name: row[name] for name in names})
    token = next(iter(desk.cookies.values()))
    with writing(sqlite_service) as conn:
        toby, other = sessions.begin(conn, actor=actor_for(conn, identity=TOBY), now=real_now())
    held, now = unsent.Unsent("/probe", [("sum", "1")], []), real_now()
    with writing(sqlite_service) as conn:
        assert unsent.keep(conn, session=session, token=token, unsent=held, now=now)
        assert unsent.find(conn, session=session, token=token, now=now) == held
        assert unsent.find(conn, session=session, token=toby, now=now) is None
        stolen = sa.select(DeskSession.unsent_form).where(DeskSession.id == session.id)
        conn.execute(
            sa.update(DeskSession)
            .where(DeskSession.id == other.id)
            .values(unsent_form=stolen.scalar_subquery())
        )
        assert unsent.find(conn, session=other, token=token, now=now) is None

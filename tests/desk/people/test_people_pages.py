"""People on pages: who sees whom, powers given with the password, absences, switching off."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.database import reading, writing
from models.people import staff
from models.tables.people import DeskSession, Invitation
from models.tables.record import Audit, Outbox
from models.tables.reference import Absence
from rules.people import Actor
from services.documents.delivery import deliver_due
from services.people.passwords import set_password
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL
from tests.desk.web.desk import Desk
from tests.factories import bring, case_at
from tests.looking import case, contents, rows
from tests.mail import parsed
from tests.small_service import ADA, ADAM, AUDREY, FINN, MIA, NOW, OTTO, TESS, TOBY, WENDY

HOSTILE = "leaves <script>alert(1)</script> us"
EVE = "eve@rbc.example"
POWERS = {"name": "Ada Able", "role": "approving_officer", "authorities": "RBC"}
HEAD = "email | name | role | authorities | approval_limit | last_day"


def person(url: str, identity: str) -> Actor:
    with reading(url) as conn:
        return staff(conn)[identity]


def seen(desk: Desk, path: str) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', desk.get(path).text)[0])


def with_password(url: str) -> Desk:
    """Sign Adam in, who has a password."""
    with writing(url) as conn:
        set_password(conn, email=ADAM, password_hash=HASH, now=REAL)
    return Desk(ADAM)


def long_ago(url: str) -> None:
    """Let the password have been given long ago."""
    with writing(url) as conn:
        conn.execute(sa.update(DeskSession).values(stepped_up_at=REAL - timedelta(hours=1)))


def test_who_serves_is_shown_to_everybody_and_what_they_need(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    bring(sqlite_service, "officers", f"{HEAD}\n{FINN} | Finn Fund | finance | | | 2026-05-31")
    Desk(ADA)
    for who, last in ((MIA, True), (AUDREY, True), (TESS, False)):
        shown = Desk(who).get("/people").text
        assert "Ada Able" in shown
        assert "£30,000.00" in shown
        assert ("Signed in last" in shown) is last
        assert "Finn Fund" not in shown
        assert "/people/new" not in shown
    assert "Left" in Desk(MIA).get("/people?left=yes").text
    one = Desk(ADAM).get(f"/people/{ADA}").text
    assert "End this session" in one
    assert "/change" in one
    assert "End this session" not in Desk(MIA).get(f"/people/{ADA}").text
    assert f"/hand-over?of={TESS.replace('@', '%40')}" in Desk(MIA).get(f"/people/{TESS}").text
    assert "DFG-1" in Desk(MIA).get(f"/hand-over?of={TESS}").text


def test_people_of_another_authority_are_nowhere(sqlite_service: str) -> None:
    bring(sqlite_service, "officers", f"{HEAD}\n{EVE} | Eve | administrator | WDC | |")
    for desk in (Desk(WENDY), Desk(EVE)):
        assert "Tess Tyler" not in desk.get("/people").text
        assert "Mia Manage" in desk.get("/people").text
        for path in (f"/people/{TESS}", f"/people/{TESS}/away", "/people/nobody@x.example"):
            assert desk.get(path).status_code == 404
    eve = Desk(EVE)
    for path in ("change", "leave", "invite", "sign-out"):
        assert eve.send(f"/people/{ADA}/{path}", **POWERS, reason="as agreed").status_code == 404
    rbc = {"email": "x@rbc.example", "name": "X", "role": "finance", "reason": "a new colleague"}
    assert eve.send("/people/new", **rbc, authorities="RBC").status_code == 403
    assert eve.send("/people/new", **rbc).status_code == 403  # every authority
    assert eve.send("/people/new", **rbc, authorities="WDC").status_code == 303


@pytest.mark.parametrize("who", [MIA, TESS, AUDREY, ADA, FINN, OTTO])
def test_powers_are_an_administrator_s_to_give(sqlite_service: str, who: str) -> None:
    desk = Desk(who)
    before = contents(sqlite_service)
    for path in (f"/people/{ADA}/change", f"/people/{ADA}/leave", "/people/new"):
        assert desk.get(path).status_code == 403
        assert desk.send(path, **POWERS, reason="as agreed", when="now").status_code == 403
    for path in (f"/people/{ADA}/invite", f"/people/{ADA}/sign-out"):
        assert desk.send(path).status_code == 403
    assert contents(sqlite_service) == before


def test_a_raised_limit_takes_the_password_and_is_told_to_every_administrator(
    sqlite_service: str,
) -> None:
    desk = with_password(sqlite_service)
    path = f"/people/{ADA}/change"
    fields = {**POWERS, "approval_limit": "50000", "reason": HOSTILE, "seen": seen(desk, path)}
    long_ago(sqlite_service)
    assert desk.post(path, data=fields).status_code == 403
    shown = desk.send(path, **fields)
    assert (shown.status_code, "Give your password again" in shown.text) == (403, True)
    assert person(sqlite_service, ADA).approval_limit_pence == 30_000_00
    done = desk.send(path, **fields, password_again=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, f"/people/{ADA}?done=changed")
    assert person(sqlite_service, ADA).approval_limit_pence == 50_000_00
    assert person(sqlite_service, ADA).authorities == frozenset({"RBC"})
    changed = [one for one in rows(sqlite_service, Audit) if one["action"] == "officers: changed"]
    assert (changed[-1]["actor"], changed[-1]["reason"]) == (ADAM, HOSTILE)
    assert rows(sqlite_service, Outbox)[-1]["payload"]["to"] == ADAM
    assert deliver_due().failed == 0
    (mail,) = (settings().maildir / "new").iterdir()
    letter = parsed(mail.read_bytes()).get_content()
    assert "approvals up to £50,000.00, before £30,000.00" in letter
    assert "They were given at the desk in the name of Adam Admin" in letter


def test_what_is_wrong_is_told_at_once_and_what_was_typed_is_kept(sqlite_service: str) -> None:
    desk = Desk(ADAM)
    path = f"/people/{ADA}/change"
    token = seen(desk, path)
    before = contents(sqlite_service)
    wrong = desk.send(path, name="", role="king", approval_limit="lots", reason="", seen=token)
    assert wrong.status_code == 422
    for field in ("name", "role", "approval_limit", "reason"):
        assert f'href="#{field}"' in wrong.text
    assert 'value="lots"' in wrong.text
    same = desk.send(path, **POWERS, approval_limit="30000", reason="no change", seen=token)
    assert "Nothing would be other than it is" in same.text
    own = f"/people/{ADAM}/change"
    more = {"name": "Adam Admin", "role": "administrator", "approval_limit": "500"}
    himself = desk.send(own, **more, reason="I need it", seen=seen(desk, own))
    assert "you would give yourself more" in himself.text
    assert contents(sqlite_service) == before


def test_a_form_over_an_officer_changed_meanwhile_keeps_what_was_typed(sqlite_service: str) -> None:
    desk = Desk(ADAM)
    path = f"/people/{ADA}/change"
    token = seen(desk, path)
    bring(
        sqlite_service,
        "officers",
        f"{HEAD}\n{ADA} | Ada Able | approving_officer | RBC | 20000 |",
    )
    sent = {**POWERS, "approval_limit": "40000", "reason": "as agreed", "seen": token}
    late = desk.send(path, **sent)
    assert late.status_code == 409
    assert "£20,000.00" in late.text
    assert 'value="40000"' in late.text
    assert person(sqlite_service, ADA).approval_limit_pence == 20_000_00


def test_another_role_ends_an_open_session_for_good(sqlite_service: str) -> None:
    desk, ada = Desk(ADAM), Desk(ADA)
    path = f"/people/{ADA}/change"
    assert ada.get("/account").status_code == 200
    for role in ("auditor", "approving_officer"):
        fields = {"name": "Ada Able", "role": role, "authorities": "RBC", "reason": "moves team"}
        assert desk.send(path, **fields, seen=seen(desk, path)).status_code == 303
        assert (
            ada.get("/account").headers["location"].startswith("/sign-in")
        )  # also once it is back
    ended = [one for one in rows(sqlite_service, DeskSession) if one["officer"] == ADA]
    assert ended[0]["ended_because"] == "has another role"


def test_a_new_officer_is_added_and_invited(sqlite_service: str) -> None:
    desk = with_password(sqlite_service)
    fields = {"email": EVE, "name": "Eve Extra", "role": "technical_officer", "authorities": "RBC"}
    done = desk.send("/people/new", **fields, reason="joins on 1 June", invite="yes")
    assert done.headers["location"] == f"/people/{EVE}?done=added"
    assert person(sqlite_service, EVE).authorities == frozenset({"RBC"})
    assert [one["officer"] for one in rows(sqlite_service, Invitation)] == [EVE]
    again = desk.send("/people/new", **{**fields, "name": "Somebody Else"}, reason="joins too")
    assert "There is an officer" in again.text
    assert person(sqlite_service, EVE).name == "Eve Extra"
    assert desk.send(f"/people/{EVE}/invite").status_code == 303
    used = [one["used_at"] is None for one in rows(sqlite_service, Invitation)]
    assert used == [False, True]
    long_ago(sqlite_service)
    assert "Give your password again" in desk.send(f"/people/{EVE}/invite").text


def test_an_administrator_ends_somebody_s_sessions(sqlite_service: str) -> None:
    tess, desk = Desk(TESS), Desk(ADAM)
    assert desk.send(f"/people/{TESS}/sign-out").status_code == 303
    assert tess.get("/account").status_code == 303
    assert "sign-in: signed out" in [one["action"] for one in rows(sqlite_service, Audit)]


def test_switching_off_hands_the_work_on_and_ends_the_session_at_once(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    desk, tess = with_password(sqlite_service), Desk(TESS)
    path = f"/people/{TESS}/leave"
    assert "1 open case" in desk.get(path).text
    nobody = desk.send(path, when="now", reason=HOSTILE)
    assert nobody.status_code == 422
    assert "somebody has to take over: 1 open case" in nobody.text
    assert HOSTILE not in nobody.text
    assert "Say when their last day is" in desk.send(path, when="day", to=TOBY).text
    assert tess.get("/account").status_code == 200
    fields = {"when": "now", "to": TOBY, "reason": HOSTILE}
    long_ago(sqlite_service)
    assert "Give your password again" in desk.send(path, **fields).text
    assert desk.send(path, **fields, password_again=PASSWORD).status_code == 303
    assert tess.get("/account").status_code == 303
    assert case(sqlite_service, "DFG-1").officer == TOBY
    shown = desk.get(f"/people/{TESS}?done=left").text
    assert "The last day was 31 May 2026" in shown
    assert "/leave" not in shown


def test_an_absence_is_recorded_with_who_covers_and_ended(sqlite_service: str) -> None:
    desk = Desk(TESS)
    path = f"/people/{TESS}/away"
    wrong = desk.send(path, first_day="soon", last_day="", covered_by=TOBY, reason="holiday")
    assert wrong.status_code == 422
    assert 'href="#first_day"' in wrong.text
    assert 'href="#last_day"' in wrong.text
    days = {"first_day": "02/06/2026", "last_day": "09/06/2026", "reason": HOSTILE}
    other = desk.send(path, **days, covered_by=WENDY)
    assert (other.status_code, "does not serve RBC" in other.text) == (422, True)
    assert desk.send(path, **days, covered_by="").status_code == 422
    assert rows(sqlite_service, Absence) == []
    assert desk.send(path, **days, covered_by=TOBY).status_code == 303
    shown = Desk(TOBY).get("/people").text
    assert HOSTILE not in shown
    assert "9 June 2026" in shown
    assert "Stands in for Tess Tyler" in Desk(TOBY).get(f"/people/{TOBY}").text
    (number,) = [one["id"] for one in rows(sqlite_service, Absence)]
    early = desk.send(f"/absences/{number}", last_day="01/06/2026", reason="back early", do="end")
    assert (early.status_code, "before the first day" in early.text) == (422, True)
    back = desk.send(f"/absences/{number}", last_day="05/06/2026", reason="back early", do="end")
    assert back.headers["location"] == f"/people/{TESS}?done=absence"
    assert rows(sqlite_service, Absence)[0]["last_day"].isoformat() == "2026-06-05"
    assert desk.send(f"/absences/{number}", reason="not away", do="withdraw").status_code == 303
    assert desk.get(f"/absences/{number}").status_code == 404


def test_a_manager_s_people_and_nobody_else_s(sqlite_service: str) -> None:
    days = {"first_day": "02/06/2026", "last_day": "09/06/2026", "reason": "is unwell"}
    for who in (TOBY, AUDREY, ADA):
        desk = Desk(who)
        assert desk.get(f"/people/{TESS}/away").status_code == 403
        sent = desk.send(f"/people/{TESS}/away", **days, covered_by=TOBY)
        assert sent.status_code == 403
    assert Desk(MIA).send(f"/people/{TESS}/away", **days, covered_by=TOBY).status_code == 303
    (number,) = [one["id"] for one in rows(sqlite_service, Absence)]
    assert Desk(WENDY).get(f"/absences/{number}").status_code == 404
    assert Desk(TOBY).send(f"/absences/{number}", reason="no", do="withdraw").status_code == 403
    for wrong in (0, 99, 10**30):
        assert Desk(MIA).get(f"/absences/{wrong}").status_code == 404
    assert NOW.date() < rows(sqlite_service, Absence)[0]["first_day"]

"""What is shown before a decision is recorded: what was typed, and every letter as it leaves."""

from __future__ import annotations

import re

import sqlalchemy as sa

from models.database import reading
from models.tables.record import Decision
from rules.cases import Reached
from rules.orders import ExitGround
from rules.pathway import CaseStatus
from services.cases.contacts import ChangeContact
from services.decisions.exits import Exit
from services.grants.approve import Approve
from tests.desk.decisions.test_pages import HOSTILE, carried, over, path, said
from tests.desk.web.desk import Desk
from tests.factories import case_at, decide, new_case
from tests.looking import contents
from tests.rules.test_decision_forms import LETTERS, filled
from tests.small_service import ADA, AUDREY, REASON, TESS, WENDY


def test_how_somebody_is_reached_stands_beside_the_form_and_what_was_typed_is_shown_before(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    decide(sqlite_service, reference, ChangeContact(Reached.CLIENT, phone="01788 555 0123"))
    desk, where = Desk(TESS), path(reference, "change-contact")
    form = desk.get(where).text
    assert re.search("Client is reached by [^<]*01788 555 0123", said(form))
    typed = {"of": "client", "phone": "01788 555 0999"}
    check = desk.send(where, **typed, reason=REASON, do="preview", over=over(form))
    assert "Whose details Client Telephone 01788 555 0999 Reason" in said(check.text)


def test_a_preview_foresees_what_recording_does(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "exit")
    sent = filled(Exit(CaseStatus.MOVED, ExitGround.OCCUPANT_MOVED)) | {"reason": [REASON]}
    check = desk.send(where, **sent, do="preview", over=over(desk.get(where).text))
    words = said(check.text)
    assert "The case is " in words
    assert "Price the works: ends." in words
    assert "Handrail tells those who have to know that the case has ended." in words
    assert ": stops (" in words
    recorded = desk.send(where, **carried(check.text), do="record")
    assert recorded.status_code == 303


def test_letters_and_papers_are_shown_whole_before_they_leave(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    desk, where = Desk(ADA), path(reference, "approve")
    sent = filled(Approve(approved=True)) | {"reason": [HOSTILE]} | LETTERS
    before = contents(sqlite_service)
    check = desk.send(where, **sent, do="preview", over=over(desk.get(where).text))
    words = said(check.text)
    assert "Sent by the work that follows" in words
    assert "Approval to client, to ashby@home.example" in words
    assert f"Subject: Your grant is approved ({reference})" in words
    assert "Good news: we have approved your grant" in words
    assert words.count("Preview, not sent") == len(
        re.findall("<details class=.preview", check.text)
    )
    assert len(check.content) <= 60_000
    asked = re.findall(r'value="(paper-0\.\w+)"', check.text)
    assert asked == ["paper-0.html", "paper-0.pdf"]
    for do in asked:
        page = desk.send(where, **carried(check.text), do=do)
        assert page.status_code == 200
        assert "sandbox" in page.headers["Content-Security-Policy"]
        assert "Your grant is approved" in said(page.text)
        assert "Preview, not sent" in said(page.text)
    for do in ("paper-9.pdf", "paper-.pdf", "paper-x"):
        assert desk.send(where, **carried(check.text), do=do).status_code == 404
    assert contents(sqlite_service) == before


def test_a_decision_is_shown_to_those_who_may_see_its_case(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    with reading(sqlite_service) as conn:
        number = conn.execute(sa.select(sa.func.max(Decision.id))).scalar_one()
    shown = Desk(AUDREY).get(f"/cases/{reference}/decided/{number}")
    assert "The works are specified" in said(shown.text)
    assert Desk(TESS).get(f"/cases/{reference}/decided/99999").status_code == 404
    assert Desk(WENDY).get(f"/cases/{reference}/decided/{number}").status_code == 404
    other = new_case(sqlite_service, reference="DFG-2")
    assert Desk(TESS).get(f"/cases/{other}/decided/{number}").status_code == 404

"""The registers at the desk: found, shown whole, corrected with a reason as an import would."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from desk.imports import record_pages
from desk.imports.registers import REGISTERS, index
from desk.verification.commands import verify_all
from desk.web import forms
from models.database import reading
from models.people import actor_for
from rules.imports import RawRow
from tests.desk.web.desk import Desk
from tests.desk.web.form import sent_by
from tests.looking import contents
from tests.served import sqlite_service, url
from tests.services.imports.importing import bring, sheet_of
from tests.small_service import ADAM, AUDREY, AVON, MIA, TESS, WENDY

__all__ = ["sqlite_service", "url"]

OF_AVON = f"/registers/contractors/change?contractor={AVON}"
REASON = "the firm rang: a new office"


def form_of(desk: Desk, path: str) -> dict[str, Any]:
    """Return what a form sends as it stands, by the names of its fields."""
    return sent_by(desk.get(path).text)


def test_every_register_is_listed_and_each_of_its_addresses_leads_somewhere(
    sqlite_service: str,
) -> None:
    for who in (ADAM, AUDREY, TESS):
        with reading(sqlite_service) as conn:
            viewer = actor_for(conn, identity=who)
        desk = Desk(who)
        page = desk.get("/registers").text
        for address, name, _ in index(viewer):
            assert f'href="{address}"' in page, name
            assert desk.get(address).status_code == 200, address


@pytest.mark.parametrize("address", sorted(REGISTERS))
def test_what_is_searched_for_is_found_and_what_is_not_there_is_not(
    sqlite_service: str, address: str
) -> None:
    assert sqlite_service
    desk = Desk(MIA)
    assert "Nothing found" in desk.get(f"/{address}?q=zzz%00'--").text


def test_a_code_is_found_by_its_words_with_what_it_costs_now(sqlite_service: str) -> None:
    assert sqlite_service
    page = Desk(TESS).get("/schedule?q=low-surface light").text
    assert "LIGHT" in page
    assert "TRAY" not in page
    assert "/registers/schedule/new" not in page
    assert Desk(TESS).get("/registers/schedule/new").status_code == 404  # of no version


def test_a_contractor_is_shown_with_its_documents_and_lots(sqlite_service: str) -> None:
    assert sqlite_service
    page = Desk(MIA).get(f"/contractors/{AVON}").text
    for words in ("Contractor documents", "public liability", "Lots it is on", "SHOWERS"):
        assert words in page


def test_a_correction_shows_before_and_after_then_counts_with_its_reason(
    sqlite_service: str,
) -> None:
    desk = Desk(MIA)
    typed = form_of(desk, OF_AVON) | {"phone": "01788 999 <b>", "reason": REASON}
    del typed["csrf"]
    before = contents(sqlite_service)
    shown = desk.send(OF_AVON, **typed)
    assert shown.status_code == 200
    assert "01788 999 &lt;b&gt;" in shown.text
    assert contents(sqlite_service) == before  # looking changes nothing
    done = desk.send(OF_AVON, **typed, do="record")
    assert done.status_code == 303
    assert done.headers["location"] == f"/contractors/{AVON}?done=yes"
    assert "01788 999 &lt;b&gt;" in desk.get(f"/contractors/{AVON}").text
    after = contents(sqlite_service)
    (noted,) = [row for row in after["audit"] if REASON in map(str, row)]
    assert "['phone', '', '01788 999 <b>']" in str(noted)
    again = desk.send(OF_AVON, **typed, do="record")
    assert again.status_code == 409  # it is not as the form found it
    with reading(sqlite_service) as conn:
        assert list(verify_all(conn)) == []


def test_every_problem_stands_at_its_field_and_nothing_changes(sqlite_service: str) -> None:
    desk = Desk(MIA)
    typed = form_of(desk, OF_AVON) | {"email": "no address", "capacity_orders": "x", "reason": "ok"}
    del typed["csrf"]
    before = contents(sqlite_service)
    answer = desk.send(OF_AVON, **typed, do="record")
    assert answer.status_code == 422
    for field in ("email", "capacity_orders", "reason"):
        assert f'href="#{field}"' in answer.text
    assert contents(sqlite_service) == before


def test_a_record_is_added_once_and_a_second_of_its_name_is_refused(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(ADAM)
    path = "/registers/providers/new"
    typed = form_of(desk, path) | {"provider": "NEWHA", "name": "New Homes", "reason": REASON}
    typed |= {"email": "consents@newha.example"}
    del typed["csrf"]
    assert desk.send(path, **typed, do="record").status_code == 303
    assert "New Homes" in desk.get("/providers/NEWHA").text
    assert desk.send(path, **typed | {"name": "Another"}, do="record").status_code in {409, 422}
    assert "Another" not in desk.get("/providers/NEWHA").text


@pytest.mark.parametrize(
    ("contractor", "document", "day"),
    [
        ("AVON", "public_liability", "2026-01-01"),
        ("avon", "public_liability", "2026-01-01"),
        ("AVON", "Public liability", "1/1/2026"),
    ],
)
def test_adding_never_changes_what_is_there_however_its_name_is_spelt(
    sqlite_service: str, contractor: str, document: str, day: str
) -> None:
    desk = Desk(MIA)
    path = "/registers/contractor_documents/new"
    typed = form_of(desk, path) | {"contractor": contractor, "document": document}
    typed |= {"valid_from": day, "valid_to": "2026-02-01", "reference": "X", "reason": REASON}
    del typed["csrf"]
    before = contents(sqlite_service)
    for step in ({}, {"do": "record"}):
        answer = desk.send(path, **typed, **step)
        assert answer.status_code == 409
        assert "There is such a" in answer.text
    assert contents(sqlite_service) == before


def test_an_address_of_two_short_lines_stays_as_it_is(sqlite_service: str) -> None:
    lines = "Oak House\nOak Road"
    header, row = ("provider", "name", "address"), ("OAK", "Oak Homes", lines)
    bring(sqlite_service, "providers", sheet_of(header, [RawRow(2, row)]))
    desk = Desk(MIA)
    path = "/registers/providers/change?provider=OAK"
    assert f">{lines}</textarea>" in desk.get(path).text
    typed = form_of(desk, path) | {"address": lines.replace("\n", "\r\n"), "reason": REASON}
    typed |= {"name": "Oak Homes Ltd"}
    del typed["csrf"]
    changes = desk.send(path, **typed).text.partition("What changes")[2].partition("</table>")[0]
    assert "Oak Homes Ltd" in changes
    assert "Address" not in changes
    assert desk.send(path, **typed, do="record").status_code == 303
    assert any(lines in row for row in contents(sqlite_service)["provider"])


def test_of_two_at_once_over_the_same_record_one_is_told(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would see it as it was, where the database lets two write at once."""
    met, real = Barrier(2), forms.check_as_seen

    def together(form: Any, held: object) -> None:
        real(form, held)
        with suppress(BrokenBarrierError):
            met.wait(timeout=1)

    monkeypatch.setattr(record_pages, "check_as_seen", together)
    people = [(Desk(who), {"reason": REASON} | new) for who, new in BOTH]
    filled = [(desk, form_of(desk, OF_AVON) | new) for desk, new in people]
    with ThreadPoolExecutor(2) as both:
        sent = [both.submit(_record, desk, typed) for desk, typed in filled]
    assert sorted(one.result() for one in sent) == [303, 409]


BOTH = ((MIA, {"phone": "01788 5550177"}), (ADAM, {"name": "Avon Two Ltd"}))


def _record(desk: Desk, typed: dict[str, Any]) -> int:
    sent = {name: value for name, value in typed.items() if name != "csrf"}
    return desk.send(OF_AVON, **sent, do="record").status_code


@pytest.mark.parametrize("who", [AUDREY, WENDY])
def test_who_may_not_correct_is_told_and_sees_no_button(sqlite_service: str, who: str) -> None:
    """An auditor changes nothing; an officer of Warwick nothing of a firm of Rugby's."""
    assert sqlite_service
    desk = Desk(who)
    page = desk.get(f"/contractors/{AVON}")
    assert OF_AVON not in page.text or page.status_code == 404
    assert desk.get(OF_AVON).status_code in {403, 404}
    assert desk.send(OF_AVON, name="x", do="record").status_code in {403, 404, 409}


def test_what_is_no_register_is_not_found(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(ADAM)
    for path in ("/contractors/NOBODY", "/registers/officers/new", "/registers/x/change"):
        assert desk.get(path).status_code == 404, path


@pytest.mark.parametrize("who", [TESS, WENDY, ADAM, AUDREY])
def test_no_link_of_a_register_leads_to_a_refusal(sqlite_service: str, who: str) -> None:
    assert sqlite_service
    desk = Desk(who)
    pages = (
        f"/contractors/{AVON}",
        "/lots/SHOWERS",
        "/schedule/RAIL",
        *map("/{}".format, REGISTERS),
    )
    links = {
        unescape(link)
        for page in pages
        for link in re.findall(r'href="(/registers/[^"]+)"', desk.get(page).text)
    }
    answered = {link: desk.get(link).status_code for link in links}
    assert {link: code for link, code in answered.items() if code != 200} == {}
    assert bool(links) is (who != AUDREY)

"""The registers at the desk: found, shown whole, corrected with a reason as an import would."""

from __future__ import annotations

import pytest

from desk.imports.registers import REGISTERS, index
from desk.verification.commands import verify_all
from models.database import reading
from models.people import actor_for
from tests.desk.web.desk import Desk
from tests.looking import contents
from tests.served import sqlite_service
from tests.small_service import ADAM, AUDREY, AVON, MIA, TESS, WENDY

__all__ = ["sqlite_service"]

OF_AVON = f"/registers/contractors/change?contractor={AVON}"
REASON = "the firm rang: a new office"


def form_of(desk: Desk, path: str) -> dict[str, str]:
    """Return what a form's fields hold, by their names."""
    page = desk.get(path).text
    found = {}
    for part in page.split("<input ")[1:]:
        if 'name="' in part and 'value="' in part:
            found[part.split('name="')[1].split('"')[0]] = part.split('value="')[1].split('"')[0]
    return found


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
    assert Desk(ADAM).get("/registers/schedule/new").status_code == 409


def test_a_contractor_is_shown_with_its_documents_and_lots(sqlite_service: str) -> None:
    assert sqlite_service
    page = Desk(MIA).get(f"/contractors/{AVON}").text
    for words in ("Contractor documents", "public liability", "Lot contractors", "SHOWERS"):
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
    assert any(REASON in map(str, row) for row in after["audit"])
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

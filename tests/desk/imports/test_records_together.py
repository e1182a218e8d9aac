"""Records that a file brings in together, corrected one by one: the others stay as they are."""

from __future__ import annotations

from typing import Any

import pytest

from desk.verification.commands import verify_all
from services.imports.records import find_records
from services.session import reading
from tests.desk.web.desk import Desk
from tests.desk.web.form import sent_by
from tests.factories import case_at
from tests.looking import contents
from tests.served import sqlite_service, url
from tests.services.imports.importing import bring
from tests.small_service import ADAM, AUDREY, MIA, TERMS

__all__ = ["sqlite_service", "url"]

REASON = "as the contract of 2026 has it"
ZONE = "/registers/zones/change?lot=RAILS&zone=Rugby+town"
ITEM = "/registers/packages/change?package=LAS&code=TILE"
VERSION = "schedule=BASE&valid_from=2026-01-01"
RAIL = f"/registers/schedule/change?{VERSION}&code=RAIL"
LADDER = """
authority | rung | role    | days
          | 3    | manager | 5
          | 4    | finance | 9
"""


def sending(desk: Desk, path: str, **typed: Any) -> Any:
    """Look at what a form would change, then record it."""
    filled = sent_by(desk.get(path).text) | {"reason": REASON} | typed
    shown = desk.post(path, data=filled)
    assert shown.status_code == 200, shown.text
    assert "What changes" in shown.text
    return desk.post(path, data=sent_by(shown.text) | {"do": "record"})


def recording(desk: Desk, path: str, **typed: Any) -> Any:
    """Record what a form says at once."""
    filled = sent_by(desk.get(path).text) | {"reason": REASON} | typed
    return desk.post(path, data=filled | {"do": "record"})


def held(kind: str, **only: str) -> list[tuple[str, ...]]:
    with reading() as conn:
        found = find_records(conn, kind=kind, viewer=None, only=only).records
    return [tuple(one.cells.values()) for one in found]


@pytest.fixture
def zones(url: str) -> str:
    """Give the service, on both databases, with two zones in the lot of rails."""
    bring(url, "zones", TERMS["zones"])
    return url


def test_a_zone_changes_and_the_lots_others_stay(zones: str) -> None:
    done = sending(Desk(MIA), ZONE, factor="1.035", postcodes="CV21;CV23")
    assert done.headers["location"] == "/lots/RAILS?done=yes"
    assert held("zones") == [
        ("RAILS", "Rugby town", "CV21;CV23", "1.035"),
        ("RAILS", "The villages", "CV", "1.1"),
    ]
    (noted,) = [row for row in contents(zones)["audit"] if REASON in map(str, row)]
    assert "['factor', '1.02', '1.035']" in str(noted)
    with reading() as conn:
        assert list(verify_all(conn)) == []


def test_a_zone_joins_a_lot_however_the_lots_code_is_typed(zones: str) -> None:
    assert zones
    path, new = "/registers/zones/new?lot=rails", {"zone": "Dunchurch", "factor": "1.2"}
    refused = recording(Desk(MIA), path, postcodes="CV22", **new)
    assert refused.status_code == 422
    assert "another has CV22 in zone Rugby town of the same lot" in refused.text
    sending(Desk(MIA), path, postcodes="CV23", **new)
    assert [row[1] for row in held("zones", lot="RAILS")] == [
        *("Dunchurch", "Rugby town", "The villages"),
    ]


def test_what_is_there_already_is_not_added_again(zones: str) -> None:
    assert zones
    before = held("zones")
    typed = {"lot": "RAILS", "zone": "rugby town", "postcodes": "CV1", "factor": "2"}
    answer = recording(Desk(MIA), "/registers/zones/new", **typed)
    assert answer.status_code == 409
    assert "There is such a zone already" in answer.text
    assert held("zones") == before


def test_an_item_of_a_package_changes_and_its_title_on_all(sqlite_service: str) -> None:
    assert sqlite_service
    sending(Desk(ADAM), ITEM, quantity="9.5", title="Shower, level access")
    title = ("Shower, level access", "level_access_shower")
    assert held("packages") == [("LAS", *title, "TILE", "9.5"), ("LAS", *title, "TRAY", "1")]


def test_an_item_joins_a_package_under_its_title_alone(sqlite_service: str) -> None:
    desk, path = Desk(ADAM), "/registers/packages/new?package=LAS"
    typed = sent_by(desk.get(path).text)
    assert (typed["title"], typed["work_type"]) == ("Level access shower", "level_access_shower")
    before = contents(sqlite_service)
    answer = recording(desk, path, code="RAIL", quantity="2", title="Rails")
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text
    assert contents(sqlite_service) == before
    sending(desk, path, code="RAIL", quantity="2")
    assert [row[3:] for row in held("packages")] == [("RAIL", "2"), ("TILE", "8"), ("TRAY", "1")]


def test_an_item_of_a_version_changes_until_works_are_priced_from_it(sqlite_service: str) -> None:
    desk = Desk(ADAM)
    done = sending(desk, RAIL, rate="47.25", **{"trade-other": "Carpentry"})
    assert done.headers["location"] == "/schedule/RAIL?done=yes"
    sending(desk, f"/registers/schedule/new?{VERSION}", code="RAMP", rate="900", unit="each",
            short_description="Timber ramp", trade="joinery")  # fmt: skip
    found = {row[0]: row for row in held("schedule")}
    assert (found["RAIL"][4], found["RAIL"][5]) == ("47.25", "carpentry")
    assert sorted(found) == ["LIGHT", "RAIL", "RAMP", "TILE", "TRAY"]
    with reading() as conn:
        assert list(verify_all(conn)) == []
    seen = sent_by(desk.get(RAIL).text) | {"rate": "1", "reason": REASON, "do": "record"}
    case_at(sqlite_service, "tender")
    before = held("schedule")
    for answer in (
        desk.get(RAIL),
        desk.get(f"/registers/schedule/new?{VERSION}"),
        desk.post(RAIL, data=seen),
    ):
        assert answer.status_code == 409
        assert "priced from the schedule BASE from 1 January 2026" in answer.text
    listed = desk.get("/schedule").text
    assert "so its items stay as they are" in listed
    assert "Bring in a version with a later first day" in listed
    assert held("schedule") == before


def test_what_else_is_so_of_a_record_is_told_before_it_counts(sqlite_service: str) -> None:
    """A price of a firm that is not in the lot stands idle: the import says so, and the page."""
    assert sqlite_service
    desk, path = Desk(ADAM), "/registers/package_prices/new"
    new = {"lot": "RAILS", "package": "LAS", "contractor": "AVON", "price": "10", "reason": REASON}
    assert "stand idle" not in desk.post(path, data=sent_by(desk.get(path).text) | new).text
    bring(sqlite_service, "lots", "lot|title|work_types|authorities|award_rule|valid_from|valid_to"
          "\nOTHER|Other|ramps|RBC|rotation|2026-01-01|2026-12-31")  # fmt: skip
    shown = desk.post(path, data=sent_by(desk.get(path).text) | new | {"lot": "OTHER"}).text
    assert "not appointed to the lot stand idle: AVON in OTHER" in shown


def test_a_rung_of_a_ladder_changes_and_the_other_stays(sqlite_service: str) -> None:
    bring(sqlite_service, "escalations", LADDER)
    path = "/registers/escalations/change?authority=&rung=4"
    desk = Desk(ADAM)
    assert recording(desk, path, days="4").status_code == 422  # before the third
    sending(desk, path, days="12")
    assert held("escalations") == [("", "3", "manager", "5"), ("", "4", "finance", "12")]
    assert "every authority" in Desk(AUDREY).get("/escalations").text

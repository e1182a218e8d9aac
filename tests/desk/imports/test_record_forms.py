"""The forms of the registers: what is known is chosen; a form sent as it stands changes nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from rules.imports import spec
from rules.imports.words import yes_no
from services.imports.records import KEPT, find_records
from services.session import reading
from tests.desk.web.desk import Desk
from tests.desk.web.form import offered_by, sent_by
from tests.looking import contents
from tests.served import sqlite_service
from tests.services.imports.importing import bring
from tests.small_service import ADAM, AVON, MIA, TERMS, WENDY

__all__ = ["sqlite_service"]

REASON = "read off the contract"
VERSION = "?schedule=BASE&valid_from=2026-01-01"
OF_LOT = "/registers/lots/change?lot=SHOWERS"


@pytest.mark.parametrize("kind", KEPT)
def test_every_column_of_a_known_set_is_a_choice_of_all_of_it(
    sqlite_service: str, kind: str
) -> None:
    assert sqlite_service
    offered = offered_by(Desk(ADAM).get(f"/registers/{kind}/new{VERSION}").text)
    for column in spec(kind).columns:
        if column.known:
            empty = [""] if not column.default and not column.required else []
            assert offered[column.name] in ([*empty, *column.known], list(column.known))
        if column.parse is yes_no:
            assert offered[column.name] == ["no", "yes"]


@pytest.mark.parametrize(
    ("kind", "column", "held"),
    [
        ("contractors", "authorities", ["RBC", "WDC"]),
        ("contractors", "trades", ["electrical", "joinery", "plumbing", "tiling"]),
        ("lots", "work_types", ["extension", "grab_rails", "level_access_shower"]),
        ("lot_contractors", "contractor", ["AVON", "BRIAR", "CEDAR"]),
        ("package_prices", "package", ["LAS"]),
        ("permissions", "provider", ["ELM", "OAK"]),
        ("contract_rates", "code", ["LIGHT", "RAIL", "TILE", "TRAY"]),
        ("waiver_rules", "authority", ["RBC", "WDC"]),
        ("packages", "code", ["LIGHT", "RAIL", "TILE", "TRAY"]),
    ],
)
def test_codes_held_elsewhere_are_offered(
    sqlite_service: str, kind: str, column: str, held: list[str]
) -> None:
    assert sqlite_service
    assert offered_by(Desk(ADAM).get(f"/registers/{kind}/new").text)[column] == held


def test_an_officer_of_one_authority_chooses_among_its_own(sqlite_service: str) -> None:
    assert sqlite_service
    offered = offered_by(Desk(WENDY).get("/registers/lot_contractors/new").text)
    assert offered["contractor"] == ["AVON", "BRIAR"]  # Cedar does not serve Warwick


@pytest.mark.parametrize("kind", KEPT)
def test_a_form_sent_as_it_stands_changes_nothing(sqlite_service: str, kind: str) -> None:
    if kind in TERMS:
        bring(sqlite_service, kind, TERMS[kind])
    with reading() as conn:
        held = find_records(conn, kind=kind, viewer=None).records
    desk, before = Desk(ADAM), contents(sqlite_service)
    for one in held[:3]:
        path = f"/registers/{kind}/change?{urlencode(one.key)}"
        if kind == "schedule":
            path += VERSION.replace("?", "&")
        typed = sent_by(desk.get(path).text) | {"reason": REASON, "do": "record"}
        answer = desk.post(path, data=typed)
        assert answer.status_code == 422, answer.text
        assert "Nothing would be other than it is" in answer.text
    assert held
    assert contents(sqlite_service) == before


def test_ticks_days_and_sums_are_taken_and_told_in_words(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(MIA)
    typed = sent_by(desk.get(OF_LOT).text)
    assert typed["valid_to"] == "31/12/2027"
    typed |= {"work_types": ["level_access_shower", "grab_rails"], "work_types-other": "Wet room"}
    typed |= {"award_rule": "ranked", "valid_to": "30/06/2028", "reason": REASON}
    shown = desk.post(OF_LOT, data=typed).text
    for words in ("ranked", "30 June 2028", "grab rails; level access shower; wet room"):
        assert words in shown
    assert "Authorities" not in shown
    done = desk.post(OF_LOT, data=sent_by(shown) | {"do": "record"})
    assert done.status_code == 303
    with reading() as conn:
        (lot,) = find_records(conn, kind="lots", viewer=None, only={"lot": "SHOWERS"}).records
    assert lot.cells["work_types"] == "grab_rails;level_access_shower;wet_room"
    assert (lot.cells["award_rule"], lot.cells["valid_to"]) == ("ranked", "2028-06-30")


@pytest.mark.parametrize(
    ("path", "field", "bad"),
    [
        (OF_LOT, "award_rule", "by_lottery"),
        (OF_LOT, "authorities", "NOWHERE"),
        (OF_LOT, "valid_to", "31/31/2027"),
        (f"/registers/contractors/change?contractor={AVON}", "suspended", "perhaps"),
        ("/registers/contractor_documents/new", "document", "diploma"),
        ("/registers/permissions/new", "silence", "granted"),
        ("/registers/lot_contractors/new", "contractor", "NOBODY"),
        ("/registers/lot_contractors/new", "percentage", "lots"),
    ],
)
def test_what_was_not_offered_is_refused_at_its_field_and_kept(
    sqlite_service: str, path: str, field: str, bad: str
) -> None:
    desk, before = Desk(MIA), contents(sqlite_service)
    typed = sent_by(desk.get(path).text) | {field: bad, "reason": REASON, "do": "record"}
    answer = desk.post(path, data=typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sent_by(answer.text)[field] == bad
    assert contents(sqlite_service) == before

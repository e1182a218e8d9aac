"""The pages of a contractor, a lot and a code: how they stand, in words, in few questions."""

from __future__ import annotations

import pytest

from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.looking import statements
from tests.served import sqlite_service
from tests.services.imports.importing import bring
from tests.small_service import ADAM, AVON, CEDAR, MIA, TERMS, TESS, WENDY

__all__ = ["sqlite_service"]

MOST_STATEMENTS = 12
SOON_AND_PAST = f"""
contractor | document         | valid_from | valid_to
{AVON}     | ssip             | 2026-01-01 | 2026-05-31
{AVON}     | public_liability | 2026-01-01 | 2026-06-20
"""


def test_a_contractors_page_tells_what_lapsed_and_what_is_on_hand(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    bring(sqlite_service, "contractor_documents", SOON_AND_PAST)
    page = Desk(MIA).get(f"/contractors/{AVON}").text
    for words in (
        "No works are offered to it: SSIP membership lapsed, on 31 May 2026",
        "Lapses soon: public liability insurance on 20 June 2026, in 19 days",
        ">Lapsed</strong>",
        ">Lapses soon</strong>",
        "1 order on hand; it takes on any number",
        f'href="/cases/{reference}"',
        "to be answered by 4 June 2026",
        'href="/lots/SHOWERS"',
        "/registers/lot_contractors/change?lot=SHOWERS&amp;contractor=AVON",
    ):
        assert words in page, words
    assert reference not in Desk(WENDY).get(f"/contractors/{AVON}").text


def test_a_lots_page_tells_its_contractors_by_turn_and_what_they_lack(sqlite_service: str) -> None:
    bring(sqlite_service, "contractor_documents", SOON_AND_PAST)
    page = Desk(MIA).get("/lots/SHOWERS").text
    assert "BRIAR is next" in page
    assert page.index("Briar Baths Ltd") < page.index("Cedar Care Ltd") < page.index("Avon Access")
    assert "No: its SSIP membership expired on 31 May 2026." in page
    assert "LAS £1,550.00" in page


def test_of_firms_that_are_not_ones_to_see_a_lot_links_none(sqlite_service: str) -> None:
    assert sqlite_service
    page = Desk(WENDY).get("/lots/SHOWERS").text
    assert f'href="/contractors/{AVON}"' in page
    assert "Cedar Care Ltd" in page
    assert f'href="/contractors/{CEDAR}"' not in page


def test_a_codes_page_tells_its_rates_by_zone_and_its_certificates(sqlite_service: str) -> None:
    for kind in ("zones", "contract_rates"):
        bring(sqlite_service, kind, TERMS[kind])
    desk = Desk(TESS)
    page = desk.get("/schedule/rail").text
    for words in ("RAIL: Grab rail", "£45.90", "× 1.02", "£43.25", "everyone in the lot"):
        assert words in page, words
    assert "/registers/schedule/change" not in page
    light = Desk(ADAM).get("/schedule/LIGHT").text
    assert "electrical" in light
    assert (
        "/registers/schedule/change?schedule=BASE&amp;valid_from=2026-01-01&amp;code=LIGHT" in light
    )
    assert desk.get("/schedule/NOTHING").status_code == 404


@pytest.mark.parametrize("path", [f"/contractors/{AVON}", "/lots/SHOWERS", "/schedule/RAIL"])
def test_no_page_asks_more_than_a_few_questions(sqlite_service: str, path: str) -> None:
    case_at(sqlite_service, "assign")
    desk = Desk(MIA)
    desk.get(path)  # what is kept of reference data is read once for each state of it
    with statements() as asked:
        assert desk.get(path).status_code == 200
    assert len(asked) <= MOST_STATEMENTS, asked

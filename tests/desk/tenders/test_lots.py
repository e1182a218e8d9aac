"""`handrail lot`, and the route chosen from the command line."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from models.database import engine_for
from models.tables.contractors import Contractor
from rules.pathway import StepStatus
from rules.tenders.turns import CASE_BY_CASE
from tests.factories import bring, case_at, go
from tests.journeys.commands import asked, handrail, refused, refused_as_json
from tests.looking import case, status_of
from tests.small_service import AVON, BRIAR, CEDAR, TERMS, TESS, WENDY

PLAN = (
    *("--proportionate", "one room", "--legal", "s.2(2)(b)"),
    *("--auditable", "on file", "--necessary", "a safe bathroom"),
)


def test_the_lots_are_listed_with_what_they_cover_and_how_they_are_awarded(
    sqlite_service: str,
) -> None:
    lots: list[dict[str, Any]] = asked("lot", "list")
    assert [lot["lot"] for lot in lots] == ["BUILD", "RAILS", "SHOWERS"]
    showers = lots[-1]
    assert showers == {
        "lot": "SHOWERS",
        "title": "Showers",
        "work_types": ["level_access_shower"],
        "authorities": ["RBC", "WDC"],
        "award_rule": "rotation",
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "in_force": True,
        "contractors": 3,
    }
    said = handrail("lot", "list")
    assert "level access shower" in said
    assert "mini competition" in said
    (first, *_) = csv.DictReader(io.StringIO(handrail("lot", "list", "--csv")))
    assert (first["lot"], first["authorities"], first["in_force"]) == ("BUILD", "RBC;WDC", "yes")


def test_one_lot_is_shown_with_its_terms_and_its_contractors(sqlite_service: str) -> None:
    for kind in ("lot_terms", "zones", "contract_rates"):
        bring(sqlite_service, kind, TERMS[kind])
    rails = asked("lot", "show", "RAILS")
    assert [zone["zone"] for zone in rails["zones"]] == ["Rugby town", "The villages"]
    assert [rate["contractor"] for rate in rails["contract_rates"]] == [None, "AVON"]
    said = handrail("lot", "show", "SHOWERS")
    assert "Out of hours + 35 %. Quotes within 10 working days: price 100 %." in said
    assert "LAS £1,550.00" in said
    assert "may be offered works" in said
    assert "Zone Rugby town: × 1.02 in CV21, CV22." in handrail("lot", "show", "RAILS")
    assert "Contract rate of RAIL for AVON: £43.25" in handrail("lot", "show", "RAILS")


def test_whose_turn_it_is_is_said_with_why(sqlite_service: str) -> None:
    case_at(sqlite_service, "assign")
    found = asked("lot", "turns", "SHOWERS")
    assert (found["next"], found["since"], found["on"]) == (BRIAR, "2026-04-01", "2026-06-01")
    assert found["words"] == f"BRIAR is next: no turn since 1 April 2026. {CASE_BY_CASE}"
    held = {one["contractor"]: (one["value_pence"], one["turns"]) for one in found["contractors"]}
    assert held == {AVON: (1_600_00, 1), BRIAR: (0, 0), CEDAR: (0, 0)}
    assert "1 turn worth £1,600.00 since 1 April 2026" in handrail("lot", "turns", "SHOWERS")
    rows = list(csv.DictReader(io.StringIO(handrail("lot", "turns", "SHOWERS", "--csv"))))
    assert [(row["contractor"], row["place"]) for row in rows] == [
        (BRIAR, "1"),
        (CEDAR, "2"),
        (AVON, "3"),
    ]
    assert rows[-1]["last_on"] == "2026-06-01"
    before = asked("lot", "turns", "SHOWERS", "--on", "2026-05-31")
    assert before["next"] == AVON
    assert "rank 1 in the lot" in asked("lot", "turns", "RAILS")["words"]


def test_who_can_be_offered_nothing_is_not_next(sqlite_service: str) -> None:
    with engine_for(sqlite_service).begin() as conn:
        suspended = sa.update(Contractor).where(Contractor.code == AVON)
        conn.execute(suspended.values(suspended=True))
    found = asked("lot", "turns", "SHOWERS")
    assert found["next"] == BRIAR
    assert found["contractors"][-1]["explanation"] == "Not offered: it is suspended."
    nobody = asked("lot", "turns", "SHOWERS", "--on", "2030-01-01")
    assert nobody["next"] is None
    assert "expired on 31 December 2027" in nobody["words"]


@pytest.mark.parametrize("command", ["show", "turns"])
@pytest.mark.usefixtures("sqlite_service")
def test_a_lot_that_is_not_there_is_refused(command: str) -> None:
    assert refused("lot", command, "GONE") == (
        "There is no lot GONE. `handrail lot list` shows the lots."
    )
    assert refused_as_json("lot", command, "no\x00")["error"] == "UnknownReference"


def test_a_route_is_chosen_and_undone_from_the_command_line(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "tender")
    words = ("decide", reference, "route", "--by", TESS, "--reason", "their own tiles")
    said = handrail(*words, "--to", "call_off", *PLAN)
    assert "The works are tendered again, by call-off from the schedule of rates." in said
    assert case(sqlite_service, reference).route == "call_off"
    go(reference)
    assert status_of(sqlite_service, reference, "tender") is StepStatus.WAITING
    handrail(*words, "--to", "by_rule", *PLAN)
    assert case(sqlite_service, reference).route == ""
    assert "needs the PLAN sentence" in refused(*words, "--to", "quotes")
    assert "needs its package" in refused(*words, "--to", "pre_priced", *PLAN)
    assert "already" in refused(*words, "--to", "by_rule", *PLAN)
    other = ("decide", reference, "route", "--by", WENDY, "--reason", "as agreed", "--to", "quotes")
    assert refused_as_json(*other, *PLAN)["error"] == "NotPermitted"

"""Teams, pools and a partnership's terms at the desk and the command line: for whom they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.os_user import os_user
from adapters.settings import settings
from models.case_queries import case_row
from models.database import reading
from models.people import actor_for
from models.tables.partnership import PartnershipBudget
from rules.errors import NotPermittedError
from rules.people import IMPORTED_BY, MAY_IMPORT, Actor, Role, check_may_import
from services.cases.in_hand import CaseInHand
from services.reports.bundle import bundle_paper
from tests.desk.web.desk import Desk
from tests.desk.web.form import sent_by
from tests.factories import live_at
from tests.journeys.commands import asked, handrail, refused
from tests.looking import rows
from tests.partnering import partnered
from tests.services.delivery.merging import DAY, carried
from tests.services.delivery.test_arrangements import lived
from tests.services.delivery.test_carry_out import lived as merging
from tests.small_service import ADAM, AUDREY, FINN, MIA, TESS

PATH = "/delivery/HEART"


def test_a_plan_of_teams_is_shown_rehearsed_and_seen_in_who_works_what(sqlite_service: str) -> None:
    lived(sqlite_service)
    desk = Desk(ADAM)
    shown = desk.get(PATH).text
    for words in ("Who works whose cases", "pooled: PURSE", "£1,000.00", "its own officers"):
        assert words in shown
    rehearsed = desk.send(PATH, do="rehearse").text
    assert "Clocks, money and decisions stay as they are." in rehearsed
    assert "Cases whose officer would be another: hana@wdc.example (3)." in rehearsed
    assert "Home team (WDC)" in rehearsed
    assert "officer is another: hana@wdc.example (3)." in handrail(
        "delivery", "preview", "heart", "--by", ADAM
    )
    live_at(DAY)
    carried(sqlite_service, "HEART")
    assert "Home team" in Desk(MIA).get("/delivery").text
    assert "Home team" in handrail("delivery", "teams")
    budgets = Desk(FINN).get("/budgets").text
    assert "Pool PURSE, 2026-27" in budgets
    assert "£6,000.00" in budgets
    assert "Pool PURSE, 2026-27" in handrail("budget", "pools")


@pytest.mark.parametrize("key", ["delivery_plan", "plan"])  # as it is noted, and as 0.13.0 did
@pytest.mark.parametrize(("plan", "prepare"), [("HEART", lived), ("UNITARY", merging)])
def test_a_case_that_went_by_a_plan_still_has_its_page_and_its_whole_record(
    sqlite_service: str,
    plan: str,
    prepare: Callable[[str], str],
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare(sqlite_service)
    live_at(DAY)
    noted = CaseInHand.note

    def note(case: CaseInHand, *, detail: dict[str, Any] | None = None, **said: Any) -> None:
        named = {
            key if name == "delivery_plan" else name: it for name, it in (detail or {}).items()
        }
        noted(case, detail=named, **said)

    monkeypatch.setattr(CaseInHand, "note", note)
    gone = carried(sqlite_service, plan).cases
    assert gone
    for one in gone:
        page = Desk(ADAM).get(f"/cases/{one.reference}")
        assert page.status_code == 200
        assert "Before and after" in page.text
        with reading(sqlite_service) as conn:
            row = case_row(conn, reference=one.reference)
            paper = bundle_paper(conn, case=row, by=actor_for(conn, identity=ADAM), now=DAY)
        assert (key.replace("_", " ").capitalize(), plan) in {
            fact for entry in paper.entries for fact in entry.facts
        }


def test_without_a_pool_the_command_says_so(sqlite_service: str) -> None:
    assert sqlite_service
    assert "No budgets are pooled." in handrail("budget", "pools")
    assert asked("budget", "pools") == []


@pytest.mark.parametrize("kind", sorted(IMPORTED_BY))
def test_who_delivers_and_who_pays_what_is_brought_in_by_few(kind: str) -> None:
    for role in Role:
        actor = Actor(f"{role}@rbc.example", role.value, role, frozenset())
        if role in IMPORTED_BY[kind]:
            check_may_import(actor=actor, kind=kind)
            continue
        with pytest.raises(NotPermittedError):
            check_may_import(actor=actor, kind=kind)
    assert IMPORTED_BY[kind] < MAY_IMPORT


def test_a_partnerships_terms_are_a_register_for_those_who_see_it(sqlite_service: str) -> None:
    partnered(sqlite_service)
    kinds = ("partnership_budget", "partnership_capital", "partnership_terms", "printed_tables")
    for kind in kinds:
        assert Desk(TESS).get(f"/{kind}").status_code == 403
        assert Desk(AUDREY).get(f"/{kind}").status_code == 200
        assert f"/registers/{kind}/change" in Desk(FINN).get(f"/{kind}").text
        assert f'"/{kind}"' in Desk(FINN).get("/registers").text
        assert f'"/{kind}"' not in Desk(TESS).get("/registers").text


def test_a_line_of_a_budget_that_is_corrected_leaves_the_others_there(sqlite_service: str) -> None:
    partnered(sqlite_service)
    before = rows(sqlite_service, PartnershipBudget)
    one = before[0]
    desk = Desk(FINN)
    path = (
        f"/registers/partnership_budget/change?partnership={one['partnership']}"
        f"&year={one['year']}&line={one['line']}"
    )
    form = sent_by(desk.get(path).text)
    typed = {"amount": "1.23", "reason": "as the board agreed", "do": "record"}
    assert desk.send(path, **form | typed).status_code == 303
    after = rows(sqlite_service, PartnershipBudget)
    assert len(after) == len(before)
    assert [row["amount_pence"] for row in after if row["line"] == one["line"]] == [1_23]


def test_reports_at_the_command_line_ask_the_role_where_it_is_known_who_sits_there(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_service
    show = ("report", "show", "enquiries", "--by", "work_type")
    for people, may in ((TESS, False), (f"{TESS},{MIA}", True), ("", False)):
        monkeypatch.setenv("HANDRAIL_CLI_OFFICERS", f"{os_user()}={people}" if people else "x=y")
        settings.cache_clear()
        for words in (show, ("report", "list"), ("data", "list")):
            if may:
                assert asked(*words)
            else:
                assert "may" in refused(*words)
    settings.cache_clear()

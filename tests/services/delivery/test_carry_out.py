"""A plan carried out: cases, clocks and budgets go over whole, once, and as rehearsed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from models.base import Base
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.delivery import CarriedPlan
from models.tables.funding import Budget
from models.tables.record import Audit
from models.tables.reference import Officer
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.orders import ExitGround
from rules.pathway import CaseStatus
from services.decisions.exits import Exit
from services.decisions.history import case_history
from services.decisions.reopening import ReopenCase
from services.delivery import carry_out as carrying
from services.delivery import moves
from services.delivery.carry_out import Outcome
from services.delivery.succession import present_authorities
from services.grants.approve import Approve
from tests.factories import act, bring, case_at, decide, go, live_at, new_case
from tests.looking import rows
from tests.services.delivery.merging import COUNCIL, DAY, carried, faults, planned, rehearsed
from tests.small_service import ADA, ADAM, MIA, TESS


def budget(url: str, authority: str, amount: str, year: int = 2026) -> None:
    bring(url, "budgets", f"authority | year | amount\n{authority} | {year} | {amount}")


def budgets(url: str) -> dict[tuple[str, int], tuple[int, int]]:
    return {
        (row["authority"], row["year"]): (row["amount_pence"], row["committed_pence"])
        for row in rows(url, Budget)
    }


def authorities(url: str) -> dict[str, str]:
    return {row["reference"]: row["authority"] for row in rows(url, Case)}


@pytest.fixture
def two_councils(url: str) -> str:
    """Give both a budget, Rugby an approved grant, an open case and one that has ended."""
    return lived(url)


def lived(url: str) -> str:
    budget(url, "RBC", "10000")
    budget(url, "WDC", "700.01")
    budget(url, "RBC", "50", year=2025)
    approved = case_at(url, "approve")
    decide(url, approved, Approve(approved=True))
    new_case(url, reference="DFG-2", authority="WDC", postcode="CV34 4AA", officer="")
    gone = new_case(url, reference="DFG-3")
    go(gone)
    act(url, gone, Exit(CaseStatus.WITHDRAWN, ExitGround.APPLICANT_WITHDREW))
    planned(url)
    return url


def test_open_cases_go_and_closed_ones_keep_the_authority_they_had(two_councils: str) -> None:
    live_at(DAY)
    found = carried(two_councils)
    assert {one.reference: (one.giver, one.taker) for one in found.cases} == {
        "DFG-1": ("RBC", "WU"),
        "DFG-2": ("WDC", "WU"),
    }
    assert authorities(two_councils) == {"DFG-1": "WU", "DFG-2": "WU", "DFG-3": "RBC"}
    assert found.stayed == ()
    with reading(two_councils) as conn:
        *_, last = case_history(conn, reference="DFG-1")
        assert last["said"] == (
            "The case went from RBC to WU, by the Order of 2026. £1,600.00 committed to its grant "
            "went with it."
        )
        assert last["reason"] == "One council for the county (the Order of 2026)"
        assert last["actor"] == ADAM
        assert present_authorities(conn, on=DAY.date()) == {"RBC": "WU", "WDC": "WU"}
        assert present_authorities(conn, on=date(2026, 6, 30)) == {}
    assert faults(two_councils) == []


def test_budgets_keep_every_penny_and_what_is_committed_goes_with_its_case(
    two_councils: str,
) -> None:
    live_at(DAY)
    found = carried(two_councils)
    assert budgets(two_councils) == {
        ("RBC", 2025): (0, 0),
        ("RBC", 2026): (0, 0),
        ("WDC", 2026): (0, 0),
        ("WU", 2025): (50_00, 0),
        ("WU", 2026): (10_700_01, 1_600_00),
    }
    assert found.differing == {}


def test_carried_out_it_comes_to_what_was_rehearsed_and_a_rehearsal_leaves_nothing(
    two_councils: str,
) -> None:
    before = _contents(two_councils)
    rehearsal = rehearsed(two_councils)
    assert _contents(two_councils) == before
    assert rehearsal.missing == ()
    live_at(DAY)
    assert carried(two_councils) == rehearsal.outcome
    (kept,) = rows(two_councils, CarriedPlan)
    assert kept["after"] == rehearsal.outcome.after
    assert kept["before"] == rehearsal.outcome.before


def _contents(url: str) -> Any:
    tables = ("case", "budget", "officer", "lot", "contractor", "audit", "carried_plan", "clock")
    with reading(url) as conn:
        return {name: conn.execute(sa.select(Base.metadata.tables[name])).all() for name in tables}


def test_carried_out_twice_nothing_is_done_twice_and_what_was_late_goes(two_councils: str) -> None:
    live_at(DAY)
    carried(two_councils)
    after = _contents(two_councils)
    again = carried(two_councils)
    assert (again.cases, again.handed, again.statements) == ((), (), 0)
    assert _contents(two_councils) == after


@pytest.mark.parametrize("dies_at", range(4))
def test_killed_on_the_way_it_goes_on_where_it_was(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    url = lived(sqlite_service)
    expected = rehearsed(url).outcome
    live_at(DAY)
    with monkeypatch.context() as dying:
        _die(dying, at=dies_at)
        with pytest.raises(KeyboardInterrupt):
            carried(url)
    carried(url)
    (kept,) = rows(url, CarriedPlan)
    assert kept["before"] == expected.before
    assert kept["after"] == expected.after
    assert faults(url) == []
    moves = [row for row in rows(url, Audit) if "moved" in row["action"]]
    assert sorted(row["chain"] for row in moves) == ["DFG-1", "DFG-2"]


def _die(dying: pytest.MonkeyPatch, *, at: int) -> None:
    """Let the power fail in the middle of the first parts of the work."""
    name = ("join_all", "move_case", "hand_alerts", "_hand_budgets")[at]
    room = carrying if name in ("join_all", "_hand_budgets") else moves
    real, calls = getattr(room, name), []

    def falls(*given: Any, **named: Any) -> Any:
        calls.append(name)
        done = real(*given, **named)
        if name != "hand_alerts" or len(calls) == 2:  # the second case
            raise KeyboardInterrupt
        return done

    dying.setattr(room, name, falls)


def test_whoever_served_a_council_serves_its_successor_with_no_other_limit(
    two_councils: str,
) -> None:
    held = {row["email"]: row["approval_limit_pence"] for row in rows(two_councils, Officer)}
    live_at(DAY)
    found = carried(two_councils)
    after = {row["email"]: row for row in rows(two_councils, Officer)}
    assert after[TESS]["authorities"] == ("RBC", "WU")
    assert after[MIA]["authorities"] == ()
    assert {email: row["approval_limit_pence"] for email, row in after.items()} == held
    assert set(found.joined["lots"]) == {"SHOWERS", "RAILS", "BUILD"}
    assert ADA in found.joined["officers"]


def test_whoever_carries_it_out_gives_themselves_nothing_and_another_does(
    sqlite_service: str,
) -> None:
    both = "RBC;WDC"
    for name in ("one", "two"):
        bring(
            sqlite_service,
            "officers",
            f"email|name|role|authorities\n{name}@rbc.example|{name}|administrator|{both}",
        )
    planned(sqlite_service)
    live_at(DAY)
    for by in ("one@rbc.example", "two@rbc.example"):
        assert by not in _by(sqlite_service, by).joined["officers"]
    served = {row["email"]: row["authorities"] for row in rows(sqlite_service, Officer)}
    assert served["one@rbc.example"] == served["two@rbc.example"] == ("RBC", "WDC", "WU")


def test_a_grant_is_approved_by_the_successor_against_its_budget(sqlite_service: str) -> None:
    budget(sqlite_service, "RBC", "2000")
    reference = case_at(sqlite_service, "approve")
    planned(sqlite_service)
    live_at(DAY)
    carried(sqlite_service)
    decide(sqlite_service, reference, Approve(approved=True))
    assert budgets(sqlite_service)[("WU", 2026)] == (2_000_00, 1_600_00)
    assert faults(sqlite_service) == []


def test_a_case_opened_again_afterwards_has_its_money_back_and_goes_when_carried_out_again(
    sqlite_service: str,
) -> None:
    budget(sqlite_service, "RBC", "1600")
    reference = case_at(sqlite_service, "assign")
    act(sqlite_service, reference, Exit(CaseStatus.WITHDRAWN))
    planned(sqlite_service)
    live_at(DAY)
    carried(sqlite_service)
    assert budgets(sqlite_service)["WU", 2026] == (1_600_00, 0)
    act(sqlite_service, reference, ReopenCase(), by=MIA)
    assert budgets(sqlite_service)["RBC", 2026] == (1_600_00, 1_600_00)
    assert [one.where for one in faults(sqlite_service)] == [reference]
    carried(sqlite_service)
    assert authorities(sqlite_service) == {reference: "WU"}
    assert budgets(sqlite_service)["WU", 2026] == (1_600_00, 1_600_00)
    assert faults(sqlite_service) == []


def test_clocks_keep_what_they_were_given_and_count_the_successors_days(
    sqlite_service: str,
) -> None:
    new_case(sqlite_service)
    go("DFG-1")
    planned(sqlite_service)
    bring(sqlite_service, "closures", "authority | day | title\nWU | 2026-07-02 | Staff day")
    held = {row["id"]: row for row in rows(sqlite_service, Clock)}
    live_at(DAY)
    found = carried(sqlite_service)
    assert {moved.reference for moved in found.due} == {"DFG-1"}
    for row in rows(sqlite_service, Clock):
        same = ("name", "opened_on", "target_days", "target_source", "stopped_on")
        assert [row[name] for name in same] == [held[row["id"]][name] for name in same]
    moved = {row["name"] for row in rows(sqlite_service, Clock) if row != held[row["id"]]}
    assert moved >= {one.clock for one in found.due}
    assert faults(sqlite_service) == []


def test_before_its_day_it_is_only_rehearsed(sqlite_service: str) -> None:
    planned(sqlite_service)
    with pytest.raises(StepNotOpenError, match="begins on 1 July 2026"):
        carried(sqlite_service)


def test_everything_that_is_missing_is_said_at_once_and_holds_it_up(sqlite_service: str) -> None:
    budget(sqlite_service, "RBC", "1", year=2025)
    new_case(sqlite_service, postcode="CV21 3LW")
    bring(sqlite_service, "authorities", "authority | name\nWU | Warwickshire United")
    bring(
        sqlite_service,
        "successions",
        "plan|predecessor|successor|first_day|postcodes|instrument|reason\n"
        "ODD|RBC|WU|2026-07-01|LE10|an order|because",
    )
    header, budgets_, homes = rehearsed(sqlite_service, "ODD").missing
    assert header == (
        "Warwickshire United has no address and no email to write from: "
        "`handrail import authorities FILE`."
    )
    assert (budgets_, homes) == (
        "WU would have no budget for 2026-27: `handrail import budgets FILE`.",
        "No council takes the homes of DFG-1: correct the postcodes of the plan.",
    )
    live_at(DAY)
    with pytest.raises(InvalidDecisionError, match="cannot be carried out yet"):
        carried(sqlite_service, "ODD")
    assert authorities(sqlite_service) == {"DFG-1": "RBC"}


def test_one_council_divided_by_postcodes_leaves_no_home_and_no_penny_behind(
    sqlite_service: str,
) -> None:
    budget(sqlite_service, "RBC", "100.01")
    new_case(sqlite_service, postcode="CV21 3LW")
    new_case(sqlite_service, reference="DFG-2", postcode="CV23 8AA")
    planned(
        sqlite_service,
        "plan|predecessor|successor|first_day|postcodes|budget_share|instrument|reason\n"
        "TWO|RBC|NORTH|2026-07-01|CV21|50|an order|two for the county\n"
        "TWO|RBC|SOUTH|2026-07-01||50|an order|two for the county",
        COUNCIL.replace("WU  ", "NORTH") + "SOUTH | South | s@wu.example | Stratford",
    )
    live_at(DAY)
    carried(sqlite_service, "TWO")
    assert authorities(sqlite_service) == {"DFG-1": "NORTH", "DFG-2": "SOUTH"}
    assert budgets(sqlite_service) == {
        ("RBC", 2026): (0, 0),
        ("NORTH", 2026): (50_01, 0),
        ("SOUTH", 2026): (50_00, 0),
    }
    with reading(sqlite_service) as conn:
        assert present_authorities(conn, on=DAY.date()) == {}
    assert faults(sqlite_service) == []


def test_only_an_administrator_of_all_of_them_carries_it_out(sqlite_service: str) -> None:
    planned(sqlite_service)
    live_at(DAY)
    with pytest.raises(NotPermittedError):
        _by(sqlite_service, MIA)
    bring(
        sqlite_service,
        "officers",
        "email|name|role|authorities\none@rbc.example|One|administrator|RBC",
    )
    with pytest.raises(NotPermittedError, match="does not serve WDC"):
        _by(sqlite_service, "one@rbc.example")


def _by(url: str, by: str) -> Outcome:
    return carrying.carry_out(lambda: writing(url), name="UNITARY", by=by, now=DAY)

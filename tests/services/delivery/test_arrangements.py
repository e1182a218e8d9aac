"""Who works whose cases: five changes lived through one after the other, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.settings import settings
from models.database import reading
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.delivery import PoolDraw
from models.tables.funding import Budget
from models.tables.record import Document, Outbox
from models.tables.reference import Officer
from rules.errors import BudgetError, ImportProblemsError, NotPermittedError
from rules.pathway import CaseStatus
from services.decisions.exits import Exit
from services.decisions.history import case_history
from services.delivery.carry_out import Outcome
from services.delivery.figures import totals, who_works
from services.documents.delivery import composed
from services.grants.approve import Approve
from services.grants.pools import pools
from services.grants.view import grant_view
from tests.factories import act, bring, case_at, decide, go, live_at, new_case, refused
from tests.looking import rows
from tests.services.delivery.merging import DAY, carried, faults, planned, rehearsed
from tests.small_service import ADA, AMOS, TESS, WENDY

HANA, HUGO = "hana@wdc.example", "hugo@wdc.example"  # Warwick's, who serve both
PEOPLE = f"""
email  | name      | role              | authorities | approval_limit
{HANA} | Hana Host | technical_officer | RBC;WDC     |
{HUGO} | Hugo Host | approving_officer | RBC;WDC     | 20000
"""
HEADER = (
    "plan | authority | team | host | first_day | officers | postcodes | pool | approval_limit | "
    "instrument | reason\n"
)
HEART = f"""
HEART | RBC | Home team | WDC | 2026-07-01 | {HANA};{HUGO} | | PURSE | 1000 | the agreement | shared
HEART | WDC | Home team | WDC | 2026-07-01 | {HANA};{HUGO} | | PURSE |      | the agreement | shared
"""
LIFE = {
    "HOST": f"""
HOST | RBC | Home team | RBC | 2026-07-08 | {HANA} | | PURSE | | agreement 2 | another host
HOST | WDC | Home team | RBC | 2026-07-08 | {HANA} | | PURSE | | agreement 2 | another host
""",
    "ALONE": f"""
ALONE | WDC | Warwick’s own | WDC | 2026-07-15 | {WENDY} | | | | notice given | it leaves
""",
    "HALVES": f"""
HALVES | RBC | North | RBC | 2026-07-22 | {TESS} | CV21 | | | agreement 3 | north and south
HALVES | RBC | South | WDC | 2026-07-22 | {HANA} |      | | | agreement 3 | north and south
HALVES | WDC | South | WDC | 2026-07-22 | {HANA} |      | | | agreement 3 | north and south
""",
    "EACH": f"""
EACH | RBC | Rugby’s own   | RBC | 2026-07-29 | {TESS}  | | | | agreement 4 | one service each
EACH | WDC | Warwick’s own | WDC | 2026-07-29 | {WENDY} | | | | agreement 4 | one service each
""",
    "LOCAL": f"""
LOCAL | RBC | Town    | RBC | 2026-08-05 | {TESS} | CV21      | | | locality teams | Chichester
LOCAL | RBC | Country | RBC | 2026-08-05 | {HANA} | CV22;CV23 | | | locality teams | Chichester
""",
}
"""Plans after the first, in the order in which they are lived through."""


def arranged(url: str, plan: str) -> None:
    bring(url, "arrangements", HEADER + plan)


def lived(url: str) -> str:
    """Give both a budget, Rugby two cases and Warwick one, and a plan to share one team."""
    bring(url, "officers", PEOPLE)
    bring(url, "budgets", "authority|year|amount\nRBC|2026|1000\nWDC|2026|5000")
    case_at(url, "approve")
    new_case(url, reference="DFG-2", postcode="CV22 5AA", officer=TESS)
    new_case(url, reference="DFG-3", authority="WDC", postcode="CV34 4AA", officer=WENDY)
    arranged(url, HEART)
    return url


@pytest.fixture
def shared(url: str) -> str:
    return lived(url)


def cases(url: str) -> dict[str, Any]:
    return {
        row["reference"]: (row["authority"], row["officer"], row["status"])
        for row in rows(url, Case)
    }


def worked(url: str) -> set[tuple[str, str | None, str | None, int]]:
    with reading(url) as conn:
        return {tuple(row.values()) for row in who_works(conn)}


def alike(found: Outcome) -> None:
    """Hold that no sum of any authority is other than it was: only who works is."""
    assert totals(found.before) == totals(found.after)
    for name in ("cases", "steps", "budgets", "paid", "clocks"):
        assert found.before[name] == found.after[name]


def test_a_host_takes_the_cases_and_nothing_else(shared: str) -> None:
    clocks, people = rows(shared, Clock), rows(shared, Officer)
    rehearsal = rehearsed(shared, "HEART")
    assert rehearsal.missing == ()
    rugby, warwick = rehearsal.notes
    assert rugby.endswith("£30,000.00, Amos Able up to £1,000.00, Hugo Host up to £1,000.00.")
    assert warwick == "May approve for WDC: Hugo Host up to £20,000.00."
    assert worked(shared) == {("RBC", None, None, 2), ("WDC", None, None, 1)}
    live_at(DAY)
    found = carried(shared, "HEART")
    assert found == rehearsal.outcome
    alike(found)
    assert cases(shared) == {
        "DFG-1": ("RBC", HANA, "open"),
        "DFG-2": ("RBC", HANA, "open"),
        "DFG-3": ("WDC", HANA, "open"),
    }
    assert worked(shared) == {("RBC", "WDC", "Home team", 2), ("WDC", "WDC", "Home team", 1)}
    assert (rows(shared, Clock), rows(shared, Officer)) == (clocks, people)
    with reading(shared) as conn:
        *_, last = case_history(conn, reference="DFG-2")
    assert last["said"] == (
        "The case is worked by Home team (WDC) instead of RBC, by the agreement. Its officer is "
        f"{HANA}, before {TESS}."
    )
    assert last["reason"] == "shared (the agreement)"
    again = carried(shared, "HEART")
    assert again.cases == ()
    assert faults(shared) == []


def test_the_authority_decides_and_its_letters_say_who_acts_for_it(shared: str) -> None:
    live_at(DAY)
    carried(shared, "HEART")
    decide(shared, "DFG-1", Approve(approved=True))
    go("DFG-1")
    sent = [row["payload"] for row in rows(shared, Outbox) if row["kind"] == "message"]
    (told,) = [one for one in sent if one["kind"] == "approval_to_client"]
    assert "\nWarwick District on behalf of Rugby Borough Council\n" in composed(told).body
    order = next(row for row in rows(shared, Document) if row["kind"] == "approval")
    notice = (settings().documents_folder / order["html_path"]).read_text(encoding="utf-8")
    assert "by its agent, <bdi>Warwick District</bdi>" in notice
    assert "<bdi>Rugby Borough Council, by its agent Warwick District</bdi>" in notice
    act(shared, "DFG-3", Exit(CaseStatus.WITHDRAWN), by=WENDY)
    own = [row["payload"] for row in rows(shared, Outbox) if row["kind"] == "message"][-1]
    assert "agent" not in own  # Warwick works its own cases, as the host
    assert faults(shared) == []


def test_nobody_gains_a_power_and_a_limit_lowers_the_teams_people_alone(shared: str) -> None:
    live_at(DAY)
    carried(shared, "HEART")
    refused(shared, "DFG-1", Approve(approved=True), NotPermittedError, by=HUGO)
    with reading(shared) as conn:
        view = grant_view(conn, reference="DFG-1", today=DAY.date())
    limits = {one["email"]: one["limit_pence"] for one in view["headroom"]["officers"]}
    assert limits == {AMOS: 1_000_00, HUGO: 1_000_00, ADA: 30_000_00}
    decide(shared, "DFG-1", Approve(approved=True), by=ADA)
    bring(shared, "officers", f"email|name|role|authorities\n{HANA}|Hana|technical_officer|WDC")
    arranged(shared, LIFE["HOST"])
    lacking = " ".join(rehearsed(shared, "HOST").missing)
    assert "No technical officer of Home team serves RBC" in lacking
    assert "a plan gives nobody a power" in lacking


def test_pooled_budgets_are_one_purse_and_each_share_stays_its_own(shared: str) -> None:
    live_at(DAY)
    refused(shared, "DFG-1", Approve(approved=True), BudgetError)
    carried(shared, "HEART")
    decide(shared, "DFG-1", Approve(approved=True))
    (draw,) = rows(shared, PoolDraw)
    assert (draw["giver"], draw["taker"], draw["pence"]) == ("WDC", "RBC", 600_00)
    with reading(shared) as conn:
        (pool,) = pools(conn, on=DAY.date())
    rugby, warwick = pool.shares
    assert (rugby.put_in_pence, rugby.drawn_pence, rugby.committed_pence) == (
        1000_00,
        600_00,
        1600_00,
    )
    assert (warwick.put_in_pence, warwick.given_pence, warwick.left_pence) == (
        5000_00,
        600_00,
        4400_00,
    )
    assert (pool.together.put_in_pence, pool.together.left_pence) == (6000_00, 4400_00)
    act(shared, "DFG-1", Exit(CaseStatus.WITHDRAWN))
    assert sum(row["committed_pence"] for row in rows(shared, Budget)) == 0
    assert sum(row["amount_pence"] for row in rows(shared, Budget)) == 6000_00
    arranged(shared, LIFE["ALONE"])
    notes = " ".join(rehearsed(shared, "ALONE").notes)
    assert "WDC leaves pool PURSE, of which it drew £600.00 less than it gave" in notes
    assert faults(shared) == []


def test_five_changes_are_lived_through_one_after_the_other(shared: str) -> None:
    live_at(DAY)
    carried(shared, "HEART")
    expected = {
        "HOST": {"DFG-2": ("Home team", "RBC", HANA), "DFG-3": ("Home team", "RBC", HANA)},
        "ALONE": {"DFG-2": ("Home team", "RBC", HANA), "DFG-3": ("Warwick’s own", "WDC", WENDY)},
        "HALVES": {"DFG-2": ("South", "WDC", HANA), "DFG-3": ("South", "WDC", HANA)},
        "EACH": {"DFG-2": ("Rugby’s own", "RBC", TESS), "DFG-3": ("Warwick’s own", "WDC", WENDY)},
        "LOCAL": {"DFG-2": ("Country", "RBC", HANA), "DFG-3": ("Warwick’s own", "WDC", WENDY)},
    }
    day = DAY
    for name, plan in LIFE.items():
        arranged(shared, plan)
        rehearsal = rehearsed(shared, name)
        assert rehearsal.missing == ()
        day += timedelta(days=7)
        live_at(day)
        found = carried(shared, name)
        assert found == rehearsal.outcome
        alike(found)
        for reference, (team, host, officer) in expected[name].items():
            assert cases(shared)[reference][1] == officer
            authority = cases(shared)[reference][0]
            assert (authority, host, team) in {row[:3] for row in worked(shared)}
        assert carried(shared, name).cases == ()
        assert faults(shared) == []
    assert carried(shared, "HEART").cases == ()  # an earlier plan takes nothing back
    new_case(shared, reference="DFG-4", postcode="CV21 1AA")
    assert ("RBC", "RBC", "Town", 1) in worked(shared)


def test_a_case_that_goes_to_a_successor_is_worked_by_its_teams(sqlite_service: str) -> None:
    url = lived(sqlite_service)
    live_at(DAY)
    carried(url, "HEART")
    planned(
        url,
        "plan|predecessor|successor|first_day|instrument|reason\nONE|WDC|WU|2026-07-01|order|one",
    )
    carried(url, "ONE")
    assert ("WU", None, None, 1) in worked(url)
    assert faults(url) == []


@pytest.mark.parametrize(
    ("plan", "wrong"),
    [
        ("P|RBC|A|WDC|2026-09-01|||||x|y\nP|RBC|B|WDC|2026-09-01|||||x|y", "two teams would each"),
        (
            "P|RBC|A|WDC|2026-09-01|||ONE||x|y\nP|RBC|B|WDC|2026-09-01||CV21|||x|y",
            "its budget would be in two pools, or in one and apart",
        ),
        ("P|RBC|A|NOBODY|2026-09-01|||||x|y", "there is no authority 'NOBODY'"),
        ("P|RBC|A|WDC|2026-09-01|who@rbc.example||||x|y", "nobody is known as who@rbc.example"),
        ("P|RBC|A|WDC|2026-07-01|||||x|y", "plan HEART arranges for RBC from 1 July 2026 too"),
        ("ONE|RBC|A|WDC|2026-09-01|||||x|y", "ONE is a plan by which councils follow one another"),
    ],
)
def test_an_arrangement_that_cannot_be_is_refused(
    sqlite_service: str, plan: str, wrong: str
) -> None:
    arranged(sqlite_service, HEART.replace(f"{HANA};{HUGO}", ""))
    planned(
        sqlite_service,
        "plan|predecessor|successor|first_day|instrument|reason\nONE|WDC|WU|2027-07-01|order|one",
    )
    with pytest.raises(ImportProblemsError) as caught:
        arranged(sqlite_service, plan)
    assert any(wrong in problem.wrong for problem in caught.value.problems)


def test_a_home_that_no_team_works_holds_the_plan_up(sqlite_service: str) -> None:
    new_case(sqlite_service, postcode="CV22 5AA")
    arranged(sqlite_service, "ODD|RBC|Town|RBC|2026-07-01||CV21||| agreed | because")
    assert rehearsed(sqlite_service, "ODD").missing == (
        "No team works the homes of DFG-1: correct the postcodes of the plan.",
    )

"""What a manager and whoever looks at runs is shown, on both databases."""

from __future__ import annotations

from datetime import timedelta

from adapters import clock
from models.database import reading
from models.people import actor_for
from rules.pathway import CaseStatus
from services.cases.run_list import RunWanted, ended, in_trouble, waiting
from services.decisions.exits import Exit
from services.reports.overview import overview
from tests.factories import act, go, live_at, new_case, runs_ended
from tests.small_service import MIA, NOW, TESS


def test_cases_and_runs_are_counted_as_they_are(url: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        new_case(url, reference=reference)
        go(reference)
    act(url, "DFG-2", Exit(CaseStatus.WITHDRAWN))
    live_at(NOW + timedelta(days=60))
    with reading(url) as conn:
        mia, tess = actor_for(conn, identity=MIA), actor_for(conn, identity=TESS)
        found = overview(conn, viewer=mia, today=clock.today(), authority="RBC")
        assert (found.open.count, found.percent_left) == (1, 100)
        assert {one.label: one.count for one in found.steps if one.count} == {
            "Specify the works": 1
        }
        assert [(one.label, one.count) for one in found.late] == [("Technical officer", 1)]
        assert [(one.label, one.count) for one in found.ways] == [("Withdrawn", 1)]
        assert [one.count for one in found.stages] == [1]
        in_june = next(one for one in found.months if str(one.month) == "2026-06")
        assert (in_june.opened.count, in_june.ended.count) == (2, 1)
        assert in_trouble(conn, viewer=mia, now=clock.now()) == []
        asked = [row.case for row in waiting(conn, viewer=tess)]
        assert "DFG-2" in asked
    runs_ended()
    with reading(url) as conn:
        wanted = RunWanted(case="dfg-2", state="Completed", days=7)
        runs, more = ended(conn, wanted=wanted, viewer=tess, now=clock.now())
        assert ({row.case for row in runs}, more) == ({"DFG-2"}, False)
        assert ended(conn, wanted=RunWanted(state="Failed"), viewer=mia, now=clock.now())[0] == []

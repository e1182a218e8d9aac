"""Outcomes on the board: what nobody recorded is its own figure, and no result."""

from __future__ import annotations

from models.database import reading
from models.people import actor_for
from rules.aftercare.outcomes import WELL_BEING, Outcome
from services.aftercare.outcomes import RecordOutcomes
from services.reports.overview import DomainOutcomes, Overview, overview
from tests.desk.web.desk import Desk
from tests.factories import act, case_at
from tests.small_service import MIA, NOW


def seen(url: str) -> Overview:
    with reading(url) as conn:
        return overview(conn, viewer=actor_for(conn, identity=MIA), today=NOW.date())


def domain(url: str, name: str) -> DomainOutcomes:
    (found,) = [one for one in seen(url).outcomes if one.domain == WELL_BEING[name]]
    return found


def test_each_domain_is_counted_as_it_counts_now_and_what_is_not_recorded_apart(url: str) -> None:
    case_at(url, "works", reference="DFG-9")
    first, second = (case_at(url, "aftercare", reference=one) for one in ("DFG-1", "DFG-2"))
    assert seen(url).signed_off == 2
    assert domain(url, "control") == DomainOutcomes(WELL_BEING["control"], 0, 0, 0, 2)
    act(url, first, RecordOutcomes({"control": Outcome.NOT_ACHIEVED, "health": Outcome.PARTLY}))
    act(url, first, RecordOutcomes({"control": Outcome.ACHIEVED}))
    act(url, second, RecordOutcomes({"control": Outcome.NOT_ACHIEVED}))
    assert domain(url, "control") == DomainOutcomes(WELL_BEING["control"], 1, 0, 1, 0)
    assert domain(url, "health") == DomainOutcomes(WELL_BEING["health"], 0, 1, 0, 1)
    assert [one.domain for one in seen(url).outcomes] == list(WELL_BEING.values())


def test_the_board_shows_them(sqlite_service: str) -> None:
    desk = Desk(MIA)
    assert "No works are signed off yet." in desk.get("/board").text
    reference = case_at(sqlite_service, "aftercare")
    act(sqlite_service, reference, RecordOutcomes({"control": Outcome.PARTLY}))
    shown = desk.get("/board").text
    assert "1 case has its works signed off." in shown
    for result in ("partly", "not_recorded"):
        name = "control" if result == "partly" else "health"
        address = f"tab=all&amp;result={name}.{result}"
        assert address in shown or address.replace("tab=all&amp;", "") in shown, result


def test_each_figure_leads_to_its_cases_and_their_file(url: str) -> None:
    first, second = (case_at(url, "aftercare", reference=one) for one in ("DFG-1", "DFG-2"))
    case_at(url, "works", reference="DFG-9")
    act(url, first, RecordOutcomes({"control": Outcome.NOT_ACHIEVED}))
    act(url, first, RecordOutcomes({"control": Outcome.ACHIEVED}))
    desk = Desk(MIA)
    for one in domain(url, "control").figures:
        there = {"Achieved": first, "Not recorded": second}.get(one.label)
        address = f"/cases.csv?tab=all&result={one.chosen['result']}"
        lines = desk.get(address).text.splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == ([there] if there else []), one.label
        assert len(lines) == one.count
    page = desk.get("/?tab=all&result=control.achieved").text
    assert "Control over day-to-day life: achieved" in page
    assert "/cases.csv?" in page

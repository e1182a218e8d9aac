"""Work lists on both databases: what they hold beside what is on record, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import engine_for, reading, writing
from models.people import actor_for
from models.tables.cases import Case
from rules.pathway import CaseStatus, StepName
from rules.reports.sla import Standing
from rules.reports.work import OWNERS, Order, Tab
from services.decisions.exits import Exit
from services.reports import work_list
from services.reports.case_list import case_list
from services.reports.kept import LONGEST, kept
from services.reports.work_cases import Wanted
from services.reports.work_list import WorkPage, work_page, work_rows
from tests.bench.copies import copy_cases
from tests.factories import act, case_at, live_at, new_case
from tests.small_service import AUDREY, NOW, TESS

MOST_STATEMENTS = 11  # and who is signed in


@pytest.fixture
def cases(url: str) -> str:
    """Cases at five steps, some with two open, one not begun, one that has ended."""
    case_at(url, "price", reference="DFG-1")
    case_at(url, "consent", reference="DFG-2", tenure="private_tenant")
    case_at(url, "approve", reference="DFG-3", client_name="Ann Other")
    case_at(url, "works", reference="DFG-4")
    new_case(url, reference="DFG-5")
    case_at(url, "price", reference="DFG-6")
    act(url, "DFG-6", Exit(CaseStatus.WITHDRAWN))
    live_at(NOW + timedelta(days=40))
    return url


def shown(url: str, wanted: Wanted, *, by: str = AUDREY, number: int = 1) -> WorkPage:
    """Return a page of a list as somebody sees it."""
    with reading(url) as conn:
        viewer = actor_for(conn, identity=by)
        return work_page(conn, wanted=wanted, viewer=viewer, today=clock.today(), number=number)


def references(page: WorkPage) -> set[str]:
    return {row.reference for row in page.rows}


def test_every_way_to_narrow_a_list_gives_what_is_on_record(cases: str) -> None:
    with reading(cases) as conn:
        held = {row["reference"]: row for row in case_list(conn, today=clock.today())}
    steps = {ref: row["open_steps"] for ref, row in held.items()}
    for step in StepName:
        found = shown(cases, Wanted(tab=Tab.ALL, step=step))
        expected = {ref for ref, open_ in steps.items() if step in {one["step"] for one in open_}}
        assert (references(found), found.total) == (expected, len(expected)), step
    for owner in OWNERS:
        found = shown(cases, Wanted(tab=Tab.ALL, holder=owner, lateness=Standing.LATE))
        today = clock.today().isoformat()
        expected = {
            ref
            for ref, open_ in steps.items()
            if any(one["owner"] == owner and (one["due_on"] or today) < today for one in open_)
        }
        assert (references(found), found.total) == (expected, len(expected)), owner
    assert references(shown(cases, Wanted(tab=Tab.CLOSED))) == {"DFG-6"}


@pytest.mark.parametrize("order", list(Order))
def test_a_list_is_whole_in_any_order_and_on_any_page(
    cases: str, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_list, "A_PAGE", 2)
    wanted = Wanted(tab=Tab.ALL, order=order)
    pages = [shown(cases, wanted, number=number) for number in (1, 2, 3)]
    found = [row.reference for page in pages for row in page.rows]
    assert sorted(found) == ["DFG-1", "DFG-2", "DFG-3", "DFG-4", "DFG-5"]
    assert {page.total for page in pages} == {5}
    with reading(cases) as conn:
        viewer = actor_for(conn, identity=AUDREY)
        rows = work_rows(conn, wanted=wanted, viewer=viewer, today=clock.today())
    assert [row.reference for row in rows] == found
    if order is Order.DUE:
        due = [row.due_on for row in rows if row.due_on]
        assert due == sorted(due)
        assert [row.due_on for row in rows[len(due) :]] == [None] * (len(rows) - len(due))


def test_tabs_count_what_they_list(cases: str) -> None:
    counts = shown(cases, Wanted(tab=Tab.ALL), by=TESS).counts
    with reading(cases) as conn:
        viewer = actor_for(conn, identity=TESS)
        for tab in Tab:
            wanted = Wanted(tab=tab)
            rows = work_rows(conn, wanted=wanted, viewer=viewer, today=clock.today())
            assert len(rows) == counts[tab], tab


def test_a_count_is_kept_until_something_is_recorded(cases: str) -> None:
    before = shown(cases, Wanted(tab=Tab.ALL)).counts
    with engine_for(cases).begin() as conn:  # a row that no record tells of
        conn.execute(sa.update(Case).where(Case.reference == "DFG-5").values(status="refused"))
    assert shown(cases, Wanted(tab=Tab.ALL)).counts == before
    act(cases, "DFG-3", Exit(CaseStatus.WITHDRAWN))
    after = shown(cases, Wanted(tab=Tab.ALL)).counts
    assert after[Tab.ALL] == before[Tab.ALL] - 2
    assert after[Tab.CLOSED] == before[Tab.CLOSED] + 2


@pytest.mark.sqlite
def test_a_count_is_kept_for_some_seconds_at_most(cases: str) -> None:
    with reading(cases) as conn:
        kept(conn, clock=lambda: 100.0)["some figure",] = 7
        assert kept(conn, clock=lambda: 100.0 + LONGEST) == {("some figure",): 7}
        assert kept(conn, clock=lambda: 100.1 + LONGEST) == {}


def test_what_one_person_sees_is_not_another_s_count(cases: str) -> None:
    by_tess = shown(cases, Wanted(tab=Tab.MINE), by=TESS)
    by_audrey = shown(cases, Wanted(tab=Tab.MINE), by=AUDREY)
    assert by_tess.counts[Tab.MINE] != by_audrey.counts[Tab.MINE]
    for page in (by_tess, by_audrey):
        assert page.counts[Tab.MINE] == len(page.rows)


@pytest.fixture
def many(cases: str) -> str:
    """A hundred times as many, one in five by a name that SQL does not fold."""
    with writing(cases) as conn:
        called = sa.update(Case).where(Case.reference == "DFG-1").values(client_name="Zoë Žižek")
        conn.execute(called)
    with engine_for(cases).begin() as conn:
        copy_cases(conn, times=100)
    return cases


def test_a_page_among_many_cases_takes_few_statements(many: str) -> None:
    wanted = Wanted(tab=Tab.ALL, q="zoëŽI")
    shown(many, wanted, by=TESS)  # reference data is read once for each state of it
    asked: list[str] = []
    sa.event.listen(engine_for(many), "before_cursor_execute", lambda *told: asked.append(told[2]))
    found = shown(many, wanted, by=TESS)
    assert (found.total, len(found.rows)) == (100, 50)
    assert len([one for one in asked if one.startswith("SELECT")]) <= MOST_STATEMENTS, asked


def test_a_page_reads_the_first_due_in_the_order_of_an_index(many: str) -> None:
    asked: list[tuple[str, Any]] = []
    sa.event.listen(
        engine_for(many), "before_cursor_execute", lambda *told: asked.append((told[2], told[3]))
    )
    shown(many, Wanted(tab=Tab.ALL), by=TESS)
    statement, values = next(one for one in asked if "NOT (EXISTS" in one[0])
    with reading(many) as conn:
        if conn.dialect.name == "sqlite":
            plan = str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
            assert "ix_case_step_due" in plan
            assert "ix_case_step_of_case (case_id=?)" in plan
            assert "TEMP B-TREE" not in plan
        else:
            read = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            assert "Sort" not in str(read.scalar_one())

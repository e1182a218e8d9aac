"""How contractors do, counted in the database and by a plain loop over everything on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import clock
from models.database import reading, writing
from models.tables.aftercare import SurveyAnswer
from models.tables.cases import Case
from models.tables.prices import Offer
from models.tables.variations import Variation
from models.tables.works import Inspection, OrderEnding, WorkOrder
from rules.clocks.dates import london_date
from rules.pathway import CaseStatus
from rules.replacements import NextBy, ReplaceGround
from rules.reports.performance import By, Figure, Period, Standing
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.cases.clocks.calendar import calendar_for
from services.completion.inspecting import InspectLines
from services.decisions.exits import Exit
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.replacing import ReplaceContractor
from services.orders.varying import ApproveVariation
from services.orders.works import CompleteWorks, StartWorks
from services.reports.performance import Asked, cases_of, performance
from tests.factories import DEARER, act, begin, case_at, later
from tests.small_service import ADA, NOW

WHOLE = Period(date(2026, 1, 1), date(2027, 12, 31))


@pytest.fixture
def lived(url: str) -> str:
    """Cases that went well, late, with snags, to another firm, to no end, in two authorities."""
    case_at(url, "aftercare")
    act(url, "DFG-1", AnswerSurvey({"contractors": 4, "overall": 2}))
    case_at(url, "sign-off", reference="DFG-2", route="call_off")
    act(url, "DFG-2", InspectLines(snags={1: "loose"}))
    act(url, "DFG-2", InspectLines(passed=(1,), snags={2: "dark"}))
    case_at(url, "assign", reference="DFG-3")
    later(days=2, hours=14.5)  # 23:30 UTC in summer: the next day in London
    act(url, "DFG-3", AnswerOffer(accepted=False))
    act(url, "DFG-3", DEARER)  # the next firm is dearer
    later(days=5)
    act(url, "DFG-3", AnswerOffer(accepted=True))
    case_at(url, "works", reference="DFG-4", route="call_off")
    case_at(url, "works", reference="DFG-5", route="quotes")
    case_at(url, "assign", reference="DFG-6")
    act(url, "DFG-6", Exit(CaseStatus.WITHDRAWN))
    case_at(url, "works", reference="DFG-7", route="call_off")
    act(url, "DFG-7", ClaimVariation(omit=(1,), added={"TILE": Decimal(2)}))
    act(url, "DFG-7", AssessVariation())
    act(url, "DFG-7", ApproveVariation(), by=ADA)
    case_at(url, "works", reference="DFG-8", route="call_off")
    act(url, "DFG-8", ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE))
    later(days=60)
    act(url, "DFG-4", StartWorks(clock.today()))
    begin(url, "DFG-3", clock.today() - timedelta(days=58))
    act(url, "DFG-3", CompleteWorks(clock.today() - timedelta(days=1), "photographs"))
    with writing(url) as conn:  # nobody of Warwick's carries a case so far here
        conn.execute(sa.update(Case).where(Case.reference == "DFG-4").values(authority="WDC"))
    return url


def table(conn: Connection, model: Any) -> list[Any]:
    return list(conn.execute(sa.select(*model.__table__.c).order_by(*model.__table__.primary_key)))


@dataclass
class ByHand:
    """The figures of everybody, by looking at every row once."""

    conn: Connection
    by: By
    today: date
    authorities: frozenset[str]
    days: Period

    def __post_init__(self) -> None:
        self.cases = {row.id: row for row in table(self.conn, Case)}
        self.found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int) | {"days": []})
        self.offers()
        self.orders()

    def of(self, row: Any, at: datetime) -> dict[str, Any] | None:
        theirs = not self.authorities or self.cases[row.case_id].authority in self.authorities
        if not theirs or not self.days.first <= london_date(at) <= self.days.last:
            return None
        return self.found[row.contractor if self.by is By.CONTRACTOR else row.lot or ""]

    def offers(self) -> None:
        for row in table(self.conn, Offer):
            if (mine := self.of(row, row.offered_at)) is None:
                continue
            mine["offers"] += 1
            mine["accepted" if row.status == "replaced" else row.status] += 1
            if row.status in ("accepted", "replaced"):
                open_days = calendar_for(self.conn, authority=self.cases[row.case_id].authority)
                first, last = london_date(row.offered_at), london_date(row.answered_at)
                mine["days"].append(open_days.between(first, last))

    def orders(self) -> None:
        ended = {row.order_id for row in table(self.conn, OrderEnding)}
        looked, varied = table(self.conn, Inspection), table(self.conn, Variation)
        scores = {
            r.case_id: r.score
            for r in table(self.conn, SurveyAnswer)
            if r.question == "contractors"
        }
        for row in table(self.conn, WorkOrder):
            mine = self.of(row, row.raised_at)
            if mine is None or row.status == "cancelled":
                continue
            mine["orders"] += 1
            mine["to_start"] += bool(row.started_on or row.start_by < self.today)
            mine["started"] += bool(row.started_on and row.started_on <= row.start_by)
            if row.status == "replaced":
                mine["to_finish"] += 1
            elif row.id not in ended:
                mine["to_finish"] += bool(row.completed_on or row.complete_by < self.today)
                mine["finished"] += bool(row.completed_on and row.completed_on <= row.complete_by)
            mine["approved"] += sum(
                one.status == "approved" and one.order_id == row.id for one in varied
            )
            results = [one.result for one in looked if one.order_id == row.id]
            mine["inspected"] += bool(results)
            mine["snags"] += results.count("snag")
            if row.status == "certified" and row.case_id in scores:
                mine["answers"] += 1
                mine["scores"] += scores[row.case_id]


def agrees(one: Standing, mine: dict[str, Any]) -> None:
    for name in ("offers", "accepted", "declined", "lapsed", "orders"):
        assert getattr(one, name) == mine[name], (one.key, name)
    pairs = (
        (one.start, "started", "to_start"),
        (one.finish, "finished", "to_finish"),
        (one.variations, "approved", "orders"),
        (one.snags, "snags", "inspected"),
        (one.survey, "scores", "answers"),
    )
    for held, count, cases in pairs:
        assert (held.count, held.cases) == (mine[count], mine[cases]), (one.key, count)
    assert one.accept_time.cases == len(mine["days"])
    if mine["days"]:
        assert one.accept_time.value == median(mine["days"]), one.key


@contextmanager
def asking(url: str, **how: Any) -> Iterator[tuple[Connection, Asked]]:
    with reading(url) as conn:
        by, days = how.pop("by", By.CONTRACTOR), how.pop("days", WHOLE)
        yield conn, Asked(by, days, clock.today(), **how)


def test_the_database_and_a_plain_loop_count_the_same(lived: str) -> None:
    some = Period(london_date(NOW), london_date(NOW) + timedelta(days=3))
    for by in By:
        for authorities in (frozenset[str](), frozenset({"WDC"})):
            for days in (WHOLE, some):
                how: dict[str, Any] = {"by": by, "authorities": authorities, "days": days}
                with asking(lived, **how) as (conn, asked):
                    found = performance(conn, asked=asked)
                    hand = ByHand(conn, today=asked.today, **how).found
                assert {one.key for one in found} == set(hand)
                for one in found:
                    agrees(one, hand[one.key])
    with asking(lived) as (conn, asked):
        found = performance(conn, asked=asked)
    assert sum(one.snags.count or 0 for one in found) == 2  # and nothing above agreed on nothing
    assert sum(one.declined for one in found) == 1
    assert {one.survey.words for one in found} >= {"4 (1 answer)", "not recorded"}
    late = sum(one.start.cases - (one.start.count or 0) for one in found)
    assert late >= 2  # began after its day, and never began


def test_every_figure_is_the_sum_of_its_list(lived: str) -> None:
    for by in By:
        with asking(lived, by=by) as (conn, asked):
            for one in performance(conn, asked=asked):
                mine = Asked(by, WHOLE, asked.today, key=one.key)
                for figure in Figure:
                    lines = cases_of(conn, asked=mine, figure=figure, limit=100)
                    held = getattr(one, figure.value)
                    counts = [line.counts for line in lines]
                    if isinstance(held, int):
                        assert len(lines) == sum(counts) == held, (one.key, figure)
                        continue
                    assert len(lines) == held.cases, (one.key, figure)
                    if figure is Figure.ACCEPT_TIME:
                        assert not counts or float(held.value) == median(counts)
                    else:
                        assert sum(counts) == held.count, (one.key, figure)

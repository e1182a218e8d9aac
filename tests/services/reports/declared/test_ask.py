"""Every report: its rows add up to it, its lists to its figures, and a plain loop says the same."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from adapters import clock
from models.database import reading, writing
from models.tables.cases import Case
from models.tables.funding import Budget
from models.tables.reports import CaseFacts
from rules.cases import Tenure
from rules.grants.budgets import financial_year
from rules.pathway import EXITS, CaseStatus
from rules.reports.asked import Asked, period_of
from rules.reports.figures import Shows, Unit
from rules.reports.performance import Period
from services.decisions.exits import Exit
from services.reports.counting import count_what_grew
from services.reports.declared.ask import TOTAL, Answer, Question, ask, behind
from services.reports.declared.catalogue import REPORTS
from services.reports.declared.report import Report
from tests.factories import act, bring, case_at, later

TODAY = date(2026, 11, 30)
YEAR = Period(date(2026, 4, 1), date(2026, 11, 30))
ASKED = Asked(YEAR, TODAY, TODAY)
AUTHORITIES = ("RBC", "WDC")
LOOPED = (
    *("enquiries", "referrals", "approvals", "completions"),
    *("end-to-end", "drop-out", "return", "limits"),
)
EVERY = [(one, way.name) for one in REPORTS.values() for way in one.ways]


def days(first: date = date(2025, 1, 1), last: date = TODAY) -> st.SearchStrategy[date | None]:
    return st.none() | st.dates(first, last)


@st.composite
def one_case(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the facts of a case: its days may have come in any order, or not."""
    status = draw(st.sampled_from(["open", "paid", "closed", *EXITS]))
    left = status in EXITS
    certified = None if left else draw(days())
    over = left or certified is not None
    shares = [draw(st.integers(0, 200)) if over else None for _ in range(5)]
    waited = zip(("council", "assessor", "landlord", "contractor", "client"), shares, strict=True)
    score = st.none() | st.integers(1, 5)
    result = st.none() | st.sampled_from(["achieved", "partly", "not_achieved"])
    money = st.none() | st.integers(0, 35_000_00)
    approved = draw(days())
    return {
        "authority": draw(st.sampled_from(AUTHORITIES)),
        "work_type": draw(st.sampled_from(["level_access_shower", "stairlift"])),
        "tenure": draw(st.sampled_from(Tenure)).value,
        "urgent": draw(st.booleans()),
        "route": draw(st.sampled_from([None, "pre_priced", "call_off", "quotes"])),
        "age": draw(st.none() | st.integers(0, 99)),
        "status": str(status),
        "contact_on": draw(st.dates(date(2024, 1, 1), TODAY)),
        **{f"{name}_on": draw(days()) for name in ("recommended", "applied", "priced", "offered")},
        "approved_on": approved,
        **{f"{name}_on": draw(days()) for name in ("ordered", "started", "paid")},
        "certified_on": certified,
        "ended_on": draw(st.dates(date(2025, 1, 1), TODAY)) if left else None,
        "ended_stage": draw(st.sampled_from(["approve", "works"])) if left else None,
        "ended_ground": str(status) if left else None,
        "budget_year": financial_year(approved) if approved else None,
        **{f"{name}_pence": draw(money) for name in ("grant", "top_up", "others", "works", "paid")},
        **{name: draw(st.integers(0, 9)) for name in ("preventive_lines", "contacts", "hand_offs")},
        **{f"days_{name}": value for name, value in waited},
        **{f"said_{one}": draw(score) for one in ("overall", "contractors")},
        **{f"care_{one}": draw(result) for one in ("health", "control")},
    }


@pytest.fixture
def many(url: str) -> str:
    """Twelve cases, of which nothing is counted."""
    case_at(url, "specify")
    with writing(url) as conn:
        row = dict(conn.execute(sa.select(*Case.__table__.c)).one()._mapping)
        del row["id"]
        copies = [{**row, "reference": f"DFG-{number}"} for number in range(2, 13)]
        conn.execute(sa.insert(Case), copies)
    return url


def known(conn: Connection, cases: list[dict[str, Any]]) -> None:
    """Put in what is known of each of the twelve cases."""
    empty = dict.fromkeys(CaseFacts.__table__.c.keys())
    opened = clock.now() - timedelta(days=900)
    rows = [
        empty | one | {"case_id": number, "known_from": opened}
        for number, one in enumerate(cases, start=1)
    ]
    conn.execute(sa.delete(CaseFacts))
    conn.execute(sa.insert(CaseFacts), rows)


def adds_up(conn: Connection, report: Report, answer: Answer) -> None:
    """Hold each figure to its list, and those that add up to their whole."""
    question = Question(report, answer.asked)
    for column in question.columns:
        figures = [row.figures[column.name] for row in answer.rows]
        whole = answer.total.figures[column.name]
        if column.of is None:
            continue
        assert sum(one.cases for one in figures) == whole.cases, (report.name, column.name)
        for row in (*answer.rows, answer.total):
            figure = row.figures[column.name]
            lines = behind(conn, question, column=column, key=row.key, limit=100)
            assert len(lines) == figure.cases, (report.name, column.name, row.key)
            values = [one.value for one in lines if one.value is not None]
            if not lines or column.value is None:
                continue
            worth = {
                Shows.TOTAL: sum(values),
                Shows.LONGEST: max(values),
                Shows.MEDIAN: median(values),
                Shows.MEAN: sum(values) / len(values),
            }.get(column.shows)
            within = 0.5 if column.unit is Unit.PENCE else 0.05
            assert figure.value is not None
            assert worth is None or abs(float(figure.value) - worth) <= within + 1e-9


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(one_case(), min_size=12, max_size=12),
    st.sampled_from(EVERY),
    st.sampled_from([TODAY, TODAY - timedelta(days=60)]),
)
def test_figures_add_up_and_lists_to_figures(
    many: str, cases: list[dict[str, Any]], which: tuple[Report, str], at: date
) -> None:
    report, way = which
    with writing(many) as conn:
        known(conn, cases)
        adds_up(conn, report, ask(conn, report, Asked(YEAR, at, TODAY, by=way)))
        conn.rollback()


def test_every_report_by_every_way_adds_up(lived: str) -> None:
    today = clock.today()
    period = period_of(None, None, at=today)
    with reading(lived) as conn:
        for report, way in EVERY:
            adds_up(conn, report, ask(conn, report, Asked(period, today, today, by=way)))


def in_year(value: date | None) -> bool:
    return value is not None and YEAR.first <= value <= YEAR.last


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(one_case(), min_size=12, max_size=12))
def test_a_plain_loop_counts_the_same(many: str, cases: list[dict[str, Any]]) -> None:
    with writing(many) as conn:
        known(conn, cases)
        said = {name: ask(conn, REPORTS[name], ASKED).total.figures for name in LOOPED}
        conn.rollback()

    for name, when in (
        ("enquiries", "contact_on"),
        ("referrals", "recommended_on"),
        ("approvals", "approved_on"),
        ("completions", "certified_on"),
    ):
        assert said[name]["year"].value == sum(in_year(one[when]) for one in cases)
    children = [one for one in cases if one["age"] is not None and one["age"] < 18]
    assert said["enquiries"]["children"].value == sum(
        in_year(one["contact_on"]) for one in children
    )
    done = [one for one in cases if in_year(one["certified_on"])]
    took = [(one["certified_on"] - one["contact_on"]).days for one in done]
    assert said["end-to-end"]["done"].value == len(done)
    if took:
        value = said["end-to-end"]["median"].value
        assert value is not None
        assert float(value) == median(took)
    left = [one for one in cases if in_year(one["ended_on"])]
    rate = said["drop-out"]["rate"]
    assert (rate.cases, rate.among) == (len(left), len(left) + len(done)) or not (left or done)
    paid = [one["paid_pence"] for one in done if one["paid_pence"] is not None]
    assert said["return"]["paid"].value == (sum(paid) if paid else None)
    waits = [one for one in cases if one["ended_on"] is None and one["certified_on"] is None]
    assert said["end-to-end"]["open"].value == len(waits)
    late = [
        one
        for one in waits
        if one["applied_on"]
        and one["approved_on"] is None
        and one["applied_on"] < date(2026, 5, 30)
    ]
    assert said["limits"]["over_six"].cases == len(late)


@pytest.fixture
def lived(url: str) -> str:
    """One case that was paid, and one approved that leaves three days later."""
    bring(url, "budgets", "authority | year | amount\nRBC | 2025 | 100000\nRBC | 2026 | 100000")
    case_at(url, "aftercare")
    case_at(url, "assign", reference="DFG-2")
    count_what_grew()
    later(days=3)
    return url


def asked_of(report: str, url: str, *, at: date) -> dict[str, Any]:
    today = clock.today()
    period = Period(date(at.year - 1, 1, 1), at)
    with reading(url) as conn:
        answer = ask(conn, REPORTS[report], Asked(period, at, today))
    return {one.name: answer.total.figures[one.name] for one in answer.columns}


def test_as_at_a_day_the_answer_stays_what_it_was(lived: str) -> None:
    then = clock.today() - timedelta(days=1)
    before = {name: asked_of(name, lived, at=then) for name in REPORTS}
    act(lived, "DFG-2", Exit(CaseStatus.WITHDRAWN))
    count_what_grew()
    later(days=40)

    for name, figures in before.items():
        again = asked_of(name, lived, at=then)
        given_now = {key: one for key, one in again.items() if key not in ("budget", "left")}
        assert given_now == {key: one for key, one in figures.items() if key in given_now}, name
    assert asked_of("drop-out", lived, at=then)["left"].value == 0
    assert asked_of("drop-out", lived, at=then + timedelta(days=1))["left"].value == 1


def committed(url: str) -> tuple[int, int]:
    """Return what the budgets have committed, and what a report says of it."""
    today = clock.today()
    with reading(url) as conn:
        query = sa.select(Budget.committed_pence).where(Budget.year == financial_year(today))
        held = conn.execute(query).scalar_one()
    return held, int(asked_of("spending", url, at=today)["grant"].value or 0)


def test_what_a_budget_has_committed_is_what_its_cases_hold(lived: str) -> None:
    before, said = committed(lived)
    act(lived, "DFG-2", Exit(CaseStatus.WITHDRAWN))
    count_what_grew()
    after, said_after = committed(lived)

    assert before == said
    assert after == said_after
    assert 0 < after < before


def test_only_the_cases_of_whom_is_asked(lived: str) -> None:
    today = clock.today()
    period = Period(today - timedelta(days=700), today)
    with reading(lived) as conn:
        theirs = ask(conn, REPORTS["enquiries"], Asked(period, today, today, frozenset({"RBC"})))
        others = ask(conn, REPORTS["enquiries"], Asked(period, today, today, frozenset({"WDC"})))

    assert theirs.total.figures["year"].value == 2
    assert others.total.figures["year"].value == 0
    assert [row.key for row in (*theirs.rows, theirs.total)] == ["RBC", TOTAL]


def test_figures_of_councils_that_were_followed_compare(lived: str) -> None:
    today = clock.today()
    period = Period(today - timedelta(days=700), today)
    before = Asked(period, today, today, by="council")
    after = Asked(period, today, today, by="council", follow=(("RBC", "WDC"),))
    with reading(lived) as conn:
        for name, report in REPORTS.items():
            if "council" not in {way.name for way in report.ways}:
                continue
            first, then = ask(conn, report, before), ask(conn, report, after)
            assert then.total.figures == first.total.figures, name
            assert {row.key for row in then.rows} == {"WDC"}, name
            adds_up(conn, report, then)


def test_the_question_is_printed_as_it_was_asked(lived: str) -> None:
    today = clock.today()
    with reading(lived) as conn:
        for report in REPORTS.values():
            answer = ask(conn, report, Asked(Period(date(2026, 1, 1), today), today, today))
            asked = answer.statements[0].replace(":", "\\:")
            rows = conn.execute(sa.text(asked)).mappings().all()
            assert rows, "it can be asked again as it is printed"
            assert {row["row"] for row in rows} <= {row.key for row in answer.rows}

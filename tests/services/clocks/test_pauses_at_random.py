"""Pauses recorded, ended, corrected and withdrawn in any order, against a calendar on paper."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bank_holidays import bank_holidays
from desk.verification.commands import verify_all
from models.database import reading
from models.tables.clocks import Clock
from rules.clocks.pause_terms import PauseCause
from rules.decisions import BaseDecision
from rules.errors import HandrailError
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.reports.waits import wait_of
from tests.factories import decide, go, new_case
from tests.looking import case

CONTACT, TODAY = date(2026, 4, 1), date(2026, 6, 1)
CLOSED = {day for day, _ in bank_holidays(first_year=2026, last_year=2027)}
TARGET = 130  # contact to completion, not urgent, simple
NUMBERS = count(1)
DAYS = st.integers(-2, 63).map(lambda n: CONTACT + timedelta(days=n))
WHICH = st.integers(1, 3)
DECISIONS: st.SearchStrategy[BaseDecision] = st.one_of(
    st.builds(Pause, st.just(PauseCause.HEALTH), DAYS, st.just("note"), st.none() | DAYS),
    st.builds(EndPause, DAYS, WHICH),
    st.builds(CorrectPause, WHICH, st.none() | DAYS, st.none() | DAYS, st.booleans()),
    st.builds(CorrectPause, WHICH, withdrawn=st.just(True)),
)


@dataclass(frozen=True)
class OnPaper:
    """One pause as a careful officer would keep it."""

    first: date
    last: date | None
    counts: bool = True

    def possible(self) -> bool:
        return CONTACT <= self.first <= TODAY and self.first <= (self.last or TODAY) <= TODAY

    def has(self, day: date) -> bool:
        return self.counts and self.first <= day and (self.last is None or day <= self.last)

    def under_way(self) -> bool:
        return self.counts and self.last is None


def kept(paper: list[OnPaper], decision: BaseDecision) -> list[OnPaper] | None:
    """Return the pauses after a decision, or None where it must be refused."""
    if isinstance(decision, Pause):
        new = OnPaper(decision.started_on, decision.ended_on)
        return [*paper, new] if new.possible() else None
    assert isinstance(decision, EndPause | CorrectPause)
    assert decision.number
    if decision.number > len(paper) or not paper[decision.number - 1].counts:
        return None
    old = paper[decision.number - 1]
    after = _changed(old, decision)
    if after is None or after == old or not after.possible():
        return None
    return [*paper[: decision.number - 1], after, *paper[decision.number :]]


def _changed(old: OnPaper, decision: EndPause | CorrectPause) -> OnPaper | None:
    if isinstance(decision, EndPause):
        return replace(old, last=decision.on) if old.last is None else None
    if decision.withdrawn:
        return replace(old, counts=False)
    if decision.under_way and decision.ended_on:
        return None
    last = None if decision.under_way else decision.ended_on or old.last
    return replace(old, first=decision.started_on or old.first, last=last)


def counted(day: date, paper: list[OnPaper]) -> bool:
    return day.weekday() < 5 and day not in CLOSED and not any(pause.has(day) for pause in paper)


def due_on_paper(paper: list[OnPaper]) -> date | None:
    """Return the due date of the whole case, found by walking through the calendar."""
    if any(pause.under_way() for pause in paper):
        return None
    day = CONTACT
    while not counted(day, paper):
        day += timedelta(days=1)
    for _ in range(TARGET):
        day += timedelta(days=1)
        while not counted(day, paper):
            day += timedelta(days=1)
    return day


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(decisions=st.lists(DECISIONS, min_size=1, max_size=8))
def test_whatever_is_recorded_the_dates_are_those_of_the_calendar(
    sqlite_service: str, decisions: list[BaseDecision]
) -> None:
    reference = new_case(sqlite_service, reference=f"DFG-{next(NUMBERS)}")
    go(reference)
    paper: list[OnPaper] = []
    for decision in decisions:
        after = kept(paper, decision)
        with nullcontext() if after is not None else pytest.raises(HandrailError):
            decide(sqlite_service, reference, decision)
        paper = after or paper
        check(sqlite_service, reference, paper)
    with reading(sqlite_service) as conn:
        assert [finding.sentence for finding in verify_all(conn)] == []


def check(url: str, reference: str, paper: list[OnPaper]) -> None:
    row = case(url, reference)
    query = sa.select(Clock.due_on).where(
        Clock.case_id == row.id, Clock.name == "contact_to_completion"
    )
    with reading(url) as conn:
        assert conn.execute(query).scalar() == due_on_paper(paper)
        wait = wait_of(conn, reference=reference, today=TODAY)
    open_ones = [pause.first for pause in paper if pause.under_way()]
    assert row.paused_on == min(open_ones, default=None)
    days = [CONTACT + timedelta(days=n) for n in range((TODAY - CONTACT).days + 1)]
    assert wait.totals.controllable_days == max(0, sum(counted(d, paper) for d in days) - 1)
    paused = sum(any(pause.has(day) for pause in paper) for day in days[1:])
    assert sum(part.days for part in wait.stretches if part.what.startswith("pause")) == paused
    assert (wait.totals.days, wait.totals.working_days) == (61, 39)

"""Asking which clocks are late, in tests: every clock of a service on a date, in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from adapters import clock
from models.database import reading, writing
from models.people import actor_for
from rules.reports.sla import ClockLine, Standing
from services.clocks.closures import close_day
from services.reports.clocks_at import Asked
from services.reports.sla import CasePage, Page, Wanted, case_page, page
from tests.small_service import MIA

EVERY = Wanted(tuple(Standing))


def shown(url: str, *, at: date | None = None, identity: str = "", **asked: Any) -> Page:
    """Return every clock of the service on a date, as of the test's own clock."""
    today = clock.today()
    question = replace(Asked(at=at or today, today=today), **asked)
    with reading(url) as conn:
        return page(conn, asked=question, wanted=EVERY, identity=identity)


def shown_case(url: str, reference: str, at: date | None = None) -> CasePage:
    with reading(url) as conn:
        return case_page(conn, reference=reference, at=at or clock.today(), today=clock.today())


def lines(found: Page) -> list[ClockLine]:
    return [line for listed in found.lists.values() for line in listed]


def stand(found: Page) -> list[tuple[object, ...]]:
    """Return what does not change by being asked on another day."""
    return sorted(
        (
            *(line.case, line.clock, line.subject, str(line.standing), str(line.due_on)),
            *(line.holder, line.held_by, line.held_at, line.since.isoformat()),
        )
        for line in lines(found)
    )


def named(found: Page, clock_name: str) -> ClockLine:
    (line,) = [line for line in lines(found) if line.clock == clock_name]
    return line


def close(url: str, day: date) -> None:
    with writing(url) as conn:
        actor = actor_for(conn, identity=MIA)
        close_day(conn, day=day, title="Training", authority="", actor=actor, now=clock.now())


def names(found: Page) -> set[tuple[str, str]]:
    return {(line.case, line.clock) for line in lines(found)}

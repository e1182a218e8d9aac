"""A simulated year: every alert that was due came, once, on its day; no other came; each went."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from models.database import reading
from models.tables.clocks import Alert, Clock, ClockChange, Pause
from tests.alert_oracle import AGAIN, ESCALATE, LATE, WARN
from tests.simulated_year import Year


def held_to_the_oracle(year: Year) -> None:
    """Live the year, and hold every sweep and every alert to what was expected."""
    year.live()
    for found, expected in year.sweeps:
        assert (found.raised, found.cleared) == expected
    raised, wanted = year.ledger(), year.oracle.ledger()
    assert set(raised) - set(wanted) == set()  # none came that was not due
    assert set(wanted) - set(raised) == set()
    assert raised == wanted  # each once


def test_a_year_of_six_hundred_cases(sqlite_service: str) -> None:
    year = Year(sqlite_service, cases=600, days=365, seed=1)
    held_to_the_oracle(year)
    with reading(sqlite_service) as conn:
        clocks = conn.execute(select(func.count()).select_from(Clock)).scalar_one()
        moved = conn.execute(select(func.count()).select_from(ClockChange)).scalar_one()
        pauses = conn.execute(select(func.count()).select_from(Pause)).scalar_one()
        rungs = Counter(conn.scalars(select(Alert.rung)))
    assert clocks > 3_000
    assert moved > 300
    assert pauses > 120
    assert min(rungs[rung] for rung in (WARN, LATE, ESCALATE, AGAIN)) > 150


def test_some_months_on_every_database(url: str) -> None:
    held_to_the_oracle(Year(url, cases=120, days=150, seed=2))
    with reading(url) as conn:
        assert conn.execute(select(func.count()).select_from(Alert)).scalar_one() > 500

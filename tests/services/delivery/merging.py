"""Two councils that become one, for tests: Rugby and Warwick, and the council that follows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters import clock
from models.database import reading, writing
from services.delivery.carry_out import Outcome, Rehearsal, carry_out, rehearse
from services.verification.verify import findings
from tests.factories import bring
from tests.small_service import ADAM

DAY = datetime(2026, 7, 1, 9, tzinfo=UTC)
COUNCIL = """
authority | name                | email             | address
WU        | Warwickshire United | home@wu.example   | Shire Hall, Warwick
"""
PLAN = """
plan    | predecessor | successor | first_day  | instrument          | reason
UNITARY | RBC         | WU        | 2026-07-01 | the Order of 2026   | One council for the county
UNITARY | WDC         | WU        | 2026-07-01 | the Order of 2026   | One council for the county
"""


def planned(url: str, plan: str = PLAN, council: str = COUNCIL) -> None:
    """Bring in the council that follows, and the plan."""
    bring(url, "authorities", council)
    bring(url, "successions", plan)


def carried(url: str, name: str = "UNITARY") -> Outcome:
    """Carry a plan out as the command does: each part in a transaction of its own."""
    return carry_out(lambda: writing(url), name=name, by=ADAM, now=clock.now())


def rehearsed(url: str, name: str = "UNITARY") -> Rehearsal:
    """Rehearse a plan, in a transaction that is committed afterwards."""
    with writing(url) as conn:
        return rehearse(conn, name=name, by=ADAM, now=clock.now())


def faults(url: str) -> list[Any]:
    """Return what `handrail verify` finds."""
    with reading(url) as conn:
        return list(findings(conn, lambda path: path.rsplit("/")[-1].split(".")[0]))

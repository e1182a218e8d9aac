"""A plan whose process is killed, for real, at one commit after another: it goes on to its end."""

from __future__ import annotations

from signal import SIGKILL
from typing import Any

import pytest

from models.database import engine_for
from models.tables.cases import Case
from models.tables.delivery import CarriedPlan
from models.tables.record import Audit
from tests.factories import live_at
from tests.journeys.dying import Mortals
from tests.looking import rows
from tests.services.delivery import test_arrangements, test_carry_out
from tests.services.delivery.merging import DAY, faults, rehearsed
from tests.small_service import ADAM


@pytest.mark.parametrize(
    ("lived", "plan", "noted"),
    [
        (test_carry_out.lived, "UNITARY", "case: moved to another authority"),
        (test_arrangements.lived, "HEART", "case: worked by another team"),
    ],
)
def test_killed_at_every_commit_it_goes_on_and_does_nothing_twice(
    sqlite_service: str, lived: Any, plan: str, noted: str
) -> None:
    url = lived(sqlite_service)
    expected = rehearsed(url, plan).outcome
    live_at(DAY)
    engine_for(url).dispose()  # no connection of ours outlives a fork
    carry = ("delivery", "carry-out", plan, "--by", ADAM)
    with Mortals() as mortals:
        # Begun, joined, and each case: one commit further each time, until all is done.
        ends = [mortals.work(*carry, point=point) for point in (1, 2, 3, 4, 4, 5)]
        assert ends == [-SIGKILL] * 6
        assert mortals.work(*carry) == 0
    (kept,) = rows(url, CarriedPlan)
    assert (kept["before"], kept["after"]) == (expected.before, expected.after)
    moves = sorted(row["chain"] for row in rows(url, Audit) if row["action"] == noted)
    assert moves == sorted(one.reference for one in expected.cases)
    assert {row["status"] for row in rows(url, Case)} <= {"open", "withdrawn"}
    assert faults(url) == []

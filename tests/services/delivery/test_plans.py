"""Plans as they are brought in: what cannot be is refused, and what was begun stays as it is."""

from __future__ import annotations

import pytest

from models.base import Base
from rules.errors import HandrailError, ImportProblemsError
from services.delivery.fates import FATES
from tests.factories import bring, live_at, new_case
from tests.services.delivery.merging import DAY, PLAN, carried, planned, rehearsed


def test_nothing_new_is_opened_for_a_council_that_has_ended(sqlite_service: str) -> None:
    planned(sqlite_service)
    live_at(DAY)
    carried(sqlite_service)
    for bad in (
        lambda: new_case(sqlite_service, reference="DFG-9"),
        lambda: bring(sqlite_service, "budgets", "authority|year|amount\nRBC|2026|5"),
    ):
        with pytest.raises(ImportProblemsError) as caught:
            bad()
        assert caught.value.problems[0].wrong == "RBC is followed by WU"
    with pytest.raises(ImportProblemsError) as caught:
        bring(sqlite_service, "successions", PLAN.replace("2026-07-01", "2026-08-01"))
    assert "was carried out on 1 July 2026" in caught.value.problems[0].wrong


def test_a_plan_nobody_knows_is_refused_with_those_there_are(sqlite_service: str) -> None:
    planned(sqlite_service)
    with pytest.raises(HandrailError, match="There is no plan WHAT"):
        rehearsed(sqlite_service, "WHAT")


@pytest.mark.parametrize(
    ("plan", "wrong"),
    [
        (
            "P|RBC|WU|2026-07-01||60|x|y",
            "its budget shares come to 60 %, not 100 %",
        ),
        ("P|RBC|WDC|2026-07-01||100|x|y\nP|WDC|WU|2026-07-01||100|x|y", "it ends in the same plan"),
        ("P|WU|RBC|2026-07-01||100|x|y", "with the plans on record it would come to follow itself"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(sqlite_service: str, plan: str, wrong: str) -> None:
    planned(sqlite_service)
    header = "plan|predecessor|successor|first_day|postcodes|budget_share|instrument|reason\n"
    with pytest.raises(ImportProblemsError) as caught:
        bring(sqlite_service, "successions", header + plan)
    assert wrong in [problem.wrong for problem in caught.value.problems]


def test_every_column_that_names_an_authority_has_its_fate() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.c
        if column.name in {"authority", "authorities", "entitled"}
        or any(key.target_fullname == "authority.code" for key in column.foreign_keys)
    }
    assert found == set(FATES)

"""A repricing whose process is killed, for real: it goes on, and no case is priced twice."""

from __future__ import annotations

from signal import SIGKILL

from desk.verification.commands import verify_all
from models.database import engine_for, reading
from models.tables.prices import Award
from tests.factories import case_at
from tests.journeys.dying import Mortals
from tests.looking import rows
from tests.repricing import asked_for, new_version, outcomes


def test_killed_at_one_commit_after_another_it_prices_each_case_once(sqlite_service: str) -> None:
    for reference in ("DFG-1", "DFG-2", "DFG-3"):
        case_at(sqlite_service, "tender", reference=reference, route="call_off")
    new_version(sqlite_service, index="10")
    number = asked_for(sqlite_service)
    engine_for(sqlite_service).dispose()  # no connection of ours outlives a fork
    with Mortals() as mortals:
        ends = [mortals.work("reprice", str(number), point=point) for point in (1, 2, 3, 4)]
        assert ends == [-SIGKILL] * 4
        assert mortals.work("reprice", str(number)) == 0
    assert {told[0] for told in outcomes(sqlite_service, number).values()} == {"repriced"}
    awards = [(row["case_id"], row["version"]) for row in rows(sqlite_service, Award)]
    assert sorted(awards) == [(case, version) for case in (1, 2, 3) for version in (1, 2)]
    with reading(sqlite_service) as conn:
        assert [found for found in verify_all(conn) if found.severity == "error"] == []

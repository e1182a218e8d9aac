"""`kill -9` of what runs behind a service, when chance says so: nothing is lost, nothing twice."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desk.demonstration.script import FIRST_DAY
from models.database import reading
from models.outbox import CLAIM_LASTS
from models.tables.cases import Case
from models.tables.record import Decision
from rules.pathway import OVER, StepName, StepStatus
from tests.databases import fresh_sqlite
from tests.factories import act, go, later, new_case, usual_decision
from tests.journeys.commands import asked, handrail
from tests.journeys.conftest import Chance
from tests.journeys.service import LOOK, STILL, Service, living_in
from tests.looking import messages, status_of
from tests.served import SERVED

COMPETING = "DFG-3"
CASES = {
    COMPETING: {"route": "quotes"},
    "DFG-1": {"route": "pre_priced", "tenure": "private_tenant"},
}
BLOWS = ("conductor", "both", "up")
AFTER_THE_DEMO = datetime(2026, 11, 23, 9, tzinfo=UTC)  # what it lived through lies in the past
WITHDRAWN = (
    *("--outcome", "withdrawn", "--ground", "applicant_withdrew"),
    *("--reason", "The client no longer wants the works."),
    *("--by", "angela.fairbrother@home-adaptations.example"),
)
UNFINISHED = (
    "SELECT name, state_name FROM flow_run "
    "WHERE state_name IN ('Running', 'Pending', 'AwaitingRetry')"
)


def test_killed_again_and_again_a_service_ends_where_it_would_have(
    ground: Path, tmp_path: Path, chance: Chance
) -> None:
    expected = _undisturbed(ground, tmp_path / "quiet")
    with living_in(tmp_path / "home", sweep_seconds="10") as service:
        _open_cases(ground, service)
        opened = _decisions(service.url)
        service.start()
        recorded = _live(service, _blows(service, chance))
        later(seconds=CLAIM_LASTS.total_seconds() + 1)  # what a dead sender had claimed is due
        service.settle()
        assert {reference: _end(service.url, reference) for reference in CASES} == expected
        assert _decisions(service.url) == opened + recorded
        check_nothing_is_twice(service)
        service.wait_for(lambda: _unfinished(service.home) == [])  # before any lease runs out


def _undisturbed(ground: Path, home: Path) -> dict[str, Any]:
    """Return how the cases end where nothing is killed, and no Prefect is there to be killed."""
    with living_in(home) as quiet:
        _open_cases(ground, quiet)
        for reference in CASES:
            go(reference)
            while gates := _to_decide(quiet, reference):
                act(quiet.url, reference, usual_decision(quiet.url, reference, gates[0]))
        return {reference: _end(quiet.url, reference) for reference in CASES}


def _open_cases(ground: Path, service: Service) -> None:
    with fresh_sqlite(ground=ground, folder=service.home, stock=SERVED):
        for reference, particulars in CASES.items():
            new_case(service.url, reference=reference, **particulars)


def _to_decide(service: Service, reference: str) -> list[StepName]:
    return [step for step in service.open_gates(reference) if step is not StepName.AFTERCARE]


def _live(service: Service, blows: Iterator[None]) -> list[tuple[str, str]]:
    """Decide whatever can be decided until every case is paid, whatever is killed meanwhile.

    Returns:
        The decisions that were recorded: case and kind, in order.
    """
    recorded: list[tuple[str, str]] = []
    until = time.monotonic() + STILL
    while not all(_paid(service.url, reference) for reference in CASES):
        before = len(recorded)
        for reference in _alive(service):
            recorded += [
                (reference, service.decide(reference, step).kind)
                for step in _to_decide(service, reference)
            ]
        if len(recorded) > before:
            next(blows, None)
            until = time.monotonic() + STILL
        assert time.monotonic() < until, service.said
        service.tick()
        time.sleep(LOOK)
    assert next(blows, "all are struck") == "all are struck"
    return recorded


def _alive(service: Service) -> list[str]:
    """Return the cases to decide on: one alone until its quotes are in, which takes the clock on.

    Two weeks at once would let offers on the others lapse, and they would end in another way.
    """
    tendered = status_of(service.url, COMPETING, StepName.TENDER) in OVER
    return list(CASES) if tendered else [COMPETING]


def _paid(url: str, reference: str) -> bool:
    return status_of(url, reference, StepName.AFTERCARE) is StepStatus.WAITING


def _blows(service: Service, chance: Chance) -> Iterator[None]:
    """Strike a blow each time it is asked, some time after the decision that was recorded last."""
    for victim in chance.sample(BLOWS, len(BLOWS)):
        chance.wait(0.6, then=f"{victim} killed")
        if victim == "up":
            service.kill()
            service.start()
        else:
            for name in ("server", "conductor"):
                if victim in (name, "both"):
                    service.kill_one(name)
        yield


def _end(url: str, reference: str) -> dict[str, Any]:
    """Return what a case has come to, without what depends on the order of cases or the minute."""
    view = asked("case", "show", reference)
    steps = [(one["step"], one["status"], one["waiting_for"]) for one in view["steps"]]
    papers = sorted((one["kind"], one["version"]) for one in view["documents"])
    sent = Counter(one["kind"] for one in messages(url) if _is_about(one, reference))
    money = ("route", "contractor", "net_pence", "vat_pence", "total_pence", "lines")
    return {name: view[name] for name in money} | {"steps": steps, "papers": papers, "sent": sent}


def _is_about(message: dict[str, Any], reference: str) -> bool:
    return bool(message["context"]["case_reference"] == reference)


def _decisions(url: str) -> list[tuple[str, str]]:
    query = sa.select(Case.reference, Decision.kind).join(Case, Case.id == Decision.case_id)
    with reading(url) as conn:
        return [(row.reference, row.kind) for row in conn.execute(query.order_by(Decision.id))]


def _unfinished(home: Path) -> list[Any]:
    """Return the runs that Prefect still takes for running, or means to run again."""
    with closing(sqlite3.connect(f"file:{home}/prefect/prefect.db?mode=ro", uri=True)) as prefect:
        return prefect.execute(UNFINISHED).fetchall()


# ---- the demo


def test_a_demo_killed_on_the_way_is_a_service_that_goes_on(tmp_path: Path, chance: Chance) -> None:
    days = chance.randint(0, 20)  # cases arrive from the ninth on, decisions from the fourteenth
    with living_in(tmp_path / "home", now=AFTER_THE_DEMO) as service:
        service.begin("demo")
        service.wait_out(lambda: (lived := _days_lived(service.home)) < days and str(lived))
        chance.wait(2, then="killed")
        service.kill()
        service.start()
        service.settle()
        check_nothing_is_twice(service)
        waiting = [one for one in asked("case", "list") if one["open_steps"]]
        assert waiting or days < 10
        for case in waiting[:1]:
            handrail("decide", case["reference"], "exit", *WITHDRAWN)
            service.settle()
            assert asked("case", "show", case["reference"])["status"] == "withdrawn"
            check_nothing_is_twice(service)


def _days_lived(home: Path) -> int:
    """Return how many days of its own a demo has begun, or -1 before it has a database."""
    if not (home / "handrail.db").exists():
        return -1
    clock = home / "demo.clock"
    if not clock.exists():
        return 0
    return (date.fromisoformat(clock.read_text()[:10]) - FIRST_DAY).days


# ---- what must be so in any case


def check_nothing_is_twice(service: Service) -> None:
    """Assert that every order, document and message is there once, and everything holds."""
    assert asked("verify") == {"sound": True, "findings": []}
    views = [asked("case", "show", case["reference"]) for case in asked("case", "list")]
    numbers = sorted(view["order_number"] for view in views if view["order_number"])
    assert numbers == [f"WO-2026-{number:05}" for number in range(1, len(numbers) + 1)]
    papers = [
        (view["reference"], one["kind"], one["version"])
        for view in views
        for one in view["documents"]
    ]
    assert len(papers) == len(set(papers))
    files = [*(service.home / "mail" / "new").glob("*")]
    letters = [message_from_bytes(file.read_bytes())["Message-ID"] for file in files]
    assert len(letters) == len(set(letters)) == len(messages(service.url))

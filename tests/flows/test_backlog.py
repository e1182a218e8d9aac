"""A backlog: several cases carried on in one run, each linked to it, none held up by another."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from adapters import prefect_client, prefect_runs, prefect_watch
from adapters.conductor_status import read_status
from deployments.conductor import Conductor
from deployments.execution import warm_engine
from models.base import AnyRow
from models.database import reading, writing
from models.tables.cases import Case, FlowRun
from models.tables.record import Outbox
from services.cases.run_requests import BACKLOG, DEPLOYMENT, claim_run_requests, in_one_run
from services.cases.runners import own_conductor
from services.decisions.specification import Specify
from tests.factories import decide, go, new_case, runs_ended
from tests.flows.conducting import one_more, states_of, turn_until_idle
from tests.looking import messages, status_of
from tests.served import sqlite_service

__all__ = ["sqlite_service"]

pytestmark = pytest.mark.usefixtures("deployments")


@pytest.fixture
def conductor(sqlite_service: str, tmp_path: Path) -> Iterator[Conductor]:
    """Return a conductor in this process, ready to take turns, with nothing asked of it."""
    assert sqlite_service
    with warm_engine(), prefect_client.connected():
        yield one_more(tmp_path)


def backlog(url: str, *, cases: int = BACKLOG, later: int = 0) -> list[str]:
    """Return cases whose works were just specified, each with a request for a run.

    The last of them, as many as ``later`` says, wait for their decision still.
    """
    only_here = time.time_ns()  # the tests share a Prefect server, which knows the keys of all
    every = range(cases + later)
    references = [new_case(url, reference=f"{only_here}-{number}") for number in every]
    for reference in references:
        go(reference)
    runs_ended()
    for reference in references[:cases]:
        decide(url, reference, Specify())
    return references


def requests(url: str) -> list[AnyRow]:
    """Return the requests for the runs after the decisions, oldest first."""
    with reading(url) as conn:
        earlier = func.coalesce(Outbox.flow_run_id, "").startswith("run-")  # see ``runs_ended``
        query = select(Outbox.__table__).where(Outbox.kind == "run", ~earlier)
        return list(conn.execute(query.order_by(Outbox.id)))


def advanced(url: str) -> Counter[tuple[str, str]]:
    """Count the links of each case to a run over the whole of it."""
    with reading(url) as conn:
        query = select(Case.reference, FlowRun.flow_run_id).join(Case, Case.id == FlowRun.case_id)
        found = conn.execute(query.where(FlowRun.step == "advance")).all()
        return Counter((row.reference, row.flow_run_id) for row in found)


def priced(url: str, references: list[str]) -> bool:
    return all(status_of(url, reference, "price") == "waiting" for reference in references)


def test_a_backlog_is_carried_on_in_one_run_to_which_each_case_is_linked(
    conductor: Conductor, sqlite_service: str
) -> None:
    references = backlog(sqlite_service)
    assert conductor.turn()
    assert priced(sqlite_service, references)
    (run_id,) = {row.flow_run_id for row in requests(sqlite_service)}
    assert {(row.status, row.attempts) for row in requests(sqlite_service)} == {("sent", 1)}
    assert [advanced(sqlite_service)[one, run_id] for one in references] == [1] * BACKLOG
    with reading(sqlite_service) as conn:
        moved = conn.execute(select(FlowRun.case_id).where(FlowRun.step == "price")).all()
    assert len(moved) == BACKLOG, "each case's step is linked too"
    run = prefect_runs.read_run(flow_run_id=run_id)
    assert run is not None
    assert (run.name, run.parameters["case_refs"]) == (f"{BACKLOG} cases · advance", references)
    assert prefect_runs.view(run).message == f"{BACKLOG} of {BACKLOG} cases advanced."
    assert states_of(run_id) == ["Pending", "Running", "Advanced"]
    assert not conductor.turn()


def test_few_cases_have_a_run_each(conductor: Conductor, sqlite_service: str) -> None:
    references = backlog(sqlite_service, cases=BACKLOG - 1)
    turn_until_idle(conductor)
    runs = [prefect_runs.read_run(flow_run_id=one.flow_run_id) for one in requests(sqlite_service)]
    assert [run.name for run in runs if run] == [f"{one} · advance" for one in references]


def test_a_case_in_trouble_is_put_back_alone(
    conductor: Conductor, sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = backlog(sqlite_service)
    bad = references[1]

    def breaks(case_ref: str) -> object:
        if case_ref == bad:
            raise ZeroDivisionError("nobody expected this")
        return go(case_ref)

    monkeypatch.setattr("flows.advance_cases.advance", breaks)
    assert conductor.turn()
    (run_id,) = {row.flow_run_id for row in requests(sqlite_service)} - {None}
    assert states_of(run_id)[-1] == "NeedsAttention"
    run = prefect_runs.find_run(flow_run_id=run_id)
    assert run is not None
    assert run.state_type == "FAILED"  # not green, and yet it came to its own end
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert run.name not in prefect_watch.broken_off(deployment=DEPLOYMENT, since=since)
    left = requests(sqlite_service)[1]
    assert (left.status, left.attempts, left.flow_run_id) == ("waiting", 1, None)
    assert "nobody expected this" in left.last_error
    assert priced(sqlite_service, [one for one in references if one != bad])
    with writing(sqlite_service) as conn:  # its time has come
        conn.execute(update(Outbox).values(next_attempt_at=left.created_at))
    turn_until_idle(conductor)
    assert priced(sqlite_service, [bad])
    alone = prefect_runs.read_run(flow_run_id=requests(sqlite_service)[1].flow_run_id)
    assert alone is not None
    assert alone.name == f"{bad} · advance"


def test_a_run_that_was_created_and_not_yet_recorded_is_carried_through_at_once(
    conductor: Conductor, sqlite_service: str, tmp_path: Path
) -> None:
    references = backlog(sqlite_service, later=1)
    status = read_status(home=tmp_path)
    assert status is not None
    wanted = in_one_run(claim_run_requests(by=own_conductor()))
    made = prefect_runs.create_run(
        deployment_id=prefect_runs.deployment_id(name=wanted.deployment),
        key=wanted.key,
        name=wanted.name,
        tags=wanted.tags,
        parameters=wanted.parameters,
        holder=status.holder,
    )
    decide(sqlite_service, references[-1], Specify())
    turn_until_idle(one_more(tmp_path))
    assert priced(sqlite_service, references)
    assert {row.flow_run_id for row in requests(sqlite_service)[:BACKLOG]} == {str(made.id)}
    assert states_of(str(made.id)) == ["Pending", "Running", "Advanced"]


def test_a_conductor_killed_in_a_backlog_leaves_the_rest_to_the_next_and_nothing_is_done_twice(
    sqlite_service: str, prefect_environment: dict[str, str], tmp_path: Path
) -> None:
    references = backlog(sqlite_service, cases=12)
    environment = {
        **prefect_environment,
        "HANDRAIL_HOME": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_service,
        "HANDRAIL_CLOCK_FILE": str(tmp_path / "clock"),
    }
    command = [sys.executable, "-m", "deployments.conductor"]
    with (tmp_path / "said").open("ab") as said:
        killed = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        until = time.monotonic() + 60
        try:
            while not 1 <= sum(row.status == "sent" for row in requests(sqlite_service)) < 12:
                assert time.monotonic() < until, (tmp_path / "said").read_text(encoding="utf-8")
        finally:
            killed.kill()
            killed.wait()
    (run_id,) = {row.flow_run_id for row in requests(sqlite_service)}
    status = read_status(home=tmp_path)
    assert status is not None
    with warm_engine(), prefect_client.connected():
        turn_until_idle(one_more(tmp_path, lost_run=status.flow_run_id))
    assert priced(sqlite_service, references)
    assert {(row.status, row.flow_run_id) for row in requests(sqlite_service)} == {("sent", run_id)}
    assert [advanced(sqlite_service)[one, run_id] for one in references] == [1] * 12
    assert len(messages(sqlite_service)) == 12, "each applicant is asked once"

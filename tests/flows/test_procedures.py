"""The flows themselves, on a real Prefect server: how a run is named, ends, and what it links."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ParameterTypeError
from sqlalchemy import select

from adapters.settings import settings
from flows.advance_case import advance_case
from flows.advance_cases import advance_cases
from flows.price_works import price_works
from flows.sweep import sweep
from models.database import reading
from models.tables.record import Outbox
from rules.errors import DatabaseBusyError, UnknownReferenceError
from rules.pathway import StepName
from services.cases.advance import open_steps
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.reports.case_view import case_view
from tasks.unit import of_run
from tests.factories import case_at, decide, later, new_case
from tests.looking import status_of
from tests.served import sqlite_service
from tests.small_service import NOW

__all__ = ["sqlite_service"]


def _run_of(state: State) -> FlowRun:
    run_id = state.state_details.flow_run_id
    assert isinstance(run_id, UUID)
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run_id)


def test_a_run_ends_in_a_state_that_names_what_the_case_waits_for(sqlite_service: str) -> None:
    reference = new_case(sqlite_service)
    state = advance_case(reference, return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "AwaitingSpecification")
    assert state.message is not None
    assert "technical officer" in state.message
    assert _run_of(state).name == f"{reference} · advance"


def test_a_case_shows_the_runs_that_moved_its_steps_and_where_they_left_them(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "specify")
    decide(sqlite_service, reference, Specify())
    state = advance_case(reference, return_state=True)
    run_id = str(state.state_details.flow_run_id)
    with reading(sqlite_service) as conn:
        runs = case_view(conn, reference=reference, today=NOW.date())["runs"]
    linked = {run["step"]: run["state"] for run in runs if run["flow_run_id"] == run_id}
    assert linked == {
        "price": "AwaitingPriceConfirmation",
        "consent": "Completed",
        "certificates": "AwaitingCertificates",
    }


def _task_runs(run: FlowRun, *, wanted: str) -> list[str]:
    """Return the names of a run's task runs, once one is among them: they are kept in batches."""
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    until = time.monotonic() + 20.0
    names: list[str] = []
    with get_client(sync_client=True) as client:
        while wanted not in names and time.monotonic() < until:
            time.sleep(0.1)
            names = [task.name for task in client.read_task_runs(flow_run_filter=chosen)]
    return sorted(names)


def test_only_a_document_is_a_task_run_with_the_case_in_its_name(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "approve")
    decide(sqlite_service, reference, Approve(approved=True))
    run = _run_of(advance_case(reference, return_state=True))
    assert _task_runs(run, wanted=f"{reference} · write the notice") == [
        f"{reference} · write the notice"
    ]


def test_work_is_tried_again_while_the_database_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.unit.RETRY_DELAYS", (0.0, 0.0))
    tries = []

    @of_run
    def busy_for(times: int) -> int:
        tries.append(times)
        if len(tries) <= times:
            raise DatabaseBusyError("The database is busy with another change.")
        return len(tries)

    assert busy_for(2) == 3
    tries.clear()
    with pytest.raises(DatabaseBusyError):
        busy_for(3)
    assert len(tries) == 3


def test_a_procedure_run_on_its_own_asks_for_the_case_to_be_carried_on(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify")
    decide(sqlite_service, reference, Specify())
    open_steps(reference)  # as a run that was killed after its first task would leave it
    state = price_works(reference, return_state=True)
    assert state.name == "AwaitingPriceConfirmation"
    assert _run_of(state).name == f"{reference} · price"
    with reading(sqlite_service) as conn:
        asked = conn.execute(
            select(Outbox.key).where(Outbox.kind == "run").order_by(Outbox.id.desc()).limit(1)
        ).scalar_one()
    assert asked == f"{reference}:advance:2"


def test_a_form_with_a_bad_reference_is_refused_before_anything_runs(sqlite_service: str) -> None:
    with pytest.raises(ParameterTypeError, match="case_ref"):
        advance_case("<script>")


def test_an_unknown_reference_fails_the_run_with_a_sentence(sqlite_service: str) -> None:
    with pytest.raises(UnknownReferenceError, match="There is no case DFG-0000"):
        advance_case("DFG-0000")


def test_one_run_carries_many_cases_to_their_next_gates(sqlite_service: str) -> None:
    references = [new_case(sqlite_service, reference=f"MANY-{number}") for number in range(3)]
    state = advance_cases(return_state=True)
    assert state.name == "Advanced"
    assert _run_of(state).name == "every authority · advance open cases"
    assert state.message == "3 of 3 cases advanced."
    assert {status_of(sqlite_service, reference, "specify") for reference in references} == {
        "waiting"
    }


def test_the_sweep_lapses_an_offer_and_asks_for_what_was_left_behind(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    later(days=30)
    state = sweep(return_state=True)
    assert state.name == "Swept"
    assert _run_of(state).name == "sweep · what was left behind"
    assert state.message is not None
    assert state.message.startswith("1 offer lapsed")
    after = advance_case(reference, return_state=True)
    assert status_of(sqlite_service, reference, StepName.ASSIGN) == "waiting"
    assert after.name in {"AwaitingContractor", "AwaitingApproval"}


def test_a_run_that_meets_trouble_ends_in_a_state_that_asks_for_attention(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "approve")
    blocked = settings().documents_folder
    aside = blocked.rename(blocked.with_name("aside"))
    blocked.write_text("a file where the documents folder should be")
    decide(sqlite_service, reference, Approve(approved=True))
    state = advance_case(reference, return_state=True)
    assert (state.type, state.name) == (StateType.FAILED, "NeedsAttention")  # red on its pages
    assert "could not be stored" in str(state.message)
    assert status_of(sqlite_service, reference, "approve") == "ready"
    blocked.unlink()
    aside.rename(blocked)
    assert advance_case(reference, return_state=True).name == "AwaitingContractor"

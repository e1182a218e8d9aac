"""The run that prices many cases again, on a real Prefect server: its progress and its end."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import State
from prefect.exceptions import ParameterTypeError

from adapters import prefect_client
from flows.reprice_cases import reprice_cases
from rules.errors import UnknownReferenceError
from tests.factories import case_at
from tests.looking import status_of, step_of
from tests.repricing import asked_for, new_version, outcomes
from tests.served import sqlite_service
from tests.small_service import SCHEDULE

__all__ = ["sqlite_service"]


def progress_of(state: State[Any]) -> list[tuple[Any, str | None]]:
    """Return the progress artifacts of the run that ended so: how far, and of what."""
    run_id = state.state_details.flow_run_id
    assert run_id is not None
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=chosen)
    return [(one.data, one.description) for one in found if one.type == "progress"]


def test_one_run_prices_many_cases_again_and_says_what_became_of_them(sqlite_service: str) -> None:
    for number in (1, 2):
        case_at(sqlite_service, "approve", reference=f"DFG-{number}", route="call_off")
    case_at(sqlite_service, "tender", reference="DFG-3")
    case_at(sqlite_service, "works", reference="DFG-4", route="call_off")
    new_version(sqlite_service, index="10")
    repricing = asked_for(sqlite_service)
    state = reprice_cases(repricing, return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Repriced")
    assert state.message == "2 repriced, 1 unchanged, 1 left, 0 trouble."
    assert progress_of(state) == [(100.0, f"Repricing {repricing}: 3 cases to price again")]
    assert step_of(sqlite_service, "DFG-1", "tender").revision == 2
    again = reprice_cases(repricing, return_state=True)
    assert again.message == state.message
    assert step_of(sqlite_service, "DFG-1", "tender").revision == 2


def test_trouble_ends_the_run_in_a_state_that_asks_for_attention(sqlite_service: str) -> None:
    case_at(sqlite_service, "price", reference="DFG-1", route="call_off")
    case_at(sqlite_service, "price", reference="DFG-2")
    new_version(sqlite_service, SCHEDULE.replace("LIGHT |", "LAMP  |"), index="10")
    repricing = asked_for(sqlite_service)
    state = reprice_cases(repricing, return_state=True)
    assert state.name == "NeedsAttention"
    assert state.message == "1 repriced, 0 unchanged, 0 left, 1 trouble."
    assert outcomes(sqlite_service, repricing)["DFG-1"][0] == "trouble"
    assert status_of(sqlite_service, "DFG-1", "price") == "waiting"


def test_a_number_that_is_none_is_refused(sqlite_service: str) -> None:
    with pytest.raises(ParameterTypeError, match="repricing_id"):
        reprice_cases(0)
    with pytest.raises(UnknownReferenceError, match="There is no repricing 7"):
        reprice_cases(7)


@pytest.mark.usefixtures("deployments")
def test_the_form_asks_for_the_repricing_s_number() -> None:
    with prefect_client.connected() as client:
        form = client.read_deployment_by_name("reprice-cases/handrail").parameter_openapi_schema
    assert form is not None
    assert form["required"] == ["repricing_id"]
    assert "handrail reprice list" in form["properties"]["repricing_id"]["description"]

"""What can be typed into Prefect's forms: nothing that moves money, skips a gate or acts for one.

Whoever may use Prefect's pages may run every deployment, with any parameter that its form takes.
"""

from __future__ import annotations

from typing import Any

import pytest

from deployments.execution import load_flow
from deployments.register import deployments_in
from rules.errors import HandrailError
from tests.factories import case_at, runs_ended
from tests.looking import contents
from tests.served import sqlite_service

__all__ = ["sqlite_service"]

ALLOWED = {
    "case_ref": "which case the machine's own work is done on; it stops at the case's gates",
    "case_refs": "the same, of several",
    "authority": "whose cases",
    "repricing_id": "a repricing that an officer asked for at the desk, with reasons",
    "proposal_id": "a retention proposal that a manager accepted at the desk, with the reason",
    "batch_id": "a batch award that an officer asked for at the desk, with reasons",
}
"""Every parameter of every flow, and why it may be there."""

FLOWS = [one["entrypoint"] for one in deployments_in()]
GATES = ("price", "approve", "assign", "pay")
THE_MACHINES_OWN = {
    *("alert", "alert_told", "clock", "covered", "flow_run", "outbox", "runner", "watch_mark"),
    *("case_facts", "case_facts_before", "to_count"),
}
"""The tables that a look, a message or a run may change where nobody has decided anything."""


def form(entrypoint: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load_flow(entrypoint).parameters.model_dump_for_openapi()[
        "properties"
    ]
    return found


def test_every_parameter_names_what_to_look_at_and_takes_no_free_words() -> None:
    assert {name for one in FLOWS for name in form(one)} == set(ALLOWED)
    for entrypoint in FLOWS:
        for name, field in form(entrypoint).items():
            one = field.get("items", field)
            narrow = "pattern" in one or (one["type"], one.get("minimum")) == ("integer", 1)
            assert narrow, f"{entrypoint}: {name} takes anything"


def test_no_form_lets_other_parameters_in_nor_has_some_filled_in() -> None:
    for one in deployments_in():
        assert (one["enforce_parameter_schema"], one["parameters"]) == (True, {})


@pytest.mark.parametrize("gate", GATES)
def test_no_flow_opens_a_gate_or_moves_money_whatever_it_is_given(
    sqlite_service: str, gate: str
) -> None:
    url = sqlite_service
    reference = case_at(url, gate)
    runs_ended()
    values: dict[str, Any] = {
        "case_ref": reference,
        "case_refs": [reference],
        "authority": "RBC",
        "repricing_id": 1,
        "batch_id": 1,
        "proposal_id": 1,
    }
    before = standing(url)
    assert before["decision"]
    for entrypoint in FLOWS:
        wanted = {name: values[name] for name in form(entrypoint)}
        try:
            load_flow(entrypoint).fn(**wanted)
        except HandrailError:
            assert wanted.keys() & {"repricing_id", "batch_id", "proposal_id"}, (
                "nobody asked for such a one"
            )
        assert standing(url) == before, entrypoint


def standing(url: str) -> dict[str, list[Any]]:
    """Return all that people decided, what came of it, and who did what."""
    return {name: held for name, held in contents(url).items() if name not in THE_MACHINES_OWN}

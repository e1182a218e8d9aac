"""The two runs of the retention on a real Prefect server: one proposes, one erases."""

from __future__ import annotations

import pytest

from flows.erase_personal_data import erase_personal_data
from flows.propose_retention import propose_retention
from rules.errors import UnknownReferenceError
from services.personal import erase
from services.personal.erase import ERASED
from tests.looking import trail
from tests.personal import accepted, closed_long_ago
from tests.served import sqlite_service

__all__ = ["sqlite_service"]


def test_one_run_proposes_and_after_the_decision_another_erases(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_long_ago(sqlite_service)
    state = propose_retention(return_state=True)
    assert (state.name, state.message) == ("AwaitingDecision", "1 proposal over 1 case.")
    state = propose_retention(return_state=True)
    assert state.name == "NothingToErase"
    state = erase_personal_data(1, return_state=True)
    assert state.message == "1 proposed.", "nobody has decided"
    accepted(sqlite_service, 1)

    def full(*_: object, **__: object) -> None:
        raise UnknownReferenceError("The folder is not there.")

    with monkeypatch.context() as patched:
        patched.setattr(erase, "remove_files", full)
        state = erase_personal_data(1, return_state=True)
    assert state.name == "NeedsAttention"
    assert state.message == "1 erased. DFG-1: The folder is not there."
    state = erase_personal_data(1, return_state=True)
    assert (state.name, state.message) == ("Erased", "1 erased.")
    assert trail(sqlite_service, "DFG-1").count(ERASED) == 1
    with pytest.raises(UnknownReferenceError, match="no retention proposal 7"):
        erase_personal_data(7)

"""The run that works a batch award out, on a real Prefect server: how it ends, and safely again."""

from __future__ import annotations

import pytest
from prefect.exceptions import ParameterTypeError

from flows.propose_batch_award import propose_batch_award
from models.database import reading
from rules.errors import UnknownReferenceError
from services.batches.batches import batch_awards
from tests.batch_awards import asked, capacity
from tests.factories import case_at
from tests.served import sqlite_service

__all__ = ["sqlite_service"]


def test_a_run_ends_with_what_the_batch_comes_to(sqlite_service: str) -> None:
    case_at(sqlite_service, "tender", reference="DFG-1")
    number = asked(sqlite_service)
    for _ in range(2):  # a run may be repeated
        state = propose_batch_award(number, return_state=True)
        assert (state.type.value, state.name) == ("COMPLETED", "AwaitingAcceptance")
        assert str(state.message).startswith("1 case. Saves £50.00 of £1,600.00 (3.1 %) against")
    with reading(sqlite_service) as conn:
        assert [(row.status, row.cases) for row in batch_awards(conn)] == [("proposed", 1)]


def test_a_batch_that_cannot_be_asks_for_attention(sqlite_service: str) -> None:
    case_at(sqlite_service, "tender", reference="DFG-1")
    capacity(sqlite_service, AVON=0, BRIAR=0, CEDAR=0)
    state = propose_batch_award(asked(sqlite_service), return_state=True)
    assert state.name == "NeedsAttention"
    assert "Nobody that may do the works of DFG-1 has room (AVON, BRIAR, CEDAR)." in str(
        state.message
    )


def test_a_number_that_is_none_is_refused(sqlite_service: str) -> None:
    with pytest.raises(ParameterTypeError, match="batch_id"):
        propose_batch_award(0)
    with pytest.raises(UnknownReferenceError, match="There is no batch award 9"):
        propose_batch_award(9)

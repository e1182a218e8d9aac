"""A run carries its case on in one transaction up to each document, and undoes what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from flows.advance_case import advance
from models.database import engine_for
from rules.errors import DatabaseBusyError, HandrailError
from rules.pathway import StepName, StepStatus
from services.cases import look_at, seeing, unit
from services.cases.unit import carry, in_hand
from services.consents import forms
from services.pricing import estimates
from services.pricing.works import ConfirmPrice
from tests.factories import case_at, decide, new_case, usual_decision
from tests.looking import contents, status_of, step_of, trail


@contextmanager
def commits(url: str) -> Iterator[list[None]]:
    """Count the transactions that commit inside this block."""
    found: list[None] = []

    def count(_conn: object) -> None:
        found.append(None)

    event.listen(engine_for(url), "commit", count)
    try:
        yield found
    finally:
        event.remove(engine_for(url), "commit", count)


@pytest.mark.sqlite
def test_pieces_of_a_run_share_one_look_and_one_commit(url: str) -> None:
    reference = new_case(url)

    def work(case_ref: str) -> None:
        with in_hand(case_ref) as first:
            first.open_steps()
        with in_hand(case_ref) as second:
            assert second is first
        assert look_at(case_ref) is first

    with commits(url) as made:
        carry(reference, work)
    assert len(made) == 1
    assert status_of(url, reference, StepName.SPECIFY) is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_document_is_made_from_what_the_run_did_and_outside_its_transaction(url: str) -> None:
    reference = new_case(url)

    def work(case_ref: str) -> None:
        with in_hand(case_ref) as case:
            case.note(actor="x", action="y", reason="z")
            case.set(package="SHOWER")
        with seeing(case_ref) as (_, row):
            assert row.package == "SHOWER"
        assert trail(url, reference)[-1] == "y"  # another connection sees it: it is committed
        with in_hand(case_ref) as case:
            assert case.row.package == "SHOWER"

    carry(reference, work)


@pytest.mark.sqlite
def test_a_column_that_a_piece_changed_is_read_by_the_next(url: str) -> None:
    reference = new_case(url)

    def work(case_ref: str) -> str:
        with in_hand(case_ref) as case:
            case.set(package="SHOWER")
        with in_hand(case_ref) as case:
            return str(case.row.package)

    assert carry(reference, work) == "SHOWER"


@pytest.mark.sqlite
def test_what_a_rule_refuses_is_left_alone_and_what_came_before_it_stands(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, usual_decision(url, reference, StepName.SPECIFY))

    def refuse(*_: object) -> None:
        raise HandrailError("The landlord is not known.", next_step="Say who it is.")

    with monkeypatch.context() as patched:
        patched.setattr(forms, "_ask_for", refuse)
        standing = advance(reference)
    assert [step for step, _ in standing.trouble] == [StepName.CERTIFICATES]
    assert status_of(url, reference, StepName.PRICE) is StepStatus.WAITING
    asked = step_of(url, reference, "certificates")
    assert asked.status is StepStatus.READY
    assert asked.trouble == "The landlord is not known. Say who it is."
    assert trail(url, reference).count("price: opened") == 1
    assert not advance(reference).trouble


@pytest.mark.sqlite
def test_a_busy_database_in_the_middle_is_waited_for_and_nothing_is_done_twice(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, usual_decision(url, reference, StepName.SPECIFY))
    real, left = estimates.keep_estimate, [1]

    def busy_once(*args: object, **given: object) -> object:
        if left:
            left.pop()
            raise DatabaseBusyError("The database is busy with another change.")
        return real(*args, **given)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr(estimates, "keep_estimate", busy_once)
    assert not advance(reference).trouble
    assert status_of(url, reference, StepName.PRICE) is StepStatus.WAITING
    assert trail(url, reference).count("price: opened") == 1


@pytest.mark.sqlite
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_run_that_breaks_off_leaves_nothing_half_done(
    url: str, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    reference = case_at(url, "price")
    decide(url, reference, ConfirmPrice())
    before = contents(url)

    def break_off(_case_ref: str) -> None:
        raise error

    monkeypatch.setattr("flows.advance_case.carry_out", lambda *_: break_off(""))
    with pytest.raises(error):
        advance(reference)
    assert contents(url) == before
    assert unit._carried.get() is None

"""The pathway table: every step owned, every status with a way out, nothing opened too early."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pathway import (
    EXITS,
    OVER,
    PATHWAY,
    TRANSITIONS,
    CaseStatus,
    StepName,
    StepStatus,
    can_move,
    opening_status,
    opening_wait,
    steps_to_open,
)
from services.decisions.kinds import KINDS

STATUSES = st.sampled_from(sorted(set(StepStatus) - {StepStatus.NOT_STARTED}))
DECIDED_AT = {kind.step for kind in KINDS.values() if kind.step is not None}


def all_before(step: StepName) -> set[StepName]:
    """Return every step that must be over, directly or not, before one opens."""
    direct = set(PATHWAY[step].requires)
    return direct.union(*(all_before(name) for name in direct))


def test_every_step_is_in_the_table_after_what_it_requires() -> None:
    assert list(PATHWAY) == list(StepName)
    for position, step in enumerate(PATHWAY.values()):
        assert set(step.requires) <= set(list(PATHWAY)[:position]), step.name


def test_every_step_leads_to_the_last_one() -> None:
    assert all_before(StepName.AFTERCARE) == set(StepName) - {StepName.AFTERCARE}


@pytest.mark.parametrize("step", StepName)
def test_every_step_has_an_owner_a_title_and_a_way_on(step: StepName) -> None:
    row = PATHWAY[step]
    assert row.owner.strip()
    assert row.title.strip()
    assert row.moves_on.strip()
    assert row.done_by in {"officer", "officers", "flow", "contractor"}
    assert row.target_days >= 0
    assert re.fullmatch(r"(Awaiting|In)[A-Z][A-Za-z]+", row.waiting_state)
    assert row.sections, "every step says which section bears on it"


def test_a_step_nobody_decides_at_is_done_by_a_flow() -> None:
    for step in PATHWAY.values():
        assert step.gate or step.automatic, step.name
        assert (step.name in DECIDED_AT) == (step.name not in (StepName.ORDER, StepName.PAY))


def test_every_waiting_state_is_the_name_of_one_step() -> None:
    names = [step.waiting_state for step in PATHWAY.values()]
    assert len(set(names)) == len(names)


def test_every_status_but_the_end_has_a_way_out() -> None:
    assert set(TRANSITIONS) == set(StepStatus)
    assert {status for status, ways in TRANSITIONS.items() if not ways} == {StepStatus.ENDED}
    for status in StepStatus:
        assert reachable(status) & (OVER | {StepStatus.ENDED}), status
        assert status not in TRANSITIONS[status]


def reachable(status: StepStatus) -> set[StepStatus]:
    """Return every status a step can come to from one, itself included."""
    found, left = {status}, {status}
    while left:
        left = set().union(*(TRANSITIONS[one] for one in left)) - found
        found |= left
    return found


def test_a_step_can_be_ended_from_every_open_status_and_from_no_other() -> None:
    may_end = {status for status in StepStatus if can_move(now=status, to=StepStatus.ENDED)}
    assert may_end == {StepStatus.READY, StepStatus.WAITING}


def test_a_step_that_is_over_can_only_be_opened_again() -> None:
    for status in OVER:
        assert TRANSITIONS[status] == {StepStatus.READY}


def test_can_move_says_what_the_table_says() -> None:
    for now in StepStatus:
        for to in StepStatus:
            assert can_move(now=now, to=to) == (to in TRANSITIONS[now])


@pytest.mark.parametrize("step", StepName)
def test_a_step_opens_as_the_table_allows(step: StepName) -> None:
    status = opening_status(step)
    owner, waiting_for = opening_wait(step)
    assert can_move(now=StepStatus.NOT_STARTED, to=status)
    assert (status is StepStatus.READY) == PATHWAY[step].automatic
    assert owner
    assert waiting_for or PATHWAY[step].automatic


def test_every_exit_ends_the_case_and_is_no_stage_of_it() -> None:
    assert set(EXITS) == set(CaseStatus) - {CaseStatus.OPEN, CaseStatus.PAID, CaseStatus.CLOSED}


def test_a_case_begins_with_its_specification() -> None:
    assert steps_to_open(statuses={}) == (StepName.SPECIFY,)


def test_price_consent_and_certificates_run_side_by_side() -> None:
    assert steps_to_open(statuses={StepName.SPECIFY: StepStatus.DONE}) == (
        StepName.PRICE,
        StepName.CONSENT,
        StepName.CERTIFICATES,
    )


@pytest.mark.parametrize("missing", PATHWAY[StepName.APPROVE].requires)
@pytest.mark.parametrize("status", [StepStatus.READY, StepStatus.WAITING, StepStatus.ENDED, None])
def test_the_grant_is_not_decided_before_everything_it_rests_on_is_over(
    missing: StepName, status: StepStatus | None
) -> None:
    statuses = dict.fromkeys(
        (StepName.SPECIFY, *PATHWAY[StepName.APPROVE].requires), StepStatus.DONE
    )
    assert steps_to_open(statuses=statuses) == (StepName.APPROVE,)
    del statuses[missing]
    if status is not None:
        statuses[missing] = status
    assert StepName.APPROVE not in steps_to_open(statuses=statuses)


def test_a_step_that_was_not_needed_holds_nothing_up() -> None:
    statuses = dict.fromkeys(PATHWAY[StepName.APPROVE].requires, StepStatus.DONE)
    statuses |= {StepName.SPECIFY: StepStatus.DONE, StepName.CONSENT: StepStatus.NOT_NEEDED}
    assert steps_to_open(statuses=statuses) == (StepName.APPROVE,)


@given(statuses=st.dictionaries(st.sampled_from(list(StepName)), STATUSES))
def test_only_fresh_steps_open_and_only_when_all_they_require_is_over(
    statuses: Mapping[StepName, StepStatus],
) -> None:
    opened = steps_to_open(statuses=statuses)
    for name in StepName:
        due = all(statuses.get(required) in OVER for required in PATHWAY[name].requires)
        assert (name in opened) == (name not in statuses and due)


@given(random=st.randoms(use_true_random=False))
def test_in_whatever_order_steps_are_done_a_case_comes_to_its_end(random: Random) -> None:
    statuses: dict[StepName, StepStatus] = {}
    open_now: list[StepName] = []
    for _ in StepName:
        open_now += steps_to_open(statuses=statuses | dict.fromkeys(open_now, StepStatus.WAITING))
        done = open_now.pop(random.randrange(len(open_now)))
        assert all_before(done) <= set(statuses)
        statuses[done] = random.choice(sorted(OVER))
    assert open_now == []
    assert set(statuses) == set(StepName)

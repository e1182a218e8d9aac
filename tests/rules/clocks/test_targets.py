"""What each clock is given, for whom and from when; and whom a late one is told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.clock_names import CLOCKS, STAGES, TOTAL, ClockKind
from rules.clocks.target_words import ladder_problems, sum_problems
from rules.clocks.targets import (
    DEFAULT_LADDER,
    DEFAULTS,
    SET_OF_STAGES,
    Rung,
    Target,
    TargetBook,
)
from rules.pathway import PATHWAY
from rules.people import Role

TODAY = date(2026, 6, 1)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def found(
    *targets: Target,
    clock: str = "price",
    authority: str = "EX",
    lot: str = "",
    urgent: bool = False,
    complexity: str = "simple",
    on: date = TODAY,
) -> Target | None:
    book = TargetBook(targets, {})
    return book.find(
        clock, authority=authority, lot=lot, urgent=urgent, complexity=complexity, on=on
    )


def days(*targets: Target, **case: object) -> int:
    target = found(*targets, **case)  # type: ignore[arg-type]  # the case's particulars, by name
    assert target is not None
    return target.days


def a_set(*given_days: int, **particulars: object) -> list[Target]:
    return [
        Target(clock, number, **particulars)  # type: ignore[arg-type]  # by name
        for clock, number in zip(SET_OF_STAGES, given_days, strict=True)
    ]


@pytest.mark.parametrize(
    ("urgent", "complexity", "given_days"),
    [
        (True, "simple", [5, 25, 5, 20, 55]),
        (False, "simple", [20, 50, 20, 40, 130]),
        (True, "complex", [20, 45, 5, 60, 130]),
        (False, "complex", [35, 55, 20, 70, 180]),
    ],
)
def test_the_guidance_holds_where_nothing_else_is_said(
    urgent: bool, complexity: str, given_days: list[int]
) -> None:
    assert [
        days(clock=clock, urgent=urgent, complexity=complexity) for clock in SET_OF_STAGES
    ] == given_days


def test_no_default_is_verified_and_each_says_where_it_is_from() -> None:
    assert not any(target.verified for target in DEFAULTS)
    assert {target.source for target in DEFAULTS if target.clock in SET_OF_STAGES} == {
        "2022 guidance, from memory"
    }
    assert {target.source for target in DEFAULTS if target.clock not in SET_OF_STAGES} == {
        "common practice",
        "SI 2025/1042: binds the social landlord; Handrail asks",
        "policy, not law: twelve weeks while works are not ordered",
    }
    assert {target.clock for target in DEFAULTS} <= set(CLOCKS)
    assert all(target.days >= 1 and target.warn_percent == 80 for target in DEFAULTS)


def test_every_clock_without_a_date_of_its_own_has_a_target() -> None:
    without = {
        name
        for name in CLOCKS
        for urgent, complexity in product((True, False), ("simple", "complex"))
        if found(clock=name, urgent=urgent, complexity=complexity) is None
    }
    dated = {ClockKind.STATUTORY, ClockKind.EXPIRY}
    by_law = {"pay_by_law", "make_emergency_safe", "begin_hazard_works_at_last"}
    assert without == {"aftercare"} | by_law | {
        name for name in CLOCKS if CLOCKS[name].kind in dated
    }
    assert {name: days(clock=name) for name in PATHWAY if name != "aftercare"} == {
        step.name: step.target_days for step in PATHWAY.values() if step.name != "aftercare"
    }


def test_the_defaults_make_their_own_totals() -> None:
    assert sum_problems(DEFAULTS) == ()


SPECIAL = [
    Target("price", 10, lot="L1"),
    Target("price", 11, authority="EX", urgency="non_urgent", complexity="simple"),
    Target("price", 12, authority="EX", urgency="non_urgent"),
    Target("price", 13, authority="EX", complexity="simple"),
    Target("price", 14, authority="EX"),
    Target("price", 15, urgency="non_urgent", complexity="simple"),
    Target("price", 16, urgency="non_urgent"),
    Target("price", 17, complexity="simple"),
    Target("price", 18),
]


@pytest.mark.parametrize("first", range(len(SPECIAL)))
def test_the_most_special_target_wins(first: int) -> None:
    left = SPECIAL[first:]
    assert days(*left, lot="L1") == days(*reversed(left), lot="L1") == 10 + first


def test_a_target_for_others_is_not_this_cases() -> None:
    others = [
        Target("price", 30, lot="L2"),
        Target("price", 31, authority="WD"),
        Target("price", 32, urgency="urgent"),
        Target("price", 33, complexity="complex"),
        Target("works", 34),
        Target("price", 35, valid_from=date(2026, 6, 2)),
        Target("price", 36, valid_to=date(2026, 5, 31)),
    ]
    assert days(*others, lot="L1") == CLOCKS["price"].days


def test_a_target_holds_from_its_first_day_to_its_last() -> None:
    target = Target("price", 9, valid_from=MAY, valid_to=date(2026, 5, 31))
    default = CLOCKS["price"].days
    dates = [date(2026, 4, 30), MAY, date(2026, 5, 31), JUNE]
    assert [days(target, on=day) for day in dates] == [default, 9, 9, default]


def test_of_equals_the_latest_version_holds() -> None:
    versions = [Target("price", 8, valid_from=MAY), Target("price", 9, valid_from=JUNE)]
    assert days(*versions, on=date(2026, 5, 31)) == 8
    assert days(*versions, on=JUNE) == days(*reversed(versions), on=JUNE) == 9


def test_what_the_service_gives_comes_before_every_default() -> None:
    everybody = a_set(10, 20, 10, 30, 70)
    assert days(*everybody, clock=TOTAL) == 70
    own = a_set(9, 20, 10, 30, 69, urgency="urgent")
    assert days(*own, clock=TOTAL) == 130
    assert days(*own, clock=TOTAL, urgent=True) == 69


def test_a_book_says_whether_it_must_be_told_the_lot() -> None:
    assert TargetBook(tuple(SPECIAL), {}).uses_lots
    assert not TargetBook(tuple(SPECIAL[1:]), {}).uses_lots
    assert not TargetBook().uses_lots


def test_an_authority_has_its_own_ladder_or_everybodys() -> None:
    own = (Rung(3, Role.TECHNICAL_OFFICER, 2), Rung(4, Role.MANAGER, 10))
    everybodys = (Rung(3, Role.ADMINISTRATOR, 7),)
    book = TargetBook((), {"EX": own, "": everybodys})
    assert (book.ladder("EX"), book.ladder("WD")) == (own, everybodys)
    assert TargetBook((), {"EX": own}).ladder("WD") == DEFAULT_LADDER


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        (
            a_set(5, 25, 5, 20, 60, urgency="urgent", complexity="simple"),
            "Urgent, simple cases: 5 + 25 + 5 + 20 = 55, but contact to completion is given 60.",
        ),
        (
            a_set(5, 25, 5, 20, 50, authority="EX", urgency="non_urgent", valid_from=MAY),
            (
                "Non-urgent cases of EX from 1 May 2026: 5 + 25 + 5 + 20 = 55, but contact to "
                "completion is given 50."
            ),
        ),
        (
            [Target(TOTAL, 100, lot="L1")],
            (
                "All cases in lot L1: no target for contact to recommendation, recommendation to "
                "application, application to decision, decision to completion; the four stages and "
                "their total go together."
            ),
        ),
        (
            a_set(5, 25, 5, 20, 55)[:-1],
            (
                "All cases: no target for contact to completion; the four stages and their total "
                "go together."
            ),
        ),
        (
            [*a_set(5, 25, 5, 20, 55), Target(STAGES[0], 5)],
            "All cases: one of the stages is given twice.",
        ),
        (
            [*a_set(5, 25, 5, 20, 55)[:-1], Target(TOTAL, 55, valid_to=JUNE)],
            "All cases: the stages and their total do not end on the same day.",
        ),
    ],
)
def test_a_set_that_does_not_make_its_total_is_told_with_its_addition(
    targets: list[Target], problem: str
) -> None:
    assert sum_problems(targets) == (problem,)
    assert sum_problems([*reversed(targets), *DEFAULTS[5:], Target("price", 3)]) == (problem,)


def test_every_set_at_fault_is_told_at_once() -> None:
    sound = a_set(5, 25, 5, 20, 55, authority="EX", valid_from=MAY)
    wrong = a_set(5, 25, 5, 20, 54, authority="EX", valid_from=JUNE)
    short = a_set(1, 1, 1, 1, 4, authority="WD")[1:]
    assert [words.split(":")[0] for words in sum_problems([*short, *wrong, *sound])] == [
        "All cases of EX from 1 June 2026",
        "All cases of WD",
    ]


@given(st.lists(st.integers(1, 200), min_size=4, max_size=4), st.integers(-3, 3))
def test_a_set_is_sound_just_when_its_stages_add_up(stages: list[int], out_by: int) -> None:
    targets = a_set(*stages, max(1, sum(stages) + out_by), authority="EX")
    assert (sum_problems(targets) == ()) == (targets[-1].days == sum(stages))
    elsewhere = [replace(target, authority="WD") for target in targets[2:]]
    assert len(sum_problems([*targets[:2], *elsewhere])) == 2


@pytest.mark.parametrize(
    ("ladder", "problems"),
    [
        ((), ()),
        (DEFAULT_LADDER, ()),
        ((Rung(4, Role.ADMINISTRATOR, 10), Rung(3, Role.MANAGER, 5)), ()),
        (
            (Rung(4, Role.MANAGER, 5),),
            ("A ladder has rung 3, and rung 4 above it if it escalates again.",),
        ),
        (
            (Rung(3, Role.MANAGER, 5), Rung(4, Role.ADMINISTRATOR, 5)),
            (
                (
                    "Rung 4 is told 5 working days after the due date, which is not later than the "
                    "5 of rung 3."
                ),
            ),
        ),
        (
            (Rung(3, Role.MANAGER, 0),),
            ("Rung 3 is 0 working days after the due date; it is at least 1.",),
        ),
    ],
)
def test_a_ladder_goes_up(ladder: tuple[Rung, ...], problems: tuple[str, ...]) -> None:
    assert ladder_problems(ladder) == problems

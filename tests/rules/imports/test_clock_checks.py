"""Versions of a target: what is accepted leaves every day before today as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from rules.clocks.targets import Target, TargetBook
from rules.imports.clock_checks import Stated, overlap_findings, rewriting_findings

FIRST = date(2026, 1, 1)
TODAY = FIRST + timedelta(days=30)
LENGTH = 60  # days looked at

day_numbers = st.integers(min_value=0, max_value=LENGTH)


@st.composite
def versions(draw: st.DrawFn) -> Target:
    begins = draw(day_numbers)
    runs = draw(st.none() | st.integers(min_value=0, max_value=LENGTH))
    start = FIRST + timedelta(days=begins)
    return Target(
        "price",
        draw(st.integers(min_value=1, max_value=3)),
        valid_from=start,
        valid_to=None if runs is None else start + timedelta(days=runs),
    )


several = st.lists(versions(), max_size=4, unique_by=lambda version: version.valid_from)


def given_on(targets: Sequence[Target], day: date) -> Target:
    found = TargetBook(tuple(targets)).find(
        "price", authority="RBC", lot="", urgent=False, complexity="simple", on=day
    )
    assert found is not None
    return found


def days() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(2 * LENGTH + 1)]


@given(several)
def test_versions_overlap_where_one_with_an_end_is_not_in_force_to_its_end(
    targets: list[Target],
) -> None:
    stated = [Stated(target, row) for row, target in enumerate(targets, start=2)]
    cut_short = any(
        given_on(targets, day) != target
        for target in targets
        if target.valid_to is not None
        for day in days()
        if target.in_force(day)
    )
    assert bool(list(overlap_findings(stated))) is cut_short


@given(several, versions())
def test_a_version_held_already_overlaps_as_one_in_the_file_does(
    held: list[Target], new: Target
) -> None:
    held = [one for one in held if one.valid_from != new.valid_from]
    assume(not any(overlap_findings([Stated(one, 2) for one in held])))
    together = bool(list(overlap_findings([Stated(one, 2) for one in (*held, new)])))
    against = bool(list(overlap_findings([Stated(new, 2)], held=held)))
    assert together is against


@given(several, versions(), st.booleans())
def test_what_is_accepted_leaves_every_day_before_today_as_it_was(
    held: list[Target], row: Target, restate: bool
) -> None:
    if restate and held:
        row = replace(row, valid_from=held[0].valid_from)
        if row.valid_to is not None and row.valid_to < row.valid_from:
            row = replace(row, valid_to=row.valid_from)
    before = next((one for one in held if one.valid_from == row.valid_from), None)
    begun = max((one.valid_from for one in held if one.valid_from <= TODAY), default=None)
    if any(rewriting_findings(Stated(row, 2, before), begun=begun, today=TODAY)):
        return
    after = [one for one in held if one is not before] + [row]
    for day in days():
        if day < TODAY and begun is not None:
            assert given_on(after, day).days == given_on(held, day).days

"""What else keeps works from a contractor: covers, absences, suspensions, conflicts; and s.85."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.contractors import REQUIRED
from rules.tenders.conflicts import Conflict, Parties
from rules.tenders.eligibility import Absence
from rules.tenders.procurement import restriction_warning
from rules.tenders.required import DEFAULTS, Asked, Asks, Required
from tests.rules.tenders.test_eligibility import DAY, NEEDS, TODAY, document, reasons


@pytest.mark.parametrize(
    ("covers", "words"),
    [
        ([500_000_000], ()),
        ([100, 500_000_000], ()),
        (
            [499_999_999],
            (
                (
                    "its public liability insurance covers £4,999,999.99, and at least "
                    "£5,000,000.00 is asked"
                ),
            ),
        ),
        (
            [None],
            (
                (
                    "its public liability insurance states no cover, and at least £5,000,000.00 is "
                    "asked"
                ),
            ),
        ),
    ],
)
def test_a_cover_below_the_least_is_a_reason(
    covers: list[int | None], words: tuple[str, ...]
) -> None:
    needs = replace(NEEDS, required=(Required("public_liability", "", 500_000_000),))
    held = tuple(replace(document("public_liability"), cover_pence=one) for one in covers)
    assert reasons(needs=needs, documents=held) == words


def test_the_list_of_an_authority_goes_before_that_of_all_and_that_before_the_six() -> None:
    asks = Asks(
        (
            Asked("RUG", "ssip", "", None, asked=False),
            Asked("", "ssip", "", None, asked=True),
            Asked("RUG", "public_liability", "", 9, asked=True),
            Asked("", "public_liability", "", 5, asked=True),
            Asked("", "trustmark", "", None, asked=False),
            Asked("", "trustmark", "electrical", None, asked=True),
            Asked("NW", "gas_safe", "heating", None, asked=True),
        )
    )
    assert Asks().of("RUG") == DEFAULTS == tuple(map(Required, REQUIRED))
    own = {(one.document, one.trade): one.minimum_cover_pence for one in asks.of("RUG")}
    assert ("ssip", "") not in own
    assert ("trustmark", "") not in own
    assert own["public_liability", ""] == 9
    assert ("trustmark", "electrical") in own
    assert ("gas_safe", "heating") not in own
    assert {one.minimum_cover_pence for one in asks.of("NW")} == {None, 5}


@pytest.mark.parametrize(
    ("first", "last", "answer", "start", "words"),
    [
        (3, 9, 5, 20, "answer by 7 March 2026"),
        (15, 20, 5, 20, "begin by 22 March 2026"),
        (0, 30, 5, 20, "answer by 7 March 2026 and begin by 22 March 2026"),
        (0, 4, 5, 20, ""),  # it is back on the day of the answer
        (6, 19, 5, 20, ""),  # it answers before, and begins after
        (0, 30, None, None, ""),  # nothing is offered yet
    ],
)
def test_who_is_away_on_the_day_of_the_answer_or_the_start_is_not_offered_works(
    first: int, last: int, answer: int | None, start: int | None, words: str
) -> None:
    answer_by, start_by = (n if n is None else TODAY + n * DAY for n in (answer, start))
    needs = replace(NEEDS, answer_by=answer_by, start_by=start_by)
    found = reasons(needs=needs, absences=(Absence(TODAY + first * DAY, TODAY + last * DAY),))
    assert len(found) == bool(words)
    assert all(one.startswith("it is away from ") and one.endswith(words) for one in found)


PARTIES = Parties(
    reference="DFG-2026-0042",
    client_name="Ann Mary O'Brien",
    address="12 Mill Lane, Rugby",
    postcode="CV21 3LW",
    officers={
        "tess@rbc.example": "the case's officer",
        "ada@rbc.example": "who approved the grant",
    },
)


@pytest.mark.parametrize(
    ("interest", "whom", "what"),
    [
        ("officer", "Tess@RBC.example", "the case's officer"),
        ("officer", "ada@rbc.example", "who approved the grant"),
        ("officer", "otto@rbc.example", ""),
        ("client", "o'brien", "the client"),
        ("client", "Mary O'Brien", "the client"),
        ("client", "Brien", ""),
        ("client", "Bob O'Brien", ""),
        ("address", "12 Mill Lane, CV21 3LW", "the address"),
        ("address", "cv213lw", "the address"),
        ("address", "2 Mill Lane, CV21 3LW", ""),
        ("address", "12 Mill Lane", ""),
        ("case", "dfg 2026-0042".replace(" ", "-"), "the case"),
        ("case", "DFG-2026-004", ""),
    ],
)
def test_an_interest_in_who_or_what_a_case_is_about_is_a_reason(
    interest: str, whom: str, what: str
) -> None:
    needs = replace(NEEDS, parties=PARTIES)
    conflict = Conflict(interest, whom, "its director is a cousin")
    expected = (f"conflict of interest with {what}: its director is a cousin",) if what else ()
    assert reasons(needs=needs, conflicts=(conflict,)) == expected
    over = replace(conflict, last_day=TODAY - DAY)
    assert reasons(needs=needs, conflicts=(over,)) == ()
    assert reasons(needs=needs, conflicts=(replace(conflict, last_day=TODAY),)) == expected


@pytest.mark.parametrize(("first", "last"), [(DAY, None), (None, -DAY), (DAY, 9 * DAY)])
def test_a_suspension_holds_within_its_days_alone(
    first: timedelta | None, last: timedelta | None
) -> None:
    days = {"suspended_from": first, "suspended_until": last}
    outside: dict[str, Any] = {name: TODAY + by for name, by in days.items() if by is not None}
    assert reasons(suspended=True, **outside) == ()
    assert len(reasons(suspended=True, suspended_from=TODAY, suspended_until=TODAY)) == 1


@pytest.mark.parametrize(
    ("party", "framework", "total", "left_out", "warned"),
    [
        ("council", False, 21_347_699, 1, True),
        ("council", False, None, 2, True),
        ("council", False, 21_347_700, 1, False),
        ("council", True, 100, 1, False),
        ("council", False, 100, 0, False),
        ("client", False, 100, 1, False),
        ("council_for_client", False, 100, 1, False),
        ("landlord", False, 100, 1, False),
    ],
)
def test_s85_is_warned_of_where_the_council_restricts_small_works_outside_a_framework(
    party: str, *, framework: bool, total: int | None, left_out: int, warned: bool
) -> None:
    words = restriction_warning(
        party=party, framework=framework, total_pence=total, left_out=left_out
    )
    assert bool(words) == warned
    assert all(part in words for part in ("s.85", "£213,477.00")) or not warned

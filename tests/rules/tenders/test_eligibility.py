"""Eligibility: every reason, in words, on the very day it begins and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.contractors import CERTIFICATE_DOCUMENTS, REQUIRED
from rules.tenders.conflicts import Conflict, Parties
from rules.tenders.eligibility import (
    Contractor,
    Document,
    Needs,
    reasons_not_eligible,
)
from rules.tenders.required import Required

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def document(kind: str, first: date = date(2025, 4, 1), last: date = date(2026, 3, 31)) -> Document:
    return Document(
        document=kind, reference="REF", cover_pence=500_000_000, valid_from=first, valid_to=last
    )


SOUND = Contractor(
    code="ABC",
    name="ABC Adaptations",
    trades=frozenset({"plumbing", "tiling"}),
    authorities=frozenset({"NW", "RUG"}),
    documents=tuple(document(kind) for kind in REQUIRED),
    suspended=False,
    capacity_orders=3,
    capacity_value_pence=2_000_000,
    open_orders=2,
    open_value_pence=1_500_000,
)
NEEDS = Needs(
    authority="NW",
    trades=frozenset({"plumbing"}),
    certificates=frozenset(),
    value_pence=500_000,
    on=TODAY,
)


def reasons(
    contractor: Contractor = SOUND, needs: Needs = NEEDS, **changes: Any
) -> tuple[str, ...]:
    return reasons_not_eligible(contractor=replace(contractor, **changes), needs=needs)


def test_a_sound_contractor_is_eligible_to_the_last_penny_of_its_capacity() -> None:
    assert reasons() == ()


def test_no_limits_are_no_limits() -> None:
    assert (
        reasons(
            capacity_orders=None,
            capacity_value_pence=None,
            open_orders=10**6,
            open_value_pence=10**12,
        )
        == ()
    )


def test_works_that_name_no_trade_need_none() -> None:
    assert reasons(needs=replace(NEEDS, trades=frozenset()), trades=frozenset()) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"suspended": True}, "it is suspended"),
        ({"authorities": frozenset({"RUG"})}, "it does not work in NW"),
        ({"trades": frozenset({"tiling"})}, "it does not cover plumbing"),
        ({"open_orders": 3}, "it has 3 open orders and takes at most 3 at once"),
        (
            {"open_value_pence": 1_500_001},
            "these works of £5,000.00 on top of £15,000.01 open exceed its limit of £20,000.00",
        ),
        ({"capacity_orders": 0, "open_orders": 0}, "it has 0 open orders and takes at most 0"),
        (
            {"suspended": True, "suspended_until": TODAY, "suspended_because": "poor work"},
            "it is suspended until 2 March 2026: poor work",
        ),
    ],
)
def test_each_obstacle_is_its_own_reason(changes: dict[str, Any], reason: str) -> None:
    (only,) = reasons(**changes)
    assert only.startswith(reason)


def test_all_missing_trades_are_named() -> None:
    needs = replace(NEEDS, trades=frozenset({"tiling", "joinery", "electrical"}))
    assert reasons(needs=needs) == ("it does not cover electrical, joinery",)


@pytest.mark.parametrize("kind", REQUIRED)
def test_each_required_document_is_missed(kind: str) -> None:
    rest = tuple(held for held in SOUND.documents if held.document != kind)
    (reason,) = reasons(documents=rest)
    assert reason.startswith("it holds no ")


@pytest.mark.parametrize("kind", REQUIRED)
def test_each_required_document_expires_the_day_after_its_last(kind: str) -> None:
    def held_to(last: date) -> tuple[Document, ...]:
        return tuple(
            replace(held, valid_to=last) if held.document == kind else held
            for held in SOUND.documents
        )

    assert reasons(documents=held_to(TODAY)) == ()
    (reason,) = reasons(documents=held_to(TODAY - DAY))
    assert reason.endswith("expired on 1 March 2026")


def test_a_document_is_not_valid_before_its_first_day() -> None:
    def from_day(first: date) -> tuple[Document, ...]:
        return (document("ssip", first), *(d for d in SOUND.documents if d.document != "ssip"))

    assert reasons(documents=from_day(TODAY)) == ()
    assert reasons(documents=from_day(TODAY + DAY)) == (
        "its SSIP membership is not valid until 3 March 2026",
    )


def test_the_latest_expiry_is_named_and_a_renewal_clears_it() -> None:
    old = document("trustmark", date(2020, 1, 1), date(2021, 1, 1))
    newer = document("trustmark", date(2021, 1, 2), date(2025, 12, 31))
    renewed = document("trustmark", date(2026, 1, 1), date(2026, 12, 31))
    others = tuple(held for held in SOUND.documents if held.document != "trustmark")
    assert reasons(documents=(newer, old, *others)) == (
        "its TrustMark registration expired on 31 December 2025",
    )
    assert reasons(documents=(old, renewed, newer, *others)) == ()


@pytest.mark.parametrize(
    ("certificate", "kind", "words"),
    [
        ("gas", "gas_safe", "it holds no Gas Safe registration"),
        ("electrical", "niceic", "it holds no NICEIC registration or NAPIT registration"),
        ("electrical", "napit", "it holds no NICEIC registration or NAPIT registration"),
        ("fensa", "fensa", "it holds no FENSA registration"),
    ],
)
def test_a_certificate_needs_its_registration(certificate: str, kind: str, words: str) -> None:
    needs = replace(NEEDS, certificates=frozenset({certificate}))
    assert kind in CERTIFICATE_DOCUMENTS[certificate]
    assert reasons(needs=needs) == (words,)
    assert reasons(needs=needs, documents=(*SOUND.documents, document(kind))) == ()


def test_certificates_of_others_ask_nothing_of_the_contractor() -> None:
    needs = replace(NEEDS, certificates=frozenset({"building_control", "lift_commissioning"}))
    assert reasons(needs=needs) == ()


def test_an_authority_may_require_other_documents() -> None:
    asked = replace(NEEDS, required=(Required("iso_9001"), Required("gas_safe", "heating")))
    assert reasons(needs=replace(NEEDS, required=()), documents=()) == ()
    assert reasons(needs=asked, documents=()) == ("it holds no iso 9001",)
    heating = replace(asked, trades=frozenset({"heating"}))
    assert reasons(needs=heating, documents=(), trades=frozenset({"heating"})) == (
        "it holds no iso 9001",
        "it holds no Gas Safe registration",
    )


def test_every_reason_is_given_at_once() -> None:
    found = reasons(
        needs=replace(
            NEEDS, certificates=frozenset({"gas", "electrical"}), parties=Parties("DFG-1")
        ),
        suspended=True,
        authorities=frozenset(),
        trades=frozenset(),
        documents=(),
        open_orders=9,
        open_value_pence=9_000_000,
        conflicts=(Conflict("case", "DFG-1", "a bidder's brother wrote the specification"),),
    )
    assert len(found) == 3 + len(REQUIRED) + 2 + 2 + 1
    assert len(set(found)) == len(found)


days = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 1, 1))


@given(st.lists(st.tuples(days, days), max_size=5), days)
def test_any_document_in_force_is_enough(spans: list[tuple[date, date]], on: date) -> None:
    held = tuple(document("ssip", first, last) for first, last in spans)
    contractor = replace(SOUND, documents=held)
    needs = replace(NEEDS, on=on, required=(Required("ssip"),))
    found = reasons_not_eligible(contractor=contractor, needs=needs)
    assert (found == ()) == any(first <= on <= last for first, last in spans)
    again = replace(contractor, documents=tuple(reversed(held)))
    assert found == reasons_not_eligible(contractor=again, needs=needs)

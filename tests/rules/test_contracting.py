"""What follows from the contracting party: each row, for each kind of party."""

from __future__ import annotations

import pytest

from rules.contracting import (
    END_USER_STATEMENT,
    ContractingParty,
    Topic,
    notice_due,
    party_said,
    what_follows,
    why_no_release,
)

CLIENT, FOR_CLIENT, COUNCIL, LANDLORD = ContractingParty


@pytest.mark.parametrize(
    ("topic", "person", "council", "landlord"),
    [
        (Topic.VAT_ZERO, "even where the council pays", "to the council", "to the landlord"),
        (Topic.VAT_REDUCED, "60 or over", "a council may order", "whoever orders"),
        (Topic.CIS, "the householder’s own", "the council buys", "the landlord buys"),
        (Topic.REVERSE_CHARGE, "not registered", END_USER_STATEMENT, "ask it for these words"),
        (Topic.PROCUREMENT, "the contract is the client’s", "from £30,000", "the landlord itself"),
        (Topic.CONSTRUCTION_ACT, "leaves out", "the council gives", "the landlord gives"),
        (Topic.CDM, "reg 7", "the council is the client", "the landlord is the client"),
        (Topic.PAYMENT, "out of the grant", "without delay", "the rest is for the landlord"),
    ],
)
def test_each_thing_that_follows_has_its_reason(
    topic: Topic, person: str, council: str, landlord: str
) -> None:
    for party, words in zip(ContractingParty, (person, person, council, landlord), strict=True):
        assert words in what_follows(party)[topic].reason


@pytest.mark.parametrize(
    ("topic", "holds"),
    [
        (Topic.VAT_ZERO, (True, True, False, False)),
        (Topic.VAT_REDUCED, (True, True, True, True)),
        (Topic.CIS, (False, False, True, True)),
        (Topic.REVERSE_CHARGE, (False, False, False, False)),
        (Topic.PROCUREMENT, (False, False, True, True)),
        (Topic.CONSTRUCTION_ACT, (False, False, True, True)),
        (Topic.CDM, (False, False, True, True)),
        (Topic.PAYMENT, (False, False, True, False)),
    ],
)
def test_what_applies_to_whom(topic: Topic, holds: tuple[bool, ...]) -> None:
    assert tuple(what_follows(party)[topic].holds for party in ContractingParty) == holds
    assert all(what_follows(party)[topic].source for party in ContractingParty)


@pytest.mark.parametrize(
    ("case", "lot", "party"),
    [
        (None, None, CLIENT),
        (None, "council", COUNCIL),
        ("client", "council", CLIENT),
        ("landlord", None, LANDLORD),
    ],
)
def test_the_case_speaks_before_its_lot_and_silence_is_the_client(
    case: str | None, lot: str | None, party: ContractingParty
) -> None:
    assert party_said(case=case, lot=lot) is party


def test_a_notice_is_due_of_the_councils_own_contracts_from_thirty_thousand_pounds() -> None:
    assert notice_due(COUNCIL, total_pence=30_000_00)
    assert not notice_due(COUNCIL, total_pence=29_999_99)
    assert not any(notice_due(one, total_pence=50_000_00) for one in (CLIENT, FOR_CLIENT, LANDLORD))


def test_nothing_is_published_of_a_contract_that_is_not_the_councils() -> None:
    assert why_no_release(COUNCIL) == ""
    assert "the council in the client’s name" in why_no_release(FOR_CLIENT)
    assert "the council publishes nothing" in why_no_release(LANDLORD)

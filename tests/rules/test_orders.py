"""What was done of an order: its lines valued to the penny, and who pays for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.grants.payers import Cover, PayerHow, Share
from rules.orders import OrderedLine, Parts, Valued, parts_of, value, wrongly_valued

RAILS = OrderedLine(1, 180_00, 9_00, Decimal("0.05"))
LAMPS = OrderedLine(2, 190_50, 38_10, Decimal("0.20"))
WHOLE = 417_60


def cover(grant_pence: int, *shares: Share) -> Cover:
    return Cover(cost_pence=WHOLE, grant_pence=grant_pence, top_up_pence=0, shares=shares)


def test_a_part_has_vat_at_its_line_s_rate_and_a_whole_line_what_was_ordered() -> None:
    assert value([RAILS, LAMPS], done=(2,), part={1: 100_10}) == (
        Valued(1, 180_00, 100_10, 5_01),  # 5.005 rounded half up
        Valued(2, 190_50, 190_50, 38_10),
    )
    assert value([RAILS], done=(), part={}) == (Valued(1, 180_00, 0, 0),)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Valued(1, 180_00, 180_00, 9_00), "Line 1: done in full, £180.00"),
        (Valued(1, 180_00, 100_00, 5_00), "Line 1: £100.00 of £180.00"),
        (Valued(1, 180_00, 0, 0), "Line 1: nothing"),
    ],
)
def test_a_line_is_said_as_it_was_valued(one: Valued, words: str) -> None:
    assert one.words() == words


def test_everything_wrong_with_a_valuation_is_said_at_once() -> None:
    found = list(wrongly_valued([RAILS, LAMPS], done=(1, 7), part={1: 180_00}, not_done=()))
    assert found == [
        "The order has no line 7.",
        "Value line 1 once: in full, in part, or nothing.",
        "Say what was done of line 2.",
        "Line 1: a part is above zero and below the £180.00 ordered, not £180.00.",
    ]


DIRECT = Share("client", PayerHow.DIRECT, 208_80)
HELD = Share("client", PayerHow.RECEIVED, 208_80)
PROMISED = Share("Oak Homes", PayerHow.AGREED, 208_80)


@pytest.mark.parametrize(
    ("held", "grant_pays", "direct_pence", "parts"),
    [
        (cover(WHOLE), True, None, Parts(0, 189_00, 0)),
        (cover(208_80, DIRECT), True, None, Parts(94_50, 94_50, 0)),
        (cover(208_80, HELD), True, None, Parts(0, 94_50, 0)),
        (cover(208_80, PROMISED), True, None, Parts(0, 189_00, 0)),
        (cover(208_80, DIRECT), True, 9_00, Parts(9_00, 180_00, 0)),
        (cover(100_00, DIRECT), True, 0, Parts(0, 100_00, 89_00)),
        (cover(WHOLE), False, None, Parts(0, 0, 189_00)),
        (cover(208_80, HELD), False, None, Parts(0, 0, 0)),
        (cover(WHOLE), False, 189_00, Parts(189_00, 0, 0)),
    ],
)
def test_others_pay_in_proportion_and_the_grant_what_is_left(
    held: Cover, grant_pays: bool, direct_pence: int | None, parts: Parts
) -> None:
    found = parts_of(
        189_00,
        ordered_pence=WHOLE,
        cover=held,
        grant_pays=grant_pays,
        direct_pence=direct_pence,
    )
    assert found == parts

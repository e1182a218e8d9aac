"""Payment runs and CIS, by their rules alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cis import Deduction, deduction, net_paid, tax_month
from rules.errors import InvalidDecisionError, InvalidTermsError
from rules.payment_runs import Line, account_of, columns_of, ledger_file
from rules.sources import USUAL_ORDER, spread


@pytest.mark.parametrize(
    ("status", "materials", "expected"),
    [
        ("net", 600_00, Deduction(1_000_00, 20, 200_00)),
        ("unmatched", 600_00, Deduction(1_000_00, 30, 300_00)),
        ("gross", 0, Deduction(1_600_00, 0, 0)),
        ("net", 1_600_00, Deduction(0, 20, 0)),
    ],
)
def test_cis_is_deducted_of_labour_alone(status: str, materials: int, expected: Deduction) -> None:
    assert deduction(net_pence=1_600_00, materials_pence=materials, status=status) == expected


@pytest.mark.parametrize("materials", [-1, 1_600_01])
def test_materials_are_part_of_the_invoice(materials: int) -> None:
    with pytest.raises(InvalidDecisionError, match="cannot be part of"):
        deduction(net_pence=1_600_00, materials_pence=materials, status="net")


@given(total=st.integers(1, 10**9), data=st.data())
def test_the_net_of_a_part_is_in_proportion_and_within_a_half_penny(
    total: int, data: st.DataObject
) -> None:
    net, paid = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    part = net_paid(net_pence=net, total_pence=total, paid_pence=paid)
    assert abs(2 * part * total - 2 * net * paid) <= total
    assert part <= paid


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 6, 5), date(2026, 5, 6), date(2026, 6, 5)),
        (date(2026, 6, 6), date(2026, 6, 6), date(2026, 7, 5)),
        (date(2026, 1, 1), date(2025, 12, 6), date(2026, 1, 5)),
        (date(2026, 12, 31), date(2026, 12, 6), date(2027, 1, 5)),
    ],
)
def test_a_tax_month_runs_from_the_sixth_to_the_fifth(day: date, first: date, last: date) -> None:
    assert tax_month(day) == (first, last)


def test_bank_details_are_read_as_people_write_them() -> None:
    account = account_of(name=" Avon & Sons ", sort_code="20-00 00", number="5577 9911")
    assert (account.name, account.sort_code, account.number) == (
        "Avon & Sons",
        "200000",
        "55779911",
    )
    assert account.ending == "911"


def test_all_that_is_wrong_with_bank_details_is_said_at_once() -> None:
    with pytest.raises(InvalidTermsError) as caught:
        account_of(name="", sort_code="20-00-0", number="123456789")
    for word in ("name", "sort code", "eight digits"):
        assert word in caught.value.text()


@given(
    order=st.permutations(USUAL_ORDER).map(tuple),
    held=st.fixed_dictionaries({name: st.integers(0, 10**7) for name in USUAL_ORDER}),
    parts=st.lists(st.integers(0, 10**6), max_size=6),
)
def test_what_each_pays_is_exact_over_several_payments_and_never_more_than_is_held(
    order: tuple[str, ...], held: dict[str, int], parts: list[int]
) -> None:
    used = dict.fromkeys(order, 0)
    for amount in parts:
        if amount > sum(held.values()) - sum(used.values()):
            break
        found = spread(amount, order=order, held=held, used=used)
        assert sum(found.values()) == amount
        used = {name: used[name] + found[name] for name in order}
        assert all(used[name] <= held[name] for name in order)
        for earlier, later in pairwise(order):
            assert used[later] == 0 or used[earlier] == held[earlier]


def test_pence_of_rounding_beyond_what_is_held_are_of_what_is_used_last() -> None:
    held = {"received": 100, "grant": 500, "top_up": 0}
    found = spread(601, order=USUAL_ORDER, held=held, used={})
    assert found == {"received": 100, "grant": 501, "top_up": 0}


LINE = Line(
    *(7, "P3-1", "RBC", "DFG-1", "WO-1", "=1+1", date(2026, 6, 1), "AVON", "Avon, Ltd"),
    *(1_600_00, 200_05, 1_399_95, date(2026, 6, 2), "finn@rbc.example"),
)


def test_the_ledger_has_the_columns_that_were_asked_for_and_ends_with_its_control_total() -> None:
    columns = columns_of("Ref=payment; Supplier=payee;invoice;Amount=paid_pence")
    assert ledger_file([LINE, LINE], columns).split("\r\n") == [
        "Ref,Supplier,invoice,Amount",
        'P3-1,"Avon, Ltd",\'=1+1,1399.95',
        'P3-1,"Avon, Ltd",\'=1+1,1399.95',
        "TOTAL OF 2,,,2799.90",
        "",
    ]


def test_columns_that_the_ledger_cannot_have_are_all_named() -> None:
    with pytest.raises(InvalidTermsError) as caught:
        columns_of("Colour=colour;payee")
    said = caught.value.text()
    assert "“colour”" in said
    assert "needs payment" in said
    assert "needs paid_pence" in said

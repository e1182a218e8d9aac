"""The account of an order over lives that anybody may lead, against sums kept with a pencil."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rules.documents.items import Item
from rules.payments.account import (
    NOTHING,
    CaseAccount,
    Invoiced,
    OrderAccount,
    Sum,
    most_before_completion,
    pay_now,
    shares,
    summed,
)

pence = st.integers(1, 5_000_00)


def vat(net: int) -> int:
    return (net + 2) // 5  # 20 %, to the nearest penny


@dataclass
class Order:
    """What anybody would keep of one contractor's order with a pencil."""

    first: dict[Item, Sum]
    lines: dict[Item, Sum]
    invoices: list[dict[Item, Sum]] = field(default_factory=list)
    credited: list[dict[Item, Sum]] = field(default_factory=list)
    paid: list[dict[Item, Sum]] = field(default_factory=list)
    snags: set[Item] = field(default_factory=set)
    over: bool = False
    released: int = 0
    set_off: int = 0
    refunded: int = 0

    def charged(self, item: Item) -> Sum:
        every = summed(one.get(item, NOTHING) for one in self.invoices)
        return every.less(summed(one.get(item, NOTHING) for one in self.credited))

    def account(self) -> OrderAccount:
        return OrderAccount(
            number="WO-1",
            first=self.first,
            ordered=self.lines,
            invoices=tuple(
                Invoiced(key, f"A-{key}", lines, self.credited[key], self.paid[key])
                for key, lines in enumerate(self.invoices)
            ),
            held=frozenset(self.snags),
            released_pence=self.released,
            set_off_pence=self.set_off,
            refunded_pence=self.refunded,
        )


class Life(RuleBasedStateMachine):
    """A case from its approval: contractors, variations, snags, instalments, credits, refunds."""

    def __init__(self) -> None:
        super().__init__()
        self.approved, self.bank, self.orders = 100_000_00, 0, list[Order]()
        self.ended = False

    @property
    def order(self) -> Order:
        return self.orders[-1]

    def works(self) -> bool:
        return bool(self.orders) and not self.ended and not self.order.over

    @precondition(lambda self: not self.ended and (not self.orders or self.order.over))
    @precondition(lambda self: len(self.orders) < 3)
    @rule(nets=st.lists(pence, min_size=1, max_size=4))
    def raise_order(self, nets: list[int]) -> None:
        lines: dict[Item, Sum] = {n: Sum(net, vat(net)) for n, net in enumerate(nets, 1)}
        self.orders.append(Order(dict(lines), dict(lines)))

    @precondition(works)
    @rule(data=st.data(), net=pence)
    def vary(self, data: Any, net: int) -> None:
        order = self.order
        free = [n for n in order.lines if order.charged(n) == NOTHING]
        item = data.draw(st.sampled_from([*free, max([0, *map(int, order.lines)]) + 1]))
        if item in order.lines and data.draw(st.booleans()):
            del order.lines[item]
        else:
            order.lines[item] = Sum(net, vat(net))

    @precondition(works)
    @rule(data=st.data())
    def find_snag(self, data: Any) -> None:
        if self.order.lines:
            self.order.snags.add(data.draw(st.sampled_from(sorted(self.order.lines))))

    @precondition(lambda self: self.works() and self.order.snags)
    @rule(data=st.data())
    def clear(self, data: Any) -> None:
        self.order.snags.remove(data.draw(st.sampled_from(sorted(self.order.snags))))

    @precondition(lambda self: bool(self.orders))
    @rule(data=st.data(), by_rate=st.booleans())
    def invoice(self, data: Any, by_rate: bool) -> None:
        order = self.order
        left = {n: one.less(order.charged(n)) for n, one in order.lines.items()}
        left = {n: one for n, one in left.items() if one.net_pence}
        if not left:
            return
        some = data.draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
        lines: dict[Item, Sum] = {}
        for n in some:
            part = data.draw(st.integers(1, left[n].net_pence)) if not order.over else 0
            whole = not part or part == left[n].net_pence
            lines[n] = left[n] if whole else Sum(part, min(vat(part), left[n].vat_pence))
        total = summed(lines.values())
        charged = total.net_pence + vat(total.net_pence) if by_rate else total.total_pence
        order.invoices.append(dict(shares(lines, total_pence=charged)))
        order.credited.append({})
        order.paid.append({})

    @precondition(lambda self: bool(self.orders) and self.order.invoices)
    @rule(data=st.data())
    def credit(self, data: Any) -> None:
        order = self.order
        key = data.draw(st.sampled_from(range(len(order.invoices))))
        held = order.credited[key]
        left = {n: one.less(held.get(n, NOTHING)) for n, one in order.invoices[key].items()}
        left = {n: one for n, one in left.items() if one.net_pence > 0}
        if not left:
            return
        item = data.draw(st.sampled_from(sorted(left)))
        part = data.draw(st.integers(1, left[item].net_pence))
        tax = min(vat(part), max(0, left[item].vat_pence))
        taken = left[item] if part == left[item].net_pence else Sum(part, tax)
        held[item] = held.get(item, NOTHING).plus(taken)

    @precondition(lambda self: bool(self.orders))
    @rule()
    def release(self) -> None:
        order = self.order
        for now in pay_now(order.account()):
            assert not order.snags.intersection(now.lines), "a line with a snag was paid"
            assert not order.paid[now.invoice.key].keys() & now.lines.keys(), "paid twice"
            order.paid[now.invoice.key] |= now.lines
            order.released += now.total_pence
            order.set_off += now.set_off_pence
            self.bank -= now.total_pence

    @precondition(lambda self: bool(self.orders))
    @rule(data=st.data())
    def pay_back(self, data: Any) -> None:
        owed = self.order.account().owed_back_pence
        if owed:
            part = data.draw(st.integers(1, owed))
            self.order.refunded += part
            self.bank += part

    @precondition(works)
    @rule(data=st.data(), ends=st.booleans())
    def stop(self, data: Any, ends: bool) -> None:
        """Value what was done: never below what is invoiced; another takes over, or none does."""
        order = self.order
        for n, one in list(order.lines.items()):
            least = order.charged(n).net_pence
            net = data.draw(st.integers(least, max(least, one.net_pence)))
            if net < one.net_pence:
                order.lines[n] = Sum(net, max(vat(net), order.charged(n).vat_pence))
        order.snags.clear()
        order.over, self.ended = True, ends

    @precondition(works)
    @rule()
    def sign_off(self) -> None:
        if not self.order.snags:
            self.order.over = self.ended = True

    @invariant()
    def adds_up(self) -> None:
        ordered = sum(summed(one.lines.values()).total_pence for one in self.orders)
        if ordered > self.approved:
            with pytest.raises(ValueError, match="was approved"):
                self.of_case()
            return
        account = self.of_case()
        assert account.paid_pence == -self.bank, "what left the bank is what was paid"
        assert self.approved == (
            account.paid_pence + account.held_pence + account.to_pay_pence + account.saved_pence
        )
        rounding = sum(one.account().rounding_pence for one in self.orders)
        assert account.saved_pence == self.approved - ordered - rounding
        for order in self.orders:
            for item, one in order.lines.items():
                paid = sum(lines.get(item, NOTHING).net_pence for lines in order.paid)
                credited = sum(lines.get(item, NOTHING).net_pence for lines in order.credited)
                assert paid - credited <= one.net_pence, "paid above the version in force"

    def of_case(self) -> CaseAccount:
        orders = tuple(one.account() for one in self.orders)
        return CaseAccount(approved_pence=self.approved, orders=orders)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def account(**changed: Any) -> OrderAccount:
    line = {1: Sum(100_00, 20_00)}
    said: dict[str, Any] = {"number": "WO-1", "first": line, "ordered": line}
    return OrderAccount(**said | changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"invoices": (Invoiced(1, "A-1", {1: Sum(100_01, 20_00)}),)}, "is invoiced at £100.01"),
        ({"invoices": (Invoiced(1, "A-1", {2: Sum(1, 0)}),)}, "Line 2 of WO-1 is invoiced"),
        ({"released_pence": 1}, "£0.01 was paid for WO-1"),
        ({"refunded_pence": 1}, "More was set off and paid back on WO-1"),
        (
            {"invoices": (Invoiced(1, "A-1", {1: Sum(10, 2)}, {1: Sum(11, 2)}),)},
            "£0.13 is credited, and invoice A-1 charges £0.12",
        ),
        (
            {"invoices": (Invoiced(1, "A-1", {1: Sum(10, 2)}, {}, {3: Sum(0, 0)}),)},
            "Line 3 is not on invoice A-1",
        ),
    ],
)
def test_an_account_that_does_not_add_up_cannot_be_made(
    changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        account(**changed)


def test_what_is_not_invoiced_in_the_end_is_saved() -> None:
    open_ = CaseAccount(approved_pence=130_00, orders=(account(),))
    assert (open_.to_pay_pence, open_.saved_pence) == (120_00, 10_00)
    over = CaseAccount(approved_pence=130_00, orders=(account(),), over=True)
    assert (over.to_pay_pence, over.saved_pence) == (0, 130_00)


def test_what_is_left_out_of_a_package_waits_for_what_it_is_taken_off() -> None:
    lines: dict[Item, Sum] = {"A": Sum(100_00, 0), "B": Sum(-10_00, 0)}
    one = Invoiced(1, "A-1", lines)
    held = account(first=lines, ordered=lines, invoices=(one,), held=frozenset("A"))
    assert pay_now(held) == ()
    (now,) = pay_now(account(first=lines, ordered=lines, invoices=(one,)))
    assert now.total_pence == 90_00


def test_nine_tenths_of_a_grant_are_rounded_down() -> None:
    assert most_before_completion(10_000_05) == 9_000_04

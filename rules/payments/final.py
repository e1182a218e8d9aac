"""The final account of a case, as its page, its document and its file show it."""

from dataclasses import dataclass
from datetime import date

from rules.documents.items import Item, item_words
from rules.documents.papers import CasePaper
from rules.grants.proportion import Proportion, words_of
from rules.payments.account import NOTHING, CaseAccount, OrderAccount, summed


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line of an order in the account, in pence with VAT.

    Args:
        first_pence: As it was ordered first.
        varied_pence: What variations, or the valuation of an order that ended, changed it by.
        invoiced_pence: Less what was credited.
        paid_pence: What was paid of its invoices.
        to_pay_pence: Invoiced or to be invoiced, neither held nor paid; below zero is owed back.
    """

    order: str
    item: str
    what: str
    first_pence: int
    varied_pence: int
    invoiced_pence: int
    held_pence: int
    paid_pence: int
    to_pay_pence: int

    @property
    def ordered_pence(self) -> int:
        """As it is ordered now."""
        return self.first_pence + self.varied_pence


@dataclass(frozen=True, slots=True)
class Paying:
    """Who pays: the grant, a top-up, the client or a funder; pence."""

    who: str
    how: str
    pence: int


@dataclass(frozen=True, slots=True)
class ChargePaid:
    """A fee or charge that was paid after the case had ended, on what ground; pence."""

    what: str
    why: str
    on: date
    pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalAccount(CasePaper):
    """What was approved, ordered, varied, invoiced, held, paid and saved, and who pays it.

    Args:
        as_on: The day whose state it shows.
        over: Whether the case is paid: what is not invoiced then is saved.
        approved_pence: The works as approved, with VAT.
        settled_pence: What was paid, credited afterwards, and set off or paid back.
        council_pence: Of what was paid, what the council paid; the rest was paid directly.
        payers: Everybody who pays, with what is covered by nobody.
        to_applicant_pence: What of it the applicant was paid, to pay the contractor from (s.39).
        cheaper: How works that are signed off came out cheaper than approved, if they did.
        reduced: Whether the grant is reduced in that proportion (s.42); None: not decided.
        charges_paid: Fees and charges that were paid after the case had ended.

    Raises:
        ValueError: It does not add up.
    """

    as_on: date
    over: bool
    approved_pence: int
    fees_pence: int
    lines: tuple[AccountLine, ...]
    settled_pence: int
    owed_back_pence: int
    paid_pence: int
    council_pence: int
    held_pence: int
    to_pay_pence: int
    saved_pence: int
    payers: tuple[Paying, ...]
    to_applicant_pence: int = 0
    cheaper: Proportion | None = None
    reduced: bool | None = None
    charges_paid: tuple[ChargePaid, ...] = ()

    def __post_init__(self) -> None:
        whole = self.paid_pence + self.held_pence + self.to_pay_pence + self.saved_pence
        sums = (
            (whole, self.approved_pence),
            (self.of_lines("paid_pence") - self.settled_pence, self.paid_pence),
            (self.of_lines("held_pence"), self.held_pence),
            (self.of_lines("to_pay_pence") + self.settled_pence - self._unspent, self.to_pay_pence),
            (sum(one.pence for one in self.payers), self.approved_pence + self.fees_pence),
        )
        if any(found != said for found, said in sums):
            raise ValueError(f"The account of {self.case_reference} does not add up: {sums}.")

    @property
    def _unspent(self) -> int:
        """What is not invoiced of a case that is paid: it is saved, and not to pay."""
        if not self.over:
            return 0
        return self.of_lines("to_pay_pence") + self.settled_pence + self.owed_back_pence

    @property
    def cheaper_words(self) -> str:
        """What is said of an out-turn below the estimate; empty where nothing depends on it."""
        return words_of(self.cheaper, reduced=self.reduced)

    @property
    def charges_paid_pence(self) -> int:
        """What was paid of fees and charges after the case had ended."""
        return sum(one.pence for one in self.charges_paid)

    def of_lines(self, name: str) -> int:
        """Return the sum of one column."""
        return sum(getattr(one, name) for one in self.lines)


def lines_of(account: OrderAccount, *, words: dict[Item, str]) -> tuple[AccountLine, ...]:
    """Return the lines of an order's account: those first ordered, and those that came to it."""
    items = dict.fromkeys([*account.first, *account.ordered, *account.invoiced_items])
    return tuple(_line(account, item, words.get(item, "")) for item in items)


def _line(account: OrderAccount, item: Item, what: str) -> AccountLine:
    first = account.first.get(item, NOTHING).total_pence
    ordered = account.ordered.get(item, NOTHING).total_pence
    invoiced = account.invoiced(item).total_pence
    paid = summed(one.paid.get(item, NOTHING) for one in account.invoices).total_pence
    unpaid = summed(one.unpaid.get(item, NOTHING) for one in account.invoices).total_pence
    held = unpaid if item in account.held else 0
    return AccountLine(
        order=account.number,
        item=item_words(item),
        what=what,
        first_pence=first,
        varied_pence=ordered - first,
        invoiced_pence=invoiced,
        held_pence=held,
        paid_pence=paid,
        to_pay_pence=invoiced - paid - held + account.to_invoice(item).total_pence,
    )


def settled_of(case: CaseAccount) -> int:
    """Return what was credited after it was paid, and set off or paid back since."""
    return sum(one.set_off_pence + one.refunded_pence for one in case.orders)

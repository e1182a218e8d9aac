"""Who pays the part of the cost that the grant does not, and what the council may release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from rules.grants.proportion import Proportion

CLIENT: Final = "client"
"""What the client is called among the payers."""


class PayerHow(StrEnum):
    """How somebody's share of the cost stands."""

    RECEIVED = "received"  # the council holds it
    DIRECT = "direct"  # agreed: it is paid to the contractor directly
    AGREED = "agreed"  # a funder agreed in writing to pay the council, and has not paid yet


HOW_WORDS: Final[Mapping[PayerHow, str]] = {
    PayerHow.RECEIVED: "received; we hold it",
    PayerHow.DIRECT: "agreed; paid to the contractor directly",
    PayerHow.AGREED: "agreed in writing; not received yet",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer pays.

    Args:
        payer: Who, as recorded.
        how: How it stands.
        amount_pence: Pence, above zero.
    """

    payer: str
    how: PayerHow
    amount_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cost beside everybody who pays for it, in pence.

    The grant and the top-ups are the council's own: the approval agrees to them.

    Args:
        cost_pence: The works with VAT, fees and charges.
        grant_pence: The grant.
        top_up_pence: Discretionary help beside it.
        shares: What others pay.
    """

    cost_pence: int
    grant_pence: int
    top_up_pence: int
    shares: tuple[Share, ...]

    @property
    def others_pence(self) -> int:
        """What the grant and the top-ups leave to others."""
        return max(0, self.cost_pence - self.grant_pence - self.top_up_pence)

    @property
    def agreed_pence(self) -> int:
        """What others have agreed to pay, or have paid."""
        return _sum(self.shares)

    @property
    def open_pence(self) -> int:
        """What is covered by nobody who has agreed: no work order while it is above zero."""
        return max(0, self.others_pence - self.agreed_pence)

    @property
    def direct_pence(self) -> int:
        """What others pay the contractor directly."""
        return _sum(share for share in self.shares if share.how is PayerHow.DIRECT)

    @property
    def held_pence(self) -> int:
        """What the council may release: the grant, the top-ups and what it has received."""
        received = (share for share in self.shares if share.how is PayerHow.RECEIVED)
        return self.grant_pence + self.top_up_pence + _sum(received)

    def less(self, *, total_pence: int, direct_pence: int, grant_pence: int) -> "Cover":
        """Return what is left once some works are paid of it, as of a contractor replaced.

        Args:
            total_pence: What they came to, with VAT.
            direct_pence: What others paid of it directly.
            grant_pence: What the grant paid of it; the rest came of what else was held.
        """
        paid = (Share("paid before", PayerHow.DIRECT, -direct_pence),) if direct_pence else ()
        return replace(
            self,
            cost_pence=self.cost_pence - total_pence,
            grant_pence=self.grant_pence - grant_pence,
            top_up_pence=self.top_up_pence - (total_pence - direct_pence - grant_pence),
            shares=self.shares + paid,
        )

    def in_proportion(self, cheaper: Proportion) -> "Cover":
        """Return what everybody pays of works that came out cheaper, to the penny.

        Each is what all up to them pay less what those before them do, so that no rounding is over.
        """
        before = after = self.grant_pence

        def part(pence: int) -> int:
            nonlocal before, after
            before, after = after, after + pence
            return cheaper.of(after) - cheaper.of(before)

        return Cover(
            cost_pence=cheaper.outturn_pence,
            grant_pence=cheaper.of(self.grant_pence),
            top_up_pence=part(self.top_up_pence),
            shares=tuple(replace(one, amount_pence=part(one.amount_pence)) for one in self.shares),
        )


def _sum(shares: Iterable[Share]) -> int:
    return sum(share.amount_pence for share in shares)

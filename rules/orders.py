"""An order that ends with what was done: its grounds, its lines valued, and who pays for them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from rules.documents.items import Item, item_words, items_words
from rules.grants.payers import Cover
from rules.grants.proportion import share_of
from rules.money import EXACT, pounds, round_half_up
from rules.pathway import CaseStatus


class EndGround(StrEnum):
    """Why works stop that had begun."""

    OCCUPANT_DIED = "occupant_died"
    OCCUPANT_MOVED = "occupant_moved"
    NEED_CEASED = "need_ceased"
    APPLICANT_DIED = "applicant_died"
    APPLICANT_NOT_ENTITLED = "applicant_not_entitled"


class ExitGround(StrEnum):
    """Why a case leaves: what works stop for, and what ends it where none have begun."""

    OCCUPANT_DIED = EndGround.OCCUPANT_DIED
    OCCUPANT_MOVED = EndGround.OCCUPANT_MOVED
    NEED_CEASED = EndGround.NEED_CEASED
    APPLICANT_DIED = EndGround.APPLICANT_DIED
    APPLICANT_NOT_ENTITLED = EndGround.APPLICANT_NOT_ENTITLED
    APPLICANT_WITHDREW = "applicant_withdrew"
    WRONG_INFORMATION = "wrong_information"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a ground means.

    Args:
        words: What happened, as letters say it.
        section: The section of the Act that it rests on.
        outcome: How the case ends.
        also: How it may end besides.
        grant_pays: Whether the grant may pay for what was done.
        before_works: What may be paid where no works had begun.
    """

    words: str
    section: str
    outcome: CaseStatus
    also: tuple[CaseStatus, ...] = ()
    grant_pays: bool = True
    before_works: str = (
        "Nothing more is paid unless you decide that charges incurred are: record why"
    )


GROUNDS: Final[Mapping[str, Ground]] = {
    EndGround.OCCUPANT_DIED: Ground("the disabled person has died", "s.41", CaseStatus.DIED),
    EndGround.OCCUPANT_MOVED: Ground(
        "the disabled person no longer lives there", "s.41", CaseStatus.MOVED
    ),
    EndGround.NEED_CEASED: Ground(
        "the works are no longer necessary and appropriate",
        "s.41",
        CaseStatus.WITHDRAWN,
        also=(CaseStatus.ALTERNATIVE_FOUND,),
    ),
    EndGround.APPLICANT_DIED: Ground(
        "the applicant has died",
        "s.56",
        CaseStatus.DIED,
        before_works="Charges that the applicant was liable for may be paid, if you think fit",
    ),
    EndGround.APPLICANT_NOT_ENTITLED: Ground(
        "the applicant is no longer entitled to a grant",
        "s.40",
        CaseStatus.WITHDRAWN,
        grant_pays=False,
        before_works="No payment is made, nor any further one",
    ),
    ExitGround.APPLICANT_WITHDREW: Ground(
        "the applicant withdraws the application",
        "s.2",
        CaseStatus.WITHDRAWN,
        also=(CaseStatus.ALTERNATIVE_FOUND,),
        grant_pays=False,
        before_works="Nothing is paid on an application that is withdrawn",
    ),
    ExitGround.WRONG_INFORMATION: Ground(
        "the grant was approved on information that was wrong or incomplete",
        "s.42",
        CaseStatus.WITHDRAWN,
        grant_pays=False,
        before_works="The grant may be reduced, withheld or recovered: record what you decide",
    ),
}
"""Source: ss.40 (payment ceases), 41 (the authority decides), 42 (it may reduce or withhold), 56
(charges and begun works may be paid)."""


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of an order, or an item of a package, as priced: net, VAT (pence) and its rate."""

    item: Item
    net_pence: int
    vat_pence: int
    vat_rate: Decimal


@dataclass(frozen=True, slots=True)
class Valued:
    """What was done of one line, or of one item of a package.

    Args:
        ordered_pence: The line as ordered, net.
        net_pence: What was done of it, net.
        vat_pence: VAT on that, at the line's rate.
    """

    item: Item
    ordered_pence: int
    net_pence: int
    vat_pence: int

    def words(self) -> str:
        """Return it as a letter says it."""
        done = f"{pounds(self.net_pence)} of {pounds(self.ordered_pence)}"
        if self.net_pence == self.ordered_pence:
            done = f"done in full, {pounds(self.net_pence)}"
        elif not self.net_pence:
            done = "nothing"
        return f"{item_words(self.item)}: {done}"


class Valuing(Protocol):
    """A decision that says what was done of an order that ends."""

    @property
    def ground(self) -> str:
        """Why it ends."""

    @property
    def done(self) -> tuple[str, ...]:
        """What was done in full."""

    @property
    def part(self) -> Mapping[str, int]:
        """What was done in part, in net pence."""

    @property
    def not_done(self) -> tuple[str, ...]:
        """What nothing was done of."""

    @property
    def others_pay_pence(self) -> int | None:
        """What others pay the contractor directly, if not in proportion."""


def wrongly_valued(
    ordered: Collection[OrderedLine],
    *,
    done: Collection[Item],
    part: Mapping[Item, int],
    not_done: Collection[Item],
) -> Iterator[str]:
    """Yield, a sentence each, what is wrong with how lines, or items of a package, are valued.

    Args:
        done: Those done in full.
        part: What was done of one, in net pence.
        not_done: Those of which nothing was done.
    """
    nets = {line.item: line.net_pence for line in ordered}
    said = [*done, *part, *not_done]
    unknown = [item for item in dict.fromkeys(said) if item not in nets]
    if unknown:
        yield f"The order has no {items_words(unknown)}."
    twice = [item for item in dict.fromkeys(said) if said.count(item) > 1]
    if twice:
        yield f"Value {items_words(twice)} once: in full, in part, or nothing."
    missing = [item for item in nets if item not in said]
    if missing:
        yield f"Say what was done of {items_words(missing)}."
    if sum(nets.get(item, 0) for item in done) + sum(part.values()) < 0:
        yield "What is omitted is worth more than what is done: value it as not done."
    for item, pence in part.items():
        if item in nets and not 0 < pence < nets[item]:
            yield (
                f"{item_words(item)}: a part is above zero and below the {pounds(nets[item])} "
                f"ordered, not {pounds(pence)}."
            )


def value(
    ordered: Collection[OrderedLine], *, done: Collection[Item], part: Mapping[Item, int]
) -> tuple[Valued, ...]:
    """Return each line with what was done of it; a line in neither is worth nothing."""
    return tuple(_valued(line, full=line.item in done, part=part) for line in ordered)


def _valued(line: OrderedLine, *, full: bool, part: Mapping[Item, int]) -> Valued:
    if full:
        return Valued(line.item, line.net_pence, line.net_pence, line.vat_pence)
    net = part.get(line.item, 0)
    vat = round_half_up(EXACT.multiply(Decimal(net).scaleb(-2, EXACT), line.vat_rate))
    return Valued(line.item, line.net_pence, net, vat)


@dataclass(frozen=True, slots=True)
class Parts:
    """Who pays for what was done, in pence.

    Args:
        direct_pence: What others pay the contractor directly.
        grant_pence: What the grant pays.
        short_pence: What nobody pays.
    """

    direct_pence: int
    grant_pence: int
    short_pence: int


def parts_of(
    total_pence: int,
    *,
    ordered_pence: int,
    cover: Cover,
    grant_pays: bool,
    direct_pence: int | None = None,
) -> Parts:
    """Return who pays for what was done: each in proportion, and the grant what is then left.

    Where the grant may not pay, the council pays from what else it holds.

    Args:
        total_pence: What was done, with VAT.
        ordered_pence: The whole order, with VAT.
        cover: Who was to pay for the order.
        direct_pence: What others pay the contractor directly, if not in proportion.
    """

    def in_proportion(pence: int) -> int:
        return share_of(pence, part=total_pence, whole=ordered_pence)

    direct = in_proportion(cover.direct_pence) if direct_pence is None else direct_pence
    left = total_pence - direct
    others = cover.held_pence - cover.grant_pence
    if not grant_pays:
        return Parts(direct, 0, max(0, left - others))
    grant = min(cover.grant_pence, max(0, left - in_proportion(others)))
    return Parts(direct, grant, max(0, left - grant - others))

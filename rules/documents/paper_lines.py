"""What every paper is made of: the people named on it, its lines, and its VAT with the reasons."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.documents.items import Item, item_of, letters
from rules.documents.own import NONE_OWN, OwnLetters
from rules.errors import InvalidWorksError
from rules.money import EXACT, round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to name or to write to; without an e-mail address the letter goes by post.

    Args:
        address: Postal address, one line of it a line.
        phone: Telephone number as people write it.
        own: An authority's own logo and paragraphs; nothing for anybody else.
        agent: Of an authority, the name of the host that does the work for it, and whose address
            and telephone these are; an empty string where it does its own.
    """

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    own: OwnLetters = NONE_OWN
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpricedLine:
    """One line of works without its price.

    Args:
        code: Schedule code, or empty for a bespoke line.
        unit: One of ``each item m m2 m3 hour day set``.
    """

    line: int
    code: str
    description: str
    location: str
    quantity: Decimal
    unit: str


def snag_place(line: UnpricedLine) -> str:
    """Return a works line as a snag names it: its number, and what and where it is."""
    where = f", {line.location}" if line.location else ""
    return f"works line {line.line} ({line.description}{where})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine(UnpricedLine):
    """One line of works with its frozen price.

    Args:
        rate: Pounds per unit, before the adjustments that ``calculation`` names.
        vat_rate: VAT as a fraction: ``Decimal("0.20")`` is 20 %.
        calculation: How quantity and rate became the net price, or empty.
        steps: What each factor of the calculation is, in words, or empty.
        covers: The works lines that it covers where it is an item of a package's price; None where
            it is a works line itself.
    """

    rate: Decimal
    net_pence: int
    vat_rate: Decimal
    vat_pence: int
    vat_reason: str
    calculation: str = ""
    steps: str = ""
    covers: tuple[int, ...] | None = None

    @property
    def item(self) -> Item:
        """What it is called: the number of its works line, or the letter of an item."""
        return item_of(line=self.line, covers=self.covers)

    @property
    def covered(self) -> str:
        """The works lines that an item covers, such as ``works lines 1–6``; empty for none."""
        return works_line_words(self.covers or ())

    @property
    def total_pence(self) -> int:
        """The line's price with VAT."""
        return self.net_pence + self.vat_pence

    @property
    def adjusted(self) -> bool:
        """Whether the price is not simply quantity × rate, so that it must be explained."""
        return round_half_up(EXACT.multiply(self.quantity, self.rate)) != self.net_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class VatNote:
    """The lines that carry one VAT rate for one reason.

    Args:
        note: The number that the lines refer to, from 1.
        rate: VAT as a fraction.
        reason: Why that rate applies.
        lines: Its lines or items, as people write them: ``"1–4, 7"``, ``"A–C"``.
        lettered: Whether they are items of a package's price.
        net_pence: Their price before VAT.
        vat_pence: Their VAT.
    """

    note: int
    rate: Decimal
    reason: str
    lines: str
    net_pence: int
    vat_pence: int
    lettered: bool = False


def vat_notes(*, lines: Sequence[PaperLine]) -> tuple[VatNote, ...]:
    """Group priced lines by VAT rate and reason, in the order in which they first appear.

    Args:
        lines: The priced lines of one paper.

    Returns:
        One note for each rate and reason; their sums are the sums of the lines.
    """
    groups: dict[tuple[Decimal, str], list[PaperLine]] = {}
    for line in lines:
        groups.setdefault((line.vat_rate, line.vat_reason), []).append(line)
    return tuple(
        VatNote(
            note=number,
            rate=rate,
            reason=reason,
            lines=line_ranges(
                numbers=[line.line for line in group],
                named=letters if group[0].covers is not None else str,
            ),
            net_pence=sum(line.net_pence for line in group),
            vat_pence=sum(line.vat_pence for line in group),
            lettered=group[0].covers is not None,
        )
        for number, ((rate, reason), group) in enumerate(groups.items(), start=1)
    )


def works_line_words(lines: Sequence[int]) -> str:
    """Return works lines in words, such as ``works line 2`` or ``works lines 1–6``."""
    if not lines:
        return ""
    return f"works line{'s'[: len(set(lines)) > 1]} {line_ranges(numbers=lines)}"


def line_ranges(*, numbers: Iterable[int], named: Callable[[int], str] = str) -> str:
    """Return line numbers as people write them, runs joined by a dash.

    Args:
        numbers: Line numbers in any order.
        named: How a number is written.

    Returns:
        Such as ``"1–4, 7"``; empty for none.
    """
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(
        named(low) if low == high else f"{named(low)}–{named(high)}" for low, high in runs
    )


def check_lines(*, paper: str, lines: Sequence[PaperLine], net_pence: int, vat_pence: int) -> None:
    """Refuse a paper whose lines do not add up to its totals.

    Args:
        paper: What the paper is called in the error.
        lines: Its priced lines.
        net_pence: The stated total before VAT.
        vat_pence: The stated VAT.

    Raises:
        InvalidWorksError: They differ.
    """
    net = sum(line.net_pence for line in lines)
    vat = sum(line.vat_pence for line in lines)
    check_sum(paper=paper, what="lines before VAT", found_pence=net, stated_pence=net_pence)
    check_sum(paper=paper, what="lines' VAT", found_pence=vat, stated_pence=vat_pence)


def check_sum(*, paper: str, what: str, found_pence: int, stated_pence: int) -> None:
    """Refuse a paper that states another sum than its parts come to.

    Args:
        paper: What the paper is called in the error.
        what: What was added up.
        found_pence: What the parts come to.
        stated_pence: What the paper states.

    Raises:
        InvalidWorksError: They differ.
    """
    if found_pence != stated_pence:
        raise InvalidWorksError(
            f"On the {paper} the {what} come to {found_pence} pence, "
            f"but {stated_pence} pence is stated.",
            why="A document that does not add up is never sent.",
            next_step="Price the works again and issue the document from the new figures.",
        )

"""VAT on one line of works: the best rate that the works and the client are entitled to.

No declaration, no relief, and no zero rate where the works are supplied to the council or the
landlord and not to the disabled person. Mixed works are apportioned: the relief covers the recorded
share of the line, and the rest is standard rated. The reason is written for the work order, so it
says which relief and which declaration it rests on and nothing else about the client.

Source: VAT Act 1994, Schedule 8 Group 12 (zero rate) and Schedule 7A Group 10 (reduced rate).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from rules.cases import DISABLED_ADAPTATION, RELIEFS
from rules.contracting import ContractingParty, Topic, what_follows
from rules.money import EXACT
from rules.numbers import percent, plain, shortened

ZERO = Decimal("0")
REDUCED = Decimal("0.05")
STANDARD = Decimal("0.2")


WHOLE: Final = Decimal(100)
"""The share of a line, in percent, that a relief covers unless another is recorded."""

SHARE_PLACES: Final = 2  # decimal places of a share in percent
_AGE = 60


@dataclass(frozen=True, slots=True)
class VatClient:
    """What decides the client's VAT.

    Args:
        declaration: The client's signed declaration of eligibility is held.
        date_of_birth: Date of birth, or None where it is not recorded.
        private_home: The works are installed in a private home.
        declared_on: The day the declaration was signed, or None where it is not recorded.
        declaration_reference: Where the declaration is filed, or an empty string.
        party: Whose contract the works are done under, and so to whom they are supplied.
    """

    declaration: bool
    date_of_birth: date | None
    private_home: bool = True
    declared_on: date | None = None
    declaration_reference: str = ""
    party: ContractingParty = ContractingParty.CLIENT

    @property
    def declaration_words(self) -> str:
        """The declaration as a reason cites it: with its date and reference, if recorded."""
        words = "the client's declaration of eligibility"
        if self.declared_on:
            words += f" of {self.declared_on:%-d %B %Y}"
        if self.declaration_reference:
            words += f" (reference {self.declaration_reference})"
        return words


@dataclass(frozen=True, slots=True)
class VatOutcome:
    """The rate of one line, and why.

    Args:
        rate: A fraction: ``Decimal("0.2")`` is 20 %.
        reason: One sentence.
    """

    rate: Decimal
    reason: str


def _standard(why: str) -> VatOutcome:
    return VatOutcome(STANDARD, f"Standard rate: {why}.")


_NO_RELIEF = _standard("no VAT relief applies to these works")
_NO_DECLARATION = _standard("a relief covers these works, but no declaration is held")
_NO_SHARE = _standard("no part of these works is recorded as covered by their relief")
_NOT_PRIVATE_HOME = _standard("the mobility aid relief needs a private home")
_NO_DATE_OF_BIRTH = _standard("the mobility aid relief needs a date of birth, and none is recorded")
_TOO_YOUNG = _standard("the mobility aid relief needs the client to be 60 or over at supply")
_DISABLED = "zero rate: adaptation for a disabled person (VAT Act 1994 Sch 8 Group 12)"
_AGED_60 = (
    "reduced rate: mobility aid in the home of a person aged 60 or over "
    "(VAT Act 1994 Sch 7A Group 10)"
)


def share_problem(relief_percent: Decimal) -> str:
    """Return what is wrong with the share that a relief covers, as a clause, or an empty string.

    Args:
        relief_percent: The share of a line, in percent.
    """
    if plain(relief_percent, WHOLE, SHARE_PLACES) and relief_percent >= 0:
        return ""
    return (
        f"the share its VAT relief covers is {shortened(relief_percent)} %; 0 % to 100 % "
        f"with at most {SHARE_PLACES} decimal places is right"
    )


def vat_for(
    *,
    reliefs: frozenset[str],
    client: VatClient,
    supplied_on: date,
    relief_percent: Decimal = WHOLE,
) -> VatOutcome:
    """Return the lowest rate that the line's reliefs and the client allow.

    Args:
        reliefs: The reliefs the works qualify for, of ``RELIEFS``; empty for none.
        client: The client's declaration, age and home.
        supplied_on: The date of supply, on which age is taken.
        relief_percent: The share of the line that the reliefs cover, in percent: the rate is
            share × relieved rate + (1 - share) × 20 %, exactly.

    Returns:
        The rate and its reason.

    Raises:
        ValueError: A relief has an unknown name, or the share is no percentage from 0 to 100.

    Source: VAT Act 1994 Sch 8 Group 12; Sch 7A Group 10.
    """
    if not reliefs <= RELIEFS:
        unknown = ", ".join(sorted(reliefs - RELIEFS))
        raise ValueError(f"{unknown} is not a VAT relief. Use {', '.join(sorted(RELIEFS))}.")
    if relief_percent != WHOLE and (problem := share_problem(relief_percent)):
        raise ValueError(problem)
    if not reliefs:
        return _NO_RELIEF
    lost = _zero_rate_lost(client.party) if DISABLED_ADAPTATION in reliefs else ""
    if lost and reliefs == {DISABLED_ADAPTATION}:
        return _standard(lost)
    if not client.declaration:
        return _NO_DECLARATION
    if not relief_percent:
        return _NO_SHARE
    if DISABLED_ADAPTATION in reliefs and not lost:
        return _relieved(ZERO, _DISABLED, client, relief_percent)
    found = _no_mobility_aid(client, supplied_on)
    found = found or _relieved(REDUCED, _AGED_60, client, relief_percent)
    return VatOutcome(found.rate, f"{found.reason[:-1]}; {lost}.") if lost else found


def _zero_rate_lost(party: ContractingParty) -> str:
    """Return why the zero rate is lost, as a clause; empty where it is available.

    Source: VAT Act 1994 Sch 8 Group 12 is of supplies to a disabled person; HMRC VRDP11200.
    """
    zero = what_follows(party)[Topic.VAT_ZERO]
    return "" if zero.holds else f"the zero rate is lost, because {zero.reason}"


def _relieved(rate: Decimal, words: str, client: VatClient, share: Decimal) -> VatOutcome:
    """Return the outcome of a relief that holds, for the share of the line it covers."""
    rests_on = f"{words}, on {client.declaration_words}"
    if share == WHOLE:
        return VatOutcome(rate, f"{rests_on[0].upper()}{rests_on[1:]}.")
    rest = EXACT.subtract(WHOLE, share)
    blend = EXACT.add(EXACT.multiply(share, rate), EXACT.multiply(rest, STANDARD))
    return VatOutcome(
        blend.scaleb(-2, EXACT).normalize(EXACT),
        f"{percent(share)} of the line at {rests_on}; {percent(rest)} standard rated "
        "(apportioned).",
    )


def _no_mobility_aid(client: VatClient, supplied_on: date) -> VatOutcome | None:
    """Return why the mobility aid relief does not hold, or None where it does."""
    if not client.private_home:
        return _NOT_PRIVATE_HOME
    born = client.date_of_birth
    if born is None:
        return _NO_DATE_OF_BIRTH
    # Born on 29 February, a person is older from 1 March of a common year.
    youngest = (supplied_on.year - _AGE, supplied_on.month, supplied_on.day)
    return None if (born.year, born.month, born.day) <= youngest else _TOO_YOUNG

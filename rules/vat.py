"""VAT on one line of works: the best rate that the works and the client are entitled to.

No declaration, no relief. The reason is written for the work order, so it says which relief and
which declaration it rests on and nothing else about the client.

Source: VAT Act 1994, Schedule 8 Group 12 (zero rate) and Schedule 7A Group 10 (reduced rate).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal("0")
REDUCED = Decimal("0.05")
STANDARD = Decimal("0.2")

DISABLED_ADAPTATION = "disabled_adaptation"
MOBILITY_AID_60PLUS = "mobility_aid_60plus"
RELIEFS = frozenset({DISABLED_ADAPTATION, MOBILITY_AID_60PLUS})

_AGE = 60


@dataclass(frozen=True, slots=True)
class VatClient:
    """What decides the client's VAT.

    Args:
        declaration: The client's signed declaration of eligibility is held.
        date_of_birth: Date of birth, or None where it is not recorded.
        private_home: The works are installed in a private home.
    """

    declaration: bool
    date_of_birth: date | None
    private_home: bool = True


@dataclass(frozen=True, slots=True)
class VatOutcome:
    """The rate of one line, and why.

    Args:
        rate: A fraction: ``Decimal("0.2")`` is 20 %.
        reason: One sentence.
    """

    rate: Decimal
    reason: str


_NO_RELIEF = VatOutcome(STANDARD, "Standard rate: no VAT relief applies to these works.")
_NO_DECLARATION = VatOutcome(
    STANDARD, "Standard rate: a relief covers these works, but no declaration is held."
)
_DISABLED = VatOutcome(
    ZERO,
    "Zero rate: adaptation for a disabled person (VAT Act 1994 Sch 8 Group 12), "
    "on the client's declaration of eligibility.",
)
_NOT_PRIVATE_HOME = VatOutcome(
    STANDARD, "Standard rate: the mobility aid relief needs a private home."
)
_NO_DATE_OF_BIRTH = VatOutcome(
    STANDARD,
    "Standard rate: the mobility aid relief needs a date of birth, and none is recorded.",
)
_TOO_YOUNG = VatOutcome(
    STANDARD, "Standard rate: the mobility aid relief needs the client to be 60 or over at supply."
)
_AGED_60 = VatOutcome(
    REDUCED,
    "Reduced rate: mobility aid in the home of a person aged 60 or over "
    "(VAT Act 1994 Sch 7A Group 10), on the client's declaration of eligibility.",
)


def vat_for(*, reliefs: frozenset[str], client: VatClient, supplied_on: date) -> VatOutcome:
    """Return the lowest rate that the line's reliefs and the client allow.

    Args:
        reliefs: The reliefs the works qualify for, of ``RELIEFS``; empty for none.
        client: The client's declaration, age and home.
        supplied_on: The date of supply, on which age is taken.

    Returns:
        The rate and its reason.

    Raises:
        ValueError: A relief has an unknown name.

    Source: VAT Act 1994 Sch 8 Group 12; Sch 7A Group 10.
    """
    if not reliefs <= RELIEFS:
        unknown = ", ".join(sorted(reliefs - RELIEFS))
        raise ValueError(f"{unknown} is not a VAT relief. Use {', '.join(sorted(RELIEFS))}.")
    if not reliefs:
        return _NO_RELIEF
    if not client.declaration:
        return _NO_DECLARATION
    if DISABLED_ADAPTATION in reliefs:
        return _DISABLED
    return _mobility_aid(client, supplied_on)


def _mobility_aid(client: VatClient, supplied_on: date) -> VatOutcome:
    """Return the outcome of the mobility aid relief for a client whose declaration is held."""
    if not client.private_home:
        return _NOT_PRIVATE_HOME
    if client.date_of_birth is None:
        return _NO_DATE_OF_BIRTH
    if not _has_reached(_AGE, born=client.date_of_birth, on=supplied_on):
        return _TOO_YOUNG
    return _AGED_60


def _has_reached(age: int, *, born: date, on: date) -> bool:
    """Say whether a person is that old; born on 29 February, on 1 March of a common year."""
    return (on.year - age, on.month, on.day) >= (born.year, born.month, born.day)

"""What the certificates of ss.21 and 22 say, and what owner or tenant means for the charge."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.cases import Tenure

CHARGE: Final = (
    "If you apply as an owner, the council may ask for part of the grant back when the home is "
    "sold or given away within ten years of the day on which the works are certified: of what is "
    "above £5,000, at most £10,000, and only after it has considered what that would mean for "
    "you. If you apply as a tenant, there is no such charge. Whether you are an owner or a tenant "
    "is a matter of fact; where both are true of you, the choice is yours, and you may ask for "
    "advice before you sign."
)
"""Housing Grants, Construction and Regeneration Act 1996: Disabled Facilities Grant (Conditions
relating to approval or payment of grant) General Consent 2008; Ombudsman 24 006 273."""

_OF_THE_COUNCIL: Final = (
    "You rent from the council, and may apply for this grant as any other tenant may."
)
"""Ombudsman 18 010 988."""
_LIVES_THERE: Final = (
    "The disabled person lives, or is to live, in the home as their only or main residence, for "
    "the five years after the works are certified, or for as long as their health and other "
    "circumstances allow."
)
_OWNS: Final = (
    "I own the home, alone or with others, or am about to: a freehold, or a lease with at least "
    "five years to run."
)
_CERTIFIED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "owner": (_OWNS, _LIVES_THERE),
        "tenant": ("I rent or occupy the home as my landlord’s tenant or licensee.", _LIVES_THERE),
        "landlord": ("I own the home that is let to the applicant.", _LIVES_THERE),
    }
)


def explained(tenure: str) -> str:
    """Return what an applicant is told before they choose how to apply."""
    return f"{_OF_THE_COUNCIL} {CHARGE}" if tenure == Tenure.COUNCIL_TENANT else CHARGE


def certifies(kind: str) -> tuple[str, ...]:
    """Return what whoever signs a certificate certifies, one statement each.

    Args:
        kind: ``owner``, ``tenant`` or ``landlord``, whose own is an owner's certificate.

    Source: Housing Grants, Construction and Regeneration Act 1996 ss.21(2), 22(2) and (3).
    """
    return _CERTIFIED[kind]

"""The parties to a case: each stretch of waiting, and each clock, is one party's.

A step's owner is written as officers say it, such as ``technical officer``; the party is whom the
delay is put down to.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Party(StrEnum):
    """Whose delay it is. A registered provider is a landlord; so is a private one."""

    COUNCIL = "council"
    ASSESSOR = "assessor"
    LANDLORD = "landlord"
    CONTRACTOR = "contractor"
    CLIENT = "client"


_OF_OWNER: Final[Mapping[str, Party]] = MappingProxyType(
    {
        "technical officer": Party.COUNCIL,
        "approving officer": Party.COUNCIL,
        "finance": Party.COUNCIL,
        "manager": Party.COUNCIL,
        "assessor": Party.ASSESSOR,
        "landlord": Party.LANDLORD,
        "contractor": Party.CONTRACTOR,
        "applicant": Party.CLIENT,
        "client": Party.CLIENT,
    }
)


def party_of(owner: str) -> Party:
    """Return the party that an owner of a step belongs to; whoever is not known is the council's.

    Args:
        owner: As a step names it, such as ``technical officer`` or ``landlord``.
    """
    return _OF_OWNER.get(owner, Party.COUNCIL)

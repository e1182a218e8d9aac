"""How a client holds the home, and what that makes of a landlord's refusal, conditions and silence.

Nothing is deemed by any of it: it is told to the officer who decides, with the Act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.consents.tenure import OWNER


class Tenancy(StrEnum):
    """The kind of tenancy or other right by which a home is held."""

    SECURE = "secure"
    INTRODUCTORY = "introductory"
    PROTECTED = "protected"
    STATUTORY = "statutory"
    ASSURED = "assured"
    LONG_LEASE = "long_lease"
    LICENCE = "licence"

    @property
    def words(self) -> str:
        """As people read it: ``secure tenancy``, ``long lease``."""
        plain = self.value.replace("_", " ")
        return plain if self in {Tenancy.LONG_LEASE, Tenancy.LICENCE} else f"{plain} tenancy"


class Covenant(StrEnum):
    """What the tenancy agreement or lease says of improvements by the tenant."""

    WITH_CONSENT = "with_consent"
    FORBIDDEN = "forbidden"
    NOTHING = "nothing"


FITS: Final[Mapping[str, frozenset[Tenancy]]] = MappingProxyType(
    {
        OWNER: frozenset({Tenancy.LONG_LEASE}),
        "private_tenant": frozenset(
            {Tenancy.ASSURED, Tenancy.PROTECTED, Tenancy.STATUTORY, Tenancy.LONG_LEASE}
        ),
        "rp_tenant": frozenset(
            {Tenancy.ASSURED, Tenancy.SECURE, Tenancy.PROTECTED, Tenancy.LONG_LEASE}
        ),
        "council_tenant": frozenset({Tenancy.SECURE, Tenancy.INTRODUCTORY, Tenancy.LONG_LEASE}),
        "licensee": frozenset({Tenancy.LICENCE}),
    }
)
"""The kinds of tenancy that each tenure of a case may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the law makes of a landlord's answer, in words.

    Args:
        name: What it is called on a page.
        statute: The sections it rests on.
        silence: What no answer in a reasonable time means.
        refusal: What a refusal means.
        conditions: What conditions mean.
        given_on_silence: Whether an officer may treat the consent as given where no answer came.
        given_on_refusal: Whether an officer may where it was refused without good reason.
        letter: What the request says of it to the landlord.
    """

    name: str
    statute: str
    silence: str
    refusal: str
    conditions: str
    given_on_silence: bool
    given_on_refusal: bool
    letter: str


EQUALITY: Final = Law(
    name="Improvement by a disabled tenant",
    statute="Equality Act 2010 s.190",
    silence="No answer in a reasonable time after the tenant applied in writing is consent "
    "unreasonably withheld, and consent unreasonably withheld is taken as given (s.190). An "
    "officer decides that, with PLAN: the Act does not say how long is reasonable.",
    refusal="The landlord gives its reasons in writing, and it is for the landlord to show that "
    "they are reasonable (s.190). Where an officer finds that they are not, the consent may be "
    "treated as given, with PLAN.",
    conditions="An unreasonable condition counts as consent unreasonably withheld (s.190). The "
    "landlord may ask for a reasonable sum for damage, for its costs, and for the works to be "
    "undone at the end (Landlord and Tenant Act 1927 s.19(2)).",
    given_on_silence=True,
    given_on_refusal=True,
    letter="Under section 190 of the Equality Act 2010 a landlord may not unreasonably withhold "
    "consent to a disability-related improvement that the tenant asks for in writing. A refusal "
    "must give its reasons in writing; no answer in a reasonable time, or an unreasonable "
    "condition, counts as consent unreasonably withheld. You may ask for a reasonable sum for "
    "damage to the property, for your costs, and for an undertaking to undo the works at the end "
    "(Landlord and Tenant Act 1927, section 19(2)).",
)
SECURE: Final = Law(
    name="Improvement by a secure tenant",
    statute="Housing Act 1985 ss.97–99",
    silence="No answer in a reasonable time is consent withheld, and not thereby unreasonably "
    "(s.98): nothing may be treated as given on it. Ask again, or record an alternative. A consent "
    "that comes later is valid, even after the works (s.98).",
    refusal="The landlord gives its reasons in writing, and it is for the landlord to show that "
    "they are reasonable (s.98). Consent unreasonably withheld is treated as given (s.97): an "
    "officer decides that, with PLAN.",
    conditions="An unreasonable condition counts as consent unreasonably withheld (s.99).",
    given_on_silence=False,
    given_on_refusal=True,
    letter="Under sections 97 to 99 of the Housing Act 1985 a landlord may not unreasonably "
    "withhold consent to an improvement by a secure tenant. A refusal must give its reasons in "
    "writing, and an unreasonable condition counts as consent unreasonably withheld.",
)
PROTECTED: Final = Law(
    name="Improvement by a protected or statutory tenant",
    statute="Housing Act 1980 ss.81–83, not verified",
    silence="As we understand the Act (not verified), no answer in a reasonable time is consent "
    "withheld, and not thereby unreasonably: nothing may be treated as given on it. Ask again, or "
    "record an alternative.",
    refusal="As we understand the Act (not verified), the landlord gives its reasons in writing "
    "and has to show that they are reasonable, and consent unreasonably withheld is treated as "
    "given: an officer decides that, with PLAN, after reading the Act.",
    conditions="As we understand the Act (not verified), an unreasonable condition counts as "
    "consent unreasonably withheld.",
    given_on_silence=False,
    given_on_refusal=True,
    letter="Your tenant may ask for consent to improve the home. If you refuse it, please give us "
    "your reasons in writing.",
)
"""Source: from memory, not read in a public copy; nothing of it is told to a landlord as law."""

_CONTRACT: Final = Law(
    name="What the agreement says",
    statute="none: the agreement itself",
    silence="No Act makes anything of the landlord’s silence here: without an answer there is no "
    "consent. Ask again, or record an alternative.",
    refusal="No Act says that it must be reasonable: without consent the works cannot be done. "
    "Ask again, or record an alternative.",
    conditions="They bind as they were agreed.",
    given_on_silence=False,
    given_on_refusal=False,
    letter="If you wish to make conditions, please tell us what they are.",
)
FORBIDDEN: Final = Law(
    name="An agreement that forbids improvements",
    statute="none: s.190 asks that the tenant may improve with consent",
    silence=_CONTRACT.silence,
    refusal=_CONTRACT.refusal,
    conditions=_CONTRACT.conditions,
    given_on_silence=False,
    given_on_refusal=False,
    letter="We understand that the agreement does not allow the tenant to improve the home. We "
    "ask you to agree to these works all the same.",
)
NOT_RECORDED: Final = Law(
    name="Not known yet",
    statute="which one applies depends on the tenancy",
    silence="What silence means depends on the kind of tenancy and on what it says of "
    "improvements, and neither may be guessed: a secure tenancy and an assured one differ.",
    refusal="What a refusal means depends on the kind of tenancy, and on what it says of "
    "improvements.",
    conditions="What conditions mean depends on the kind of tenancy.",
    given_on_silence=False,
    given_on_refusal=False,
    letter="A refusal should give its reasons in writing. If you wish to make conditions, please "
    "tell us what they are.",
)
_BY_ACT: Final = MappingProxyType(
    {
        Tenancy.SECURE: SECURE,
        Tenancy.PROTECTED: PROTECTED,
        Tenancy.STATUTORY: PROTECTED,
        Tenancy.LICENCE: _CONTRACT,
    }
)
_BY_COVENANT: Final = MappingProxyType(
    {
        Covenant.WITH_CONSENT: EQUALITY,
        Covenant.FORBIDDEN: FORBIDDEN,
        Covenant.NOTHING: _CONTRACT,
        None: NOT_RECORDED,
    }
)


def law_of(tenancy: str | None, covenant: str | None) -> Law:
    """Return what the law makes of a landlord's answer.

    Args:
        tenancy: A kind of tenancy, or None where none is on record.
        covenant: What it says of improvements, or None.

    Source: Equality Act 2010 s.190 is not for protected, statutory and secure tenancies, and asks
    that the tenant may improve with consent; those three have their own Acts, whatever is agreed.
    """
    if tenancy is None:
        return NOT_RECORDED
    own = _BY_ACT.get(Tenancy(tenancy))
    return own or _BY_COVENANT[Covenant(covenant) if covenant else None]

"""Which pre-permission clears a consent, by agreement and clause, and why the others do not.

Silence is never taken as consent here: an agreement's own terms are carried along for an officer
to apply.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.workdays import in_words
from rules.money import pounds
from rules.rates.postcodes import places_of, postcode_parts

SILENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "officer_decides": "the agreement does not say; an officer decides",
        "refused": "the agreement takes silence for a refusal",
        "given": "the agreement takes silence for consent, which an officer records",
    }
)
"""What silence may mean under an agreement, in words; nothing follows from it by itself."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A provider's standing pre-permission for adaptations of some kinds.

    Args:
        id: Its number in the register.
        provider: The registered provider's code.
        value_cap_pence: Highest net value it covers, that value included, or None for no cap.
        conditions: Conditions, as they go on the work order.
        valid_from: First day in force.
        valid_to: Last day in force.
        response_days: Working days the provider has to answer under it, or None.
        silence: What silence means under this agreement, one of ``SILENCES``.
        agreement: What the agreement is called, if that is on record.
        clause: The clause that permits it, if that is.
        left_out: Homes it does not cover: UPRNs of 12 digits, postcodes, outward codes and areas.
    """

    id: int
    provider: str
    work_types: Collection[str]
    value_cap_pence: int | None
    conditions: str
    valid_from: date
    valid_to: date
    response_days: int | None
    silence: str
    agreement: str | None = None
    clause: str | None = None
    left_out: Collection[str] = ()

    @property
    def cited(self) -> str:
        """As a work order cites it: ``agreement 7 (Adaptations 2026), clause 4.2``."""
        named = f" ({self.agreement})" if self.agreement else ""
        clause = f", clause {self.clause}" if self.clause else ""
        return f"agreement {self.id}{named}{clause}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The home that is adapted, as an agreement may leave it out.

    Args:
        postcode: Its postcode in capitals.
        uprn: Twelve digits, or empty where it is not known.
    """

    postcode: str
    uprn: str = ""

    def in_place(self, place: str) -> bool:
        """Say whether it is in a place: a UPRN, a postcode, an outward code or an area."""
        if place.isdecimal():
            return place == self.uprn
        if parts := postcode_parts(place):
            return parts == postcode_parts(self.postcode)
        return place in places_of(self.postcode)


def match_permission(
    *,
    permissions: Iterable[Permission],
    provider: str,
    work_type: str,
    value_pence: int | None,
    home: Home,
    on: date,
) -> tuple[Permission | None, tuple[str, ...]]:
    """Find the pre-permission that clears the consent for some works.

    Args:
        permissions: The register.
        provider: The landlord's code.
        work_type: The works' type.
        value_pence: Net value of the works, or None while it is not known.
        home: Where they are done.
        on: The day it must be in force.

    Returns:
        The match with the highest cap (none is highest), then the latest end, then the lowest
        number, and no reasons; or None and, for each permission, why it does not match.
    """
    matches: list[Permission] = []
    reasons: list[str] = []
    for permission in sorted(permissions, key=lambda permission: permission.id):
        obstacles = _obstacles(permission, provider, work_type, value_pence, home, on)
        if obstacles:
            reasons.append(f"Permission {_named(permission)} {'; '.join(obstacles)}.")
        else:
            matches.append(permission)
    if matches:
        return max(matches, key=_generosity), ()
    return None, tuple(reasons) or (f"No pre-permission of {provider} is registered.",)


def _named(permission: Permission) -> str:
    """Return ``7``, or ``7 (Adaptations 2026, clause 4.2)`` where its agreement is named."""
    said = filter(None, (permission.agreement, permission.clause and f"clause {permission.clause}"))
    words = ", ".join(said)
    return f"{permission.id} ({words})" if words else str(permission.id)


def _obstacles(
    permission: Permission,
    provider: str,
    work_type: str,
    value_pence: int | None,
    home: Home,
    on: date,
) -> list[str]:
    """Return why a permission does not cover some works, as clauses about it."""
    obstacles = []
    if permission.provider != provider:
        obstacles.append(f"is {permission.provider}'s, not {provider}'s")
    if work_type not in permission.work_types:
        obstacles.append(f"does not cover {work_type}")
    out = [place for place in sorted(permission.left_out) if home.in_place(place)]
    if out:
        obstacles.append(f"leaves out {' and '.join(out)}")
    if not home.uprn and any(place.isdecimal() for place in permission.left_out):
        obstacles.append("leaves out homes by their UPRN, and this home’s is not on record")
    if on < permission.valid_from:
        obstacles.append(f"is not in force until {in_words(permission.valid_from)}")
    if on > permission.valid_to:
        obstacles.append(f"ended on {in_words(permission.valid_to)}")
    cap = permission.value_cap_pence
    if cap is not None and value_pence is None:
        obstacles.append(f"covers works up to {pounds(cap)}, and the value is not yet known")
    elif cap is not None and value_pence is not None and value_pence > cap:
        obstacles.append(f"covers works up to {pounds(cap)}, not {pounds(value_pence)}")
    return obstacles


def _generosity(permission: Permission) -> tuple[bool, int, date, int]:
    cap = permission.value_cap_pence
    return (cap is None, cap or 0, permission.valid_to, -permission.id)

"""Consents and certificates: what a tenure asks for, and which pre-permission clears a consent.

The landlord's consent and the certificates of ss.19–22 are two separate gates. Silence is never
taken as consent here: an agreement's own terms are carried along for an officer to apply.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rules.clocks.workdays import in_words
from rules.money import pounds

OWNER = "owner"
RENTED = frozenset({"private_tenant", "rp_tenant", "council_tenant", "licensee"})


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
        silence: What silence means under this agreement: ``officer_decides`` or ``refused``.
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


def match_permission(
    *,
    permissions: Iterable[Permission],
    provider: str,
    work_type: str,
    value_pence: int | None,
    on: date,
) -> tuple[Permission | None, tuple[str, ...]]:
    """Find the pre-permission that clears the consent for some works.

    Args:
        permissions: The register.
        provider: The landlord's code.
        work_type: The works' type.
        value_pence: Net value of the works, or None while it is not known.
        on: The day it must be in force.

    Returns:
        The match with the highest cap (none is highest), then the latest end, then the lowest
        number, and no reasons; or None and, for each permission, why it does not match.
    """
    matches: list[Permission] = []
    reasons: list[str] = []
    for permission in sorted(permissions, key=lambda permission: permission.id):
        obstacles = _obstacles(permission, provider, work_type, value_pence, on)
        if obstacles:
            reasons.append(f"Permission {permission.id} {'; '.join(obstacles)}.")
        else:
            matches.append(permission)
    if matches:
        return max(matches, key=_generosity), ()
    return None, tuple(reasons) or (f"No pre-permission of {provider} is registered.",)


def consent_needed(tenure: str) -> bool:
    """Say whether a landlord's consent is needed.

    Args:
        tenure: ``owner private_tenant rp_tenant council_tenant licensee``.

    Raises:
        ValueError: The tenure is unknown.

    Source: Equality Act 2010 s.190 (consent to a tenant's improvements).
    """
    _check_tenure(tenure)
    return tenure != OWNER


def certificates_needed(tenure: str) -> tuple[str, ...]:
    """Return the certificates an application must be accompanied by.

    Args:
        tenure: ``owner private_tenant rp_tenant council_tenant licensee``.

    Returns:
        ``("owner",)``, or ``("tenant", "landlord")``: the tenant's (or occupier's) certificate,
        and the landlord's owner's certificate unless it is waived under s.22(3).

    Raises:
        ValueError: The tenure is unknown.

    Source: Housing Grants, Construction and Regeneration Act 1996 ss.19–22.
    """
    _check_tenure(tenure)
    return ("owner",) if tenure == OWNER else ("tenant", "landlord")


def _obstacles(
    permission: Permission, provider: str, work_type: str, value_pence: int | None, on: date
) -> list[str]:
    """Return why a permission does not cover some works, as clauses about it."""
    obstacles = []
    if permission.provider != provider:
        obstacles.append(f"is {permission.provider}'s, not {provider}'s")
    if work_type not in permission.work_types:
        obstacles.append(f"does not cover {work_type}")
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


def _check_tenure(tenure: str) -> None:
    if tenure != OWNER and tenure not in RENTED:
        known = ", ".join([OWNER, *sorted(RENTED)])
        raise ValueError(f"{tenure!r} is not a tenure. Use one of {known}.")

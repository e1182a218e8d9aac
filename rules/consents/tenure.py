"""What a tenure asks for: the landlord's consent, and the certificates of ss.19 to 22.

They are two separate gates.
"""

from typing import Final

OWNER: Final = "owner"
MOST_OWNERS: Final = 20
_FORMS_AT_ONCE: Final = 100
_PLACES: Final = {OWNER: 0, "tenant": 30, "landlord": 60}
"""Where the forms of a kind begin among those of one opening of the step."""
LONG_LEASE: Final = "long_lease"
RENTED: Final = frozenset({"private_tenant", "rp_tenant", "council_tenant", "licensee"})


def consent_needed(tenure: str, tenancy: str | None = None) -> bool:
    """Say whether a landlord's consent is needed: of an owner, where the home is on a long lease.

    Args:
        tenure: ``owner private_tenant rp_tenant council_tenant licensee``.
        tenancy: The kind of tenancy, where that is on record.

    Raises:
        ValueError: The tenure is unknown.

    Source: Equality Act 2010 s.190 (consent to a tenant's improvements).
    """
    _check_tenure(tenure)
    return tenure != OWNER or tenancy == LONG_LEASE


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


def certificate_name(kind: str, number: int | None) -> str:
    """Return what a certificate is called: ``owner``, or ``owner-2`` of a joint owner."""
    return kind if number is None else f"{kind}-{number}"


def certificate_key(name: str) -> tuple[str, int | None]:
    """Return the kind and the number that a certificate's name says.

    Raises:
        ValueError: It is no certificate's name.
    """
    kind, _, number = name.partition("-")
    joint = number.isascii() and number.isdecimal() and 1 < int(number) <= MOST_OWNERS
    if kind not in {OWNER, "tenant", "landlord"} or (number and not joint) or name.endswith("-"):
        raise ValueError(f"“{name}” is not a certificate: owner, tenant or landlord.")
    return kind, int(number) if number else None


def form_version(name: str, *, opening: int) -> int:
    """Return the version of a certificate's form: the same one however often it is written.

    Args:
        opening: Which opening of the step it is asked in, from 1.
    """
    kind, number = certificate_key(name)
    return opening * _FORMS_AT_ONCE + _PLACES[kind] + (number or 1)


def form_of_version(version: int) -> tuple[str, int]:
    """Return what ``form_version`` made a version of: the certificate, and the opening."""
    opening, place = divmod(version, _FORMS_AT_ONCE)
    kind = max((one for one in _PLACES if _PLACES[one] < place), key=_PLACES.__getitem__)
    number = place - _PLACES[kind]
    return certificate_name(kind, number if number > 1 else None), opening


def _check_tenure(tenure: str) -> None:
    if tenure != OWNER and tenure not in RENTED:
        known = ", ".join([OWNER, *sorted(RENTED)])
        raise ValueError(f"{tenure!r} is not a tenure. Use one of {known}.")

"""What is on record of tenants in tests: how they hold the home, and that they applied."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from adapters import clock
from models.base import AnyRow
from models.consent_queries import certificates_of, certificates_wanted
from rules.consents.tenancies import Covenant, Tenancy
from rules.decisions import BaseDecision
from services.consents.authority import RecordAuthority
from services.consents.certificates import RecordCertificate
from services.consents.tenancy import RecordTenancy

_TENANCIES: Final = MappingProxyType(
    {
        "private_tenant": "assured",
        "rp_tenant": "assured",
        "council_tenant": "secure",
        "licensee": "licence",
    }
)
"""How tenants hold their homes, where a test does not say."""


def of_tenant(tenure: str, *, tenancy: str, asks: bool) -> Iterator[BaseDecision]:
    """Yield what is decided of a tenant as the case is opened.

    Args:
        tenancy: The kind of tenancy, ``none`` for one that nobody recorded.
        asks: Whether they gave authority to ask the landlord.
    """
    kind = tenancy or _TENANCIES.get(tenure, "none")
    if kind != "none":
        yield RecordTenancy(Tenancy(kind), clock.today(), Covenant.WITH_CONSENT)
    if tenure in _TENANCIES and asks:
        yield RecordAuthority(clock.today())


def next_certificate(conn: Connection, case: AnyRow) -> BaseDecision:
    """Return the decision that the next certificate which is wanted is held."""
    held = certificates_of(conn, case_id=case.id)
    return RecordCertificate(next(k for k in certificates_wanted(conn, case=case) if k not in held))

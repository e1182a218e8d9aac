"""How a case's consent stands, and the certificates of ss.21 and 22 on it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.consents import GrantCertificate, JointOwner
from models.tables.works import Consent
from rules.consents.tenure import certificate_name, certificates_needed

AS_IT_STANDS: Final[Mapping[str, ColumnElement[Any]]] = {
    "permission_id": func.coalesce(Consent.matched_id, Consent.permission_id),
    "value_cap_pence": func.coalesce(Consent.matched_cap_pence, Consent.value_cap_pence),
    "asked_on": func.coalesce(Consent.sent_on, Consent.asked_on),
}
"""What of a consent may be settled after its row was written: by which columns it then stands."""

_CERTIFICATES: Final = rows_by(GrantCertificate, "case_id").order_by(
    GrantCertificate.kind, GrantCertificate.number, GrantCertificate.id
)
_JOINT: Final = rows_by(JointOwner, "case_id").order_by(JointOwner.kind, JointOwner.number)

OF_CASE: Final = (_CERTIFICATES, _JOINT)
"""The questions of this module that are asked of a case, by ``case_id``."""


def certificate_rows(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the grant certificates on a case, those withdrawn as well, by kind."""
    return list(rows(conn, _CERTIFICATES, case_id=case_id))


def certificates_of(conn: Connection, *, case_id: int) -> dict[str, str]:
    """Return the grant certificates on a case: by name, such as ``owner-2``, held or waived."""
    return {
        certificate_name(row.kind, row.number): row.status
        for row in certificate_rows(conn, case_id=case_id)
        if row.withdrawn_at is None
    }


def certificates_wanted(conn: Connection, *, case: AnyRow) -> tuple[str, ...]:
    """Return the certificates that a case needs, each joint owner's by name; held or not."""
    needed = certificates_needed(case.tenure)
    joint = joint_owners(conn, case_id=case.id)
    return (*needed, *(certificate_name(o.kind, o.number) for o in joint if o.kind in needed))


def joint_owners(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the other owners and landlords of a home, beside those on the case."""
    return [row for row in rows(conn, _JOINT, case_id=case_id) if row.withdrawn_at is None]


def next_owner(conn: Connection, *, case_id: int, kind: str) -> int:
    """Return the number of the next joint owner; that of one taken off is not given again."""
    return 2 + len([row for row in rows(conn, _JOINT, case_id=case_id) if row.kind == kind])

"""What a provider permits today, by agreement and clause."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from models.base import AnyRow, columns_of, rows_by
from models.consent_queries import AS_IT_STANDS
from models.tables.reference import Permission
from models.tables.works import Consent
from rules.consents import permissions
from rules.consents.permissions import SILENCES

_OF_PROVIDER: Final = rows_by(Permission, "provider").order_by(
    Permission.agreement, Permission.clause, Permission.id
)
_CLEARED: Final = (
    select(Permission.id, func.count().label("cases"))
    .join(Consent, AS_IT_STANDS["permission_id"] == Permission.id)
    .where(Permission.provider == bindparam("provider"))
    .group_by(Permission.id)
    .order_by(Permission.id)
)


def provider_standing(conn: Connection, *, code: str, on: date) -> list[dict[str, Any]]:
    """Return what a provider permits, by agreement and clause, and how many cases it cleared."""
    cleared = {row.id: row.cases for row in conn.execute(_CLEARED, {"provider": code})}
    return [
        {
            "row": row,
            "cited": _cited(row),
            "in_force": row.valid_from <= on <= row.valid_to,
            "silence": SILENCES[row.silence],
            "cases": cleared.get(row.id, 0),
        }
        for row in conn.execute(_OF_PROVIDER, {"provider": code})
    ]


def _cited(row: AnyRow) -> str:
    names = [one.name for one in columns_of(Permission, permissions.Permission)]
    return permissions.Permission(**{name: getattr(row, name) for name in names}).cited

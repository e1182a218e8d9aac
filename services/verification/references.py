"""References: every row that points at another points at one that is there.

The database itself sees to that, except where a backup was restored, or rows were repaired, with
its checks switched off.
"""

from typing import Final

from sqlalchemy import ForeignKeyConstraint, Table, and_, exists, func, literal, not_, select

import models.schema  # noqa: F401 - fills Base.metadata
from models.base import Base
from services.verification.checks import Check


def _pointing_nowhere(table: Table, key: ForeignKeyConstraint) -> Check:
    target = key.referred_table.alias()
    pairs = [(part.parent, target.c[part.column.name]) for part in key.elements]
    found = exists().where(*(here == there for here, there in pairs))
    given = and_(*(here.is_not(None) for here, _ in pairs))
    columns = ", ".join(here.name for here, _ in pairs)
    return Check(
        select(literal(table.name).label("place"), func.count().label("rows"))
        .select_from(table)
        .where(given, not_(found))
        .having(func.count() > 0),
        f"{{rows}} rows of {table.name} name a {key.referred_table.name} that is not there "
        f"({columns}).",
    )


REFERENCES: Final = tuple(
    _pointing_nowhere(table, key)
    for table in Base.metadata.sorted_tables
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
)
"""One check for each foreign key of each table."""

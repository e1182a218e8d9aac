"""Who serves, with how many open cases, and who is away today."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select, union_all

from models.people import absences, name_of, staff
from models.tables.cases import Case

_LIVE: Final = Case.status.in_(("open", "paid"))
_HELD: Final = union_all(
    *(
        select(column.label("who"), func.count().label("cases"))
        .where(_LIVE, column.is_not(None))
        .group_by(column)
        for column in (Case.officer, Case.assessor)
    )
).subquery()
_COUNTED: Final = select(_HELD.c.who, func.sum(_HELD.c.cases)).group_by(_HELD.c.who)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the service, as a list shows them.

    Args:
        authorities: Codes of the authorities they serve; empty for all.
        approval_limit_pence: What they may approve, or None for nothing.
        last_day: The last day on which they serve, or None.
        open_cases: Cases of theirs that have not ended.
        away_until: The last day of an absence that goes on today, or None.
        covered_by: The name of who stands in for them today, or empty.
    """

    email: str
    name: str
    role: str
    authorities: tuple[str, ...]
    approval_limit_pence: int | None
    last_day: date | None
    open_cases: int
    away_until: date | None
    covered_by: str


def people_view(conn: Connection, *, today: date) -> list[Person]:
    """Return everybody of the service by address, those who have left included."""
    held = {row[0]: int(row[1]) for row in conn.execute(_COUNTED)}
    away = {one.officer: one for one in absences(conn) if one.on(today)}
    return [
        Person(
            email=one.identity,
            name=one.name,
            role=one.role.value,
            authorities=tuple(sorted(one.authorities)),
            approval_limit_pence=one.approval_limit_pence,
            last_day=one.last_day,
            open_cases=held.get(one.identity, 0),
            away_until=away[one.identity].last_day if one.identity in away else None,
            covered_by=name_of(conn, away[one.identity].covered_by) if one.identity in away else "",
        )
        for one in staff(conn).values()
    ]

"""What may be chosen where a case is opened: authorities, work types, landlords that are known."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from models.asked import reference_rows
from models.tables.contractors import Lot
from models.tables.reference import Authority, Provider
from models.tables.schedules import Package
from rules.people import Actor

_AUTHORITIES: Final = select(Authority.code, Authority.name).order_by(Authority.name)
_PROVIDERS: Final = select(Provider.code, Provider.name).order_by(Provider.name)
_PACKAGED: Final = select(Package.work_type).distinct()
_IN_LOTS: Final = select(Lot.work_types)


@dataclass(frozen=True, slots=True)
class Choices:
    """What is known.

    Args:
        authorities: Code and name of each that somebody serves.
        work_types: Those of the packages and lots; others may be typed.
        providers: Code and name of each registered provider.
    """

    authorities: tuple[tuple[str, str], ...]
    work_types: tuple[str, ...]
    providers: tuple[tuple[str, str], ...]


def choices_for(conn: Connection, *, actor: Actor) -> Choices:
    """Return what somebody may choose for a new case."""
    packaged = {row.work_type for row in reference_rows(conn, _PACKAGED)}
    in_lots = {one for row in reference_rows(conn, _IN_LOTS) for one in row.work_types}
    return Choices(
        authorities=tuple(
            (row.code, row.name)
            for row in reference_rows(conn, _AUTHORITIES)
            if not actor.authorities or row.code in actor.authorities
        ),
        work_types=tuple(sorted(packaged | in_lots)),
        providers=tuple((row.code, row.name) for row in reference_rows(conn, _PROVIDERS)),
    )

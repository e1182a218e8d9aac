"""The people of a team, and whose a case is once the team works it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from models.people import staff
from models.tables.cases import Case
from rules.delivery.arrangement import Arrangement
from rules.officers import serves_on
from rules.pathway import LIVE
from rules.people import Role

_HAVE: Final = (
    select(Case.officer, func.count().label("number"))
    .where(Case.officer.in_(bindparam("officers", expanding=True)), Case.status.in_(LIVE))
    .group_by(Case.officer)
)


def officer_in(conn: Connection, team: Arrangement, *, held: Any, on: date) -> str | None:
    """Return whose a case is from then on: of the team's officers, who has the fewest open ones.

    Args:
        held: Whose it is, by address; None for nobody's.

    Returns:
        None where it stays whose it is: nobody's, somebody's of the team, or the team names nobody.
    """
    able = sorted(taking(conn, team, on=on))
    if held is None or held in able or not able:
        return None
    have = Counter({row.officer: row.number for row in conn.execute(_HAVE, {"officers": able})})
    return min(able, key=lambda one: (have[one], one))


def taking(conn: Connection, team: Arrangement, *, on: date) -> Iterator[str]:
    """Yield who of a team may be given cases of its authority: they serve it already."""
    known = staff(conn)
    for address in team.officers:
        one = known.get(address)
        if one is None or one.role is not Role.TECHNICAL_OFFICER or not serves_on(one, on):
            continue
        if not one.authorities or team.authority in one.authorities:
            yield address

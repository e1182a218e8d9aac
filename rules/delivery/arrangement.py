"""Who works the cases of an authority from a day on: a host's team, a locality's, its own.

The authority stays who decides (Local Government Act 1972, ss.101 and 113: another may do the
work). Nobody gains a power by an arrangement: whoever takes a case must serve its authority
already, and a limit only lowers what a team's people may approve.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.delivery.succession import closest, taken_twice


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The work of an authority, or of some of its homes, done by a team from a day on.

    Args:
        plan: The change that it belongs to.
        host: The authority whose team it is; the authority itself where it does its own work.
        officers: The team's people, by address; empty: whoever has a case keeps it.
        postcodes: Outward codes and areas that the team works; empty: all that no other works.
        pool: The budgets that the authority's is pooled with; empty: apart.
        approval_limit_pence: The most that the team's people approve for the authority, whatever
            their own limit; None: their own.
        number: Its row.
    """

    plan: str
    authority: str
    team: str
    host: str
    first_day: date
    officers: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    pool: str = ""
    approval_limit_pence: int | None = None
    number: int = 0

    @property
    def agent(self) -> str:
        """Who does the work for the authority, by code; an empty string where it is its own."""
        return self.host if self.host != self.authority else ""

    @property
    def words(self) -> str:
        """Who works it: ``Home team (NBBC)``."""
        return f"{self.team} ({self.host})"


def limit_under(team: Arrangement | None, *, officer: str, own_pence: int | None) -> int | None:
    """Return up to what somebody approves on a case that a team works: never more than their own.

    Args:
        officer: Their address; whoever is not of the team keeps their own limit.
        own_pence: Their own delegated limit; None for no power to approve.
    """
    if own_pence is None or team is None or team.approval_limit_pence is None:
        return own_pence
    return min(own_pence, team.approval_limit_pence) if officer in team.officers else own_pence


def in_force(
    arrangements: Iterable[Arrangement], *, authority: str, on: date
) -> tuple[Arrangement, ...]:
    """Return who works the cases of an authority on a day: all of the newest change."""
    begun = [one for one in arrangements if one.authority == authority and one.first_day <= on]
    newest = max((one.first_day for one in begun), default=None)
    return tuple(one for one in begun if one.first_day == newest)


def team_for(postcode: str, among: Sequence[Arrangement]) -> Arrangement | None:
    """Return which team works a home of an authority, or None.

    Args:
        among: The arrangements of that authority that are in force.
    """
    return closest(postcode, among)


def pooled_with(arrangements: Iterable[Arrangement], *, authority: str, on: date) -> frozenset[str]:
    """Return the authorities whose budgets are one with an authority's on a day, itself included.

    It stands alone where its budget is apart.
    """
    found = list(arrangements)
    pools = {
        one: next((each.pool for each in in_force(found, authority=one, on=on)), "")
        for one in {authority, *(each.authority for each in found)}
    }
    pool = pools[authority]
    return frozenset(one for one in pools if pools[one] == pool) if pool else frozenset({authority})


def drawn(short_pence: int, left: Mapping[str, int]) -> dict[str, int]:
    """Return how much each of a pool gives so that one of them has enough: most left, gives first.

    Args:
        short_pence: What is wanted.
        left: What the others have left, pence by authority.

    Returns:
        Nothing where together they have not so much.
    """
    found: dict[str, int] = {}
    for name in sorted(left, key=lambda one: (-left[one], one)):
        found[name] = min(max(left[name], 0), short_pence - sum(found.values()))
    enough = sum(found.values()) == short_pence
    return {name: pence for name, pence in found.items() if pence} if enough else {}


def wrongly_arranged(among: Sequence[Arrangement]) -> Iterator[str]:
    """Yield what is wrong with the arrangements of one authority in one plan."""
    yield from taken_twice(among, by="teams")
    if len({one.pool for one in among}) > 1:
        yield "its budget would be in two pools, or in one and apart"
    if len({one.first_day for one in among}) > 1:
        yield "its arrangements begin on different days"

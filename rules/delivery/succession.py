"""Councils that follow one another: whose a home is from a day on, and how money is divided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol, TypeVar

from rules.rates.postcodes import places_of

WHOLE: Final = 100
"""Percent."""


class HasPlaces(Protocol):
    """What takes homes by where they lie."""

    @property
    def postcodes(self) -> tuple[str, ...]:
        """Outward codes and areas; empty: all that no other takes."""
        ...


P = TypeVar("P", bound=HasPlaces)


@dataclass(frozen=True, slots=True)
class Succession:
    """One council that follows another from a day on; one of several, where it is divided.

    Args:
        plan: The change that it belongs to.
        postcodes: Outward codes and areas whose homes it takes; empty: all that no other takes.
        budget_share: Percent of what the predecessor's budgets have left.
    """

    plan: str
    predecessor: str
    successor: str
    first_day: date
    postcodes: tuple[str, ...] = ()
    budget_share: int = WHOLE


def successor_for(postcode: str, among: Sequence[Succession]) -> str:
    """Return whose a home of a predecessor is from then on: the closest place that is named.

    Args:
        among: The successions of that predecessor.

    Returns:
        An empty string where nobody takes it.
    """
    found = closest(postcode, among)
    return found.successor if found else ""


def closest(postcode: str, among: Sequence[P]) -> P | None:
    """Return which takes a home: that of the closest place named, else that of all the rest."""
    named = {place: one for one in among for place in one.postcodes}
    rest = next((one for one in among if not one.postcodes), None)
    return next((named[place] for place in places_of(postcode) if place in named), rest)


def divided(pence: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Divide a sum by shares in percent, to the penny: the largest remainders are rounded up.

    Args:
        pence: Zero or more.
        shares: Percent by whom; together 100.
    """
    found = {name: pence * percent // WHOLE for name, percent in shares.items()}
    left = pence - sum(found.values())
    by_remainder = sorted(shares, key=lambda name: (-(pence * shares[name] % WHOLE), name))
    return {name: part + (name in by_remainder[:left]) for name, part in found.items()}


def present(successions: Iterable[Succession], *, on: date) -> dict[str, str]:
    """Return which council stands today for each that was followed by exactly one, and so on.

    One that was divided stands for itself: only the home says who took it.
    """
    followed: dict[str, set[str]] = {}
    for one in successions:
        if one.first_day <= on:
            followed.setdefault(one.predecessor, set()).add(one.successor)
    single = {old: next(iter(new)) for old, new in followed.items() if len(new) == 1}
    return {old: _last(old, single) for old in sorted(single)}


def _last(authority: str, single: Mapping[str, str]) -> str:
    """Follow a council to the one that stands last; there is no circle."""
    while authority in single:
        authority = single[authority]
    return authority


def as_at(authority: str, postcode: str, successions: Sequence[Succession], *, on: date) -> str:
    """Return whose a home is on a day, that was of an authority when its case was opened."""
    among = [one for one in successions if one.predecessor == authority and one.first_day <= on]
    found = successor_for(postcode, among)
    return as_at(found, postcode, successions, on=on) if found else authority


def in_circle(successions: Iterable[Succession]) -> frozenset[str]:
    """Return the councils that would follow themselves, at once or by others."""
    after: dict[str, set[str]] = {}
    for one in successions:
        after.setdefault(one.predecessor, set()).add(one.successor)
    return frozenset(name for name in after if name in _reached(name, after))


def _reached(name: str, after: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [*after[name]]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(after.get(one, ()))
    return found


def wrongly_divided(among: Sequence[Succession]) -> Iterator[str]:
    """Yield what is wrong with how one predecessor is divided, or goes over whole."""
    yield from taken_twice(among, by="councils")
    if (total := sum(one.budget_share for one in among)) != WHOLE:
        yield f"its budget shares come to {total} %, not 100 %"
    if len({one.first_day for one in among}) > 1:
        yield "its successions begin on different days"


def taken_twice(among: Sequence[HasPlaces], *, by: str) -> Iterator[str]:
    """Yield which homes of one authority two would take.

    Args:
        by: What takes them, in the plural.
    """
    places = [place for one in among for place in one.postcodes]
    twice = sorted({place for place in places if places.count(place) > 1})
    if twice:
        yield f"{', '.join(twice)} would go to two {by}"
    if sum(not one.postcodes for one in among) > 1:
        yield f"two {by} would each take all that no other takes"

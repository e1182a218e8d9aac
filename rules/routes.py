"""The route to a price: pre-priced package, call-off from a schedule, or quotes.

Every choice carries its reasons, because an award without two estimates needs a recorded
direction on that case (s.2(2)(b)) and the direction quotes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rules.errors import InvalidWorksError
from rules.works import WorksLine

_MINI_COMPETITION = "mini_competition"


class Route(StrEnum):
    """How a case comes to a price."""

    PRE_PRICED = "pre_priced"
    CALL_OFF = "call_off"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The route of a case, and why.

    Args:
        route: The route.
        package: The package's code on the pre-priced route, otherwise None.
        reasons: Sentences, the deciding one first.
    """

    route: Route
    package: str | None
    reasons: tuple[str, ...]


def choose_route(
    *,
    work_type: str,
    lines: Sequence[WorksLine],
    packages: Mapping[str, Mapping[str, Decimal]],
    lot_in_force: bool,
    priced_packages: frozenset[str],
    award_rule: str | None,
) -> RouteChoice:
    """Choose the route for some works.

    Args:
        work_type: The works' type, for the reasons.
        lines: The works.
        packages: Packages of this work type: package code to basket (schedule code to quantity).
        lot_in_force: A lot for this work type is in force for the authority.
        priced_packages: Packages that a contractor of that lot holds a pre-tendered price for.
        award_rule: The lot's award rule, or None without a lot.

    Returns:
        Quotes for anything bespoke or a lot that competes; else a package that has the same
        items and a price, the one with the fewest differing quantities, then by code; else
        call-off.

    Raises:
        InvalidWorksError: There are no lines.
    """
    if not lines:
        raise InvalidWorksError(
            "The works have no lines, so no route to a price can be chosen.",
            next_step="Record at least one works line.",
        )
    if competing := _reasons_for_quotes(lines, award_rule):
        return RouteChoice(Route.QUOTES, None, competing)
    wanted = _quantities(lines)
    matching = sorted(code for code, basket in packages.items() if basket.keys() == wanted.keys())
    priced = [code for code in matching if lot_in_force and code in priced_packages]
    if priced:
        differing = {code: _differing(wanted, packages[code]) for code in priced}
        best = min(priced, key=lambda code: (differing[code], code))
        return RouteChoice(Route.PRE_PRICED, best, _reasons_for_package(best, differing[best]))
    why_not = _reasons_against_packages(work_type, matching, lot_in_force=lot_in_force)
    return RouteChoice(
        Route.CALL_OFF, None, ("Every line of the works is in a schedule of rates.", why_not)
    )


def _reasons_for_quotes(lines: Sequence[WorksLine], award_rule: str | None) -> tuple[str, ...]:
    """Return why the works must go to quotes; empty if they need not."""
    reasons = [
        f"Line {line.line} ({line.description}) is bespoke: no schedule of rates prices it."
        for line in lines
        if line.code is None
    ]
    if award_rule == _MINI_COMPETITION:
        reasons.append("The lot awards by mini-competition.")
    return tuple(reasons)


def _reasons_for_package(package: str, differing: int) -> tuple[str, ...]:
    """Return why a package prices the works."""
    if differing == 0:
        fit = "in the same quantities"
    else:
        items = "1 item differs" if differing == 1 else f"{differing} items differ"
        fit = f"though {items} in quantity and will be added to or omitted from it"
    return (
        f"The works have the items of package {package}, {fit}.",
        f"A pre-tendered price for package {package} is held in a lot in force.",
    )


def _reasons_against_packages(work_type: str, matching: list[str], *, lot_in_force: bool) -> str:
    """Return why no package prices the works."""
    if not matching:
        return f"No package for {work_type} has exactly the items of these works."
    packages = f"package {matching[0]}" if len(matching) == 1 else "packages " + ", ".join(matching)
    if not lot_in_force:
        return f"The works have the items of {packages}, but no lot is in force."
    return f"The works have the items of {packages}, but the lot holds no price for it."


def _quantities(lines: Sequence[WorksLine]) -> dict[str | None, Decimal]:
    """Return the quantity of each code, summed over the works' locations."""
    found: dict[str | None, Decimal] = {}
    for line in lines:
        found[line.code] = found.get(line.code, Decimal(0)) + line.quantity
    return found


def _differing(wanted: Mapping[str | None, Decimal], basket: Mapping[str, Decimal]) -> int:
    """Return how many of a package's items the works want in another quantity."""
    return sum(wanted[code] != quantity for code, quantity in basket.items())

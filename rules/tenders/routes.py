"""The route to a price: pre-priced package, call-off from a schedule, or quotes.

Every choice carries its reasons, because an award without two estimates needs a recorded
direction on that case (s.2(2)(b)) and the direction quotes them. An officer may choose another
route than the rule's; the reasons then say so first, and what the rule would have chosen and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rules.errors import InvalidWorksError
from rules.pricing.works import WorksLine
from rules.sentences import several

_MINI_COMPETITION = "mini_competition"


class Route(StrEnum):
    """How a case comes to a price."""

    PRE_PRICED = "pre_priced"
    CALL_OFF = "call_off"
    QUOTES = "quotes"


_WORDS: Final[Mapping[Route, str]] = {
    Route.PRE_PRICED: "at a pre-tendered price",
    Route.CALL_OFF: "by call-off from the schedule of rates",
    Route.QUOTES: "by quotes",
}


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

    @property
    def words(self) -> str:
        """The route in words, to follow "is priced"."""
        return route_words(self.route, self.package)


def route_words(route: str, package: str | None = None) -> str:
    """Return a route in words, to follow "is priced".

    Args:
        route: A value of ``Route``, as stored.
        package: The package's code on the pre-priced route.
    """
    words = _WORDS[Route(route)]
    return f"{words} for package {package}" if package else words


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """What a route is chosen by.

    Args:
        work_type: The works' type, for the reasons.
        lines: The works.
        packages: Packages of this work type: package code to basket (schedule code to quantity).
        lot: The lot in force for the works and the authority, or None.
        award_rule: That lot's award rule, or None.
        priced_packages: Packages that a contractor of that lot holds a pre-tendered price for.
        made_from: The package that an officer made the works from, or empty.
    """

    work_type: str
    lines: Sequence[WorksLine]
    packages: Mapping[str, Mapping[str, Decimal]]
    lot: str | None
    award_rule: str | None
    priced_packages: frozenset[str]
    made_from: str = ""


def choose_route(facts: RouteFacts) -> RouteChoice:
    """Choose the route for some works.

    Returns:
        Quotes for anything bespoke or a lot that competes; else the package that the works were
        made from if it has a price, whatever was added or omitted since; else a package that has
        the same items and a price, the one with the fewest differing quantities, then by code;
        else call-off.

    Raises:
        InvalidWorksError: There are no lines.
    """
    lines, packages, made_from = facts.lines, facts.packages, facts.made_from
    held = facts.priced_packages if facts.lot is not None else frozenset()
    if not lines:
        raise InvalidWorksError(
            "The works have no lines, so no route to a price can be chosen.",
            next_step="Record at least one works line.",
        )
    if competing := _reasons_for_quotes(lines, facts.award_rule):
        return RouteChoice(Route.QUOTES, None, competing)
    wanted = _quantities(lines)
    if made_from in packages and made_from in held:
        reasons = _reasons_for_origin(made_from, wanted, packages[made_from])
        return RouteChoice(Route.PRE_PRICED, made_from, reasons)
    matching = sorted(code for code, basket in packages.items() if basket.keys() == wanted.keys())
    if priced := [code for code in matching if code in held]:
        differing = {
            code: sum(wanted[item] != amount for item, amount in packages[code].items())
            for code in priced
        }
        best = min(priced, key=lambda code: (differing[code], code))
        return RouteChoice(Route.PRE_PRICED, best, _reasons_for_package(best, differing[best]))
    why_not = _reason_against_packages(facts, matching)
    return RouteChoice(
        Route.CALL_OFF, None, ("Every line of the works is in a schedule of rates.", why_not)
    )


def against_the_rule(
    *, route: Route, package: str, chosen: str, by_rule: RouteChoice
) -> RouteChoice:
    """Return an officer's choice of route, with what the rule would have chosen.

    Args:
        package: The package on the pre-priced route, otherwise empty.
        chosen: Who chose it, when and why, as a sentence.
        by_rule: What the rule chooses.
    """
    same = (by_rule.route, by_rule.package or "") == (route, package)
    rule = "By the rule it would be the same." if same else f"By the rule: {by_rule.words}."
    return RouteChoice(route, package or None, (chosen, rule, *by_rule.reasons))


def problems_with_route(
    facts: RouteFacts, *, route: Route, package: str, package_fault: str
) -> tuple[str, ...]:
    """Return why works cannot go a route that an officer chooses, in sentences; empty if they can.

    Args:
        package: The package on the pre-priced route, otherwise empty.
        package_fault: What is wrong with that package's items, as a sentence, or empty.
    """
    if route is Route.QUOTES:
        return ()
    problems = [
        f"Line {line.line} ({line.description}) is bespoke; only quotes price it."
        for line in facts.lines
        if line.code is None
    ]
    if facts.lot is None:
        problems.append("No lot in force covers the works.")
    elif facts.award_rule == _MINI_COMPETITION:
        problems.append(f"Lot {facts.lot} awards by mini-competition only.")
    if route is Route.PRE_PRICED:
        if package not in facts.packages:
            problems.append(f"No package {package} is for such works.")
        elif facts.lot is not None and package not in facts.priced_packages:
            problems.append(
                f"Nobody in lot {facts.lot} holds a pre-tendered price for package {package}."
            )
        problems += [package_fault] if package_fault else []
    return tuple(problems)


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


def _reasons_for_origin(
    package: str, wanted: Mapping[str | None, Decimal], basket: Mapping[str, Decimal]
) -> tuple[str, ...]:
    """Return why the package that the works were made from prices them."""
    counts = {
        "added": sum(code not in basket for code in wanted),
        "omitted": sum(code not in wanted for code in basket),
        "changed in quantity": sum(
            code in wanted and wanted[code] != quantity for code, quantity in basket.items()
        ),
    }
    changes = [f"{several(count, 'item')} {what}" for what, count in counts.items() if count]
    since = f", with {_listed(changes)}" if changes else " and are as it has them"
    return (f"The works were made from package {package}{since}.", _held(package))


def _reasons_for_package(package: str, differing: int) -> tuple[str, ...]:
    """Return why a package prices the works."""
    if differing == 0:
        fit = "in the same quantities"
    else:
        items = "1 item differs" if differing == 1 else f"{differing} items differ"
        fit = f"though {items} in quantity and will be added to or omitted from it"
    return (f"The works have the items of package {package}, {fit}.", _held(package))


def _held(package: str) -> str:
    return f"A pre-tendered price for package {package} is held in a lot in force."


def _reason_against_packages(facts: RouteFacts, matching: list[str]) -> str:
    """Return why no package prices the works."""
    if facts.made_from:
        start = f"The works were made from package {facts.made_from}"
    elif matching:
        several = f"packages {', '.join(matching)}"
        held = f"package {matching[0]}" if len(matching) == 1 else several
        start = f"The works have the items of {held}"
    else:
        words = facts.work_type.replace("_", " ")
        return f"No package for {words} has exactly the items of these works."
    if facts.lot is None:
        return f"{start}, but no lot is in force."
    return f"{start}, but the lot holds no price for it."


def _quantities(lines: Sequence[WorksLine]) -> dict[str | None, Decimal]:
    """Return the quantity of each code, summed over the works' locations."""
    found: dict[str | None, Decimal] = {}
    for line in lines:
        found[line.code] = found.get(line.code, Decimal(0)) + line.quantity
    return found


def _listed(clauses: Sequence[str]) -> str:
    """Return clauses as a list in a sentence."""
    *first, last = clauses
    return f"{', '.join(first)} and {last}" if first else last

"""How prices, routes, award rules and the officer's decisions on them are put in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.money import pounds
from rules.tenders.awards import LOWEST_PRICE, MINI_COMPETITION, RANKED, ROTATION
from rules.tenders.routes import Route

ORDER_OF_OPERATIONS: Final = (
    "A line is quantity × rate, × the indexation of its schedule version, × the contractor’s "
    "percentage, × the zone, × the out-of-hours uplift on lines done out of hours, in that order; "
    "nothing is rounded before the end, and the line is rounded once, half up, to the penny. VAT "
    "is worked out on that figure and rounded once. Totals are the sums of the lines."
)

PACKAGE_LINES: Final = (
    f"A package stands at its pre-tendered price. What is added to it or omitted from it: "
    f"{ORDER_OF_OPERATIONS[0].lower()}{ORDER_OF_OPERATIONS[1:]}"
)

QUOTED_LINES: Final = (
    "Each line stands at the sum that the contractor quoted for it, without VAT. VAT is worked out "
    "on that sum and rounded once. Totals are the sums of the lines."
)

METHODS: Final[Mapping[Route, str]] = {
    Route.PRE_PRICED: PACKAGE_LINES,
    Route.CALL_OFF: ORDER_OF_OPERATIONS,
    Route.QUOTES: QUOTED_LINES,
}
"""The order of operations on each route, in a sentence or two."""

ROUTES: Final[Mapping[Route, str]] = {
    Route.PRE_PRICED: "Pre-priced package",
    Route.CALL_OFF: "Call-off from the schedule of rates",
    Route.QUOTES: "Quotes (mini-competition)",
}
"""Each route in words."""

_TURNS: Final = (
    "the least value of turns in the lot since 1 April; then the fewest turns; then the one whose "
    "last turn is longest ago; then by code"
)

RULES: Final[Mapping[str, str]] = {
    ROTATION: f"Rotation: of the eligible, the contractor with {_TURNS}. A turn is an offer at "
    "its value without VAT, accepted, declined or lapsed; to be skipped is no turn.",
    LOWEST_PRICE: "Lowest price: of the eligible, the contractor with the least total for "
    f"these very works; a tie goes to {_TURNS}.",
    RANKED: "Ranked list: of the eligible, the contractor with the first rank in the lot; a "
    f"tie goes to {_TURNS}.",
    MINI_COMPETITION: "Mini-competition: the lot’s eligible contractors are invited to quote, "
    "their quotes stay sealed until the deadline, and an officer awards on price and quality "
    "by the weights that were announced.",
}
"""Each award rule as a sentence."""

AWARDED: Final[Mapping[str, str]] = MappingProxyType(
    {ROTATION: "by rotation", LOWEST_PRICE: "at the lowest price", RANKED: "by the lot’s ranking"}
)
"""How a rule awards, to follow "awarded"."""

ON_QUOTES: Final = "on price and quality"
"""How quotes are awarded, to follow "awarded"."""

_ACT: Final = (
    "Under section 2(2)(b) of the Housing Grants, Construction and Regeneration Act 1996 I direct, "
    "in this particular case, that "
)


def override_statement(*, route: Route, package: str) -> str:
    """Return an officer's choice of route as a statement to sign.

    Args:
        package: The package chosen, or empty.
    """
    chosen = ROUTES[route][0].lower() + ROUTES[route][1:]
    named = f" {package}" if package else ""
    return f"For this case I choose the route {chosen}{named}, in place of what the rule gives."


def direction_statement(*, contractor: str, total_pence: int | None) -> str:
    """Return the s.2(2)(b) direction on a price that was tendered beforehand, as it is signed.

    Args:
        total_pence: That price with VAT; None where it passed to another contractor since.
    """
    price = "" if total_pence is None else f", {pounds(total_pence)} with VAT,"
    whose = f"the price of {contractor}{price} is enough" if price else "one price is enough"
    return f"{_ACT}estimates from two contractors are not needed: {whose}."


ONE_QUOTE_STATEMENT: Final = f"{_ACT}the one quote received is enough."
"""The s.2(2)(b) direction on a mini-competition with one quote, as it is signed."""


def award_statement(*, contractor: str, total_pence: int | None) -> str:
    """Return the award of a mini-competition, as it is signed.

    Args:
        contractor: Who is awarded the works.
        total_pence: Its price with VAT; None where it passed to another contractor since.
    """
    to = "" if total_pence is None else f" to {contractor} at {pounds(total_pence)} with VAT"
    return f"I award the works{to}, on the price and quality of the quotes as was announced."

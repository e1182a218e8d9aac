"""The route of a case: what the rule has to go by, what an officer chose, and what is so today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.record import Decision
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import BrokenStateError, InvalidWorksError
from rules.pricing.repricing import NO_CODES
from rules.pricing.works import WorksLine
from rules.tenders import routes
from rules.tenders.routes import Route, RouteChoice
from services.rates import pricing
from services.tenders import lots

_CHOSEN: Final = (
    select(Decision.actor, Decision.reason, Decision.facts, Decision.decided_at, Officer.name)
    .outerjoin(Officer, Officer.email == Decision.actor)
    .where(Decision.case_id == bindparam("case_id"), Decision.kind == "route")
    .order_by(Decision.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a route is chosen by, on one day.

    Args:
        work_type: The works' type.
        authority: The authority's code.
        coded: The lines that a schedule prices, by number.
        bespoke: The other lines, by number.
        lots: The lots in force that cover the works, by code; the first is used.
        packages: Packages of this work type: code to title and basket.
        package_prices: That lot's pre-tendered prices in pence, by package and contractor.
        made_from: The package that an officer made the works from, or empty.
    """

    on: date
    work_type: str
    authority: str
    coded: tuple[WorksLine, ...]
    bespoke: tuple[WorksLine, ...]
    lots: tuple[AnyRow, ...]
    packages: Mapping[str, tuple[str, Mapping[str, Decimal]]]
    package_prices: Mapping[tuple[str, str], int]
    made_from: str

    @property
    def lot(self) -> AnyRow | None:
        """The lot that is used, or None where none covers the works."""
        return self.lots[0] if self.lots else None

    @property
    def lines(self) -> tuple[WorksLine, ...]:
        """Every line, by number."""
        return tuple(sorted((*self.coded, *self.bespoke), key=lambda line: line.line))

    @property
    def baskets(self) -> dict[str, Mapping[str, Decimal]]:
        """The packages' baskets, by package."""
        return {code: basket for code, (_, basket) in self.packages.items()}

    @property
    def priced_packages(self) -> frozenset[str]:
        """The packages that somebody in the lot holds a price for."""
        return frozenset(package for package, _ in self.package_prices)


def route_facts(
    conn: Connection, *, case: AnyRow, on: date, replaced: Mapping[str, str] = NO_CODES
) -> RouteFacts:
    """Return what a case's route is chosen by.

    Args:
        replaced: Codes to price as others: wrong code to right code.

    Raises:
        InvalidWorksError: A line's code is in no schedule in force.
    """
    coded, bespoke = pricing.lines_to_price(conn, case_id=case.id, on=on, replaced=replaced)
    found = lots.lots_for(conn, work_type=case.work_type, authority=case.authority, on=on)
    return RouteFacts(
        on=on,
        work_type=case.work_type,
        authority=case.authority,
        coded=tuple(coded),
        bespoke=tuple(bespoke),
        lots=tuple(found),
        packages=pricing.baskets(conn, work_type=case.work_type),
        package_prices=lots.package_prices(conn, lot=found[0].code) if found else {},
        made_from=case.package,
    )


def choice_by_rule(facts: RouteFacts) -> RouteChoice:
    """Return the route that the rule chooses.

    Args:
        facts: What it is chosen by.

    Raises:
        InvalidWorksError: There are no lines.
    """
    lot = facts.lot
    choice = routes.choose_route(
        work_type=facts.work_type,
        lines=facts.lines,
        packages=facts.baskets,
        lot_in_force=lot is not None,
        priced_packages=facts.priced_packages,
        award_rule=lot.award_rule if lot else None,
        made_from=facts.made_from,
    )
    if lot is None or len(facts.lots) == 1:
        return choice
    others = ", ".join(other.code for other in facts.lots[1:])
    also = (
        f"Lot {lot.code} is used, the first by code of those that cover the works; also {others}."
    )
    return RouteChoice(choice.route, choice.package, (*choice.reasons, also))


def choice_of(conn: Connection, *, case: AnyRow, facts: RouteFacts) -> RouteChoice:
    """Return the route of a case: an officer's choice where there is one, otherwise the rule's.

    Args:
        facts: What the route is chosen by.

    Raises:
        InvalidWorksError: There are no lines; or the works can no longer go the route chosen.
    """
    by_rule = choice_by_rule(facts)
    if not case.route:
        return by_rule
    chosen = newest_choice(conn, case_id=case.id)
    route, package = Route(case.route), chosen.facts["package"]
    if problems := problems_with(conn, facts=facts, route=route, package=package):
        raise InvalidWorksError(
            f"{case.reference} cannot be priced {routes.route_words(route, package)}, as chosen.",
            why=" ".join(problems),
            next_step="Mend that, or choose another route: `handrail decide … route --to …`.",
        )
    return routes.against_the_rule(
        route=route,
        package=package,
        chosen=_chosen_words(chosen, routes.route_words(route, package)),
        by_rule=by_rule,
    )


def problems_with(
    conn: Connection, *, facts: RouteFacts, route: Route, package: str
) -> tuple[str, ...]:
    """Return why the works cannot go a route; empty if they can.

    Args:
        facts: What a route is chosen by.
        route: The route.
        package: The package on the pre-priced route, otherwise empty.
    """
    lot = facts.lot
    fault = ""
    try:
        pricing.unit_items(conn, codes=facts.baskets.get(package, ()), on=facts.on, package=package)
    except InvalidWorksError as error:
        fault = error.what
    return routes.problems_with_route(
        route=route,
        package=package,
        lines=facts.lines,
        packages=facts.baskets,
        package_fault=fault,
        priced_packages=facts.priced_packages,
        lot=lot.code if lot else None,
        award_rule=lot.award_rule if lot else None,
    )


def newest_choice(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the newest decision on a case's route: actor, its name, reason, facts and instant.

    Args:
        case_id: The row id of a case whose route was chosen.

    Raises:
        BrokenStateError: There is none: the case's route came about otherwise.
    """
    row = conn.execute(_CHOSEN, {"case_id": case_id}).one_or_none()
    if row is None:
        raise BrokenStateError(
            f"Case row {case_id} has a route that nobody chose.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    return row


def _chosen_words(chosen: AnyRow, words: str) -> str:
    """Return who chose the route, when and why, as a sentence."""
    who = chosen.name or chosen.actor
    day = in_words(london_date(chosen.decided_at))
    reason = chosen.reason.strip()
    stop = "" if reason.endswith((".", "!", "?")) else "."
    return f"{who} chose on {day} that the works are priced {words}: {reason}{stop}"

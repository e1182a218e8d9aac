"""The route of a case: what the rule has to go by, what an officer chose, and what is so today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.tables.record import Decision
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import BrokenStateError, InvalidWorksError
from rules.pricing.repricing import NO_CODES
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts(routes.RouteFacts):
    """What a route is chosen by on one day, as it is read.

    Args:
        authority: The authority's code.
        lots: The lots in force that cover the works, by code; the first is used.
        titles: Of the packages of this work type, by code.
        package_prices: That lot's pre-tendered prices in pence, by package and contractor.
    """

    on: date
    authority: str
    lots: Sequence[AnyRow]
    titles: Mapping[str, str]
    package_prices: Mapping[tuple[str, str], int]

    @property
    def codes(self) -> set[str]:
        """The schedule codes of the works."""
        return {line.code for line in self.lines if line.code is not None}


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
    lot = found[0] if found else None
    prices = lots.package_prices(conn, lot=lot.code) if lot else {}
    packages = pricing.baskets(conn, work_type=case.work_type)
    return RouteFacts(
        work_type=case.work_type,
        lines=tuple(sorted((*coded, *bespoke), key=lambda line: line.line)),
        packages={code: basket for code, (_, basket) in packages.items()},
        lot=lot.code if lot else None,
        award_rule=lot.award_rule if lot else None,
        priced_packages=frozenset(package for package, _ in prices),
        made_from=case.package,
        on=on,
        authority=case.authority,
        lots=found,
        titles={code: title for code, (title, _) in packages.items()},
        package_prices=prices,
    )


def choice_by_rule(facts: RouteFacts) -> RouteChoice:
    """Return the route that the rule chooses.

    Raises:
        InvalidWorksError: There are no lines.
    """
    choice = routes.choose_route(facts)
    if len(facts.lots) <= 1:
        return choice
    others = ", ".join(other.code for other in facts.lots[1:])
    also = f"Lot {facts.lot} is used, the first by code of those that cover the works; also "
    return replace(choice, reasons=(*choice.reasons, f"{also}{others}."))


def choice_of(conn: Connection, *, case: AnyRow, facts: RouteFacts) -> RouteChoice:
    """Return the route of a case: an officer's choice where there is one, otherwise the rule's.

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
    """Return why the works cannot go a route, in sentences; empty if they can."""
    fault = ""
    try:
        pricing.unit_items(
            conn, codes=facts.packages.get(package, ()), on=facts.on, package=package
        )
    except InvalidWorksError as error:
        fault = error.what
    return routes.problems_with_route(facts, route=route, package=package, package_fault=fault)


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

"""The works of a case as they are tendered, read once: lines, route, lot, and every contractor.

What a tender comes to is worked out from it by ``rules.tenders.tendering``, which reads nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from models.base import AnyRow
from rules.errors import NobodyEligibleError
from rules.plain import made_of
from rules.pricing.package_pricing import PackageBasket
from rules.pricing.repricing import NO_CODES
from rules.pricing.works import Priced, WorksLine
from rules.tenders import tendering
from rules.tenders.conflicts import Parties
from rules.tenders.eligibility import SUITABILITY, Found, Needs, findings
from rules.tenders.left import Left
from rules.tenders.procurement import call_off_warning, restriction_warning
from rules.tenders.routes import Route, RouteChoice
from rules.tenders.tendering import Tenderer, TenderInputs
from services.rates import pricing
from services.tenders import ledger, lot_terms, lots, routes


@dataclass(frozen=True, slots=True)
class Basket:
    """The works of a case as they would be tendered on a day.

    Args:
        inputs: All that the tender rests on.
        choice: The route, and why.
        lot: The lot's row.
    """

    inputs: TenderInputs
    choice: RouteChoice
    lot: AnyRow


@dataclass(frozen=True, slots=True)
class _Found:
    """The inputs with every contractor's reasons, and what they mean for who may tender."""

    inputs: TenderInputs
    unsuited: int
    lowest_pence: int | None


def basket_of(
    conn: Connection,
    *,
    case: AnyRow,
    on: date,
    replaced: Mapping[str, str] = NO_CODES,
    left: Left | None = None,
) -> Basket:
    """Return the works of a case as they would be tendered on a day.

    Args:
        replaced: Codes to price as others: wrong code to right code.
        left: What a contractor left to do, which goes to quotes.

    Raises:
        NobodyEligibleError: No lot in force covers the works.
        InvalidWorksError: There are no lines; a code, or the package, is in no schedule in force;
            or the works can no longer go the route that an officer chose.
    """
    facts = routes.route_facts(conn, case=case, on=on, replaced=replaced)
    if left is None:
        choice = routes.choice_of(conn, case=case, facts=facts)
    else:
        facts = replace(facts, lines=left.of(facts.lines))
        choice = RouteChoice(Route.QUOTES, None, (left.why,))
    if facts.lot is None:
        raise NobodyEligibleError(
            f"No lot in force covers {facts.work_type.replace('_', ' ')} for {facts.authority}.",
            next_step="Import a lot for it; the tender goes on by itself.",
        )
    package = _package(conn, facts, choice)
    members = lots.members(conn, lot=facts.lot)
    codes = facts.codes.union(package.basket if package else ())
    terms = lot_terms.terms_of(conn, lot=facts.lot, postcode=case.postcode, on=on, codes=codes)
    inputs = TenderInputs(
        on=on,
        route=choice.route,
        rule=facts.lots[0].award_rule,
        lot=facts.lot,
        package=package,
        lines=tuple(facts.lines),
        client=pricing.vat_client(case, lot_says=terms.contracting_party),
        zone=terms.zone,
        zone_name=terms.zone_name,
        out_of_hours=terms.out_of_hours,
        tenderers=tuple(_tenderer(member, facts, package, terms) for member in members),
        ledger=ledger.ledger(conn, lot=facts.lot, on=on),
    )
    found = _with_reasons(inputs, members, case)
    choice = _warned(choice, found, terms, authority=case.authority)
    inputs = found.inputs
    if left is not None:
        inputs = replace(inputs, tenderers=tuple(map(left.against, inputs.tenderers)))
    return Basket(inputs, choice, facts.lots[0])


def _package(
    conn: Connection, facts: routes.RouteFacts, choice: RouteChoice
) -> PackageBasket | None:
    code = choice.package
    if code is None:
        return None
    basket = facts.packages[code]
    items = pricing.unit_items(conn, codes=basket, on=facts.on, package=code)
    return PackageBasket(code, facts.titles[code], basket, tuple(items[one] for one in basket))


def _tenderer(
    member: lots.Member,
    facts: routes.RouteFacts,
    package: PackageBasket | None,
    terms: lot_terms.LotPricing,
) -> Tenderer:
    code = member.contractor.code
    return Tenderer(
        contractor=code,
        rank=member.rank,
        percentage=member.percentage,
        package_price_pence=facts.package_prices.get((package.code, code)) if package else None,
        rates=terms.rates.get(code, {}),
        reasons=(),
        rate_sources=terms.rate_sources.get(code, {}),
    )


def _with_reasons(inputs: TenderInputs, members: Sequence[lots.Member], case: AnyRow) -> _Found:
    """Return inputs with why each contractor may not do the works, at what it asks for them.

    Beside them, how many may not for their documents or trades.
    """
    priced, works = tendering.prices(inputs).priced, inputs.lines
    found = {
        code: found_against(member, case=case, lines=works, priced=priced.get(code), on=inputs.on)
        for member in members
        for code in (member.contractor.code,)
    }
    tenderers = (
        replace(one, reasons=tuple(why.kept for why in found[one.contractor]))
        for one in inputs.tenderers
    )
    unsuited = sum(any(why.ground in SUITABILITY for why in one) for one in found.values())
    lowest = min((one.total_pence for one in priced.values()), default=None)
    return _Found(replace(inputs, tenderers=tuple(tenderers)), unsuited, lowest)


def _warned(
    choice: RouteChoice, found: _Found, terms: lot_terms.LotPricing, *, authority: str
) -> RouteChoice:
    """Return the route with the warnings of the Procurement Act 2023 that hold."""
    party = found.inputs.client.party
    warnings = (
        restriction_warning(
            party=party,
            framework=terms.framework,
            total_pence=found.lowest_pence,
            left_out=found.unsuited,
        ),
        call_off_warning(
            party=party,
            authority=authority,
            core_terms=terms.core_terms,
            entitled=terms.entitled,
            competition=choice.route is Route.QUOTES,
        )
        if terms.framework
        else "",
    )
    return replace(choice, reasons=(*choice.reasons, *filter(None, warnings)))


def found_against(
    member: lots.Member,
    *,
    case: AnyRow,
    lines: Iterable[WorksLine],
    priced: Priced | None,
    on: date,
    approver: str = "",
    answer_by: date | None = None,
    start_by: date | None = None,
) -> tuple[Found, ...]:
    """Return why a contractor of a lot may not do some works on a day; empty if it may.

    Args:
        member: The contractor as it stands.
        case: Its authority, and whoever and whatever a contractor may have an interest in.
        priced: What it asks for them, or None without a price.
        approver: Who approved the grant, by e-mail, once somebody did.
        answer_by: The day by which an offer is to be answered, where one is made.
        start_by: The day by which the works would begin.
    """
    works = tuple(lines)
    needs = Needs(
        authority=case.authority,
        trades=frozenset(line.trade for line in works if line.trade),
        certificates=frozenset(kind for line in works for kind in line.certificates),
        value_pence=priced.net_pence if priced else 0,
        on=on,
        required=member.asks.of(case.authority),
        parties=parties_of(case, approver=approver),
        answer_by=answer_by,
        start_by=start_by,
    )
    return findings(contractor=member.contractor, needs=needs)


def reasons_against(
    member: lots.Member,
    *,
    case: AnyRow,
    lines: Iterable[WorksLine],
    priced: Priced | None,
    on: date,
) -> tuple[str, ...]:
    """Return the words of ``found_against``, where no offer is made yet."""
    found = found_against(member, case=case, lines=lines, priced=priced, on=on)
    return tuple(one.kept for one in found)


def parties_of(case: AnyRow, *, approver: str = "") -> Parties:
    """Return in whom and what of a case a contractor may have an interest."""
    named = {
        case.assessor: "the case's assessor",
        approver: "who approved the grant",
        case.officer: "the case's officer",
    }
    return made_of(Parties, case, officers={who: what for who, what in named.items() if who})

"""The works of a case as they are tendered: lines, route, lot, and each contractor's price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select

from models import lots, pricing
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import consent_of
from models.in_hand import CaseInHand
from models.prices import Award
from rules import awards
from rules.clocks import london_date
from rules.eligibility import Needs, reasons_not_eligible
from rules.errors import InvalidTermsError, InvalidWorksError, NobodyEligibleError
from rules.pathway import StepName, StepStatus
from rules.rates import Terms, price, price_package
from rules.routes import RouteChoice, choose_route
from rules.works import Priced, WorksLine

_NEWEST_VERSION: Final = select(func.coalesce(func.max(Award.version), 0)).where(
    Award.case_id == bindparam("case_id")
)
_KEEP: Final = insert(Award).returning(Award.id)


@dataclass(frozen=True, slots=True)
class Basket:
    """The works of a case as they are tendered: lines, route, lot and what prices them."""

    lines: list[WorksLine]
    bespoke: list[WorksLine]
    index: Decimal
    on: date
    choice: RouteChoice
    lot: AnyRow | None
    titles: dict[str, tuple[str, dict[str, Decimal]]]
    package_prices: dict[tuple[str, str], int]


def basket_of(case: CaseInHand) -> Basket:
    """Return the works of a case as they would be tendered today.

    Args:
        case: The case in hand.
    """
    on = london_date(case.now)
    coded, bespoke, index = pricing.lines_to_price(case.conn, case_id=case.id, on=on)
    lot = lots.lot_for(case.conn, work_type=case.row.work_type, authority=case.row.authority, on=on)
    titles = pricing.baskets(case.conn, work_type=case.row.work_type)
    held = lots.package_prices(case.conn, lot=lot.code) if lot else {}
    choice = choose_route(
        work_type=case.row.work_type,
        lines=[*coded, *bespoke],
        packages={code: basket for code, (_, basket) in titles.items()},
        lot_in_force=lot is not None,
        priced_packages=frozenset(package for package, _ in held),
        award_rule=lot.award_rule if lot else None,
    )
    return Basket(coded, bespoke, index, on, choice, lot, titles, held)


def lot_of(case: CaseInHand, basket: Basket) -> AnyRow:
    """Return the lot that covers the works.

    Args:
        case: The case in hand.
        basket: The works as tendered.

    Raises:
        NobodyEligibleError: No lot in force does.
    """
    if basket.lot is None:
        raise NobodyEligibleError(
            f"No lot in force covers {case.row.work_type.replace('_', ' ')} for "
            f"{case.row.authority}.",
            next_step="Import a lot for it; the tender goes on by itself.",
        )
    return basket.lot


@dataclass(frozen=True, slots=True)
class LotPrices:
    """What the contractors of a lot ask for the works.

    Args:
        priced: Each contractor's price, where it has one.
        faults: Why a contractor's own terms cannot price them, in words.
    """

    priced: dict[str, Priced]
    faults: dict[str, str]


def prices_by_contractor(
    case: CaseInHand, basket: Basket, members: Iterable[lots.Member]
) -> LotPrices:
    """Price the works for every contractor of the lot; one whose terms cannot stops nobody else.

    Args:
        case: The case in hand.
        basket: The works as tendered.
        members: The contractors of the lot.
    """
    package = basket.choice.package
    held = basket.package_prices
    codes = basket.titles[package][1] if package else {}
    items = pricing.unit_items(case.conn, codes=codes, on=basket.on) if package else {}
    priced: dict[str, Priced] = {}
    faults: dict[str, str] = {}
    for member in members:
        code = member.contractor.code
        if package is not None and (package, code) not in held:
            continue
        price_pence = held[package, code] if package else None
        try:
            terms = Terms(index=basket.index, percentage=member.percentage)
            priced[code] = _price(case, basket, terms=terms, price_pence=price_pence, items=items)
        except (InvalidWorksError, InvalidTermsError) as error:
            faults[code] = error.what
    return LotPrices(priced=priced, faults=faults)


def _price(
    case: CaseInHand,
    basket: Basket,
    *,
    terms: Terms,
    price_pence: int | None,
    items: dict[str, WorksLine],
) -> Priced:
    client = pricing.vat_client(case.row)
    package = basket.choice.package
    if package is None or price_pence is None:
        return price(lines=basket.lines, terms=terms, client=client, supplied_on=basket.on)
    title, quantities = basket.titles[package]
    return price_package(
        title=title,
        package_code=package,
        price_pence=price_pence,
        basket=quantities,
        items=items,
        lines=basket.lines,
        terms=terms,
        client=client,
        supplied_on=basket.on,
    )


def reasons_against(
    case: CaseInHand, basket: Basket, member: lots.Member, *, net_pence: int
) -> tuple[str, ...]:
    """Return why a member of the lot may not do the works; empty if it may.

    Args:
        case: The case in hand.
        basket: The works as tendered.
        member: The contractor as it stands.
        net_pence: Its price without VAT, in pence.
    """
    needs = Needs(
        authority=case.row.authority,
        trades=frozenset(line.trade for line in basket.lines if line.trade),
        certificates=frozenset(kind for line in basket.lines for kind in line.certificates),
        value_pence=net_pence,
        on=basket.on,
    )
    return reasons_not_eligible(contractor=member.contractor, needs=needs)


def keep_tender(case: CaseInHand, basket: Basket, *, contractor: str, priced: Priced) -> int:
    """Keep a contractor's price for the works as a snapshot.

    Args:
        case: The case in hand.
        basket: The works as tendered.
        contractor: Whose price.
        priced: The price.
    """
    return pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="tender",
        priced=priced,
        basis={
            "on": basket.on.isoformat(),
            "route": basket.choice.route,
            "package": basket.choice.package,
            "index_percent": str(basket.index),
        },
        now=case.now,
        contractor=contractor,
    )


def keep_award(
    case: CaseInHand,
    basket: Basket,
    *,
    contractor: str | None,
    price_id: int | None,
    placings: tuple[awards.Placing, ...],
) -> int:
    """Keep the award with everything said of every contractor, and return its row id.

    Args:
        case: The case in hand.
        basket: The works as tendered.
        contractor: Who is to be offered the works, or None until a competition is awarded.
        price_id: Its price, or None until then.
        placings: What is said of every contractor in the lot.
    """
    version = case.conn.execute(_NEWEST_VERSION, {"case_id": case.id}).scalar_one()
    values: dict[str, Any] = {
        "case_id": case.id,
        "version": version + 1,
        "route": basket.choice.route,
        "lot": basket.lot.code if basket.lot else None,
        "package": basket.choice.package,
        "rule": basket.lot.award_rule if basket.lot else "",
        "contractor": contractor,
        "price_id": price_id,
        "reasons": list(basket.choice.reasons),
        "placings": [asdict(placing) for placing in placings],
        "made_at": case.now,
        "direction": "",
    }
    case.note(
        actor=AUTOMATIC,
        action=f"tender: {basket.choice.route.replace('_', ' ')}",
        reason=" ".join(basket.choice.reasons),
        detail={"contractor": contractor, "placings": values["placings"]},
    )
    return int(case.conn.execute(_KEEP, values).scalar_one())


def again_award(case: CaseInHand, made: AnyRow, *, contractor: str, price_id: int) -> None:
    """Keep an award anew for the next contractor in its order, with everything else as it was.

    Args:
        case: The case in hand.
        made: The award that led to nobody.
        contractor: Who is next.
        price_id: Its price.
    """
    values = {key: value for key, value in made._mapping.items() if key != "id"}
    values |= {
        "version": made.version + 1,
        "contractor": contractor,
        "price_id": price_id,
        "made_at": case.now,
    }
    case.conn.execute(insert(Award), values)


def check_consent_covers(case: CaseInHand, *, value_pence: int) -> None:
    """Open the consent again where the price passes the cap of its pre-permission.

    Args:
        case: The case in hand.
        value_pence: The tendered price without VAT, in pence.
    """
    consent = consent_of(case.conn, case_id=case.id)
    if consent is None or consent.value_cap_pence is None:
        return
    done = case.step_status(StepName.CONSENT) is StepStatus.DONE
    if done and consent.basis == "pre_permission" and value_pence > consent.value_cap_pence:
        case.reopen(StepName.CONSENT, reason="the price passes the cap of the pre-permission")

"""The works of a case as they are tendered, and the award with all that it rests on.

``inputs_of`` is all that a tender, a repricing or a batch award reads; it is frozen with the award.
"""

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import consent_of
from models.tables.prices import Award
from rules.clocks.dates import london_date
from rules.pathway import StepName, StepStatus
from rules.pricing.works import Priced
from rules.tenders import awards, tendering
from rules.tenders.tendering import TenderInputs
from services.cases.in_hand import CaseInHand
from services.rates import pricing
from services.tenders import baskets
from services.tenders.baskets import Basket

_NEWEST_VERSION: Final = select(func.coalesce(func.max(Award.version), 0)).where(
    Award.case_id == bindparam("case_id")
)
_KEEP: Final = insert(Award).returning(Award.id)


def basket_of(case: CaseInHand) -> Basket:
    """Return the works of a case as they would be tendered now, with the route and the lot.

    Raises:
        NobodyEligibleError: No lot in force covers the works.
        InvalidWorksError: There are no lines; a code, or the package, is in no schedule in force;
            or the works can no longer go the route that an officer chose.
    """
    return baskets.basket_of(case.conn, case=case.row, on=london_date(case.now))


def inputs_of(case: CaseInHand) -> TenderInputs:
    """Return all that a tender of a case's works would rest on now; it raises as ``basket_of``."""
    return basket_of(case).inputs


def frozen_inputs(case: CaseInHand, made: AnyRow) -> TenderInputs:
    """Return what an award was made on.

    Args:
        made: The award. One of an earlier version of Handrail froze no inputs; it is worked out
            again from what is in force now.
    """
    return tendering.from_plain(made.inputs) if made.inputs else inputs_of(case)


def keep_tender(case: CaseInHand, inputs: TenderInputs, *, contractor: str, priced: Priced) -> int:
    """Keep a contractor's price for the works as a snapshot, and return its row id.

    Args:
        inputs: What the tender rests on.
        priced: The price.
    """
    return pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="tender",
        priced=priced,
        basis=tendering.basis(inputs, contractor=contractor),
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
    direction: str = "",
) -> int:
    """Keep the award with all that it rests on, and return its row id.

    Args:
        basket: The works as tendered.
        contractor: Who is to be offered the works, or None until a competition is awarded.
        price_id: Its price, or None until then.
        placings: What is said of every contractor in the lot.
        direction: The s.2(2)(b) direction, where one given before holds for it.
    """
    version = case.conn.execute(_NEWEST_VERSION, {"case_id": case.id}).scalar_one()
    said = [asdict(placing) for placing in placings]
    values: dict[str, Any] = {
        "case_id": case.id,
        "version": version + 1,
        "route": basket.choice.route,
        "lot": basket.lot.code,
        "package": basket.choice.package,
        "rule": basket.lot.award_rule,
        "contractor": contractor,
        "price_id": price_id,
        "reasons": list(basket.choice.reasons),
        "placings": said,
        "inputs": tendering.to_plain(basket.inputs),
        "made_at": case.now,
        "direction": direction,
    }
    case.note(
        actor=AUTOMATIC,
        action=f"tender: {basket.choice.route.replace('_', ' ')}",
        reason=" ".join(basket.choice.reasons),
        detail={"contractor": contractor, "placings": said},
    )
    return int(case.conn.execute(_KEEP, values).scalar_one())


def again_award(case: CaseInHand, made: AnyRow, *, contractor: str, price_id: int) -> None:
    """Keep an award anew for the next contractor in its order, with everything else as it was.

    Args:
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
        value_pence: The tendered price without VAT, in pence.
    """
    consent = consent_of(case.conn, case_id=case.id)
    if consent is None or consent.value_cap_pence is None:
        return
    done = case.step_status(StepName.CONSENT) is StepStatus.DONE
    if done and consent.basis == "pre_permission" and value_pence > consent.value_cap_pence:
        case.reopen(StepName.CONSENT, reason="the price passes the cap of the pre-permission")

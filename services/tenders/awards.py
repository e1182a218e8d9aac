"""Awards as they are kept: with all that they rest on, or anew for the next contractor."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import consent_of, newest_award
from models.tables.prices import Award
from rules.clocks.dates import london_date
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.plain import shown
from rules.pricing.works import Priced
from rules.tenders import awards, tendering
from rules.tenders.tendering import Tendered, TenderInputs
from services.cases import CaseInHand
from services.rates import pricing
from services.tenders.baskets import Basket, basket_of

_ADD: Final = insert(Award)
_KEEP: Final = _ADD.returning(Award.id)
_CHANGE: Final = update(Award).where(Award.id == bindparam("row_id"))

_ERASE: Final = (
    update(Award)
    .where(
        Award.case_id == bindparam("of_case"),
        Award.made_at > bindparam("since", type_=Award.made_at.type),
    )
    .values(inputs={})
)


def erase_inputs(case: CaseInHand, *, since: datetime) -> int:
    """Erase what a closed case's awards were worked out from, with the client's age and disability.

    Who was considered, in what order, at what price and why stays; it cannot be worked out again.
    """
    return case.conn.execute(_ERASE, {"of_case": case.id, "since": since}).rowcount


def frozen_inputs(case: CaseInHand, made: AnyRow) -> TenderInputs:
    """Return what an award was made on.

    An award of an earlier version of Handrail froze no inputs; they are read as they are now.
    """
    if made.inputs:
        return tendering.from_plain(made.inputs)
    return basket_of(case.conn, case=case.row, on=london_date(case.now)).inputs


def keep_tender(
    case: CaseInHand, inputs: TenderInputs, *, contractor: str, priced: Priced, **basis: object
) -> int:
    """Keep a contractor's price for the works as a snapshot, and return its row id.

    Args:
        basis: What the price rests on beside its inputs, such as a batch award.
    """
    return pricing.keep_price(
        case.conn,
        case_id=case.id,
        kind="tender",
        priced=priced,
        basis=tendering.basis(inputs, contractor=contractor) | basis,
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
    said = [asdict(placing) for placing in placings]
    case.note(
        actor=AUTOMATIC,
        action=f"tender: {basket.choice.route.replace('_', ' ')}",
        reason=" ".join(basket.choice.reasons),
        detail={"contractor": contractor, "placings": said},
    )
    before = newest_award(case.conn, case_id=case.id)
    values = {
        "case_id": case.id,
        "version": before.version + 1 if before else 1,
        **shown(basket.choice, "route", "package", "reasons"),
        "lot": basket.inputs.lot,
        "rule": basket.inputs.rule,
        "contractor": contractor,
        "price_id": price_id,
        "placings": said,
        "inputs": tendering.to_plain(basket.inputs),
        "made_at": case.now,
        "direction": direction,
    }
    return int(case.conn.execute(_KEEP, values).scalar_one())


def award_first(case: CaseInHand, basket: Basket, tendered: Tendered, direction: str = "") -> None:
    """Keep an award to the first in its order, at its price, which its consent must cover.

    Args:
        direction: The s.2(2)(b) direction, where one given before holds for it.
    """
    winner = tendered.award.order[0]
    priced = tendered.prices.priced[winner]
    keep_award(
        case,
        basket,
        contractor=winner,
        price_id=keep_tender(case, basket.inputs, contractor=winner, priced=priced),
        placings=tendered.award.placings,
        direction=direction,
    )
    check_consent_covers(case, value_pence=priced.net_pence)


def change_award(conn: Connection, *, award_id: int, **columns: object) -> None:
    """Change columns of an award."""
    conn.execute(_CHANGE, {"row_id": award_id, **columns})


def again_award(case: CaseInHand, made: AnyRow, **anew: object) -> None:
    """Keep an award anew, such as for the next contractor in its order, all else as it was.

    Args:
        made: The award before.
        anew: The columns that differ, such as ``contractor`` and ``price_id``.
    """
    newest = newest_award(case.conn, case_id=case.id) or made
    values = dict(made._mapping) | anew | {"version": newest.version + 1, "made_at": case.now}
    del values["id"]
    case.conn.execute(_ADD, values)


def above_cap_words(conn: Connection, *, case: AnyRow, net_pence: int) -> str:
    """Say that works on site pass the cap of the pre-permission they rest on; empty if not."""
    consent = consent_of(conn, case_id=case.id)
    cap = None if consent is None else consent.value_cap_pence
    if cap is None or net_pence <= cap:
        return ""
    return (
        f"The works come to {pounds(net_pence)} net, and the landlord’s pre-permission goes to "
        f"{pounds(cap)}: ask the landlord before the works that pass it are done."
    )


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

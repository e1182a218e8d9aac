"""Assigning the contractor: one live offer at a time, in the award's order, within capacity.

The order and the prices are the award's own, frozen with it; who may take the works is looked at
anew each time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters import clock
from models.asked import reference_row
from models.audit import AUTOMATIC
from models.base import AnyRow, rows_by, word
from models.case_queries import approval_in_force, award_in_force, live_offer, price_by_id
from models.contacts import contractor_of
from models.replaced import done_before, replacements_on
from models.tables.cases import Case
from models.tables.contractors import Lot
from models.tables.prices import Offer, Turn
from rules.clocks.dates import london_date
from rules.errors import NobodyEligibleError
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.pricing.works import Priced
from rules.tenders.tendering import TenderInputs
from services.assignment.considered import Considered, asked_before, consider
from services.assignment.offered import what_is_offered
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, works_dates
from services.cases.unit import at_step, in_hand
from services.links.links import make_link
from services.session import reading
from services.tenders.awards import again_award, check_consent_covers, frozen_inputs, keep_tender
from services.tenders.capacity import lock_contractors
from services.tenders.standstill import standstill_of

_LOT: Final = rows_by(Lot, "code")
_OFFER: Final = insert(Offer).returning(Offer.id)
_TURN: Final = insert(Turn)
_UNANSWERED: Final = (Offer.status == word("offered"), Offer.expires_on < bindparam("today"))
_TO_LAPSE: Final = (
    select(Case.reference)
    .join(Offer, Offer.case_id == Case.id)
    .where(*_UNANSWERED)
    .order_by(Case.reference)
)
_ONE: Final = update(Offer).where(Offer.id == bindparam("row_id"))
_LAPSE: Final = _ONE.where(*_UNANSWERED).values(
    status="lapsed", answered_at=bindparam("now"), reason="no answer in time"
)
_REPLACE: Final = _ONE.where(Offer.status == word("accepted")).values(status="replaced")
_RESTORE: Final = _ONE.where(Offer.status == word("replaced")).values(status="accepted")
_WITHDRAW: Final = _ONE.where(Offer.status.in_((word("offered"), word("accepted")))).values(
    status="withdrawn", answered_at=bindparam("now"), reason=bindparam("why")
)


def offer_works(case_ref: str) -> None:
    """Offer the works to the next contractor in the award's order that may take them today."""
    with at_step(case_ref, StepName.ASSIGN) as case:
        if case is None or live_offer(case.conn, case_id=case.id) is not None:
            return
        made = award_in_force(case.conn, case_id=case.id)
        inputs = frozen_inputs(case, made)
        order = award_order(case, made)
        lock_contractors(case.conn, contractors=order)
        lot = reference_row(case.conn, _LOT, code=made.lot)
        days = lot.offer_days if lot else case.days("answer_offer")
        standstill = standstill_of(
            case.conn, made=made, price_id=made.price_id, calendar=case.calendar
        )
        since = max(london_date(case.now), standstill or date.min)
        expires = case.calendar.add(since, days)
        considered = consider(case, made, inputs, order=order, answer_by=expires)
        able = _able(case, considered, order)
        approved = considered.approved_pence
        within = [code for code, priced in able.items() if priced.total_pence <= approved]
        if within:
            price_id = _price_id(case, made, inputs, contractor=within[0], priced=able[within[0]])
            terms = _Terms(made, lot, within[0], price_id, expires, considered.frozen)
            _offer(case, terms, inputs)
        else:
            code, priced = next(iter(able.items()))
            _redetermine(case, made, inputs, contractor=code, priced=priced)


def award_order(case: CaseInHand, made: AnyRow) -> list[str]:
    """Return the contractors not asked yet: the one awarded first, then the award's own order.

    Where what a contractor left was tendered again, whoever was asked before that is asked anew,
    but for those that were replaced.
    """
    asked = asked_before(case)
    placed = [place["contractor"] for place in made.placings if place["place"] is not None]
    order = [made.contractor, *(code for code in placed if code != made.contractor)]
    return [code for code in order if code not in asked]


def _able(case: CaseInHand, considered: Considered, order: list[str]) -> dict[str, Priced]:
    """Return the contractors that may take the works today, in order, at what they asked then.

    Raises:
        NobodyEligibleError: Nobody is left; the message says why of each.
    """
    able: dict[str, Priced] = {}
    why = []
    for code in order:
        if reasons := considered.reasons[code]:
            why.append(f"{code}: {'; '.join(one.kept for one in reasons)}.")
        else:
            able[code] = considered.prices[code]
    if not able:
        raise NobodyEligibleError(
            f"Nobody is left to offer the works on {case.reference} to.",
            why=" ".join(why) or "Everybody in the award's order declined or did not answer.",
            next_step="Make room, renew the documents named or end the case; it goes on by itself."
            + _or_quotes(case),
        )
    return able


def _or_quotes(case: CaseInHand) -> str:
    if not replacements_on(case.conn, case_id=case.id):
        return ""
    return (
        " Or have contractors quote for what is left: `handrail decide "
        f"{case.reference} withdraw-replacement`, then replace-contractor with --next competition."
    )


def _price_id(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, *, contractor: str, priced: Priced
) -> int:
    if contractor == made.contractor:
        return int(made.price_id)
    return keep_tender(case, inputs, contractor=contractor, priced=priced)


def _redetermine(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, *, contractor: str, priced: Priced
) -> None:
    """Everyone left is dearer than approved: the grant goes back to be decided again."""
    price_id = _price_id(case, made, inputs, contractor=contractor, priced=priced)
    again_award(case, made, contractor=contractor, price_id=price_id)
    before = done_before(case.conn, case_id=case.id)
    check_consent_covers(case, value_pence=before.net_pence + priced.net_pence)
    done = f" with the {pounds(before.total_pence)} done before" if before.total_pence else ""
    asked = pounds(priced.total_pence)
    words = f"{contractor} is next; its {asked}{done} is more than was approved"
    case.reopen(StepName.APPROVE, reason=f"{words}; s.34(5), s.38(1)")
    case.move(
        StepName.ASSIGN,
        StepStatus.WAITING,
        owner="approving officer",
        waiting_for=f"a new approval: {words}",
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """An offer that is to be made: to whom, at which price, until when, and what was found."""

    made: AnyRow
    lot: AnyRow | None
    contractor: str
    price_id: int
    expires: date
    eligibility: list[dict[str, Any]]


def _offer(case: CaseInHand, terms: _Terms, inputs: TenderInputs) -> None:
    """Offer the works at a price, count the turn, and wait for the answer until its day."""
    contractor, price_id, expires = terms.contractor, terms.price_id, terms.expires
    price = price_by_id(case.conn, price_id=price_id)
    offer_id = _keep(case, terms, price)
    tell(
        case,
        kind="offer_to_contractor",
        once_for=str(offer_id),
        to=contractor_of(case.conn, code=contractor),
        context={
            "lot_title": terms.lot.title if terms.lot else "",
            "net_pence": price.net_pence,
            "total_pence": price.total_pence,
            "answer_by": expires,
            "page": make_link(
                case.conn, case_id=case.id, contractor=contractor, offer_id=offer_id, now=case.now
            ),
            "pay_from": approval_in_force(case.conn, case_id=case.id).pay_from or "",
            **works_dates(case),
            **what_is_offered(case.conn, price_id=price_id, lines=inputs.lines),
        },
    )
    case.note(
        actor=AUTOMATIC,
        action="assign: offered",
        reason=f"next in the award's order; answer by {expires}",
        detail={"contractor": contractor, "net_pence": price.net_pence},
    )
    case.move(
        StepName.ASSIGN,
        StepStatus.WAITING,
        owner="contractor",
        waiting_for=f"{contractor} accepts or declines",
    )
    case.start_clock("answer_offer", subject=str(offer_id), due_on=expires)


def _keep(case: CaseInHand, terms: _Terms, price: AnyRow) -> int:
    """Keep an offer, and the turn that it is in its lot; return its row id."""
    offer = {
        "case_id": case.id,
        "award_id": terms.made.id,
        "lot": terms.made.lot,
        "contractor": terms.contractor,
        "price_id": price.id,
        "net_pence": price.net_pence,
        "total_pence": price.total_pence,
        "status": "offered",
        "offered_at": case.now,
        "expires_on": terms.expires,
        "reason": "",
        "eligibility": terms.eligibility,
    }
    offer_id = int(case.conn.execute(_OFFER, offer).scalar_one())
    if terms.made.lot:
        shared = {name: offer[name] for name in ("lot", "contractor", "net_pence")}
        turn = {"offer_id": offer_id, "offered_on": london_date(case.now)}
        case.conn.execute(_TURN, shared | turn)
    return offer_id


def lapse_offer(case_ref: str) -> None:
    """Let an offer lapse whose day has passed, so that it rolls on to the next contractor."""
    with in_hand(case_ref) as case:
        offer = live_offer(case.conn, case_id=case.id)
        if offer is None:
            return
        today = {"today": london_date(case.now), "row_id": offer.id, "now": case.now}
        if case.conn.execute(_LAPSE, today).rowcount == 0:
            return
        tell(
            case,
            kind="offer_lapsed_to_contractor",
            once_for=str(offer.id),
            to=contractor_of(case.conn, code=offer.contractor),
            context={"answer_by": offer.expires_on},
        )
        case.note(
            actor=AUTOMATIC,
            action="assign: offer lapsed",
            reason=f"no answer by {offer.expires_on}",
            detail={"contractor": offer.contractor},
        )
        case.stop_clock("answer_offer", subject=str(offer.id), why="lapsed")
        case.move(StepName.ASSIGN, StepStatus.READY)
        case.request_advance()


def offers_to_lapse() -> tuple[str, ...]:
    """Return the cases whose offer's day has passed, by reference."""
    with reading() as conn:
        return tuple(conn.execute(_TO_LAPSE, {"today": london_date(clock.now())}).scalars())


def withdraw_offer(case: CaseInHand, *, reason: str) -> None:
    """Withdraw the offer that is out or accepted on a case that ends, if there is one."""
    offer = live_offer(case.conn, case_id=case.id)
    if offer is not None:
        withdrawn = {"row_id": offer.id, "now": case.now, "why": reason}
        case.conn.execute(_WITHDRAW, withdrawn)


def replace_offer(conn: Connection, *, offer_id: int) -> None:
    """Let an accepted offer be one whose contractor another takes the place of; its turn stands."""
    conn.execute(_REPLACE, {"row_id": offer_id})


def restore_offer(conn: Connection, *, offer_id: int) -> None:
    """Let a contractor that was replaced by mistake have accepted the works as it had."""
    conn.execute(_RESTORE, {"row_id": offer_id})

"""What a contractor is told of an offer."""

from datetime import date

from models.contacts import contractor_of, works_title
from services.cases.in_hand import CaseInHand
from services.cases.telling import tell, works_dates


def tell_offer(
    case: CaseInHand,
    *,
    contractor: str,
    lot_title: str,
    net_pence: int,
    answer_by: date,
    offer_id: int,
) -> None:
    """Offer the works to a contractor; the address comes with the order.

    Args:
        lot_title: The lot, in words.
        net_pence: Its price without VAT, in pence.
        answer_by: When the offer lapses.
    """
    firm = contractor_of(case.conn, code=contractor)
    tell(
        case,
        kind="offer_to_contractor",
        once_for=str(offer_id),
        to=firm,
        context={
            "contractor_name": firm.name,
            "works_title": works_title(case.row),
            "lot_title": lot_title,
            "postcode_area": case.row.postcode.split(" ")[0],
            "net_pence": net_pence,
            "answer_by": answer_by.isoformat(),
        }
        | works_dates(case),
    )


def tell_lapsed(case: CaseInHand, *, contractor: str, answer_by: date, offer_id: int) -> None:
    """Tell a contractor that its offer has lapsed.

    Args:
        answer_by: When it lapsed.
    """
    firm = contractor_of(case.conn, code=contractor)
    tell(
        case,
        kind="offer_lapsed_to_contractor",
        once_for=str(offer_id),
        to=firm,
        context={
            "contractor_name": firm.name,
            "works_title": works_title(case.row),
            "answer_by": answer_by.isoformat(),
        },
    )

"""Telling people: each message put in the outbox once, with no more than its reader needs.

The words are in ``templates/messages``; here is who is told what, and under which key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.contacts import client_of, contractor_of, landlord_of, works_title
from rules.clocks.dates import london_date
from rules.pathway import StepName
from services.cases.in_hand import CaseInHand
from services.cases.telling import tell


def working_days_on(case: CaseInHand, days: int) -> date:
    """Return the day some working days from today.

    Args:
        case: The case in hand.
        days: Working days.
    """
    return case.calendar.add(london_date(case.now), days)


def works_dates(case: CaseInHand) -> dict[str, str]:
    """Return the start and completion dates works offered today would have."""
    start = working_days_on(case, case.days("start_works"))
    complete = case.calendar.add(start, case.days("finish_works"))
    return {"start_by": start.isoformat(), "complete_by": complete.isoformat()}


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
        case: The case in hand.
        contractor: Its code.
        lot_title: The lot, in words.
        net_pence: Its price without VAT, in pence.
        answer_by: When the offer lapses.
        offer_id: The offer.
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
        case: The case in hand.
        contractor: Its code.
        answer_by: When it lapsed.
        offer_id: The offer.
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


def tell_certificates(case: CaseInHand, *, wanted: Sequence[str]) -> None:
    """Ask the applicant, and the landlord where one is needed, for their certificates.

    Args:
        case: The case in hand.
        wanted: ``owner``, ``tenant`` or ``landlord``.
    """
    for kind in wanted:
        landlord = kind == "landlord"
        who = landlord_of(case.conn, case=case.row) if landlord else client_of(case.row)
        tell(
            case,
            kind="certificate_request_to_applicant",
            once_for=f"{case.steps[StepName.CERTIFICATES].revision}:{kind}",
            to=who,
            context={
                "applicant_name": who.name,
                "works_title": works_title(case.row),
                "certificate": f"{'owner' if landlord else kind}’s certificate",
                "reply_by": working_days_on(case, case.days("return_certificates")).isoformat(),
            },
        )


def tell_ended(case: CaseInHand) -> None:
    """Tell the client or the family that the case has ended.

    Args:
        case: The case in hand, ended.
    """
    client = client_of(case.row)
    died = case.status == "died"
    tell(
        case,
        kind="case_ended_to_client",
        once_for="ended",
        to=client,
        context={
            "recipient_name": f"Family of {client.name}" if died else client.name,
            "client_name": client.name,
            "works_title": works_title(case.row),
            "exit": case.status.value,
            "reason": case.row.ended_reason,
            "ended_on": london_date(case.row.ended_at).isoformat(),
        },
    )


def tell_order_ended(case: CaseInHand, *, contractor: str, order_number: str) -> None:
    """Tell a contractor that its order has ended with the case.

    Args:
        case: The case in hand, ended.
        contractor: The contractor's code.
        order_number: The order's number.
    """
    firm = contractor_of(case.conn, code=contractor)
    tell(
        case,
        kind="case_ended_to_contractor",
        once_for=f"ended:{contractor}",
        to=firm,
        context={
            "contractor_name": firm.name,
            "order_number": order_number,
            "works_title": works_title(case.row),
            "site_address": case.row.address,
            "ended_on": london_date(case.row.ended_at).isoformat(),
        },
    )


def tell_withdrawn(case: CaseInHand, *, contractor: str) -> None:
    """Tell a contractor that works offered to it, or that it was to quote for, do not go ahead.

    Args:
        case: The case in hand, ended.
        contractor: The contractor's code.
    """
    firm = contractor_of(case.conn, code=contractor)
    tell(
        case,
        kind="works_withdrawn_to_contractor",
        once_for=f"ended:{contractor}",
        to=firm,
        context={"contractor_name": firm.name, "works_title": works_title(case.row)},
    )

"""Telling somebody something about a case: one message in the outbox, once for its key."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.contacts import authority_of, officer_at, works_title
from rules.clocks.dates import london_date
from rules.documents.paper_lines import Contact
from rules.rates.postcodes import sector
from services.cases.in_hand import CaseInHand


def tell(
    case: CaseInHand,
    *,
    kind: str,
    once_for: str,
    to: Contact,
    context: Mapping[str, Any] | None = None,
    attachments: Sequence[Mapping[str, str]] = (),
    calendar: tuple[str, str] | None = None,
) -> None:
    """Put a message in the outbox; where nobody has an e-mail address, the officer posts it.

    A reply goes to the authority's own address, where somebody reads it, and an officer records
    what it says. It keeps what its kind needs and no more: the case, the authority, the officer
    and whom it is to are known here.

    Args:
        kind: A key of ``adapters.documents.MESSAGES``.
        once_for: What makes it one message on this case, such as an order's number.
        context: What the message needs beyond that; dates are kept as ISO text.
        attachments: Documents: name, path and SHA-256.
        calendar: What a calendar is asked to do, and the iCalendar text.
    """
    from adapters.documents import needs  # what shows a case and tells nobody needs no Jinja

    authority = authority_of(case.conn, case=case.row)
    officer = officer_at(case.conn, case=case.row, authority=authority, on=london_date(case.now))
    by_post, own = not to.email, authority.own.of(kind)
    known = {
        "authority_name": authority.name,
        "authority_email": authority.email or officer.email,
        "case_reference": case.reference,
        "officer_name": officer.name,
        "officer_phone": officer.phone,
        "officer_email": officer.email,
        "works_title": works_title(case.row),
        "site_address": case.row.address,
        "postcode": case.row.postcode,
        "postcode_area": case.row.postcode.split(" ")[0],
        "postcode_sector": sector(case.row.postcode),
        "client_name": case.row.client_name,
        f"{kind.rpartition('_to_')[2]}_name": to.name,
    }
    told = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in (known | dict(context or {})).items()
        if name in needs(kind)
    }
    case.queue_message(
        key=f"{case.reference}:{kind}:{once_for}",
        payload={
            "kind": kind,
            "to": (officer.email or authority.email) if by_post else to.email,
            "by_post_to": f"{to.name}\n{to.address}".strip() if by_post else "",
            "reply_to": authority.email or officer.email,
            "context": told,
            "attachments": [dict(item) for item in attachments],
            **({"own": own} if own else {}),
            **({"agent": authority.agent} if authority.agent else {}),
            **({"calendar": list(calendar)} if calendar else {}),
        },
    )


def working_days_on(case: CaseInHand, days: int) -> date:
    """Return the day some working days from today."""
    return case.calendar.add(london_date(case.now), days)


def works_dates(case: CaseInHand) -> dict[str, date]:
    """Return the start and completion dates works offered today would have."""
    start = working_days_on(case, case.days("start_works"))
    return {"start_by": start, "complete_by": case.calendar.add(start, case.days("finish_works"))}

"""Telling somebody something about a case: one message in the outbox, once for its key."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.contacts import Contact, authority_of, officer_at
from rules.clocks.dates import london_date
from services.cases.in_hand import CaseInHand


def tell(
    case: CaseInHand,
    *,
    kind: str,
    once_for: str,
    to: Contact,
    context: Mapping[str, Any],
    attachments: Sequence[Mapping[str, str]] = (),
) -> None:
    """Put a message in the outbox; where nobody has an e-mail address, the officer posts it.

    Args:
        kind: A key of ``rules.documents.messages.MESSAGES``.
        once_for: What makes it one message on this case, such as an order's number.
        to: Who is told.
        context: What the message needs beyond the case, authority and officer.
        attachments: Documents: name, path and SHA-256.
    """
    authority = authority_of(case.conn, case=case.row)
    officer = officer_at(case.conn, case=case.row, authority=authority)
    by_post = not to.email
    every = {
        "authority_name": authority.name,
        "case_reference": case.reference,
        "officer_name": officer.name,
        "officer_phone": officer.phone,
        "officer_email": officer.email,
    }
    case.queue_message(
        key=f"{case.reference}:{kind}:{once_for}",
        payload={
            "kind": kind,
            "to": (officer.email or authority.email) if by_post else to.email,
            "by_post_to": f"{to.name}\n{to.address}".strip() if by_post else "",
            "context": every | dict(context),
            "attachments": [dict(item) for item in attachments],
        },
    )


def working_days_on(case: CaseInHand, days: int) -> date:
    """Return the day some working days from today.

    Args:
        days: Working days.
    """
    return case.calendar.add(london_date(case.now), days)


def works_dates(case: CaseInHand) -> dict[str, str]:
    """Return the start and completion dates works offered today would have."""
    start = working_days_on(case, case.days("start_works"))
    complete = case.calendar.add(start, case.days("finish_works"))
    return {"start_by": start.isoformat(), "complete_by": complete.isoformat()}

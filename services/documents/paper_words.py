"""How a paper words what the database holds: consent, certificates, route, direct payment."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.base import AnyRow
from models.contacts import landlord_of
from models.tables.contractors import Lot
from models.tables.record import Outbox
from models.tables.reference import Permission
from rules.clocks.dates import london_date
from rules.completion import line_words
from rules.tenders.price_words import AWARDED, ON_QUOTES, ROUTES
from rules.tenders.routes import Route

CERTIFICATE_WORDS: Final = {
    "electrical": "Electrical installation certificate",
    "gas": "Gas Safe certificate",
    "building_control": "Building control completion certificate",
    "lift_commissioning": "Lift commissioning certificate",
    "fensa": "FENSA certificate",
}


def told_of_direct_payment(conn: Connection, *, case: AnyRow) -> date | None:
    """Return when the applicant was told that the contractor is paid directly (s.39), or None.

    The request for the applicant's certificate says so, always before the approval.

    Args:
        conn: Any connection.
        case: The case's row.
    """
    key = f"{case.reference}:certificate_request_to_applicant:%"
    told = conn.execute(
        select(Outbox.created_at)
        .where(Outbox.case_id == case.id, Outbox.key.like(key))
        .order_by(Outbox.id)
        .limit(1)
    ).scalar_one_or_none()
    return london_date(told) if told else None


def certificate_words(lines: list[AnyRow]) -> tuple[str, ...]:
    """Return each certificate the lines call for, in words, with the lines that do.

    Args:
        lines: The lines of a price.
    """
    needed: dict[str, list[int]] = {}
    for line in lines:
        for kind in line.certificates:
            needed.setdefault(kind, []).append(line.line)
    return tuple(
        f"{CERTIFICATE_WORDS[kind]} ({line_words(tuple(numbers))})"
        for kind, numbers in sorted(needed.items())
    )


def consent_words(conn: Connection, *, case: AnyRow) -> tuple[str, tuple[str, ...]]:
    """Return how the landlord's consent was cleared, in a sentence, and its conditions.

    Args:
        conn: Any connection.
        case: The case's row.
    """
    consent = queries.consent_of(conn, case_id=case.id)
    if consent is None or consent.basis == "not_needed":
        return "The client owns the home; no landlord’s consent is needed.", ()
    conditions = tuple(part.strip() for part in consent.conditions.split(";") if part.strip())
    if consent.basis == "pre_permission":
        agreement = conn.execute(
            select(*Permission.__table__.c).where(Permission.id == consent.permission_id)
        ).one()
        landlord = landlord_of(conn, case=case).name
        return (
            (
                f"Pre-permission of {landlord}, agreement {agreement.id}, in force from "
                f"{agreement.valid_from:%-d %B %Y} to {agreement.valid_to:%-d %B %Y}."
            ),
            conditions,
        )
    words = {
        "granted": "Consent was given by the landlord",
        "treated_as_given": "Consent is treated as given under the Equality Act 2010, s.190,",
    }[consent.basis]
    return f"{words} on {consent.answered_on:%-d %B %Y}.", conditions


def route_words(conn: Connection, *, made: AnyRow) -> str:
    """Return by which route and award rule the contractor was chosen.

    Args:
        conn: Any connection.
        made: The award.
    """
    route = ROUTES[Route(made.route)]
    title = conn.execute(select(Lot.title).where(Lot.code == made.lot)).scalar_one_or_none()
    awarded = AWARDED.get(made.rule, "") if made.route != Route.QUOTES else ON_QUOTES
    return f"{route}, {title}, awarded {awarded}." if title and awarded else f"{route}."

"""The work order as it is printed: its lines, consent, certificates and route in words."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.base import AnyRow, rows_by
from models.contacts import contractor_of, landlord_of, officer_of
from models.tables.contractors import Lot
from models.tables.reference import Permission
from rules.clocks.dates import london_date
from rules.completion import line_words
from rules.documents.papers import WorkOrderPaper
from rules.tenders.price_words import AWARDED, ON_QUOTES, ROUTES
from rules.tenders.routes import Route
from services.documents.papers import on_every_paper, priced_line, purpose_words, works_printed

CERTIFICATE_WORDS: Final = {
    "electrical": "Electrical installation certificate",
    "gas": "Gas Safe certificate",
    "building_control": "Building control completion certificate",
    "lift_commissioning": "Lift commissioning certificate",
    "fensa": "FENSA certificate",
}

DEFECTS_MONTHS = 12
PAYMENT_DAYS = 30

_CONSENTED: Final = {
    "granted": "Consent was given by the landlord",
    "treated_as_given": "Consent is treated as given under the Equality Act 2010, s.190,",
}
_AGREEMENT: Final = rows_by(Permission, "id")


def work_order_paper(conn: Connection, *, case: AnyRow) -> WorkOrderPaper:
    """Return the work order in force as it is printed."""
    order = queries.order_in_force(conn, case_id=case.id)
    made = queries.award_in_force(conn, case_id=case.id)
    price = queries.price_by_id(conn, price_id=order.price_id)
    lines = queries.price_lines(conn, price_id=order.price_id)
    consent_text, conditions = consent_words(conn, case=case)
    return WorkOrderPaper(
        **on_every_paper(conn, case=case) | {"site_address": case.address},
        order_number=order.number,
        version=order.version,
        issued_on=london_date(order.raised_at),
        officer=officer_of(conn, case=case),
        contractor=contractor_of(conn, code=order.contractor),
        client_name=case.client_name,
        postcode=case.postcode,
        client_phone=case.phone,
        purposes=purpose_words(case),
        lines=tuple(priced_line(line) for line in lines),
        works=works_printed(conn, case=case, on=london_date(order.raised_at))
        if made.package
        else (),
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        total_pence=price.total_pence,
        start_by=order.start_by,
        complete_by=order.complete_by,
        consent_text=consent_text,
        consent_conditions=conditions,
        certificates=certificate_words(lines),
        route_text=route_words(conn, made=made),
        direction_text=made.direction,
        defects_months=DEFECTS_MONTHS,
        payment_days=PAYMENT_DAYS,
    )


def certificate_words(lines: list[AnyRow]) -> tuple[str, ...]:
    """Return each certificate the lines call for, in words, with the lines that do."""
    needed: dict[str, list[int]] = {}
    for line in lines:
        for kind in line.certificates:
            needed.setdefault(kind, []).append(line.line)
    return tuple(
        f"{CERTIFICATE_WORDS[kind]} ({line_words(tuple(numbers))})"
        for kind, numbers in sorted(needed.items())
    )


def consent_words(conn: Connection, *, case: AnyRow) -> tuple[str, tuple[str, ...]]:
    """Return how the landlord's consent was cleared, in a sentence, and its conditions."""
    consent = queries.consent_of(conn, case_id=case.id)
    if consent is None or consent.basis == "not_needed":
        return "The client owns the home; no landlord’s consent is needed.", ()
    conditions = tuple(part.strip() for part in consent.conditions.split(";") if part.strip())
    if consent.basis == "pre_permission":
        agreement = conn.execute(_AGREEMENT, {"id": consent.permission_id}).one()
        landlord = landlord_of(conn, case=case).name
        text = (
            f"Pre-permission of {landlord}, agreement {agreement.id}, in force from "
            f"{agreement.valid_from:%-d %B %Y} to {agreement.valid_to:%-d %B %Y}."
        )
    else:
        text = f"{_CONSENTED[consent.basis]} on {consent.answered_on:%-d %B %Y}."
    return text, conditions


def route_words(conn: Connection, *, made: AnyRow) -> str:
    """Return by which route and award rule the contractor was chosen."""
    route = ROUTES[Route(made.route)]
    title = conn.execute(select(Lot.title).where(Lot.code == made.lot)).scalar_one_or_none()
    awarded = AWARDED.get(made.rule, "") if made.route != Route.QUOTES else ON_QUOTES
    return f"{route}, {title}, awarded {awarded}." if title and awarded else f"{route}."

"""The work order as it is printed: works, terms, and what the law asks before they begin."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import award_in_force, order_in_force, price_by_id, price_lines
from models.contacts import contractor_of, officer_of
from models.order_versions import versions_of
from models.replaced import replacements_on
from rules.clocks.dates import london_date
from rules.completion import line_words
from rules.documents.paper_lines import UnpricedLine
from rules.documents.papers import WorkOrderPaper
from rules.pricing.works import WorksLine
from rules.tenders.price_words import AWARDED, ON_QUOTES, ROUTES
from rules.tenders.routes import Route
from services.assignment.order_works import works_in_force
from services.cases.notes import access_for_contractor
from services.consents.cleared import consent_words
from services.documents.papers import on_every_paper, priced_line, printed, purpose_words
from services.orders.safety import f10_printed
from services.tenders.award_facts import lot_title
from services.tenders.contracting import contract_terms, party_of_price

CERTIFICATE_WORDS: Final = {
    "electrical": "Electrical installation certificate",
    "gas": "Gas Safe certificate",
    "building_control": "Building control completion certificate",
    "lift_commissioning": "Lift commissioning certificate",
    "fensa": "FENSA certificate",
}

DEFECTS_MONTHS = 12


def work_order_paper(conn: Connection, *, case: AnyRow) -> WorkOrderPaper:
    """Return the work order in force as it is printed."""
    order = order_in_force(conn, case_id=case.id)
    made = award_in_force(conn, case_id=case.id)
    price = price_by_id(conn, price_id=order.price_id)
    lines = price_lines(conn, price_id=order.price_id)
    versions = versions_of(conn, order_id=order.id)
    works = works_in_force(conn, case=case, made=made, order=order)
    issued_on = london_date(versions[-1].issued_at if versions else order.raised_at)
    directions = [row.direction for row in replacements_on(conn, case_id=case.id)[-1:]]
    consent_text, conditions = consent_words(conn, case=case)
    return WorkOrderPaper(
        **on_every_paper(conn, case=case) | {"site_address": case.address},
        order_number=order.number,
        version=order.version,
        changed=tuple(versions[-1].changed) if versions else (),
        issued_on=issued_on,
        officer=officer_of(conn, case=case, on=issued_on),
        contractor=contractor_of(conn, code=order.contractor),
        client_name=case.client_name,
        postcode=case.postcode,
        client_phone=case.phone,
        purposes=purpose_words(case),
        lines=tuple(priced_line(line) for line in lines),
        works=tuple(printed(line, UnpricedLine) for line in works) if made.package else (),
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        total_pence=price.total_pence,
        start_by=order.start_by,
        complete_by=order.complete_by,
        consent_text=consent_text,
        consent_conditions=conditions,
        certificates=certificate_words(lines, works=works),
        route_text=route_words(conn, made=made),
        direction_text="\n".join(filter(None, (made.direction, *directions))),
        defects_months=DEFECTS_MONTHS,
        terms=contract_terms(conn, case=case, party=party_of_price(price)),
        access=access_for_contractor(conn, case_id=case.id),
        f10=f10_printed(conn, case=case, order=order),
    )


def certificate_words(lines: list[AnyRow], *, works: Sequence[WorksLine]) -> tuple[str, ...]:
    """Return each certificate that a price calls for, in words, with the works lines that do."""
    needed = sorted({kind for line in lines for kind in line.certificates})
    found = []
    for kind in needed:
        numbers = tuple(line.line for line in works if kind in line.certificates)
        found.append(CERTIFICATE_WORDS[kind] + (f" ({line_words(numbers)})" if numbers else ""))
    return tuple(found)


def route_words(conn: Connection, *, made: AnyRow) -> str:
    """Return by which route and award rule the contractor was chosen."""
    route = ROUTES[Route(made.route)]
    title = lot_title(conn, made=made)
    awarded = AWARDED.get(made.rule, "") if made.route != Route.QUOTES else ON_QUOTES
    return f"{route}, {title}, awarded {awarded}." if title and awarded else f"{route}."

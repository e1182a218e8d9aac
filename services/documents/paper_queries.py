"""The papers of ``rules.documents.papers``, read from the database: figures decided before now."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.base import AnyRow, can_be_stored
from models.contacts import (
    Contact,
    authority_of,
    client_of,
    contractor_of,
    landlord_of,
    officer_of,
    works_title,
)
from models.tables.cases import Case
from models.tables.reference import Officer
from models.tables.works import CompletionCertificate
from rules.clocks.dates import london_date
from rules.decisions import PURPOSES
from rules.documents.paper_lines import PaperLine, Party, UnpricedLine
from rules.documents.papers import (
    CompletionPaper,
    ConsentRequestPaper,
    RefusalPaper,
    WorkOrderPaper,
)
from rules.errors import UnknownReferenceError
from services.documents.paper_words import certificate_words, consent_words, route_words
from services.rates.pricing import lines_to_price

EQUALITY_NOTE: Final = (
    "Under section 190 of the Equality Act 2010 a landlord may not unreasonably withhold consent "
    "to a disability-related improvement. A refusal must give its reasons in writing; no answer in "
    "a reasonable time, or an unreasonable condition, counts as consent unreasonably withheld."
)
DEFECTS_MONTHS = 12
PAYMENT_DAYS = 30

_CASE: Final = select(*Case.__table__.c).where(Case.reference == bindparam("reference"))
_DECIDED_BY: Final = select(Officer.name, Officer.role).where(Officer.email == bindparam("email"))
_HELD: Final = (
    select(CompletionCertificate.kind, CompletionCertificate.reference)
    .where(CompletionCertificate.order_id == bindparam("order_id"))
    .order_by(CompletionCertificate.kind)
)


def case_row(conn: Connection, *, reference: str) -> AnyRow:
    """Return a case by reference.

    Args:
        conn: Any connection.
        reference: The case reference.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    known = can_be_stored(reference)
    row = conn.execute(_CASE, {"reference": reference}).one_or_none() if known else None
    if row is None:
        raise UnknownReferenceError(
            f"There is no case {reference}.",
            next_step="`handrail case list` shows the references.",
        )
    return row


def work_order_paper(conn: Connection, *, case: AnyRow) -> WorkOrderPaper:
    """Return the work order in force as it is printed.

    Args:
        conn: Any connection.
        case: The case's row.
    """
    order = queries.order_in_force(conn, case_id=case.id)
    made = queries.award_in_force(conn, case_id=case.id)
    price = queries.price_by_id(conn, price_id=order.price_id)
    lines = queries.price_lines(conn, price_id=order.price_id)
    consent_text, conditions = consent_words(conn, case=case)
    return WorkOrderPaper(
        order_number=order.number,
        version=order.version,
        case_reference=case.reference,
        issued_on=london_date(order.raised_at),
        authority=party(authority_of(conn, case=case)),
        officer=party(officer_of(conn, case=case)),
        contractor=party(contractor_of(conn, code=order.contractor)),
        client_name=case.client_name,
        site_address=case.address,
        postcode=case.postcode,
        client_phone=case.phone,
        access_notes="",
        works_title=works_title(case),
        purposes=purpose_words(case),
        lines=tuple(priced_line(line) for line in lines),
        works=_works(conn, case=case, on=london_date(order.raised_at)) if made.package else (),
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        total_pence=price.total_pence,
        start_by=order.start_by,
        complete_by=order.complete_by,
        consent_text=consent_text,
        consent_conditions=conditions,
        certificates=certificate_words(lines),
        cdm_note="",
        route_text=route_words(conn, made=made),
        direction_text=made.direction,
        defects_months=DEFECTS_MONTHS,
        payment_days=PAYMENT_DAYS,
    )


def refusal_paper(conn: Connection, *, case: AnyRow) -> RefusalPaper:
    """Return the notice of refusal under s.34 as it is printed.

    Args:
        conn: Any connection.
        case: The case's row.
    """
    approval = queries.approval_in_force(conn, case_id=case.id)
    officer = conn.execute(_DECIDED_BY, {"email": approval.decided_by}).one()
    return RefusalPaper(
        case_reference=case.reference,
        applied_on=case.applied_on or case.contact_on,
        decided_on=approval.decided_on,
        authority=party(authority_of(conn, case=case)),
        officer_name=officer.name,
        officer_role=officer.role.replace("_", " "),
        client=party(client_of(case)),
        site_address=f"{case.address}, {case.postcode}",
        works_title=works_title(case),
        reasons=(approval.reason,),
    )


def consent_request_paper(
    conn: Connection, *, case: AnyRow, written_on: date, reply_by: date
) -> ConsentRequestPaper:
    """Return the written request to the landlord as it is printed.

    Args:
        conn: Any connection.
        case: The case's row.
        written_on: Today, in London.
        reply_by: When an answer is asked for.
    """
    return ConsentRequestPaper(
        case_reference=case.reference,
        written_on=written_on,
        authority=party(authority_of(conn, case=case)),
        officer=party(officer_of(conn, case=case)),
        landlord=party(landlord_of(conn, case=case)),
        client_name=case.client_name,
        site_address=f"{case.address}, {case.postcode}",
        works_title=works_title(case),
        lines=_works(conn, case=case, on=written_on),
        asked_for=("consent to the works described below", "the owner’s certificate under s.22"),
        reply_by=reply_by,
        equality_note=EQUALITY_NOTE,
    )


def completion_paper(conn: Connection, *, case: AnyRow) -> CompletionPaper:
    """Return the certificate of completion as it is printed.

    Args:
        conn: Any connection.
        case: The case's row.
    """
    order = queries.order_in_force(conn, case_id=case.id)
    held = conn.execute(_HELD, {"order_id": order.id})
    return CompletionPaper(
        case_reference=case.reference,
        order_number=order.number,
        certified_on=order.certified_on,
        authority=party(authority_of(conn, case=case)),
        officer=party(officer_of(conn, case=case)),
        client=party(client_of(case)),
        site_address=f"{case.address}, {case.postcode}",
        contractor=party(contractor_of(conn, code=order.contractor)),
        works_title=works_title(case),
        lines=_works(conn, case=case, on=london_date(order.raised_at)),
        certificates=tuple(f"{row.kind.replace('_', ' ')}: {row.reference}" for row in held),
        defects_until=order.defects_until,
    )


def party(contact: Contact) -> Party:
    """Return somebody as a paper prints them.

    Args:
        contact: Whom to print.
    """
    return Party(
        name=contact.name, address=contact.address, email=contact.email, phone=contact.phone
    )


def purpose_words(case: AnyRow) -> tuple[str, ...]:
    """Return the purposes of s.23(1) on a case: each letter with its words.

    Args:
        case: The case's row.
    """
    return tuple(f"({letter}) {PURPOSES[letter]}" for letter in case.purpose)


def priced_line(line: AnyRow) -> PaperLine:
    """Return a line of a price as a paper prints it.

    Args:
        line: The line.
    """
    return PaperLine(
        line=line.line,
        code=line.code or "",
        description=line.description,
        location=line.location,
        quantity=line.quantity,
        unit=line.unit,
        rate=line.rate,
        net_pence=line.net_pence,
        vat_rate=line.vat_rate,
        vat_pence=line.vat_pence,
        vat_reason=line.vat_reason,
        calculation=line.calculation,
        steps=line.steps,
    )


def _works(conn: Connection, *, case: AnyRow, on: date) -> tuple[UnpricedLine, ...]:
    coded, bespoke = lines_to_price(conn, case_id=case.id, on=on)
    return tuple(
        UnpricedLine(
            line=line.line,
            code=line.code or "",
            description=line.description,
            location=line.location,
            quantity=line.quantity,
            unit=line.unit,
        )
        for line in sorted([*coded, *bespoke], key=lambda line: line.line)
    )

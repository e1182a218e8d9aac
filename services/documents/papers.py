"""The papers of ``rules.documents.papers``, read from the database: figures decided before now."""

from datetime import date

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.contacts import (
    Contact,
)
from rules.cases import PURPOSES
from rules.documents.paper_lines import PaperLine, Party, UnpricedLine
from services.rates.pricing import lines_to_price


def party(contact: Contact) -> Party:
    """Return somebody as a paper prints them.

    Args:
        contact: Whom to print.
    """
    return Party(
        name=contact.name, address=contact.address, email=contact.email, phone=contact.phone
    )


def purpose_words(case: AnyRow) -> tuple[str, ...]:
    """Return the purposes of s.23(1) on a case: each letter with its words."""
    return tuple(f"({letter}) {PURPOSES[letter]}" for letter in case.purpose)


def priced_line(line: AnyRow) -> PaperLine:
    """Return a line of a price as a paper prints it."""
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


def works_printed(conn: Connection, *, case: AnyRow, on: date) -> tuple[UnpricedLine, ...]:
    """Return the works of a case as they stood on a day, by line, without their prices."""
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

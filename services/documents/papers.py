"""The papers of ``rules.documents.papers``, read from the database: figures decided before now."""

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection

from models.base import AnyRow
from models.contacts import authority_of, works_title
from rules.cases import PURPOSES
from rules.documents.paper_lines import PaperLine, UnpricedLine
from rules.pricing.works import WorksLine
from rules.tenders.tendering import from_plain
from services.rates.pricing import lines_to_price

Line = TypeVar("Line", bound=UnpricedLine)


def on_every_paper(conn: Connection, *, case: AnyRow) -> dict[str, Any]:
    """Return what every document on a case says, as ``CasePaper`` has it."""
    return {
        "case_reference": case.reference,
        "authority": authority_of(conn, case=case),
        "site_address": f"{case.address}, {case.postcode}",
        "works_title": works_title(case),
    }


def purpose_words(case: AnyRow) -> tuple[str, ...]:
    """Return the purposes of s.23(1) on a case: each letter with its words."""
    return tuple(f"({letter}) {PURPOSES[letter]}" for letter in case.purpose)


def printed(line: Any, kind: type[Line]) -> Line:
    """Return a line as a paper prints it, with what that kind of line says and no more."""
    said = {field.name: getattr(line, field.name) for field in fields(kind)}
    return kind(**{**said, "code": line.code or ""})


def priced_line(line: AnyRow) -> PaperLine:
    """Return a line of a price as a paper prints it."""
    return printed(line, PaperLine)


def works_to_price(conn: Connection, *, case: AnyRow, on: date) -> tuple[WorksLine, ...]:
    """Return the works of a case as they stood on a day, by their numbers."""
    coded, bespoke = lines_to_price(conn, case_id=case.id, on=on)
    return tuple(sorted([*coded, *bespoke], key=lambda line: line.line))


def works_awarded(
    conn: Connection, *, case: AnyRow, made: AnyRow, on: date
) -> tuple[WorksLine, ...]:
    """Return the works as they were tendered, whatever became of the schedule since.

    Args:
        made: The award they were frozen with.
        on: The day whose works stand for those of an award that froze none.
    """
    if not made.inputs:
        return works_to_price(conn, case=case, on=on)
    return tuple(sorted(from_plain(made.inputs).lines, key=lambda line: line.line))


def works_printed(conn: Connection, *, case: AnyRow, on: date) -> tuple[UnpricedLine, ...]:
    """Return the works of a case as they stood on a day, by line, without their prices."""
    return tuple(printed(line, UnpricedLine) for line in works_to_price(conn, case=case, on=on))

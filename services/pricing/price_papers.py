"""The price and award record, read from the database: figures that were frozen with the award."""

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import price_by_id, price_lines
from models.contacts import authority_of, contractor_of, officer_of, works_title
from rules.clocks.dates import london_date
from rules.errors import BrokenStateError
from rules.pricing.price_papers import AwardRecordPaper, ExplainedLine
from rules.pricing.vat import STANDARD
from rules.tenders.price_words import METHODS, ROUTES, RULES
from rules.tenders.routes import Route
from services.competitions.record import competition_record
from services.tenders.award_decisions import decisions_on, override_of
from services.tenders.award_facts import award_of, award_rows, lot_title, turns_counted, turns_since


def award_record_paper(
    conn: Connection, *, case: AnyRow, version: int | None = None
) -> AwardRecordPaper:
    """Return the price and award record of an award as it is printed.

    Args:
        version: Which award; the newest if left out.

    Raises:
        BrokenStateError: The award has no price or nobody decided it: there is nothing to print.
        UnknownReferenceError: There is no such award.
    """
    made = award_of(conn, case=case, version=version)
    decisions = decisions_on(conn, made=made)
    if not decisions or made.price_id is None:
        raise BrokenStateError(
            f"Award {made.version} of {case.reference} is not decided.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    price = price_by_id(conn, price_id=made.price_id)
    lines = price_lines(conn, price_id=price.id)
    route = Route(made.route)
    return AwardRecordPaper(
        case_reference=case.reference,
        version=made.version,
        made_on=decisions[-1].decided_on if route is Route.QUOTES else london_date(made.made_at),
        authority=authority_of(conn, case=case),
        officer=officer_of(conn, case=case),
        client_name=case.client_name,
        site_address=f"{case.address}\n{case.postcode}",
        works_title=works_title(case),
        route=ROUTES[route],
        route_reasons=tuple(made.reasons),
        route_override=override_of(conn, made=made),
        lot=f"lot {made.lot}, {lot_title(conn, made=made)}" if made.lot else "",
        rule=RULES.get(made.rule, ""),
        contractor=contractor_of(conn, code=made.contractor),
        lines=tuple(_explained(line) for line in lines),
        method=METHODS[route],
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        total_pence=price.total_pence,
        declaration=_declaration(case, lines),
        placings=award_rows(conn, made=made),
        turns_since=None if route is Route.QUOTES else turns_since(made),
        turns=() if route is Route.QUOTES else turns_counted(conn, made=made),
        competition=competition_record(conn, case=case, made=made),
        decisions=decisions,
    )


def _explained(line: AnyRow) -> ExplainedLine:
    return ExplainedLine(
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
        rate_source=line.rate_source,
        relief_percent=line.relief_percent,
    )


def _declaration(case: AnyRow, lines: list[AnyRow]) -> str:
    """Return in words which VAT declaration the reliefs rest on."""
    if not case.vat_declaration:
        return "No VAT declaration is held, so no relief was given."
    signed = f" of {case.vat_declared_on:%-d %B %Y}" if case.vat_declared_on else ""
    filed = case.vat_declaration_reference
    where = f", filed as {filed}," if filed else ""
    relieved = any(line.vat_rate < STANDARD for line in lines)
    rests = "the reliefs rest on it" if relieved else "no line has a relief that rests on it"
    return f"The client’s signed VAT declaration{signed}{where} is held; {rests}."

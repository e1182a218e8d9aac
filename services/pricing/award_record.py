"""The price and award record: made from what was frozen, and filed once the tender is decided.

It is internal, and nobody is sent it: it shows every contractor's price. Then the step is over.
"""

from sqlalchemy import Connection

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import price_by_id, price_lines
from models.contacts import authority_of, contractor_of, officer_of, works_title
from rules.clocks.dates import london_date
from rules.errors import BrokenStateError
from rules.pathway import StepName, StepStatus
from rules.plain import made_of, shown
from rules.pricing.award_record import AwardRecordPaper, ExplainedLine
from rules.pricing.vat import STANDARD
from rules.tenders.price_words import METHODS, ROUTES, RULES
from rules.tenders.routes import Route
from services.cases import CaseInHand, at_step, look_at, seeing
from services.competitions.tender import DECIDED
from services.competitions.views import competition_record
from services.documents.keep import Written, keep_document, write_document
from services.tenders.award_decisions import decisions_on, override_of
from services.tenders.award_facts import award_of, award_rows, lot_title, turns_counted, turns_since


def record_due(case_ref: str) -> bool:
    """Say whether the tender is decided and its record not filed."""
    case = look_at(case_ref)
    return case.is_ready(StepName.TENDER) and _is_decided(case)


def _is_decided(case: CaseInHand) -> bool:
    return case.steps[StepName.TENDER].outcome in DECIDED


def write_award_record(case_ref: str) -> Written:
    """Write the price and award record of the award in force.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        paper = award_record_paper(conn, case=case)
    return write_document(kind="award_record", version=paper.version, paper=paper)


def keep_award_record(case_ref: str, written: Written) -> None:
    """Put the record on file; the tender is then over."""
    with at_step(case_ref, StepName.TENDER) as case:
        if case is None or not _is_decided(case):
            return
        if award_of(case.conn, case=case.row).version != written.version:
            return  # tendered again in the meantime; its own record is written next
        filed = keep_document(case, written=written, name=f"{case.reference} award record")
        case.note(
            actor=AUTOMATIC,
            action="tender: award record filed",
            reason="s.2(2)(b): the price, its reasons and who decided are on the case's file",
            detail={"sha256": filed["sha256"], "version": written.version},
        )
        case.move(StepName.TENDER, StepStatus.DONE)
        if case.step_status(StepName.ASSIGN) is StepStatus.WAITING:
            case.move(StepName.ASSIGN, StepStatus.READY)  # what another contractor left to do


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
    quoted = route is Route.QUOTES
    made_on = decisions[-1].decided_on if quoted else london_date(made.made_at)
    return AwardRecordPaper(
        case_reference=case.reference,
        version=made.version,
        made_on=made_on,
        authority=authority_of(conn, case=case),
        officer=officer_of(conn, case=case, on=made_on),
        client_name=case.client_name,
        site_address=f"{case.address}\n{case.postcode}",
        works_title=works_title(case),
        route=ROUTES[route],
        route_reasons=tuple(made.reasons),
        route_override=override_of(conn, made=made),
        lot=f"lot {made.lot}, {lot_title(conn, made=made)}" if made.lot else "",
        rule=RULES.get(made.rule, ""),
        contractor=contractor_of(conn, code=made.contractor),
        lines=tuple(made_of(ExplainedLine, line, code=line.code or "") for line in lines),
        method=METHODS[route],
        **shown(price, "net_pence", "vat_pence", "total_pence"),
        declaration=_declaration(case, lines),
        placings=award_rows(conn, made=made),
        turns_since=None if quoted else turns_since(made),
        turns=() if quoted else turns_counted(conn, made=made),
        competition=competition_record(conn, case=case, made=made),
        decisions=decisions,
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

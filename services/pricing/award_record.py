"""The price and award record: written once the tender is decided, filed, and then the step is over.

It is internal, and nobody is sent it: it shows every contractor's price.
"""

from models.audit import AUTOMATIC
from models.case_queries import case_row
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.unit import at_step, look_at
from services.competitions.tender import DECIDED
from services.documents.keep import Written, keep_document, write_document
from services.pricing.price_papers import award_record_paper
from services.session import reading
from services.tenders.award_facts import award_of


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
    with reading() as conn:
        case = case_row(conn, reference=case_ref)
        paper = award_record_paper(conn, case=case)
    return write_document(kind="award_record", version=paper.version, paper=paper)


def keep_award_record(case_ref: str, written: Written) -> None:
    """Put the record on file; the tender is then over.

    Args:
        written: The record as written.
    """
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

"""Writing the documents a case calls for. No transaction is open while one is rendered."""

from __future__ import annotations

from adapters import clock
from models.case_queries import approval_in_force, order_in_force
from services.cases.unit import reading
from services.competitions.carry_out import SPECIFICATION, ToInvite
from services.competitions.papers import specification_paper
from services.consents.consent import ToAsk
from services.documents import paper_queries
from services.documents.keep import Written, write_document
from services.grants.papers import approval_paper


def write_consent_request(case_ref: str, to_ask: ToAsk) -> Written:
    """Write the request to the landlord.

    Args:
        case_ref: The case reference.
        to_ask: What is to be asked.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = paper_queries.case_row(conn, reference=case_ref)
        paper = paper_queries.consent_request_paper(
            conn, case=case, written_on=clock.today(), reply_by=to_ask.reply_by
        )
    return write_document(kind="consent_request", version=to_ask.step_revision, paper=paper)


def write_specification(case_ref: str, to_invite: ToInvite) -> Written:
    """Write the specification that contractors quote from.

    Args:
        case_ref: The case reference.
        to_invite: The competition.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = paper_queries.case_row(conn, reference=case_ref)
        paper = specification_paper(conn, case=case)
    return write_document(kind=SPECIFICATION, version=to_invite.version, paper=paper)


def write_notice(case_ref: str) -> Written:
    """Write the s.34 notice: of approval, or of refusal with its reasons.

    Args:
        case_ref: The case reference.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = paper_queries.case_row(conn, reference=case_ref)
        approval = approval_in_force(conn, case_id=case.id)
        paper: object
        if approval.outcome == "approved":
            kind, paper = "approval", approval_paper(conn, case=case)
        else:
            kind, paper = "refusal", paper_queries.refusal_paper(conn, case=case)
    return write_document(kind=kind, version=approval.step_revision, paper=paper)


def write_work_order(case_ref: str) -> Written:
    """Write the work order in force.

    Args:
        case_ref: The case reference.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = paper_queries.case_row(conn, reference=case_ref)
        order = order_in_force(conn, case_id=case.id)
        paper = paper_queries.work_order_paper(conn, case=case)
    return write_document(kind="work_order", version=order.version, paper=paper)


def write_completion(case_ref: str) -> Written:
    """Write the certificate of completion.

    Args:
        case_ref: The case reference.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = paper_queries.case_row(conn, reference=case_ref)
        order = order_in_force(conn, case_id=case.id)
        paper = paper_queries.completion_paper(conn, case=case)
    return write_document(kind="completion", version=order.version, paper=paper)

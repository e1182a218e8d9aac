"""Receiving a document: who may is asked first, then bytes are checked, stored, and recorded."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from adapters import clock, files
from adapters.received import Checked, checked, checked_invoice
from adapters.settings import settings
from models.case_queries import case_row
from models.people import acting
from rules.agreement import DRAWN
from rules.cases import ReceivedKind
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision
from rules.decisions.particulars import particulars
from rules.errors import InvalidDocumentError
from rules.people import Actor
from services.cases import Context
from services.cases.take import take
from services.decisions.may import check_role_and_step, check_state
from services.decisions.record import record_decision
from services.documents.erasing import check_not_erased
from services.documents.left_files import AS_IT_CAME
from services.documents.received import Received, ReceiveDocument, document_of, received_on
from services.session import reading, writing

LONGEST_NAME = 200

Stored: TypeAlias = ReceiveDocument
"""A document that was checked and stored, as it is to be put on record."""
D = TypeVar("D", bound=BaseDecision)


def receive_document(
    *,
    reference: str,
    data: bytes,
    name: str,
    kind: ReceivedKind,
    by: str,
    reason: str,
    line: int | None = None,
    decision_id: int | None = None,
) -> Received:
    """Attach a document to a case, to one of its works lines, or to a decision on it.

    A picture is drawn anew without what it says of place and camera; a PDF is kept as it came.

    Args:
        data: The bytes as they were handed in.
        name: As its sender called it; a folder before it is left out.
        decision_id: The decision's row, as ``newest_decision`` gives it.

    Raises:
        InvalidDocumentError: Its size, its type or what it holds does not allow it.
        HandrailError: The person, the case or the place does not. Nothing is recorded.
    """
    now = clock.now()
    with reading() as conn:
        actor = acting(conn, identity=by, on=london_date(now))
        case = take(conn, reference=reference, now=now, to_change=False)
        context = Context(conn=conn, case=case, actor=actor, reason=reason, plan=None, now=now)
        check_role_and_step(context, ReceiveDocument)
        check_state(context, ReceiveDocument)
    stored = store_received(data=data, name=name, kind=kind)
    decision = replace(stored, line=line, decision_id=decision_id)
    with writing() as conn:
        record_decision(conn, reference=reference, decision=decision, by=by, reason=reason, now=now)
        row = case_row(conn, reference=reference)
        number = max(one.number for one in received_on(conn, case_id=row.id))
        return document_of(conn, case=row, number=number)


def store_received(
    *, data: bytes, name: str, kind: ReceivedKind, check: Callable[..., Checked] = checked
) -> ReceiveDocument:
    """Check and store what was handed in; return what is to be recorded of it.

    Args:
        check: What checks its bytes.

    Raises:
        InvalidDocumentError: Its size, its type or what it holds does not allow it.
    """
    sound = check(data, most_bytes=settings().received_megabytes * 1_000_000)
    kept = files.store(folder=settings().documents_folder, data=sound.data, suffix=sound.suffix)
    return ReceiveDocument(
        kind_of_document=kind,
        name=_plain_name(name, sound.suffix),
        mime=sound.mime,
        path=kept.path,
        sha256=kept.sha256,
        size=kept.size,
    )


def keep_invoice_file(*, reference: str, data: bytes, name: str, by: str | Actor) -> int:
    """Keep an invoice that was read from a structured file as a document of its case, once.

    Args:
        data: The bytes as they were handed in, and read.

    Returns:
        Its number on the case.

    Raises:
        InvalidDocumentError: Its size or what it holds does not allow it.
        HandrailError: The person or the case does not. Nothing is recorded.
    """
    stored = store_received(data=data, name=name, kind=ReceivedKind.INVOICE, check=checked_invoice)
    with writing() as conn:
        row = case_row(conn, reference=reference)
        if (number := _number_of(conn, row.id, stored)) is None:
            record_decision(
                conn,
                reference=row.reference,
                decision=stored,
                by=by,
                reason=AS_IT_CAME,
                now=clock.now(),
            )
            number = _number_of(conn, row.id, stored)
    assert number is not None  # noqa: S101 - it was recorded
    return number


def _number_of(conn: Connection, case_id: int, stored: ReceiveDocument) -> int | None:
    held = received_on(conn, case_id=case_id)
    same = [one.number for one in held if one.sha256 == stored.sha256 and not one.withdrawn]
    return same[-1] if same else None


def signature_kept(conn: Connection, decision: D, **recorded: Any) -> D:
    """Return a decision whose signature points at a document, where it was drawn on the screen.

    What was drawn becomes a document received of its case, in the same transaction.

    Args:
        recorded: As ``record_decision`` takes it, but for the decision.

    Raises:
        InvalidDocumentError: What was sent is not a picture that can be kept.
    """
    found = [one.name for one in particulars(type(decision)) if one.asked.signature]
    name = next((one for one in found if getattr(decision, one).startswith(DRAWN)), "")
    if not name:
        return decision
    try:
        data = b64decode(getattr(decision, name).removeprefix(DRAWN), validate=True)
    except ValueError as error:
        raise InvalidDocumentError(
            "The signature did not come whole.", next_step="Sign again, or type the name."
        ) from error
    drawn = store_received(data=data, name="signature", kind=ReceivedKind.SIGNED_FORM)
    row = case_row(conn, reference=recorded["reference"])
    same = [one for one in received_on(conn, case_id=row.id) if one.sha256 == drawn.sha256]
    if not same:
        record_decision(conn, decision=drawn, **recorded)
        same = [one for one in received_on(conn, case_id=row.id) if one.sha256 == drawn.sha256]
    return replace(decision, **{name: f"doc:{same[-1].number}"})


def _plain_name(name: str, suffix: str) -> str:
    """Return a name without folders, and with the ending of what the bytes are."""
    stem = PurePath(name.replace("\\", "/")).stem.strip() or "document"
    return f"{stem[:LONGEST_NAME]}{suffix}"


def received_bytes(document: Received) -> bytes:
    """Return the bytes of a document received, held against their hash.

    Raises:
        StorageError: The file is missing, or was changed.
    """
    folder = settings().documents_folder
    check_not_erased(document.path)
    return files.read(folder=folder, path=document.path, sha256=document.sha256)

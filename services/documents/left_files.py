"""Files of invoices that were read and of which no invoice was recorded: withdrawn after a week."""

from datetime import timedelta
from typing import Final

from sqlalchemy import String, bindparam, cast, exists, or_, select, update
from sqlalchemy.orm import aliased

from adapters import clock
from models.audit import AUTOMATIC
from models.base import Instant
from models.tables.cases import Case
from models.tables.files import ReceivedDocument
from models.tables.record import Decision
from rules.cases import ReceivedKind
from services.cases.unit import in_hand
from services.session import reading

AS_IT_CAME: Final = "An invoice as a structured file, as it came."
"""Why a file is received that was read before its invoice is recorded."""

_DAYS: Final = 7
_LATER: Final = aliased(Decision)
_RECORDED: Final = exists().where(
    _LATER.case_id == ReceivedDocument.case_id,
    or_(
        _LATER.facts["document"].as_string() == "doc:" + cast(ReceivedDocument.number, String),
        (_LATER.kind == "credit-note") & (_LATER.decided_at >= ReceivedDocument.received_at),
    ),
)
_LEFT: Final = (
    select(Case.reference, ReceivedDocument.number)
    .join(Case, Case.id == ReceivedDocument.case_id)
    .join(Decision, Decision.case_id == ReceivedDocument.case_id)
    .where(
        ReceivedDocument.kind == ReceivedKind.INVOICE.value,
        ReceivedDocument.withdrawn.is_(False),
        ReceivedDocument.received_at < bindparam("before", type_=Instant),
        Decision.decided_at == ReceivedDocument.received_at,
        Decision.kind == "receive-document",
        Decision.reason == AS_IT_CAME,
        ~_RECORDED,
    )
    .order_by(Case.reference, ReceivedDocument.number)
)
_WITHDRAW: Final = update(ReceivedDocument).where(
    ReceivedDocument.case_id == bindparam("of_case"),
    ReceivedDocument.number == bindparam("of_number"),
)


def withdraw_left_files() -> int:
    """Let files of invoices count no longer of which nobody recorded one; return how many."""
    with reading() as conn:
        left = conn.execute(_LEFT, {"before": clock.now() - timedelta(days=_DAYS)}).all()
    for row in left:
        with in_hand(row.reference) as case:
            which = {"of_case": case.id, "of_number": row.number}
            case.conn.execute(_WITHDRAW, which | {"withdrawn": True})
            case.note(
                actor=AUTOMATIC,
                action="document: withdrawn",
                reason=f"The file of an invoice of which none was recorded in {_DAYS} days.",
                detail={"number": row.number},
            )
    return len(left)

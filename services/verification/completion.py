"""Completion: nothing is signed off over an open snag, and what is said of a snag is in order."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models.case_queries import inspected
from models.findings import OPEN_SNAG
from models.tables.cases import Case
from models.tables.completion import ClaimDocument, FindingEntry
from models.tables.files import ReceivedDocument
from models.tables.record import Decision
from models.tables.works import Inspection, WorkOrder
from rules.completion import line_words
from services.completion.refusing import RefuseHandedIn
from services.verification.checks import PLACE, Check, Finding, broken, of_case

_BEFORE: Final = aliased(FindingEntry)
_NEWEST_BEFORE: Final = (
    select(_BEFORE.said)
    .where(_BEFORE.inspection_id == FindingEntry.inspection_id, _BEFORE.id < FindingEntry.id)
    .order_by(_BEFORE.id.desc())
    .limit(1)
    .correlate(FindingEntry)
    .scalar_subquery()
)
_WITH_CONTRACTOR: Final = ("found", "still")
_ENDED: Final = ("cleared", "withdrawn")

COMPLETION: Final = (
    Check(
        of_case(WorkOrder, WorkOrder.number, Inspection.line, FindingEntry.said)
        .join(Inspection, Inspection.order_id == WorkOrder.id)
        .join(FindingEntry, FindingEntry.inspection_id == Inspection.id)
        .where(
            or_(
                (FindingEntry.said == "found") == _NEWEST_BEFORE.is_not(None),
                and_(FindingEntry.said != "found", Inspection.result != "snag"),
                _NEWEST_BEFORE.in_(_ENDED),
                and_(
                    FindingEntry.said.in_(("put_right", "disputed")),
                    _NEWEST_BEFORE.not_in(_WITH_CONTRACTOR),
                ),
            )
        ),
        "What is said of a finding on line {line} of {number} does not follow: “{said}”.",
    ),
    Check(
        of_case(WorkOrder, WorkOrder.number, ClaimDocument.document)
        .join(ClaimDocument, ClaimDocument.order_id == WorkOrder.id)
        .outerjoin(
            ReceivedDocument,
            and_(
                ReceivedDocument.case_id == WorkOrder.case_id,
                ReceivedDocument.number == ClaimDocument.document,
            ),
        )
        .where(ReceivedDocument.id.is_(None)),
        "Document {document} was handed in of {number}, and the case does not hold it.",
    ),
    Check(
        of_case(WorkOrder, WorkOrder.number, ClaimDocument.document)
        .join(ClaimDocument, ClaimDocument.order_id == WorkOrder.id)
        .where(
            ClaimDocument.refused_at.is_not(None),
            ~exists().where(
                Decision.case_id == WorkOrder.case_id,
                Decision.kind == RefuseHandedIn.kind,
                Decision.actor == ClaimDocument.refused_by,
                Decision.decided_at == ClaimDocument.refused_at,
            ),
        ),
        "Document {document}, handed in of {number}, is refused, and nobody decided it.",
    ),
)

_SIGNED_OFF: Final = (
    select(PLACE, *WorkOrder.__table__.c)
    .join(WorkOrder, WorkOrder.case_id == Case.id)
    .where(
        WorkOrder.status == "certified",
        exists().where(Inspection.order_id == WorkOrder.id, OPEN_SNAG),
    )
    .order_by(WorkOrder.id)
)


def signed_off_over_a_snag(conn: Connection) -> Iterator[Finding]:
    """Yield each order that is signed off while a line of it has an open snag (s.37(4))."""
    for row in conn.execute(_SIGNED_OFF).all():
        if lines := tuple(sorted(inspected(conn, order=row).snags)):
            words = (
                f"{row.number} is signed off with an open snag on {line_words(lines)} (s.37(4))."
            )
            yield broken(row.place, words)

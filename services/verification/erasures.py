"""Erasures: each decided by a person, on record in its case's chain, and none beside them.

That words were erased by Handrail, and by nothing else, is held with all rows by the ledger; here
it is asked whether somebody decided it, and whether what was decided to stay is there.
"""

import json
from typing import Final

from sqlalchemy import (
    Connection,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from models.tables.cases import Case
from models.tables.files import ReceivedDocument
from models.tables.personal import LegalHold, RetentionCase, RetentionProposal
from models.tables.record import Audit, Document
from services.verification.checks import PLACE, Check, Severity, of_case

_ACTION: Final = "retention: erased"
_ERASED: Final = of_case(RetentionCase, RetentionProposal.id.label("number")).join(
    RetentionProposal, RetentionProposal.id == RetentionCase.proposal_id
)
_DONE: Final = RetentionCase.erased_at.is_not(None)
_COUNTED: Final = union_all(
    select(PLACE, RetentionCase.erased_at.label("at"), literal(1).label("rows"))
    .join(RetentionCase, RetentionCase.case_id == Case.id)
    .where(_DONE),
    select(Audit.chain.label("place"), Audit.at, literal(-1).label("rows")).where(
        Audit.action == _ACTION
    ),
).subquery()
_AN_ERASURE: Final = exists().where(RetentionCase.case_id == Case.id, _DONE)
_TOUCHED: Final = frozenset(
    {
        *("award", "case_note", "contact_change", "contractor_question"),
        *("condition_breach", "defect", "defect_step", "repayment"),
        *("client_view", "document", "outbox", "received_document"),
    }
)
"""The tables whose rows an erasure changes, beside the case's own."""

ERASURES: Final = (
    Check(
        _ERASED.where(
            _DONE,
            or_(
                RetentionProposal.status.not_in(("decided", "done")),
                RetentionProposal.decided_by.is_(None),
                RetentionProposal.decided_at > RetentionCase.erased_at,
            ),
        ),
        "Personal data was erased by retention proposal {number}, which nobody had accepted.",
    ),
    Check(
        select(_COUNTED.c.place, _COUNTED.c.at)
        .group_by(_COUNTED.c.place, _COUNTED.c.at)
        .having(func.sum(_COUNTED.c.rows) != 0),
        "What was erased at {at} is not in the audit chain as it is in the retention's own record.",
    ),
    *(
        Check(
            of_case(table, number.label("number")).where(table.path == "", not_(_AN_ERASURE)),
            f"The document {{number}} that was {how} has no file, and no erasure is on record.",
        )
        for table, number, how in (
            (Document, Document.id, "sent"),
            (ReceivedDocument, ReceivedDocument.number, "received"),
        )
    ),
    Check(
        of_case(RetentionCase, LegalHold.ground)
        .join(
            LegalHold,
            and_(
                LegalHold.case_id == RetentionCase.case_id,
                LegalHold.placed_at <= RetentionCase.erased_at,
                or_(LegalHold.lifted_at.is_(None), LegalHold.lifted_at > RetentionCase.erased_at),
            ),
        )
        .where(_DONE),
        "Personal data was erased while the case was held back ({ground}).",
    ),
    Check(
        of_case(RetentionCase, RetentionCase.proposal_id).where(
            cast(RetentionCase.files, Text) != "[]"
        ),
        "Files of what was erased by retention proposal {proposal_id} are still to be removed.",
        Severity.WARNING,
    ),
)
"""How erasures and decisions on them agree."""


def erased_after(conn: Connection, *, chain: str, sequence: int) -> frozenset[str]:
    """Return the tables whose rows erasures on record after a place in a chain changed."""
    asked = select(cast(Audit.covers, Text)).where(
        Audit.chain == chain,
        Audit.sequence > sequence,
        Audit.action == _ACTION,
        Audit.covers.is_not(None),
    )
    found = conn.execute(asked).scalars()
    return frozenset(kind for covers in found for kind in json.loads(covers) if kind in _TOUCHED)

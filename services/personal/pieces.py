"""How many pieces of each kind of personal data cases hold, and since when there are none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, cast, select, union_all

from models.base import AnyRow
from models.tables.aftercare import ConditionBreach, Defect, Repayment
from models.tables.agreement import ClientView
from models.tables.cases import Case
from models.tables.completion import FindingEntry
from models.tables.consents import JointOwner, LandlordAnswer, LandlordQuestion
from models.tables.files import ACCESS, CaseNote, ContactChange, ReceivedDocument
from models.tables.funding import MeansAssessment
from models.tables.links import ContractorQuestion
from models.tables.personal import LegalHold, RetentionCase
from models.tables.prices import Award
from models.tables.record import Document, Outbox
from models.tables.works import Approval, Inspection, WorkOrder
from rules.clocks.dates import london_date
from rules.personal.kinds import Closed, Kind
from services.cases.erasing import reached_at
from services.payments.applicant_accounts import PIECES as ACCOUNT_PIECES

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that there is."""

_IDS: Final[Any] = bindparam("ids", expanding=True)
_OF_ACCESS: Final = CaseNote.kind.in_(ACCESS.split())
_SAID: Final = union_all(
    select(CaseNote.case_id, CaseNote.recorded_at.label("at")).where(~_OF_ACCESS),
    select(ContractorQuestion.case_id, ContractorQuestion.asked_at.label("at")),
    select(WorkOrder.case_id, FindingEntry.at)
    .join(Inspection, Inspection.order_id == WorkOrder.id)
    .join(FindingEntry, FindingEntry.inspection_id == Inspection.id),
    select(JointOwner.case_id, JointOwner.recorded_at.label("at")),
    select(LandlordAnswer.case_id, LandlordAnswer.recorded_at.label("at")),
    select(LandlordQuestion.case_id, LandlordQuestion.asked_at.label("at")),
    select(Defect.case_id, Defect.reported_at.label("at")),
    select(ConditionBreach.case_id, ConditionBreach.recorded_at.label("at")),
    select(Repayment.case_id, Repayment.recorded_at.label("at")).where(
        Repayment.kind == "demanded"
    ),
    select(ClientView.case_id, ClientView.recorded_at.label("at")),
).subquery()
_REACHED: Final = union_all(
    select(ContactChange.case_id, ContactChange.changed_at.label("at")), ACCOUNT_PIECES
).subquery()
_INPUTS: Final = union_all(
    select(Award.case_id, Award.made_at.label("at")).where(cast(Award.inputs, Text) != "{}"),
    select(MeansAssessment.case_id, MeansAssessment.assessed_at.label("at")).where(
        cast(MeansAssessment.lines, Text) != "[]"
    ),
).subquery()
_AT: Final[Mapping[Kind, Any]] = {
    Kind.NOTES: select(_SAID.c.case_id, _SAID.c.at),
    Kind.ACCESS: select(CaseNote.case_id, CaseNote.recorded_at.label("at")).where(_OF_ACCESS),
    Kind.CONTACTS: select(_REACHED.c.case_id, _REACHED.c.at),
    Kind.RECEIVED: select(ReceivedDocument.case_id, ReceivedDocument.received_at.label("at")),
    Kind.MESSAGES: select(Outbox.case_id, Outbox.created_at.label("at")).where(
        Outbox.kind == "message", Outbox.status.in_(("sent", "dead"))
    ),
    Kind.DOCUMENTS: select(Document.case_id, Document.created_at.label("at")),
    Kind.INPUTS: select(_INPUTS.c.case_id, _INPUTS.c.at),
}
"""Each kind's pieces: whose they are and since when."""

_CASES: Final = select(*Case.__table__.c).where(Case.id.in_(_IDS)).order_by(Case.reference)
_GRANTS: Final = (
    select(Approval.case_id, Approval.grant_pence)
    .where(Approval.case_id.in_(_IDS), Approval.outcome == "approved")
    .order_by(Approval.id)
)
_CERTIFIED: Final = (
    select(WorkOrder.case_id, WorkOrder.certified_on)
    .where(WorkOrder.case_id.in_(_IDS), WorkOrder.certified_on.is_not(None))
    .order_by(WorkOrder.certified_on)
)
_HOLDS: Final = (
    select(LegalHold.case_id, LegalHold.ground, LegalHold.reason)
    .where(LegalHold.case_id.in_(_IDS), LegalHold.lifted_at.is_(None))
    .order_by(LegalHold.id)
)
_ERASED: Final = (
    select(RetentionCase.case_id, RetentionCase.erased, RetentionCase.erased_at)
    .where(RetentionCase.case_id.in_(_IDS), RetentionCase.erased_at.is_not(None))
    .order_by(RetentionCase.erased_at)
)


def closed_of(conn: Connection, case_ids: Sequence[int]) -> list[tuple[AnyRow, Closed]]:
    """Return each case that has ended with how long it is kept, in the order of references."""
    ids = {"ids": case_ids}
    grants = {row.case_id: row.grant_pence for row in conn.execute(_GRANTS, ids)}
    certified = {row.case_id: row.certified_on for row in conn.execute(_CERTIFIED, ids)}
    holds = {row.case_id: f"held back ({row.ground})" for row in conn.execute(_HOLDS, ids)}
    return [
        (
            row,
            Closed(
                london_date(row.ended_at),
                row.tenure,
                grants.get(row.id, 0),
                certified.get(row.id),
                holds.get(row.id, ""),
            ),
        )
        for row in conn.execute(_CASES, ids)
        if row.ended_at is not None
    ]


def last_erased(conn: Connection, case_ids: Sequence[int]) -> dict[tuple[int, str], datetime]:
    """Return when each kind of each case was last erased."""
    return {
        (row.case_id, kind): row.erased_at
        for row in conn.execute(_ERASED, {"ids": case_ids})
        for kind in row.erased
    }


def pieces_of(conn: Connection, cases: Iterable[AnyRow]) -> dict[int, dict[Kind, int]]:
    """Return how many pieces of each kind each case holds that were not erased; none is left out.

    Args:
        cases: Rows of cases.
    """
    rows = list(cases)
    ids = [row.id for row in rows]
    erased = last_erased(conn, ids)
    found: defaultdict[int, dict[Kind, int]] = defaultdict(dict)
    for kind, asked in _AT.items():
        of_kind = conn.execute(asked.where(asked.selected_columns.case_id.in_(_IDS)), {"ids": ids})
        by_case = sorted((row.case_id, row.at) for row in of_kind)
        for case_id, pieces in groupby(by_case, key=lambda piece: piece[0]):
            since = erased.get((case_id, kind), NEVER)
            if left := sum(at > since for _, at in pieces):
                found[case_id][kind] = left
    for row in rows:
        reached = reached_at(row.email, row.phone, row.correspondence_address)
        if reached:
            found[row.id][Kind.CONTACTS] = found[row.id].get(Kind.CONTACTS, 0) + reached
        if (row.id, Kind.IDENTITY) not in erased:
            found[row.id][Kind.IDENTITY] = 1
    return found

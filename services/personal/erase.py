"""Erasing what was decided: case by case, each in its own transaction, each once.

The erasure of a case is one row in its chain, which names what went, how much of it and by whose
decision, and holds what the rows say from then on. Files go after that is committed; which are left
is on record, so that a run that was killed goes on where it stopped.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from adapters import clock
from models.audit import note_service, take_turn
from models.base import AnyRow
from models.outbox_erased import erase_messages
from models.tables.cases import Case
from models.tables.personal import RetentionCase, RetentionProposal
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason
from rules.errors import AlreadyDecidedError, UnknownReferenceError
from rules.people import Actor, check_may_erase
from rules.personal.kinds import Kind, due, erased_words
from services.aftercare.conditions import erase_breaches
from services.aftercare.held import erase_defects
from services.aftercare.repayments import erase_considered
from services.cases import CaseInHand
from services.cases.erasing import erase_contacts, erase_identity, erase_notes
from services.cases.unit import in_hand
from services.completion.findings import erase_snags
from services.completion.views import erase_views
from services.consents.answers import erase_answers
from services.consents.certificates import erase_owners
from services.consents.landlord import erase_landlords_questions
from services.documents.erasing import erase_documents, erase_received, remove_files
from services.documents.returned import erase_reports
from services.grants.means import erase_assessments
from services.links.questions import erase_questions
from services.payments.applicant_accounts import erase_accounts
from services.personal.pieces import NEVER, closed_of, last_erased, pieces_of
from services.personal.proposals import proposal_of, request_erasure
from services.session import reading, writing
from services.tenders.awards import erase_inputs

ERASED: Final = "retention: erased"
"""The action in a case's chain that stands for an erasure."""

_PROPOSAL: Final = select(*RetentionProposal.__table__.c).where(
    RetentionProposal.id == bindparam("number")
)
_CHANGE: Final = update(RetentionProposal).where(
    RetentionProposal.id == bindparam("number"), RetentionProposal.status == bindparam("was")
)
_CASES: Final = (
    select(*RetentionCase.__table__.c, Case.reference)
    .join(Case, Case.id == RetentionCase.case_id)
    .where(RetentionCase.proposal_id == bindparam("number"))
    .order_by(Case.reference)
)
_CASE: Final = _CASES.where(Case.id == bindparam("case_id"))
_CHANGE_CASE: Final = update(RetentionCase).where(
    RetentionCase.proposal_id == bindparam("number"), RetentionCase.case_id == bindparam("of_case")
)


@dataclass(frozen=True, slots=True)
class ToErase:
    """A decided proposal, and the cases that it has not dealt with."""

    proposal_id: int
    decided_by: str
    reason: str
    years: dict[Kind, int]
    references: tuple[str, ...]


def decide_erasure(
    conn: Connection, *, number: int, accept: bool, by: Actor, reason: str, now: datetime
) -> None:
    """Accept a proposal, so that a run erases what it says, or reject it.

    Raises:
        HandrailError: The person or the reason does not allow it, or it is decided already.
    """
    take_turn(conn)
    row = proposal_of(conn, number=number, viewer=by)
    check_may_erase(actor=by, what="what is erased", authority=row.authority)
    check_reason(reason, what="What is erased")
    status = "decided" if accept else "rejected"
    values = {"number": number, "was": "proposed", "status": status, "decided_by": by.identity}
    if not conn.execute(_CHANGE, {**values, "decided_at": now, "reason": reason}).rowcount:
        raise AlreadyDecidedError(
            f"Retention proposal {number} is {row.status} already.",
            next_step="Nothing was changed.",
        )
    note_service(
        conn,
        now=now,
        actor=by.identity,
        action=f"retention: {status}",
        reason=reason,
        detail={"proposal": number, "authority": row.authority, "cases": row.cases},
    )
    if accept:
        request_erasure(conn, number=number, now=now)


def cases_to_erase(proposal_id: int) -> ToErase:
    """Return a decided proposal with the cases that are still to be dealt with; else with none.

    Raises:
        UnknownReferenceError: There is no such proposal.
    """
    with reading() as conn:
        row = conn.execute(_PROPOSAL, {"number": proposal_id}).one_or_none()
        if row is None:
            raise UnknownReferenceError(
                f"There is no retention proposal {proposal_id}.",
                next_step="`handrail retention list` shows those there are.",
            )
        left = _left(conn, proposal_id) if row.status == "decided" else ()
    years = {Kind(kind): many for kind, many in row.years.items()}
    return ToErase(proposal_id, row.decided_by or "", row.reason, years, left)


def _left(conn: Connection, number: int) -> tuple[str, ...]:
    rows = conn.execute(_CASES, {"number": number})
    return tuple(row.reference for row in rows if row.outcome == "proposed" or row.files)


def erase_case(case_ref: str, asked: ToErase) -> None:
    """Erase what was decided of one case, unless it was held back meanwhile.

    Raises:
        StorageError: The rows are erased, and a file could not be removed; it is tried again.
    """
    with in_hand(case_ref) as case:
        values = {"number": asked.proposal_id, "case_id": case.id}
        row = case.conn.execute(_CASE, values).one()
        if row.outcome == "proposed":
            _erase(case, row, asked)
    with in_hand(case_ref) as case:
        row = case.conn.execute(_CASE, values).one()
        if row.files:
            remove_files(case.conn, paths=row.files)
            _keep(case, asked, files=[])


def _erase(case: CaseInHand, row: AnyRow, asked: ToErase) -> None:
    today = london_date(case.now)
    ((closed, held),) = closed_of(case.conn, [case.id])
    if held.held:
        _keep(case, asked, outcome="held", detail=held.held)
        return
    over = due(held, years=asked.years, on=today)
    there = pieces_of(case.conn, [closed])[case.id]
    kinds = [Kind(k) for k in row.going if over.get(Kind(k)) == "" and Kind(k) in there]
    if not kinds:
        _keep(case, asked, outcome="nothing", detail="nothing of it is there any more, or it stays")
        return
    counts, files = _erase_kinds(case, kinds)
    case.note(
        actor=asked.decided_by,
        action=ERASED,
        reason=asked.reason,
        detail={"proposal": asked.proposal_id, "erased": counts},
    )
    _keep(case, asked, outcome="erased", erased=counts, erased_at=case.now, files=sorted(files))


def _erase_kinds(case: CaseInHand, kinds: list[Kind]) -> tuple[dict[str, int], set[str]]:
    """Erase kinds of a case; return how many pieces of each, and the files to remove."""
    counts: dict[str, int] = {}
    files: set[str] = set()
    said, before = erased_words(london_date(case.now)), last_erased(case.conn, [case.id])
    for kind in kinds:
        since = before.get((case.id, kind), NEVER)
        counts[kind.value], gone = _erase_kind(case, kind, since, said)
        files |= gone
    return counts, files


def _erase_kind(case: CaseInHand, kind: Kind, since: datetime, said: str) -> tuple[int, set[str]]:
    match kind:
        case Kind.NOTES:
            asked = erase_questions(case, since=since, said=said)
            asked += erase_snags(case, since=since, said=said)
            asked += erase_owners(case, since=since, said=said)
            asked += erase_answers(case, since=since, said=said)
            asked += erase_landlords_questions(case, since=since, said=said)
            asked += erase_views(case, since=since, said=said)
            after = sum(
                erase(case.conn, case_id=case.id, since=since, said=said)
                for erase in (erase_defects, erase_considered, erase_breaches)
            )
            noted = erase_notes(case, access=False, since=since, said=said)
            return asked + after + noted, set()
        case Kind.ACCESS:
            return erase_notes(case, access=True, since=since, said=said), set()
        case Kind.CONTACTS:
            held = erase_accounts(case, since=since, said=said)
            return held + erase_contacts(case, since=since, said=said), set()
        case Kind.RECEIVED:
            return erase_received(case, since=since, said=said)
        case Kind.MESSAGES:
            erase_reports(case.conn, case_id=case.id, since=since, said=said)
            return erase_messages(case.conn, case_id=case.id, since=since, said=said), set()
        case Kind.DOCUMENTS:
            return erase_documents(case, since=since)
        case Kind.INPUTS:
            inputs = erase_inputs(case, since=since)
            return inputs + erase_assessments(case, since=since), set()
        case Kind.IDENTITY:
            return erase_identity(case, said=said), set()


def _keep(case: CaseInHand, asked: ToErase, **became: Any) -> None:
    case.conn.execute(_CHANGE_CASE, {"number": asked.proposal_id, "of_case": case.id, **became})


def finish_erasing(asked: ToErase) -> dict[str, int]:
    """Say that every case is dealt with, or ask for another run; return how many became what."""
    now = clock.now()
    number = asked.proposal_id
    with writing() as conn:
        rows = conn.execute(_CASES, {"number": number}).all()
        counts = dict(sorted(Counter(row.outcome for row in rows).items()))
        if _left(conn, number):
            return counts
        done = {"number": number, "was": "decided", "status": "done", "done_at": now}
        if conn.execute(_CHANGE, done).rowcount:
            note_service(
                conn,
                now=now,
                actor=asked.decided_by,
                action="retention: done",
                reason=asked.reason,
                detail={"proposal": number, **counts},
            )
        return counts

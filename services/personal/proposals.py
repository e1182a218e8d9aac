"""Proposals to erase: what of an authority’s closed cases is kept longer than it is needed.

A run proposes and erases nothing. One proposal of an authority is open at a time, and waits for
somebody's decision for as long as it takes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, bindparam, exists, func, insert, not_, select

from adapters import clock
from adapters.settings import settings
from models.audit import AUTOMATIC, note_service, take_turn
from models.base import AnyRow, rows_by
from models.outbox import request_run
from models.tables.cases import Case
from models.tables.personal import RetentionCase, RetentionProposal
from models.tables.reference import Authority
from rules.clocks.dates import london_date
from rules.errors import UnknownReferenceError
from rules.pathway import LIVE
from rules.people import Actor, check_may_erase
from rules.personal.kinds import CALLED, Kind, due, parse_years
from services.personal.pieces import closed_of, pieces_of
from services.session import writing

ERASE_FLOW: Final = "erase-personal-data"

_AT_ONCE: Final = 500
_AUTHORITIES: Final = select(Authority.code).order_by(Authority.code)
_PROPOSE: Final = insert(RetentionProposal).returning(RetentionProposal.id)
_KEEP_CASES: Final = insert(RetentionCase)
_OPEN: Final = rows_by(RetentionProposal, "authority").where(RetentionProposal.status == "proposed")
_UNDONE: Final = select(RetentionProposal.id).where(RetentionProposal.status == "decided")
_WAITING: Final = exists().where(
    RetentionCase.case_id == Case.id, RetentionCase.outcome == "proposed"
) & exists().where(
    RetentionProposal.id == RetentionCase.proposal_id, RetentionProposal.status == "decided"
)
_ENDED: Final = (
    select(Case.id)
    .where(
        Case.authority == bindparam("authority"),
        Case.status.not_in(LIVE),
        Case.ended_at < bindparam("before", type_=Case.ended_at.type),
    )
    .order_by(Case.id)
)
_PROPOSALS: Final = select(
    *RetentionProposal.__table__.c,
    select(func.count())
    .where(RetentionCase.proposal_id == RetentionProposal.id)
    .correlate(RetentionProposal)
    .scalar_subquery()
    .label("cases"),
).order_by(RetentionProposal.id.desc())
_CASES: Final = (
    select(*RetentionCase.__table__.c, Case.reference, Case.client_name, Case.status, Case.ended_at)
    .join(Case, Case.id == RetentionCase.case_id)
    .where(RetentionCase.proposal_id == bindparam("number"))
    .order_by(Case.reference)
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a retention run did: how many proposals it made, and over how many cases."""

    proposals: int
    cases: int


def propose_erasures() -> Proposed:
    """Propose, for each authority without an open proposal, what its closed cases need no longer.

    An erasure that was decided and is not done is asked for again.
    """
    now = clock.now()
    with writing() as conn:
        take_turn(conn)
        for number in conn.execute(_UNDONE).scalars().all():
            request_erasure(conn, number=number, now=now)
        found = [_propose(conn, code, now) for code in conn.execute(_AUTHORITIES).scalars().all()]
    return Proposed(sum(map(bool, found)), sum(found))


def request_erasure(conn: Connection, *, number: int, now: datetime) -> None:
    """Ask for the run that erases what a decided proposal says."""
    key = f"retention:{number}:{now.isoformat()}"
    request_run(conn, key=key, flow=ERASE_FLOW, parameters={"proposal_id": number}, now=now)


def _propose(conn: Connection, authority: str, now: datetime) -> int:
    """Keep a proposal for an authority where there is none; return over how many cases."""
    if conn.execute(_OPEN, {"authority": authority}).first() is not None:
        return 0
    years = parse_years(settings().retention_years)
    cases = _cases_due(conn, authority, years, london_date(now), now)
    if not cases:
        return 0
    said = {kind.value: many for kind, many in years.items()}
    values = {"authority": authority, "status": "proposed", "years": said, "reason": ""}
    number = int(conn.execute(_PROPOSE, {**values, "proposed_at": now}).scalar_one())
    conn.execute(_KEEP_CASES, [{"proposal_id": number, **case} for case in cases])
    note_service(
        conn,
        now=now,
        actor=AUTOMATIC,
        action="retention: proposed",
        reason=f"{len(cases)} closed cases hold what they need no longer",
        detail={"proposal": number, "authority": authority, "cases": len(cases), "years": said},
    )
    return len(cases)


def _cases_due(
    conn: Connection, authority: str, years: dict[Kind, int], today: date, now: datetime
) -> list[dict[str, Any]]:
    before = now - relativedelta(years=min(years.values()))
    asked = _ENDED.where(not_(_WAITING))
    ids = list(conn.execute(asked, {"authority": authority, "before": before}).scalars())
    rows = []
    for start in range(0, len(ids), _AT_ONCE):
        closed = closed_of(conn, ids[start : start + _AT_ONCE])
        pieces = pieces_of(conn, [row for row, _ in closed])
        for row, kept in closed:
            over = due(kept, years=years, on=today)
            held = {kind: why for kind, why in over.items() if kind in pieces[row.id]}
            going = {kind.value: pieces[row.id][kind] for kind, why in held.items() if not why}
            staying = {kind.value: why for kind, why in held.items() if why}
            if going:
                rows.append(_row(row.id, going, staying))
    return rows


def _row(case_id: int, going: dict[str, int], staying: dict[str, str]) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "going": going,
        "staying": staying,
        "outcome": "proposed",
        "detail": "",
        "erased": {},
        "files": [],
    }


# ---- read


def proposals(conn: Connection, *, viewer: Actor) -> list[AnyRow]:
    """Return the proposals of somebody's authorities, the newest first.

    Raises:
        NotPermittedError: Their role may not see them.
    """
    check_may_erase(
        actor=viewer, what="what is erased", authority=min(viewer.authorities, default="")
    )
    theirs = viewer.authorities
    return [row for row in conn.execute(_PROPOSALS) if not theirs or row.authority in theirs]


def proposal_of(conn: Connection, *, number: int, viewer: Actor) -> AnyRow:
    """Return one proposal, to somebody who may decide on it.

    Raises:
        UnknownReferenceError: There is none of that number among those of their authorities.
        NotPermittedError: Their role may not see it.
    """
    found = [row for row in proposals(conn, viewer=viewer) if row.id == number]
    if not found:
        raise UnknownReferenceError(
            f"There is no retention proposal {number}.",
            next_step="`handrail retention list` shows those there are.",
        )
    return found[0]


def proposal_view(conn: Connection, *, number: int, viewer: Actor) -> dict[str, Any]:
    """Return a proposal with its cases: what would go, or went, what stays and why.

    Raises:
        HandrailError: As ``proposal_of``.
    """
    row = proposal_of(conn, number=number, viewer=viewer)
    cases = conn.execute(_CASES, {"number": number}).all()
    held = {one.id: kept.held for one, kept in closed_of(conn, [case.case_id for case in cases])}
    shown = [
        {
            "reference": case.reference,
            "client_name": case.client_name,
            "closed_on": london_date(case.ended_at) if case.ended_at else None,
            "status": case.status,
            "outcome": case.outcome,
            "detail": case.detail,
            "held": held.get(case.case_id, ""),
            "going": _words(case.erased or case.going),
            "staying": [f"{CALLED[Kind(k)]}: {why}" for k, why in case.staying.items()],
            "erased_at": case.erased_at,
            "files_left": len(case.files),
        }
        for case in cases
    ]
    return {**row._mapping, "cases": shown, "case_count": row.cases}


def _words(counts: dict[str, int]) -> list[str]:
    return [f"{CALLED[Kind(kind)]} ({many})" for kind, many in counts.items()]

"""The mini-competition in the database: who was invited and answered, its marks, and its end.

Whatever changes something here is called with the case locked. The money of a quote is the business
of ``services.competitions.sealed``.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.asked import one
from models.audit import AUTOMATIC
from models.base import AnyRow, Instant, rows_by
from models.case_queries import offers_on
from models.tables.cases import Case, CaseStep
from models.tables.competition import Competition, QualityScore, Quote
from models.tables.prices import Award
from rules.clocks.dates import london_date
from rules.errors import BrokenStateError
from rules.pathway import CaseStatus, StepName, StepStatus
from services.cases import CaseInHand
from services.competitions.messages import tell_cancelled
from services.competitions.sealed import withdraw
from services.tenders.awards import change_award

LIVE: Final = ("sealed", "opened", "declined")
"""The statuses of an answer that stands."""

_OF_AWARD: Final = (
    *("case_id", "version", "lot", "contractor"),
    *("direction", "placings", "inputs"),
)
COMPETITION: Final = (
    select(*Competition.__table__.c, *(Award.__table__.c[name] for name in _OF_AWARD))
    .join(Award, Award.id == Competition.award_id)
    .where(Award.case_id == bindparam("case_id"))
    .order_by(Award.version.desc())
    .limit(1)
)
"""The newest mini-competition of a case, by ``case_id``."""

_UP_TO: Final = COMPETITION.where(Award.version <= bindparam("version"))
_DUE: Final = (
    select(Case.reference)
    .join(Award, Award.case_id == Case.id)
    .join(Competition, Competition.award_id == Award.id)
    .join(CaseStep, CaseStep.case_id == Case.id)
    .where(
        Competition.status == "open",
        Competition.deadline <= bindparam("now", type_=Instant),
        Case.status == CaseStatus.OPEN,
        CaseStep.current,
        CaseStep.step == StepName.TENDER,
        CaseStep.status == StepStatus.WAITING,
        CaseStep.owner == "contractor",
    )
    .order_by(Case.reference)
)
_ANSWERS: Final = rows_by(Quote, "award_id").order_by(Quote.id)
_MARKS: Final = (
    select(Quote.contractor, QualityScore.criterion, QualityScore.score)
    .join(Quote, Quote.id == QualityScore.quote_id)
    .where(Quote.award_id == bindparam("award_id"), Quote.status == "opened")
    .order_by(Quote.contractor, QualityScore.criterion)
)
_CHANGE: Final = update(Competition).where(Competition.award_id == bindparam("row_id"))
_UNMARK: Final = delete(QualityScore).where(
    QualityScore.quote_id == bindparam("quote_id"),
    QualityScore.criterion.in_(bindparam("criteria", expanding=True)),
)
_MARK: Final = insert(QualityScore)


# ---- looking


def competition_of(conn: Connection, *, case_id: int, version: int | None = None) -> AnyRow | None:
    """Return the newest mini-competition of a case with the award that it belongs to, or None.

    Args:
        version: Only one of an award up to this version: the one an award rests on.
    """
    if version is None:
        return one(conn, COMPETITION, case_id=case_id)
    return conn.execute(_UP_TO, {"case_id": case_id, "version": version}).one_or_none()


def due_to_open(conn: Connection, *, now: datetime) -> tuple[str, ...]:
    """Return the cases whose quotes are due and neither opened nor found too few, by reference."""
    return tuple(conn.execute(_DUE, {"now": now}).scalars())


def competition_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the newest mini-competition of a case, where the pathway says there must be one.

    Raises:
        BrokenStateError: There is none: the database contradicts the pathway.
    """
    found = competition_of(conn, case_id=case_id)
    if found is None:
        raise BrokenStateError(
            f"Case row {case_id} waits for quotes, and nobody was invited.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    return found


def invited(competition: AnyRow) -> list[str]:
    """Return the contractors invited to a competition, by code."""
    return sorted(
        place["contractor"]
        for place in competition.placings
        if place.get("invited", not place["reasons"])
    )


def due_on(competition: AnyRow) -> date:
    """Return the London date of a competition's deadline."""
    return london_date(competition.deadline)


def answers(conn: Connection, *, award_id: int) -> list[AnyRow]:
    """Return every answer to an invitation, oldest first; no money of a sealed quote is in it."""
    return list(conn.execute(_ANSWERS, {"award_id": award_id}))


def standing(conn: Connection, *, award_id: int) -> dict[str, AnyRow]:
    """Return the answer that stands of each contractor that has one."""
    rows = answers(conn, award_id=award_id)
    return {row.contractor: row for row in rows if row.status in LIVE}


def marks(conn: Connection, *, award_id: int) -> dict[str, dict[str, Decimal]]:
    """Return the marks of the opened quotes: contractor to criterion to mark."""
    found: dict[str, dict[str, Decimal]] = {}
    for row in conn.execute(_MARKS, {"award_id": award_id}):
        found.setdefault(row.contractor, {})[row.criterion] = row.score
    return found


# ---- changing


def change(conn: Connection, competition: AnyRow, **columns: object) -> None:
    """Change columns of a competition."""
    conn.execute(_CHANGE.values(**columns), {"row_id": competition.award_id})


def direct(conn: Connection, competition: AnyRow, *, words: str) -> None:
    """Keep the direction that the one quote is enough (s.2(2)(b)) on the award, as recorded."""
    change_award(conn, award_id=competition.award_id, direction=words)


def mark(conn: Connection, *, quote_id: int, scores: Mapping[str, Decimal], by: str) -> None:
    """Keep marks for an opened quote by criterion, in place of earlier ones for the same."""
    conn.execute(_UNMARK, {"quote_id": quote_id, "criteria": sorted(scores)})
    rows = [
        {"quote_id": quote_id, "criterion": name, "score": score, "scored_by": by}
        for name, score in scores.items()
    ]
    conn.execute(_MARK, rows)


# ---- the end of a competition that leads nowhere


def cancel(case: CaseInHand, *, reason: str) -> None:
    """Cancel the mini-competition of a case, if one is under way or awarded; tell who waits for it.

    Everybody invited who has not declined is told once, and what is sealed is destroyed unread.
    Once it is awarded only the contractor chosen still waits, and hears unless it was offered the
    works, which it then hears of otherwise.

    Args:
        reason: Why, for the record; nobody outside is told it.
    """
    competition = competition_of(case.conn, case_id=case.id)
    if competition is None or competition.status == "cancelled":
        return
    held = standing(case.conn, award_id=competition.award_id)
    unopened = competition.status == "open"
    if competition.status == "awarded":
        asked = {offer.contractor for offer in offers_on(case.conn, case_id=case.id)}
        waiting = [code for code in [competition.contractor] if code and code not in asked]
    else:
        declined = {code for code, row in held.items() if row.status == "declined"}
        waiting = [code for code in invited(competition) if code not in declined]
    if unopened:
        withdraw(case.conn, quote_ids=[row.id for row in held.values() if row.status == "sealed"])
    change(case.conn, competition, status="cancelled")
    case.stop_clock("return_quote", why="the competition was cancelled")
    tell_cancelled(case, competition, contractors=waiting, unopened=unopened)
    case.note(
        actor=AUTOMATIC,
        action="tender: competition cancelled",
        reason=reason,
        detail={"told": waiting},
    )

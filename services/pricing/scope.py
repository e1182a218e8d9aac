"""Which cases a repricing bears on, asked of the database in one query however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select

from models.base import AnyRow, can_be_stored, rows_by
from models.spelling import as_recorded
from models.tables.cases import Case, CaseStep, WorksLine
from models.tables.contractors import Lot
from models.tables.many_cases import RepricedCase
from models.tables.prices import Award, Offer, Price
from models.tables.reference import Authority
from models.tables.schedules import ScheduleItem, ScheduleVersion
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.identifiers import folded
from rules.pathway import OVER, CaseStatus, StepName, StepStatus
from rules.pricing.repricing import Selection, why_left
from rules.tenders.routes import Route

_LOT: Final = rows_by(Lot, "code")
_LINE_CODES: Final = select(WorksLine.code).where(WorksLine.code.is_not(None)).distinct()
_AS_IMPORTED: Final = "Write it as it was imported."

_NEWEST_AWARD: Final = (
    select(Award.id)
    .where(Award.case_id == Case.id)
    .order_by(Award.version.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_PRICED: Final = exists().where(Price.case_id == Case.id).correlate(Case)
_OFFERED: Final = exists().where(Offer.case_id == Case.id).correlate(Case)
_UNPRICED: Final = (  # about to be priced, and not priced yet: its code may be why
    exists()
    .where(
        CaseStep.case_id == Case.id,
        CaseStep.current,
        CaseStep.step == StepName.PRICE,
        CaseStep.status == StepStatus.READY,
    )
    .correlate(Case)
)
_BEARINGS: Final = (
    select(
        Case.id,
        Case.reference,
        Case.authority,
        Case.status,
        CaseStep.status.label("approve"),
        func.coalesce(CaseStep.outcome, "").label("decision"),
        Award.route,
        _PRICED.label("priced"),
        _UNPRICED.label("unpriced"),
        _OFFERED.label("offered"),
    )
    .outerjoin(
        CaseStep,
        and_(CaseStep.case_id == Case.id, CaseStep.current, CaseStep.step == StepName.APPROVE),
    )
    .outerjoin(Award, Award.id == _NEWEST_AWARD)
    .order_by(Case.id)
)
_DEALT_WITH: Final = (
    exists()
    .where(RepricedCase.case_id == Case.id, RepricedCase.repricing_id == bindparam("repricing_id"))
    .correlate(Case)
)
_BEARING_OF: Final = _BEARINGS.add_columns(_DEALT_WITH.label("dealt_with")).where(
    Case.id == bindparam("case_id")
)


@dataclass(frozen=True, slots=True)
class Bearing:
    """A case that a repricing bears on.

    Args:
        id: The case's row id.
        authority: Its authority's code.
        left: Why it keeps its price, or an empty string.
    """

    id: int
    reference: str
    authority: str
    left: str


def bearings(conn: Connection, *, selection: Selection) -> list[Bearing]:
    """Return the cases that a repricing bears on, with those that keep their price and why.

    Those are the open cases that have a price; with codes to put right, those with a wrong one,
    and among them cases that could not be priced for it. Cases asked for by reference are all
    returned, ended ones too.

    Args:
        selection: Which cases.

    Raises:
        UnknownReferenceError: An authority, lot, schedule or case of the selection is unknown;
            every such one of its kind is named.
        InvalidDecisionError: A case that is named does not go with the rest of the selection.
    """
    query = _narrowed(conn, selection)
    if selection.cases:
        rows = _named(conn, query, references=selection.cases)
    else:
        wanted = or_(_PRICED, _UNPRICED) if selection.replaced else _PRICED
        rows = conn.execute(query.where(Case.status == CaseStatus.OPEN, wanted)).all()
    return [_bearing(row, replacing=bool(selection.replaced)) for row in rows]


def _named(
    conn: Connection, query: Select[*tuple[Any, ...]], *, references: Sequence[str]
) -> Sequence[AnyRow]:
    """Return cases asked for by reference, all of them."""
    _check_known(conn, Case.reference, references, "case", "`handrail case list` shows them.")
    rows = conn.execute(query.where(Case.reference.in_(references))).all()
    if outside := sorted(set(references) - {row.reference for row in rows}):
        raise InvalidDecisionError(
            f"The rest of the selection leaves out {', '.join(outside)}.",
            next_step="Name cases that the authority, lot, schedule and codes given go with.",
        )
    return rows


def bearing_of(
    conn: Connection, *, case_id: int, repricing_id: int, replacing: bool
) -> Bearing | None:
    """Return how a repricing bears on one case as it stands now, None once it dealt with it.

    Args:
        replacing: Whether a wrong code of it is put right.
    """
    values = {"case_id": case_id, "repricing_id": repricing_id}
    row = conn.execute(_BEARING_OF, values).one()
    return None if row.dealt_with else _bearing(row, replacing=replacing)


def _bearing(row: AnyRow, *, replacing: bool) -> Bearing:
    left = why_left(
        ended=row.status != CaseStatus.OPEN,
        priced=row.priced or (replacing and row.unpriced),
        decided=row.approve in OVER or row.decision != "",
        offered=row.offered,
        quotes=row.route == Route.QUOTES,
    )
    return Bearing(row.id, row.reference, row.authority, left)


def _narrowed(conn: Connection, selection: Selection) -> Select[*tuple[Any, ...]]:
    query = _BEARINGS
    if selection.authorities:
        _check_known(conn, Authority.code, selection.authorities, "authority")
        query = query.where(Case.authority.in_(selection.authorities))
    if selection.lot:
        query = query.where(_in_lot(conn, selection.lot))
    if selection.schedule:
        query = query.where(_of_schedule(conn, selection.schedule))
    if selection.replaced:
        wrong = sorted(selection.replaced)
        if not all(map(can_be_stored, (*wrong, *selection.replaced.values()))):
            raise InvalidDecisionError(
                "A code to be put right holds characters that no code has.",
                next_step="Type it again as OLD=NEW.",
            )
        query = query.where(exists().where(WorksLine.case_id == Case.id, WorksLine.code.in_(wrong)))
    return query


def _check_known(
    conn: Connection, column: Any, wanted: Sequence[str], what: str, next_step: str = _AS_IMPORTED
) -> None:
    storable = [one for one in wanted if can_be_stored(one)]
    known = set(conn.execute(select(column).where(column.in_(storable))).scalars())
    if unknown := [one for one in wanted if one not in known]:
        raise UnknownReferenceError(
            f"There is no {what} {', '.join(unknown)}.", next_step=next_step
        )


def _in_lot(conn: Connection, code: str) -> ColumnElement[bool]:
    """Say in SQL that a case was awarded in a lot, or would be by its works and authority."""
    _check_known(conn, Lot.code, (code,), "lot")
    lot = conn.execute(_LOT, {"code": code}).one()
    covered = and_(Case.work_type.in_(lot.work_types), Case.authority.in_(lot.authorities))
    return or_(Award.lot == code, and_(Award.id.is_(None), covered))


def _of_schedule(conn: Connection, name: str) -> ColumnElement[bool]:
    """Say in SQL that a case has a line whose code is in some version of a schedule."""
    _check_known(conn, ScheduleVersion.schedule, (name,), "schedule")
    codes = (
        select(ScheduleItem.code)
        .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
        .where(ScheduleVersion.schedule == name)
    )
    return exists().where(WorksLine.case_id == Case.id, WorksLine.code.in_(codes))


def as_meant(conn: Connection, selection: Selection) -> Selection:
    """Return a selection with every identifier as it is on record, however it was typed."""
    return replace(
        selection,
        authorities=tuple(as_recorded(conn, Authority.code, one) for one in selection.authorities),
        lot=as_recorded(conn, Lot.code, selection.lot),
        schedule=as_recorded(conn, ScheduleVersion.schedule, selection.schedule),
        cases=tuple(as_recorded(conn, Case.reference, one) for one in selection.cases),
        replaced=_codes_meant(conn, selection.replaced),
    )


def _codes_meant(conn: Connection, replaced: Mapping[str, str]) -> dict[str, str]:
    """Return each spelling of the wrong codes that a works line has, with the right code.

    Raises:
        InvalidDecisionError: Two spellings of one wrong code are to be two other codes.
    """
    meant: dict[str, str] = {}
    if not replaced:
        return meant
    held = [str(code) for code in conn.execute(_LINE_CODES).scalars()]
    for wrong, right in replaced.items():
        code = as_recorded(conn, ScheduleItem.code, right)
        alike = [one for one in held if folded(one) == folded(wrong)]
        for one in alike or [wrong]:
            if meant.setdefault(one, code) != code:
                raise InvalidDecisionError(
                    f"{one} cannot be both {meant[one]} and {code}.",
                    next_step="Give each wrong code once, as --replace OLD=NEW.",
                )
    return meant

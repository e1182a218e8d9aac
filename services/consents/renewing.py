"""Consents that lapse before the works begin: asked for anew in time, and nothing begins on one.

A landlord's own consent is asked for again some working days before its last day. A pre-permission
is looked for again after its last day, while the grant is not decided: what an agreement permitted
while it was in force stays permitted.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from adapters import clock
from models.base import AnyRow
from models.tables.cases import Case
from models.tables.works import Consent, WorkOrder
from rules.clocks.dates import london_date
from rules.consents.chasing import is_renewed
from rules.pathway import OVER, CaseStatus, StepName, StepStatus
from services.cases.clocks.calendar import calendar_for
from services.cases.sweep import has_step
from services.cases.unit import in_hand
from services.consents.chasing import terms_on
from services.session import reading

_GIVEN: Final = ("granted", "treated_as_given")
_AHEAD: Final = timedelta(days=120)
"""How far ahead it is looked for consents that lapse; none is renewed earlier."""

_later = aliased(Consent)
_NEWEST: Final = ~exists().where(
    _later.case_id == Consent.case_id, _later.step_revision > Consent.step_revision
)
_NOT_BEGUN: Final = ~exists().where(WorkOrder.case_id == Case.id, WorkOrder.started_on.is_not(None))
_LAPSING: Final = (
    select(Case.reference, Case.authority, Consent.basis, Consent.answered_on, Consent.valid_to)
    .join(Consent, Consent.case_id == Case.id)
    .where(
        Case.status == CaseStatus.OPEN,
        Consent.valid_to <= bindparam("until"),
        _NEWEST,
        has_step(StepName.CONSENT, status=OVER),
        or_(
            and_(
                Consent.basis == "pre_permission",
                has_step(StepName.APPROVE, status=(StepStatus.WAITING,)),
            ),
            and_(Consent.basis.in_(_GIVEN), has_step(StepName.APPROVE), _NOT_BEGUN),
        ),
    )
    .order_by(Case.reference)
)


def consents_lapsed() -> tuple[str, ...]:
    """Return the cases whose consent is to be renewed before the works begin, by reference."""
    today = london_date(clock.now())
    with reading() as conn:
        rows = conn.execute(_LAPSING, {"until": today + _AHEAD}).all()
        return tuple(row.reference for row in rows if _is_due(conn, row, today))


def _is_due(conn: Connection, row: AnyRow, today: date) -> bool:
    if row.basis == "pre_permission":
        return bool(row.valid_to < today)
    return is_renewed(
        valid_to=row.valid_to,
        given_on=row.answered_on or today,
        today=today,
        days=terms_on(conn, authority=row.authority, on=today).renew_days,
        between=calendar_for(conn, authority=row.authority).between,
    )


def renew_consent(case_ref: str) -> None:
    """Open a consent again that lapses before the works begin, so that it is renewed in time."""
    with in_hand(case_ref) as case:
        today = london_date(case.now)
        asked = {"until": today + _AHEAD}
        found = case.conn.execute(_LAPSING.where(Case.id == case.id), asked).first()
        if found is None or not _is_due(case.conn, found, today):
            return
        case.stop_clock("consent_lapses", why="asked for anew")
        lapses = "lapsed" if found.valid_to < today else "lapses"
        case.reopen(StepName.CONSENT, reason=f"the consent {lapses} on {found.valid_to}")
        case.request_advance()

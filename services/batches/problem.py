"""What a batch award rests on: the cases that wait, their frozen prices, and who may do them today.

A tender froze every contractor's price and whether it may do the works. A contractor that may no
longer do them today is left out too, but for want of room: room is what the batch itself counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.cases import Case, CaseStep
from models.tables.prices import Award
from rules.batches.problem import Batch, Choice, Limits, WaitingCase, make_batch
from rules.pathway import OVER, PATHWAY, CaseStatus, StepName, StepStatus
from rules.tenders.routes import Route
from rules.tenders.tendering import TenderInputs, from_plain
from services.tenders import ledger, lots
from services.tenders.baskets import reasons_against

_before = aliased(CaseStep)
_newer = aliased(Award)
_REOPENED: Final = exists().where(
    _before.case_id == Case.id,
    _before.current,
    _before.step.in_(PATHWAY[StepName.TENDER].requires),
    _before.status.not_in(OVER),
)
_NEWEST: Final = select(func.max(_newer.version)).where(_newer.case_id == Case.id).scalar_subquery()
_WAITING: Final = (
    select(Case.reference, Case.authority, *Award.__table__.c)
    .add_columns(Case.client_name, Case.address, Case.postcode, Case.officer, Case.assessor)
    .join(CaseStep, CaseStep.case_id == Case.id)
    .join(Award, Award.case_id == Case.id)
    .where(
        Case.status == CaseStatus.OPEN,
        CaseStep.step == StepName.TENDER,
        CaseStep.current,
        CaseStep.closed_at.is_(None),
        CaseStep.status == StepStatus.WAITING,
        Award.version == _NEWEST,
        Award.lot == bindparam("lot"),
        Award.route.in_((Route.PRE_PRICED, Route.CALL_OFF)),
        Award.direction == "",
        ~_REOPENED,
    )
    .order_by(Case.reference)
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A batch with the award that each of its cases rests on, by reference."""

    batch: Batch
    awards: Mapping[str, AnyRow]


def waiting_awards(conn: Connection, *, lot: str, authorities: Iterable[str]) -> list[AnyRow]:
    """Return the newest award of each case of a lot that waits for its direction, by reference.

    An award made before inputs were frozen is left out: it says too little.

    Args:
        authorities: Only cases of these; of all if there are none.
    """
    wanted = frozenset(authorities)
    return [
        row
        for row in conn.execute(_WAITING, {"lot": lot})
        if row.inputs and (not wanted or row.authority in wanted)
    ]


def problem_of(
    conn: Connection, *, lot: str, authorities: Iterable[str], shares: Mapping[str, str], on: date
) -> Problem:
    """Return the batch of a lot's waiting cases as things stand.

    Args:
        authorities: Only cases of these; of all if there are none.
        shares: ``least_percent`` and ``most_percent`` of the batch's value for each contractor.
        on: Today.
    """
    awards = waiting_awards(conn, lot=lot, authorities=authorities)
    members = {member.contractor.code: member for member in lots.members(conn, lot=lot)}
    least, most = Decimal(shares["least_percent"]), Decimal(shares["most_percent"])
    batch = make_batch(
        on=on,
        cases=[_waiting_case(row, members, on) for row in awards],
        limits={
            code: replace(room_of(member), least_percent=least, most_percent=most)
            for code, member in members.items()
        },
        ledger=ledger.ledger(conn, lot=lot, on=on),
    )
    return Problem(batch, {row.reference: row for row in awards})


def room_of(member: lots.Member) -> Limits:
    """Return a contractor's room: its capacity less what it has on hand."""
    firm = member.contractor
    orders, value = firm.capacity_orders, firm.capacity_value_pence
    return Limits(
        orders=None if orders is None else max(0, orders - firm.open_orders),
        value_pence=None if value is None else max(0, value - firm.open_value_pence),
    )


def _waiting_case(row: AnyRow, members: Mapping[str, lots.Member], on: date) -> WaitingCase:
    inputs = from_plain(row.inputs)
    ranks = {tenderer.contractor: tenderer.rank for tenderer in inputs.tenderers}
    placed = (place for place in row.placings if place["place"] is not None)
    return WaitingCase(
        reference=row.reference,
        tendered_at=row.made_at,
        rule=row.rule,
        choices=tuple(
            Choice(code, ranks[code], place["total_pence"], place["net_pence"])
            for place in placed
            if not _barred(members[code := place["contractor"]], row, inputs, on)
        ),
    )


def _barred(member: lots.Member, row: AnyRow, inputs: TenderInputs, on: date) -> bool:
    """Say whether a contractor may not do a case's works today, its room left aside."""
    roomy = replace(member.contractor, capacity_orders=None, capacity_value_pence=None)
    able, lines = replace(member, contractor=roomy), inputs.lines
    return bool(reasons_against(able, case=row, lines=lines, priced=None, on=on))

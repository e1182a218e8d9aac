"""Consents and certificates of cases on the statutory board: what lapsed, and what is awaited."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.prices import PriceLine
from models.tables.works import CompletionCertificate, Consent, GrantCertificate, WorkOrder
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.consents import certificates_needed
from rules.pathway import StepName
from rules.reports.statutory_board import LAPSE_SOON, Entry, Matter, distance, lapse_words
from services.reports.holders import Held, day_over, open_steps
from services.reports.limits import TO_DECIDE
from services.reports.on_board import BoardView, entry_of

_GIVEN: Final = ("granted", "pre_permission", "treated_as_given")


def consents(view: BoardView) -> Iterator[Entry]:
    """Yield consents that lapsed, or soon do, on cases whose approval waits.

    Args:
        view: The board.
    """
    later = aliased(Consent)
    given_again = exists().where(
        later.case_id == Consent.case_id,
        later.step_revision > Consent.step_revision,
        later.basis.in_(_GIVEN),
        _by(later, view.at),
    )
    waits = view.cases(
        view.not_decided,
        Consent.basis.in_(_GIVEN),
        Consent.valid_to <= view.at + LAPSE_SOON,
        _by(Consent, view.at),
        ~given_again,
    )
    held = view.held(select(Case.id).join(Consent, Consent.case_id == Case.id).where(*waits))
    query = (
        select(*Case.__table__.c, Consent.valid_to, Consent.basis)
        .join(Consent, Consent.case_id == Case.id)
        .where(*waits)
        .order_by(Case.id)
    )
    for case in view.conn.execute(query):
        yield _consent(view, case, held.get(case.id))


def _consent(view: BoardView, case: AnyRow, held: Held | None) -> Entry:
    what = "the pre-permission" if case.basis == "pre_permission" else "the landlord's consent"
    return entry_of(
        view,
        matter=Matter.CONSENTS,
        case=case,
        on=case.valid_to,
        what=f"{lapse_words(what, last=case.valid_to, at=view.at)}; approval waits",
        held=held,
        todo="Ask the landlord afresh; the watch opens the consent again."
        if case.valid_to < view.at
        else "Decide before it lapses, or have it renewed.",
    )


def _by(consent: Any, at: date) -> ColumnElement[bool]:
    """Say whether a consent had been given by a date; of a pre-permission no day is recorded."""
    given = func.coalesce(consent.answered_on, consent.asked_on)
    return or_(given.is_(None), given <= at)


def certificates_awaited(view: BoardView, undecided: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the certificates of ss.19 to 22 that applications near their limit wait for.

    Args:
        view: The board.
        undecided: The board's applications that are not decided.
    """
    near = {entry.subject: entry for entry in undecided}
    ids = select(Case.id).where(*view.cases(Case.applied_on.is_not(None), view.not_decided))
    steps = open_steps(over=day_over(view.at) if view.at < view.today else None)
    waiting = (
        select(Case.id, Case.reference, Case.authority, Case.tenure)
        .add_columns(steps.c.owner, steps.c.since)
        .join(steps, steps.c.case_id == Case.id)
        .where(steps.c.step == StepName.CERTIFICATES.value, Case.id.in_(ids))
        .order_by(Case.id)
    )
    got = _grant_certificates(view, ids)
    for case in view.conn.execute(waiting):
        entry = near.get(case.reference)
        missing = [k for k in certificates_needed(case.tenure) if (case.id, k) not in got]
        if entry is not None and missing:
            yield entry_of(
                view,
                matter=Matter.CERTIFICATES,
                case=case,
                on=entry.on,
                what=f"{_awaited(missing)}; {entry.what}",
                held=Held(StepName.CERTIFICATES, case.owner, london_date(case.since), 0),
                todo=TO_DECIDE[StepName.CERTIFICATES],
                section="ss.19 to 22",
            )


def _awaited(missing: Sequence[str]) -> str:
    owners = " and ".join(f"the {kind}'s" for kind in missing)
    return f"{owners} {'certificate is' if len(missing) == 1 else 'certificates are'} awaited"


def _grant_certificates(view: BoardView, of_cases: Select[Any]) -> set[tuple[int, str]]:
    here = select(GrantCertificate.case_id, GrantCertificate.kind).where(
        GrantCertificate.case_id.in_(of_cases), GrantCertificate.dated <= view.at
    )
    return {(row.case_id, row.kind) for row in view.conn.execute(here)}


def completion_certificates(view: BoardView) -> Iterator[Entry]:
    """Yield completed works whose certificates have not come; nothing is payable till then.

    Args:
        view: The board.
    """
    complete = view.cases(
        WorkOrder.completed_on <= view.at,
        or_(WorkOrder.certified_on.is_(None), WorkOrder.certified_on > view.at),
        WorkOrder.status != "cancelled",
    )
    orders = select(WorkOrder.id).join(Case, Case.id == WorkOrder.case_id).where(*complete)
    received = select(CompletionCertificate.order_id, CompletionCertificate.kind).where(
        CompletionCertificate.order_id.in_(orders), CompletionCertificate.received_on <= view.at
    )
    got = {(row.order_id, row.kind) for row in view.conn.execute(received)}
    lines = (
        select(Case.reference, Case.authority, WorkOrder.id, WorkOrder.number)
        .add_columns(WorkOrder.contractor, WorkOrder.completed_on, PriceLine.certificates)
        .select_from(WorkOrder)
        .join(Case, Case.id == WorkOrder.case_id)
        .join(PriceLine, PriceLine.price_id == WorkOrder.price_id)
        .where(*complete, PriceLine.certificates != ())
        .order_by(WorkOrder.id, PriceLine.line)
    )
    missing: dict[int, tuple[AnyRow, set[str]]] = {}
    for row in view.conn.execute(lines):
        lacking = {kind for kind in row.certificates if (row.id, kind) not in got}
        if lacking:
            missing.setdefault(row.id, (row, set()))[1].update(lacking)
    for order, kinds in missing.values():
        yield _not_received(order, kinds, at=view.at)


def _not_received(order: AnyRow, kinds: Iterable[str], *, at: date) -> Entry:
    names = ", ".join(kind.replace("_", " ") for kind in sorted(kinds))
    return Entry(
        matter=Matter.CERTIFICATES,
        subject=order.reference,
        authority=order.authority,
        section="s.37(4)",
        on=order.completed_on,
        over=True,
        what=f"{names} certificate of {order.number} not received; works complete "
        f"{in_words(order.completed_on)}, {distance(order.completed_on, at=at)}",
        held_by=f"contractor {order.contractor}",
        since=order.completed_on,
        todo="Get it from the contractor: `handrail decide sign-off`.",
    )

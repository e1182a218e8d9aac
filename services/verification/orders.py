"""Orders: nothing ordered before approval, and what was sent is on record."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.cases import Case, CaseStep
from models.tables.files import ReceivedDocument
from models.tables.prices import Offer, Price
from models.tables.record import Counter, Document, Outbox
from models.tables.site import Extension
from models.tables.variations import OrderVersion
from models.tables.works import ORDER_IN_FORCE, Approval, OrderEnding, WorkOrder
from rules.clocks.dates import london_date
from rules.pathway import StepName, StepStatus
from services.grants.budgets import HOLDS_ITS_GRANT
from services.verification.checks import Check, Finding, among, broken, of_case
from services.verification.since import Cases

ENDED: Final = exists().where(OrderEnding.order_id == WorkOrder.id)
"""Whether an order was ended with what was done."""

_EARLIER: Final = aliased(WorkOrder)
DONE_BEFORE: Final = func.coalesce(
    select(func.sum(OrderEnding.total_pence))
    .join(_EARLIER, _EARLIER.id == OrderEnding.order_id)
    .where(
        _EARLIER.case_id == WorkOrder.case_id,
        _EARLIER.id < WorkOrder.id,
        _EARLIER.status == "replaced",
    )
    .correlate(WorkOrder)
    .scalar_subquery(),
    0,
)
"""What was done, with VAT, under the orders that an order takes the place of."""

_SENT = ("sent", "complete", "certified")


def _of_orders(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(WorkOrder, WorkOrder.number, *columns)


_LAST_EXTENSION: Final = (
    select(func.max(Extension.id))
    .where(Extension.order_id == WorkOrder.id)
    .correlate(WorkOrder)
    .scalar_subquery()
)


def _message_key(version: Any = WorkOrder.version) -> ColumnElement[str]:
    order = WorkOrder.number + ":" + cast(version, Text)
    return Case.reference + ":order_to_contractor:" + order


_EVERY_VERSION: Final = (
    _of_orders()
    .join(OrderVersion, OrderVersion.order_id == WorkOrder.id)
    .with_only_columns(_message_key(OrderVersion.version))
)
_BEING_ISSUED: Final = exists().where(
    CaseStep.case_id == Case.id,
    CaseStep.step == StepName.ORDER,
    CaseStep.current,
    CaseStep.status == StepStatus.READY,
)
"""A version is approved, and its document not sent yet: the step says so."""


def _order_behind(step: StepName, statuses: tuple[str, ...], words: str) -> Check:
    """Return the check that a step is done only with an order that says the same."""
    agreeing = select(WorkOrder.case_id).where(WorkOrder.status.in_(statuses))
    return Check(
        of_case(CaseStep).where(
            Case.status.in_(HOLDS_ITS_GRANT),
            CaseStep.current,
            CaseStep.step == step,
            CaseStep.status == StepStatus.DONE,
            Case.id.not_in(agreeing),
        ),
        f"Step “{step}” is done, and no work order is {words}.",
    )


ORDERS: Final = (
    Check(
        of_case(WorkOrder, func.count().label("live"))
        .where(ORDER_IN_FORCE)
        .group_by(Case.reference)
        .having(func.count() > 1),
        "{live} work orders are in force at once; one is right.",
    ),
    Check(
        _of_orders()
        .join(Approval, Approval.id == WorkOrder.approval_id)
        .where(or_(Approval.outcome != "approved", Approval.case_id != Case.id)),
        "{number} was raised without an approved grant on the case (s.29).",
    ),
    Check(
        _of_orders(Price.total_pence, Approval.works_pence, DONE_BEFORE.label("before_pence"))
        .join(Approval, Approval.id == WorkOrder.approval_id)
        .join(Price, Price.id == WorkOrder.price_id)
        .where(DONE_BEFORE + Price.total_pence > Approval.works_pence),
        "{number} orders works for {total_pence}, with {before_pence} done before; {works_pence} "
        "were approved.",
    ),
    Check(
        _of_orders(Offer.status)
        .join(Offer, Offer.id == WorkOrder.offer_id)
        .where(ORDER_IN_FORCE, Offer.status != "accepted"),
        "{number} is in force, and its offer is {status}.",
    ),
    Check(
        _of_orders(WorkOrder.contractor)
        .join(Offer, Offer.id == WorkOrder.offer_id)
        .outerjoin(
            OrderVersion,
            and_(OrderVersion.order_id == WorkOrder.id, OrderVersion.variation_id.is_(None)),
        )
        .where(
            or_(
                Offer.case_id != Case.id,
                Offer.contractor != WorkOrder.contractor,
                Offer.price_id != func.coalesce(OrderVersion.price_id, WorkOrder.price_id),
            )
        ),
        "{number} to {contractor} differs from the offer that was accepted.",
    ),
    Check(
        _of_orders(WorkOrder.version).where(
            WorkOrder.status.in_(_SENT),
            not_(_BEING_ISSUED),
            not_(
                exists().where(
                    Document.case_id == Case.id,
                    Document.kind == "work_order",
                    Document.version == WorkOrder.version,
                )
            ),
        ),
        "{number} was sent, and its document, version {version}, is not on record.",
    ),
    Check(
        _of_orders(func.count(Outbox.id).label("found"))
        .outerjoin(Outbox, and_(Outbox.kind == "message", Outbox.key == _message_key()))
        .where(WorkOrder.status.in_(_SENT), not_(_BEING_ISSUED))
        .group_by(Case.reference, WorkOrder.number, WorkOrder.version)
        .having(func.count(Outbox.id) != 1),
        "{number} was sent with {found} messages to its contractor; one is right.",
    ),
    Check(
        of_case(Outbox, Outbox.key).where(
            Outbox.kind == "message",
            Outbox.key.like("%:order_to_contractor:%"),
            Outbox.key.not_in(_of_orders().with_only_columns(_message_key())),
            Outbox.key.not_in(_EVERY_VERSION),
        ),
        "Message {key} sends a work order that was never raised.",
    ),
    Check(
        _of_orders(WorkOrder.complete_by, Extension.order_to)
        .join(Extension, Extension.id == _LAST_EXTENSION)
        .where(Extension.order_to != WorkOrder.complete_by),
        "{number} is to be complete by {complete_by}; the time last allowed runs to {order_to}.",
    ),
    _order_behind(StepName.ORDER, _SENT, "sent"),
    _order_behind(StepName.WORKS, ("complete", "certified"), "complete"),
    _order_behind(StepName.SIGN_OFF, ("certified",), "certified"),
)
"""An order rests on an approval and an accepted offer, and went out once with its document."""


def orders_before_approval(conn: Connection) -> Iterator[Finding]:
    """Yield each order raised before the day, in London, on which its grant was decided."""
    first = and_(OrderVersion.order_id == WorkOrder.id, OrderVersion.variation_id.is_(None))
    rests_on = func.coalesce(OrderVersion.approval_id, WorkOrder.approval_id)
    query = _of_orders(WorkOrder.raised_at, Approval.decided_on).outerjoin(OrderVersion, first)
    query = query.join(Approval, Approval.id == rests_on)
    in_turn = query.order_by(WorkOrder.id).execution_options(yield_per=1000)
    for row in conn.execute(in_turn):
        if london_date(row.raised_at) < row.decided_on:
            decided = f"{row.decided_on:%-d %B %Y}"
            words = f"{row.number} was raised before the grant was approved on {decided} (s.29)."
            yield broken(row.place, words)


_COUNTERS: Final = (
    select(Counter.name, Counter.value).where(Counter.name.like("work_order:%")).order_by("name")
)


def counters_out_of_step(conn: Connection) -> Iterator[Finding]:
    """Yield each year's order counter that is not at the last number it gave out."""
    for name, value in conn.execute(_COUNTERS):
        year = name.partition(":")[2]
        numbers = select(func.max(WorkOrder.number)).where(WorkOrder.number.like(f"WO-{year}-%"))
        last = conn.execute(numbers).scalar_one() or f"WO-{year}-00000"
        if last != f"WO-{year}-{value:05d}":
            words = f"The counter of work orders of {year} stands at {value}, the last is {last}."
            yield broken("counter", words)


def changed_documents(
    conn: Connection, *, sha256_of: Callable[[str], str | None], cases: Cases | None = None
) -> Iterator[Finding]:
    """Yield each document on record whose file is missing, or not the one sent or received."""
    sent = of_case(Document, *Document.__table__.c).order_by(Document.id)
    for row in conn.execute(among(sent, cases).execution_options(yield_per=1000)):
        what = f"{row.kind} {row.version}"
        for path, sha256 in dict.fromkeys(
            ((row.path, row.sha256), (row.html_path, row.html_sha256))
        ):
            yield from _file(row, path, sha256, sha256_of, f"of {what}", "sent")
    received = of_case(ReceivedDocument, *ReceivedDocument.__table__.c)
    for row in conn.execute(among(received.order_by(ReceivedDocument.id), cases)):
        what = f"of document {row.number}"
        yield from _file(row, row.path, row.sha256, sha256_of, what, "received")


def _file(
    row: AnyRow, path: str, sha256: str, sha256_of: Callable[[str], str | None], what: str, how: str
) -> Iterator[Finding]:
    found = sha256_of(path) if path else sha256  # erased: whether lawfully, `erasures` asks
    if found != sha256:
        fault = "is missing" if found is None else f"is not the one that was {how}"
        yield broken(row.place, f"The file {path} {what} {fault}.")

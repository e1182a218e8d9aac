"""What hangs on a case: its newest price, award, offer, order, approval, consent and invoice.

Each statement is built once, and given its values when it is asked: building one takes several
times as long as asking it. What the pathway says must be there and is not raises BrokenStateError.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from models import consent_queries, findings, replaced, site_queries, views
from models.asked import one, rows
from models.base import AnyRow, can_be_stored, rows_by
from models.consent_queries import AS_IT_STANDS
from models.findings import (
    certificates_handed,
    completion_certificates,
    inspections_on,
    refused_on,
    shown_words,
    snags_on,
)
from models.order_versions import open_words, varied_lines
from models.replaced import left_on, replaced_orders
from models.spelling import as_recorded
from models.tables.cases import Case, WorksLine
from models.tables.prices import Award, Offer, Price, PriceLine
from models.tables.record import Decision
from models.tables.works import (
    ORDER_IN_FORCE,
    Approval,
    Consent,
    Invoice,
    OrderEnding,
    ValuedLine,
    WorkOrder,
)
from rules.completion import Inspected
from rules.documents.items import Item, item_of
from rules.errors import BrokenStateError, UnknownReferenceError
from rules.numbers import written
from rules.snags import WITH_CONTRACTOR, open_snags, snag_words

_CASE: Final = rows_by(Case, "reference")
# "tender" sorts after "estimate", so descending puts the tender first.
_PRICES: Final = rows_by(Price, "case_id").order_by(Price.kind.desc(), Price.version.desc())
_PRICE: Final = rows_by(Price, "id")
_PRICE_LINES: Final = rows_by(PriceLine, "price_id").order_by(PriceLine.line)
_WORKS_LINES: Final = rows_by(WorksLine, "case_id").order_by(WorksLine.line)
_AWARDS: Final = rows_by(Award, "case_id").order_by(Award.version.desc())
_OFFERS: Final = rows_by(Offer, "case_id").order_by(Offer.id)
_LIVE_ORDER: Final = (
    rows_by(WorkOrder, "case_id").where(ORDER_IN_FORCE).order_by(WorkOrder.version.desc()).limit(1)
)
_ORDERS: Final = rows_by(WorkOrder, "case_id").order_by(WorkOrder.id)
_APPROVAL: Final = rows_by(Approval, "case_id").order_by(Approval.step_revision.desc()).limit(1)
_CONSENT: Final = (
    select(
        *(column for column in Consent.__table__.c if column.name not in AS_IT_STANDS),
        *(held.label(name) for name, held in AS_IT_STANDS.items()),
    )
    .where(Consent.case_id == bindparam("case_id"))
    .order_by(Consent.step_revision.desc())
    .limit(1)
)
_DECIDED: Final = (
    select(Decision.kind, Decision.step, Decision.step_revision, Decision.closes)
    .add_columns(Decision.actor, Decision.decided_at)
    .where(Decision.case_id == bindparam("case_id"))
    .order_by(Decision.id)
)
_INVOICE: Final = (
    rows_by(Invoice, "order_id")
    .where(Invoice.credits_id.is_(None))
    .order_by(Invoice.id.desc())
    .limit(1)
)
_ENDING: Final = rows_by(OrderEnding, "order_id")
_VALUED: Final = rows_by(ValuedLine, "order_id").order_by(ValuedLine.line)

OF_CASE: Final = (
    *(_PRICES, _WORKS_LINES, _AWARDS, _OFFERS, _LIVE_ORDER, _ORDERS),
    *(_APPROVAL, _CONSENT, _DECIDED),
    *views.OF_CASE,
    *consent_queries.OF_CASE,
    *site_queries.OF_CASE,
    *(replaced.REPLACEMENTS, replaced.ORDERS),
)
"""The questions of this module that are asked of a case, by ``case_id``."""

OF_ORDER: Final = (_ENDING, _VALUED, *findings.OF_ORDER, _INVOICE)
"""Those that are asked of its order, by ``order_id``."""

OF_PRICE: Final = (_PRICE, _PRICE_LINES)
"""Those that are asked of a price: the first by ``id``, the other by ``price_id``."""


def case_row(conn: Connection, *, reference: str) -> AnyRow:
    """Return a case by reference, however that is typed.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    found = one(conn, _CASE, reference=reference) if can_be_stored(reference) else None
    if found is None and can_be_stored(reference):
        found = one(conn, _CASE, reference=as_recorded(conn, Case.reference, reference))
    if found is None:
        raise no_case(reference)
    return found


def case_reference(conn: Connection, *, typed: str) -> str:
    """Return the reference of the case that is meant by what was typed.

    Raises:
        UnknownReferenceError: There is no such case, or two that differ in spelling alone.
    """
    return str(case_row(conn, reference=typed).reference)


def no_case(reference: str) -> UnknownReferenceError:
    """Return the error that there is no such case."""
    return UnknownReferenceError(
        f"There is no case {reference}.", next_step="`handrail case list` shows the references."
    )


def newest_price(conn: Connection, *, case_id: int, kind: str | None = None) -> AnyRow | None:
    """Return the newest price of a case; of a kind if given, else a tender before an estimate."""
    made = rows(conn, _PRICES, case_id=case_id)
    return next((row for row in made if kind in (None, row.kind)), None)


def price_by_id(conn: Connection, *, price_id: int) -> AnyRow:
    """Return one price."""
    return rows(conn, _PRICE, id=price_id)[0]


def price_lines(conn: Connection, *, price_id: int) -> list[AnyRow]:
    """Return the lines of a price, by line number."""
    return list(rows(conn, _PRICE_LINES, price_id=price_id))


def works_lines(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the works lines of a case, by line number."""
    return list(rows(conn, _WORKS_LINES, case_id=case_id))


def lines_to_do(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the works lines of which something is left to do for the contractor in turn."""
    left = left_on(conn, case_id=case_id)
    lines = works_lines(conn, case_id=case_id)
    if left is None:
        return lines
    order = live_order(conn, case_id=case_id)
    varied = varied_lines(conn, order_id=order.id) if order is not None else frozenset()
    return [line for line in lines if line.line in left or line.line in varied]


def newest_award(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the award in force on a case."""
    return next(iter(awards_of(conn, case_id=case_id)), None)


def awards_of(conn: Connection, *, case_id: int) -> Sequence[AnyRow]:
    """Return every award that was made of a case, the newest first."""
    return rows(conn, _AWARDS, case_id=case_id)


def live_offer(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the offer that is out or accepted on a case."""
    made = offers_on(conn, case_id=case_id)
    return next((offer for offer in made if offer.status in ("offered", "accepted")), None)


def offers_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every offer made on a case, oldest first."""
    return list(rows(conn, _OFFERS, case_id=case_id))


def live_order(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the work order in force on a case, its newest version."""
    return one(conn, _LIVE_ORDER, case_id=case_id)


def orders_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every work order of a case, cancelled and replaced ones as well, oldest first."""
    return list(rows(conn, _ORDERS, case_id=case_id))


def approval_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the newest s.34 decision on a case."""
    return one(conn, _APPROVAL, case_id=case_id)


def order_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the work order in force, where the pathway says there must be one."""
    return must_be(live_order(conn, case_id=case_id), "work order", case_id)


def approval_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the s.34 decision, where the pathway says there must be one."""
    return must_be(approval_of(conn, case_id=case_id), "approval", case_id)


def award_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the award, where the pathway says there must be one."""
    return must_be(newest_award(conn, case_id=case_id), "award", case_id)


def must_be(row: AnyRow | None, what: str, case_id: int) -> AnyRow:
    """Return what the pathway says must be there.

    Raises:
        BrokenStateError: It is not.
    """
    if row is None:
        raise BrokenStateError(
            f"Case row {case_id} has reached a step that needs its {what}, and has none.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    return row


def consent_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return how the landlord's consent stands on a case."""
    return one(conn, _CONSENT, case_id=case_id)


def newest_invoice(conn: Connection, *, order_id: int) -> AnyRow | None:
    """Return the newest invoice for an order; a credit note is none."""
    return one(conn, _INVOICE, order_id=order_id)


def ending_of(conn: Connection, *, order_id: int) -> AnyRow | None:
    """Return how an order was ended with what was done, or None where it was not."""
    return one(conn, _ENDING, order_id=order_id)


def valued_lines(conn: Connection, *, order_id: int) -> list[AnyRow]:
    """Return what was done of each line of an order that was ended, by line number."""
    return list(rows(conn, _VALUED, order_id=order_id))


class PayableLine(NamedTuple):
    """What may be charged of one line of an order, or of one item of a package: net, VAT, rate."""

    item: Item
    net_pence: int
    vat_pence: int
    vat_rate: Decimal


def payable_on(conn: Connection, *, order: AnyRow) -> list[PayableLine]:
    """Return what is payable: the lines as ordered; of an order that ended, what was done of them.

    A line of which nothing was done is not among them.
    """
    lines = price_lines(conn, price_id=order.price_id)
    done: dict[int, AnyRow] = {row.line: row for row in lines}
    if ending_of(conn, order_id=order.id) is not None:
        done = {row.line: row for row in valued_lines(conn, order_id=order.id) if row.net_pence}
    return [
        PayableLine(
            item_of(line=line.line, covers=line.covers),
            done[line.line].net_pence,
            done[line.line].vat_pence,
            line.vat_rate,
        )
        for line in lines
        if line.line in done
    ]


def decided_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return who recorded which kind of decision when on a case, at which opening, oldest first."""
    return list(rows(conn, _DECIDED, case_id=case_id))


def inspected(conn: Connection, *, order: AnyRow) -> Inspected:
    """Return what is known about an order's completion, the client's own view included.

    The works lines are inspected, each where it is in the home, also where a package prices
    several of them as one. Of a contractor that was replaced, the certificates of what it did are
    asked for; what it did was inspected as it was valued.
    """
    lines = price_lines(conn, price_id=order.price_id)
    to_do = lines_to_do(conn, case_id=order.case_id)
    works = frozenset(line.line for line in to_do)
    found = [row for row in inspections_on(conn, order_id=order.id) if row.line in works]
    newest = {row.line: row.result for row in found if row.result != "no_access"}
    last = {row.line: row.result for row in found}
    snags = [one for one in snags_on(conn, order_id=order.id) if one.line in works]
    held_up = open_snags(snags)
    held = completion_certificates(conn, order_id=order.id)
    for before in replaced_orders(conn, case_id=order.case_id):
        done = {row.line for row in valued_lines(conn, order_id=before.order_id) if row.net_pence}
        earlier = price_lines(conn, price_id=before.price_id)
        lines += [line for line in earlier if line.line in done]
        held += completion_certificates(conn, order_id=before.order_id)
    return Inspected(
        lines=works,
        results=newest,
        snags=snag_words(snags),
        answered=frozenset(one.line for one in held_up)
        - {one.line for one in held_up if one.state in WITH_CONTRACTOR},
        no_access=frozenset(line for line, result in last.items() if result == "no_access"),
        certificates_needed=frozenset(kind for line in lines for kind in line.certificates),
        certificates_held=frozenset(row.kind for row in held),
        certificates_handed=certificates_handed(conn, order_id=order.id),
        refused=_refused(conn, order),
        client=views.client_view(conn, case_id=order.case_id, since=order.completed_on),
        confirmed=views.confirmed(conn, case_id=order.case_id),
        variation=open_words(conn, order=order),
        remeasured=_remeasured(conn, to_do, found),
    )


def _refused(conn: Connection, order: AnyRow) -> tuple[str, ...]:
    left = refused_on(conn, order_id=order.id)
    return tuple(dict.fromkeys(shown_words(row) for row in left if row.certificate is None))


def _remeasured(
    conn: Connection, to_do: Sequence[AnyRow], found: Sequence[AnyRow]
) -> dict[int, str]:
    """Return the lines that were measured otherwise than they are to be done, in words."""
    measured = {row.line: row.quantity for row in found if row.quantity is not None}
    left = left_on(conn, case_id=to_do[0].case_id) if measured else None
    ordered = {row.line: (left or {}).get(row.line, row.quantity) for row in to_do}
    return {
        line: f"line {line}: {written(much)} for {written(ordered[line])}"
        for line, much in sorted(measured.items())
        if much != ordered[line]
    }

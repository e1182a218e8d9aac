"""The notice of approval under s.34, read from the database: the figures as they were decided."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.approved import finish_from
from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.contacts import client_of, contractor_of
from models.replaced import done_before, replaced_orders
from models.tables.prices import Price
from models.tables.reference import Officer
from rules.clocks.dates import finish_by
from rules.documents.paper_lines import PaperLine, UnpricedLine
from rules.documents.papers import ApprovalPaper, LeftOut, RefusalPaper
from rules.grants.funding import FundingKind
from rules.grants.grant import charge_pence
from rules.grants.waterfall import (
    CHARGES,
    FundingItem,
    LineKind,
    MeansTest,
    Part,
    WaterfallLine,
    from_plain,
    reckon,
    sum_of,
)
from rules.variations import LIMB_WORDS
from services.assignment.order_works import works_ordered
from services.documents.papers import (
    on_every_paper,
    priced_line,
    printed,
    purpose_words,
    works_awarded,
)
from services.grants.direct import told_of_direct_payment
from services.grants.means import sum_printed
from services.grants.terms import arithmetic_of, arithmetic_words

_DECIDED_BY: Final = rows_by(Officer, "email")
_DECIDED_AT: Final = (
    select(Price.net_pence, Price.vat_pence)
    .where(Price.case_id == bindparam("case_id"), Price.total_pence == bindparam("works_pence"))
    .order_by(Price.id.desc())
    .limit(1)
)


def approval_paper(conn: Connection, *, case: AnyRow) -> ApprovalPaper:
    """Return the notice of approval under s.34 as it is printed."""
    approval = queries.approval_in_force(conn, case_id=case.id)
    made = queries.award_in_force(conn, case_id=case.id)
    if approval.limb is None:
        price_id = made.price_id
        works = works_awarded(conn, case=case, made=made, on=approval.decided_on)
    else:
        order = queries.order_in_force(conn, case_id=case.id)
        price_id, works = order.price_id, works_ordered(conn, order=order)
    price = queries.price_by_id(conn, price_id=price_id)
    before = done_before(conn, case_id=case.id)
    lines = [priced_line(line) for line in queries.price_lines(conn, price_id=price.id)]
    return ApprovalPaper(
        **_decided(conn, case=case, approval=approval),
        applied_on=case.applied_on,
        purposes=purpose_words(case),
        lines=(*_lines_done(conn, case_id=case.id), *lines),
        net_pence=before.net_pence + price.net_pence,
        vat_pence=before.vat_pence + price.vat_pence,
        waterfall=waterfall_of(conn, approval=approval),
        grant_pence=approval.grant_pence,
        arithmetic=arithmetic_words(
            conn,
            authority=case.authority,
            arithmetic=arithmetic_of(approval),
            today=approval.decided_on,
        ),
        means_test=sum_printed(
            conn, case_id=case.id, contribution_pence=approval.contribution_pence
        ),
        contractor_name=contractor_of(conn, code=made.contractor).name,
        contractor_total_pence=price.total_pence,
        complete_by=finish_by(approved_on=finish_from(conn, case_id=case.id)),
        direction_text=made.direction,
        told_of_direct_payment_on=told_of_direct_payment(conn, case=case),
        charge_pence=charge_pence(tenure=case.tenure, grant_pence=approval.grant_pence),
        works=tuple(printed(line, UnpricedLine) for line in works) if made.package else (),
        left_out=tuple(_left_out(approval, lines)),
        pay_from=approval.pay_from,
        again_for=LIMB_WORDS.get(approval.limb or approval.again_for or "", ""),
        preventive=tuple(_preventive(conn, case, works)),
    )


def _left_out(approval: AnyRow, lines: list[PaperLine]) -> Iterator[LeftOut]:
    """Yield each line that is not eligible with its reason, as it is priced."""
    by_item = {str(line.item): line for line in lines}
    for item, why in (approval.left_out or {}).items():
        if line := by_item.get(item):
            total = line.net_pence + line.vat_pence
            yield LeftOut(item, line.description, why, total)


def _preventive(conn: Connection, case: AnyRow, works: Iterable[Any]) -> Iterator[str]:
    """Yield what is for a foreseeable need, as it is called and why."""
    called = {line.line: line.description for line in works}
    for row in queries.works_lines(conn, case_id=case.id):
        if row.preventive_because:
            words = called.get(row.line) or row.description or row.code
            yield f"Line {row.line}, {words}: {row.preventive_because}"


def _lines_done(conn: Connection, *, case_id: int) -> Iterator[PaperLine]:
    """Yield what contractors that were replaced did, line by line, at what it was valued at."""
    for order in replaced_orders(conn, case_id=case_id):
        priced = {row.line: row for row in queries.price_lines(conn, price_id=order.price_id)}
        for done in queries.valued_lines(conn, order_id=order.order_id):
            if done.net_pence:
                line = priced_line(priced[done.line])
                yield replace(
                    line,
                    description=f"{line.description} (done under {order.number}, as valued)",
                    quantity=Decimal(1),
                    unit="item",
                    rate=Decimal(done.net_pence) / 100,
                    net_pence=done.net_pence,
                    vat_pence=done.vat_pence,
                    calculation="",
                    steps="",
                )


def _decided(conn: Connection, *, case: AnyRow, approval: AnyRow) -> dict[str, Any]:
    """Return what both notices say: to whom, by whom and when it was decided."""
    officer = reference_rows(conn, _DECIDED_BY, email=approval.decided_by)[0]
    return {
        **on_every_paper(conn, case=case),
        "client": client_of(case),
        "decided_on": approval.decided_on,
        "officer_name": officer.name,
        "officer_role": officer.role.replace("_", " "),
    }


def own_contribution_pence(approval: AnyRow) -> int:
    """Return what an approval leaves of the contribution for the client to pay, in pence."""
    if not approval.waterfall:
        return int(approval.contribution_pence)
    return sum_of(from_plain(approval.waterfall), Part.SHARES, LineKind.CONTRIBUTION)


def waterfall_of(conn: Connection, *, approval: AnyRow) -> tuple[WaterfallLine, ...]:
    """Return the waterfall of an approval; of one from an earlier version, from its figures."""
    if approval.waterfall:
        return from_plain(approval.waterfall)
    price = conn.execute(
        _DECIDED_AT, {"case_id": approval.case_id, "works_pence": approval.works_pence}
    ).one()
    fee = FundingItem(FundingKind.FEE, CHARGES, approval.fees_pence)
    return reckon(
        net_pence=price.net_pence,
        vat_pence=price.vat_pence,
        items=[fee] if approval.fees_pence else [],
        means=MeansTest(contribution_pence=approval.contribution_pence),
        maximum_pence=approval.maximum_pence,
        arithmetic=arithmetic_of(approval),
    ).lines


def refusal_paper(conn: Connection, *, case: AnyRow) -> RefusalPaper:
    """Return the notice of refusal under s.34 as it is printed."""
    approval = queries.approval_in_force(conn, case_id=case.id)
    return RefusalPaper(
        **_decided(conn, case=case, approval=approval),
        applied_on=case.applied_on or case.contact_on,
        reasons=(approval.reason,),
    )

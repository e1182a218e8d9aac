"""The facts that stand beside the form of a decision: what whoever decides has to know."""

from collections.abc import Iterator
from datetime import date
from typing import Final, TypeAlias

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import (
    inspected,
    live_offer,
    live_order,
    newest_invoice,
    newest_price,
    price_by_id,
)
from rules.clocks.workdays import in_words
from rules.competitions.competition import in_words_of
from rules.completion import outstanding
from rules.decisions import BaseDecision
from rules.money import pounds
from rules.pathway import PATHWAY, StepName, StepStatus
from rules.sentences import held_words
from services.cases import CaseInHand
from services.cases.contacts import ChangeContact, reached_now
from services.competitions.competitions import answers, competition_of, invited
from services.grants.fundings import funding_lines, price_to_reckon, reckoned
from services.orders.variation_view import facts_of_variation
from services.tenders.contracting import contract_terms, party_of_price

Fact: TypeAlias = tuple[str, str]
"""What it is, and what is so."""

_OF_GRANT: Final = (StepName.APPROVE, StepName.ORDER)
_ANSWERED: Final = {
    "sealed": "quoted, sealed",
    "opened": "quoted",
    "late": "late, not considered",
    "withdrawn": "withdrew its quote",
    "declined": "declines to quote",
}


def facts_beside(
    conn: Connection, *, case: CaseInHand, kind: type[BaseDecision], today: date
) -> tuple[Fact, ...]:
    """Return the facts for a decision of a kind, at its step or at none."""
    if kind is ChangeContact:
        return tuple(reached_now(conn, case.row))
    step = kind.step
    order = live_order(conn, case_id=case.id) if kind.kind.endswith("-variation") else None
    if order is not None:
        return tuple(facts_of_variation(conn, case=case.row, order=order))
    return tuple(
        fact
        for facts in (_wait(case, step), _price(conn, case), _of_step(conn, case, step, today))
        for fact in facts
    )


def _wait(case: CaseInHand, step: StepName | None) -> Iterator[Fact]:
    names = [step] if step is not None else list(PATHWAY)
    for name in names:
        row = case.steps.get(name)
        if row is None or row.status not in {StepStatus.WAITING, StepStatus.READY}:
            continue
        what = held_words(row.owner, row.trouble or row.waiting_for)
        due = f", due {in_words(row.due_on)}" if row.due_on else ""
        since = in_words(row.held_since.date())
        yield PATHWAY[name].title, f"{what} (since {since}{due})"


def _price(conn: Connection, case: CaseInHand) -> Iterator[Fact]:
    price = newest_price(conn, case_id=case.id)
    if price is None:
        yield "Price", "not priced yet"
    elif price.basis.get("unpriced_lines"):
        yield "Price", f"{pounds(price.net_pence)} net so far; bespoke lines have no figure yet"
    else:
        vat = f"{pounds(price.net_pence)} + VAT {pounds(price.vat_pence)}"
        yield "Price", f"{vat} = {pounds(price.total_pence)}"


def _of_step(
    conn: Connection, case: CaseInHand, step: StepName | None, today: date
) -> Iterator[Fact]:
    if step is StepName.TENDER:
        yield from _competition(conn, case)
    elif step in _OF_GRANT or step is None:
        yield from _grant(conn, case, today)
    elif step is StepName.ASSIGN:
        offer = live_offer(conn, case_id=case.id)
        if offer is not None:
            yield "Offered to", f"{offer.contractor}, at {pounds(offer.net_pence)} net"
    elif step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        yield from _order(conn, case, step)


def _competition(conn: Connection, case: CaseInHand) -> Iterator[Fact]:
    found = competition_of(conn, case_id=case.id)
    if found is None:
        return
    yield "Quotes by", in_words_of(found.deadline)
    said = {row.contractor: row.status for row in answers(conn, award_id=found.award_id)}
    for code in invited(found):
        yield code, _ANSWERED.get(said.get(code, ""), "no answer yet")


def _grant(conn: Connection, case: CaseInHand, today: date) -> Iterator[Fact]:
    price = price_to_reckon(conn, case_id=case.id)
    if price is None:
        return
    found = reckoned(conn, case=case.row, price=price, today=today).grant
    left = found.own_contribution_pence + found.uncovered_pence
    words = f"{pounds(found.grant_pence)} of {pounds(found.expense_pence)}"
    yield "Grant as it would be today", f"{words}; {pounds(left)} is left to the client"
    for line in funding_lines(conn, case_id=case.id):
        kind = line.kind.replace("_", " ").capitalize()
        yield kind, f"{line.description}: {pounds(line.amount_pence)}"


def _order(conn: Connection, case: CaseInHand, step: StepName) -> Iterator[Fact]:
    order = live_order(conn, case_id=case.id)
    if order is None:
        return
    began = f", began {in_words(order.started_on)}" if order.started_on else ", not begun"
    done = f", said to be complete {in_words(order.completed_on)}" if order.completed_on else ""
    yield "Order", f"{order.number}, {order.contractor}{began}{done}"
    if step is StepName.SIGN_OFF:
        left = "; ".join(what for _, what in outstanding(inspected(conn, order=order)))
        yield "Outstanding", left or "nothing"
    if step is StepName.PAY:
        yield "Invoice", _invoice_words(newest_invoice(conn, order_id=order.id))
        yield from _contract(conn, case, order)


def _contract(conn: Connection, case: CaseInHand, order: AnyRow) -> Iterator[Fact]:
    """Yield what an invoice has to be held against, whoever pays it."""
    price = price_by_id(conn, price_id=order.price_id)
    terms = contract_terms(conn, case=case.row, party=party_of_price(price))
    yield "Addressed to", terms.invoice_to
    for one in terms.on_invoices[:2]:
        yield one.title, f"{one.answer}: {one.reason}"


def _invoice_words(invoice: AnyRow | None) -> str:
    if invoice is None:
        return "none is recorded"
    return f"{invoice.number}, {pounds(invoice.total_pence)} with VAT, {invoice.status}"

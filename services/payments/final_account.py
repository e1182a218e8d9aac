"""The final account of a case: its orders, its payers, and what was saved, on one page."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from adapters import documents
from models import order_account as accounts
from models.asked import rows
from models.base import AnyRow
from models.case_queries import approval_of, case_row, orders_on, price_lines
from models.order_account import order_account
from models.order_versions import versions_of
from rules.documents.items import Item, item_of
from rules.errors import BrokenStateError, UnknownReferenceError
from rules.grants.payers import HOW_WORDS
from rules.money import pounds
from rules.orders import GROUNDS
from rules.pathway import CaseStatus
from rules.paying import Payee
from rules.payments.account import CaseAccount
from rules.payments.final import ChargePaid, FinalAccount, Paying, lines_of, settled_of
from services.documents.papers import on_every_paper
from services.grants.charges_after import TO_APPLICANT, charges_paid
from services.grants.payers import cover_of
from services.grants.proportions import cheaper, reduction

COLUMNS: Final = (
    *("order", "item", "what", "first_pence", "varied_pence", "ordered_pence"),
    *("invoiced_pence", "held_pence", "paid_pence", "to_pay_pence"),
)
"""The columns of its lines in a file."""


def final_account(conn: Connection, *, case: AnyRow, today: date) -> FinalAccount:
    """Return the account of a case as it stands.

    Raises:
        UnknownReferenceError: No grant is approved on it.
        BrokenStateError: It does not add up.
    """
    approval = approval_of(conn, case_id=case.id)
    if approval is None or approval.outcome != "approved":
        raise UnknownReferenceError(
            f"No grant is approved on {case.reference}, so there is no account of it.",
            next_step="It is there once the grant is approved.",
        )
    try:
        return _account(conn, case, approval, today)
    except ValueError as error:
        raise BrokenStateError(
            f"The account of {case.reference} does not add up.",
            why=str(error),
            next_step="Run `handrail verify`.",
        ) from error


def account_of(conn: Connection, *, reference: str, today: date) -> FinalAccount:
    """Return the account of the case of a reference.

    Raises:
        UnknownReferenceError: There is no such case, or no grant is approved on it.
    """
    return final_account(conn, case=case_row(conn, reference=reference), today=today)


def _account(conn: Connection, case: AnyRow, approval: AnyRow, today: date) -> FinalAccount:
    orders = [one for one in orders_on(conn, case_id=case.id) if one.status != "cancelled"]
    kept = [order_account(conn, order=one) for one in orders]
    over = case.status in (CaseStatus.PAID, CaseStatus.CLOSED)
    whole = CaseAccount(approved_pence=approval.works_pence, orders=tuple(kept), over=over)
    paid = [row for one in orders for row in rows(conn, accounts.PAYMENTS, order_id=one.id)]
    council = sum(row.amount_pence for row in paid) - sum(one.refunded_pence for one in kept)
    return FinalAccount(
        **on_every_paper(conn, case=case),
        as_on=today,
        over=over,
        approved_pence=approval.works_pence,
        fees_pence=approval.fees_pence,
        lines=tuple(
            line
            for order, one in zip(orders, kept, strict=True)
            for line in lines_of(one, words=_words(conn, order))
        ),
        settled_pence=settled_of(whole),
        owed_back_pence=whole.owed_back_pence,
        paid_pence=whole.paid_pence,
        council_pence=council,
        to_applicant_pence=sum(row.amount_pence for row in paid if row.payee == Payee.APPLICANT),
        held_pence=whole.held_pence,
        to_pay_pence=whole.to_pay_pence,
        saved_pence=whole.saved_pence,
        payers=_payers(conn, approval),
        charges_paid=tuple(
            ChargePaid(row.description, _why(row), row.paid_on, row.amount_pence)
            for row in charges_paid(conn, case_id=case.id)
        ),
        **_cheaper(conn, approval),
    )


def _why(row: AnyRow) -> str:
    ground = GROUNDS[row.ground]
    whom = f"; to {row.supplier or TO_APPLICANT} on {row.invoice}" if row.invoice else ""
    return f"{ground.words} ({ground.section}){whom}"


def _cheaper(conn: Connection, approval: AnyRow) -> dict[str, Any]:
    """Return how the works came out cheaper, and what was decided of the grant for it (s.42)."""
    found = cheaper(conn, approval=approval)
    return {"cheaper": found, "reduced": reduction(conn, approval=approval, cheaper=found)}


def _words(conn: Connection, order: AnyRow) -> dict[Item, str]:
    """Return what each line of any version of an order is."""
    versions = [one.price_id for one in versions_of(conn, order_id=order.id)]
    lines = (row for one in (*versions, order.price_id) for row in price_lines(conn, price_id=one))
    return {item_of(line=row.line, covers=row.covers): row.description for row in lines}


def _payers(conn: Connection, approval: AnyRow) -> tuple[Paying, ...]:
    """Return who pays the works as approved and the fees, and what is covered by nobody."""
    cover = cover_of(conn, approval=approval)
    less = cover.grant_pence != approval.grant_pence
    how = (
        f"in proportion (s.42); {pounds(approval.grant_pence)} was approved" if less else "approved"
    )
    found = [Paying("Grant", how, cover.grant_pence)]
    if cover.top_up_pence:
        found.append(Paying("Discretionary top-up", "approved", cover.top_up_pence))
    found += [Paying(one.payer, HOW_WORDS[one.how], one.amount_pence) for one in cover.shares]
    approved = approval.works_pence + approval.fees_pence
    if cover.cost_pence < approved:
        words = "the works came out cheaper, and each pays in proportion (s.42)"
        found.append(Paying("Not needed", words, approved - cover.cost_pence))
    left = approved - sum(one.pence for one in found)
    if left > 0:
        found.append(Paying("Nobody yet", "to be agreed before the order", left))
    elif left < 0:
        found.append(Paying("More than is needed", "held or agreed, and not spent", left))
    return tuple(found)


def account_pdf(account: FinalAccount) -> tuple[bytes, str]:
    """Return the account as a document, and its ending: PDF, or its page where none can be made."""
    html = documents.render_html(template="final_account.html", paper=account)
    pdf = documents.render_pdf(html)
    return (html.encode(), "html") if pdf is None else (pdf, "pdf")


def account_view(account: FinalAccount) -> dict[str, Any]:
    """Return it for ``--json``: the sums, its lines and its payers."""
    names = (
        *("approved_pence", "fees_pence", "paid_pence", "council_pence", "to_applicant_pence"),
        "held_pence",
        *("to_pay_pence", "owed_back_pence", "settled_pence", "saved_pence", "over"),
    )
    return {
        "reference": account.case_reference,
        "as_on": account.as_on.isoformat(),
        **{name: getattr(account, name) for name in names},
        "cheaper": account.cheaper and asdict(account.cheaper) | {"reduced": account.reduced},
        "lines": [{name: getattr(one, name) for name in COLUMNS} for one in account.lines],
        "charges_paid": [
            {"what": one.what, "why": one.why, "on": one.on.isoformat(), "pence": one.pence}
            for one in account.charges_paid
        ],
        "payers": [{"who": one.who, "how": one.how, "pence": one.pence} for one in account.payers],
    }

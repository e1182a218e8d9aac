"""Remittance advice of a run, to each contractor or applicant that is paid: written, told once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters import clock
from models import outbox
from models.base import AnyRow, rows_by
from models.case_queries import case_row
from models.contacts import client_of, contractor_of
from models.tables.payments import ApplicantAccount, BankAccount, PaymentRun, SentPayment
from models.tables.record import Outbox
from models.tables.reference import Authority
from models.tables.works import Payment
from rules.cis import PERCENT, UNMATCHED, tax_month
from rules.clocks.dates import london_date
from rules.documents.paper_lines import Contact
from rules.documents.remittance import RemittancePaper, RemittedLine
from rules.payment_runs import attempt_of
from services.documents.keep import write_document
from services.payments.cis import GROSS, GROSS_WITH_VAT, gross_of, status_on, utr_of
from services.payments.runs import SENT
from services.payments.terms import employer_reference
from services.session import reading, writing

_RUN: Final = rows_by(PaymentRun, "id")
_TOLD: Final = rows_by(Outbox, "key")
_LATEST: Final = select(PaymentRun.id).order_by(PaymentRun.id.desc()).limit(20)
_OF_RUN: Final = (
    SENT.add_columns(
        Payment.labour_pence,
        Payment.cis_percent,
        func.coalesce(BankAccount.ending, ApplicantAccount.ending).label("ending"),
        GROSS.label("gross_parts_net"),
        GROSS_WITH_VAT.label("gross_parts_total"),
    )
    .outerjoin(BankAccount, BankAccount.id == SentPayment.account_id)
    .outerjoin(ApplicantAccount, ApplicantAccount.id == SentPayment.applicant_account_id)
)
_AUTHORITY: Final = rows_by(Authority, "code")
_KINDS: Final = {
    "contractor": "remittance_to_contractor",
    "applicant": "remittance_to_applicant",
}


def remit(*, run: int, now: datetime) -> int:
    """Put the remittance advice of a run in the outbox; return how many were not there already.

    Raises:
        StorageError: A document cannot be written; those told before stay told.
    """
    with reading() as conn:
        papers = list(remittances(conn, run))
        left = [
            (to, paper)
            for to, paper in papers
            if not conn.execute(_TOLD, {"key": _key(run, to)}).all()
        ]
    messages = [_message(run, paper, key=_key(run, to), now=now) for to, paper in left]
    with writing() as conn:
        outbox.add(conn, messages)
    return len(messages)


def remit_left() -> int:
    """Tell of the latest runs what was not told, such as after a crash; return how many."""
    with reading() as conn:
        runs = list(conn.execute(_LATEST).scalars())
    return sum(remit(run=run, now=clock.now()) for run in runs)


def _key(run: int, to: str) -> str:
    return f"remittance:{run}:{to}"


def remittances(conn: Connection, run: int) -> Iterator[tuple[str, RemittancePaper]]:
    """Yield the advice of a run to everybody that it pays: by a contractor's code, or by case."""
    row = conn.execute(_RUN, {"id": run}).one()
    authority = conn.execute(_AUTHORITY, {"code": row.authority}).one()
    sender = Contact(
        name=authority.name, email=authority.email, address=authority.address, phone=authority.phone
    )
    paid: dict[str, list[AnyRow]] = defaultdict(list)
    for one in conn.execute(_OF_RUN.where(SentPayment.run_id == run)):
        paid[f"case:{one.reference}" if one.to_applicant else one.contractor].append(one)
    made_on = london_date(row.made_at)
    employer = employer_reference(conn, authority=row.authority, on=made_on)
    for code, rows in sorted(paid.items()):
        under_cis = any(one.cis_percent is not None for one in rows)
        held = status_on(conn, contractor=code, on=made_on) if under_cis else None
        unmatched = any(one.cis_percent == PERCENT[UNMATCHED] for one in rows)
        yield (
            code,
            RemittancePaper(
                run=run,
                authority=sender,
                payee=client_of(case_row(conn, reference=rows[0].reference))
                if rows[0].to_applicant
                else contractor_of(conn, code=code),
                to_case=rows[0].case_id if rows[0].to_applicant else None,
                made_on=made_on,
                account_ending=rows[0].ending,
                verification=held.verification if held and unmatched else "",
                utr=utr_of(held),
                employer_reference=employer if under_cis else "",
                tax_month_ends=tax_month(rows[0].released_on)[1] if under_cis else None,
                lines=tuple(map(_line, rows)),
                total_pence=sum(one.sent_pence for one in rows),
            ),
        )


def _line(one: AnyRow) -> RemittedLine:
    return RemittedLine(
        payment=attempt_of(payment_id=one.id, attempt=one.attempt),
        case_reference=one.reference,
        order_number=one.order_number,
        invoice_number=one.invoice,
        released_pence=one.amount_pence,
        deducted_pence=one.deducted_pence,
        labour_pence=one.labour_pence,
        percent=one.cis_percent,
        gross_pence=None if one.cis_percent is None else gross_of(one),
        contractor_name=one.firm,
    )


def _message(run: int, paper: RemittancePaper, *, key: str, now: datetime) -> dict[str, Any]:
    written = write_document(kind="remittance", version=1, paper=paper)
    ending = written.path.rpartition(".")[2]
    to, whose = paper.payee, "contractor" if paper.to_case is None else "applicant"
    name = f"Remittance advice {run}.{ending}"
    payments = [
        {
            "invoice": line.invoice_number,
            "order": line.order_number,
            "contractor": line.contractor_name,
            "paid_pence": line.paid_pence,
        }
        for line in paper.lines
    ]
    payload = {
        "kind": _KINDS[whose],
        "to": to.email or paper.authority.email,
        "by_post_to": "" if to.email else f"{to.name}\n{to.address}".strip(),
        "reply_to": paper.authority.email,
        "context": {
            f"{whose}_name": to.name,
            "run": run,
            "total_pence": paper.total_pence,
            "payments": payments,
            "authority_name": paper.authority.name,
            "authority_email": paper.authority.email,
        },
        "attachments": [{"name": name, "path": written.path, "sha256": written.sha256}],
    }
    return outbox.message_row(key=key, case_id=paper.to_case, payload=payload, now=now)

"""Payment runs: released payments collected once, and the files that are made of them.

A run is a person's decision. Its files are made once and kept: whoever asks again is given the same
bytes. A payment is in one run; only one that bounced may be in another, once other bank details
were confirmed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, case, exists, func, insert, select

from adapters.bank_file import Transfer, transfers_file
from adapters.sealing import bank_key, sealed
from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.people import acting
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.payments import PaymentRun, SentPayment
from models.tables.reference import Authority
from models.tables.works import Invoice, Payment, WorkOrder
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason
from rules.errors import ChangedMeanwhileError, InvalidDecisionError
from rules.money import pounds
from rules.paying import Payee, check_may_pay
from rules.payment_runs import Account, Line, attempt_of, ledger_file
from rules.people import Actor, may_see
from services.payments.accounts import in_force
from services.payments.applicant_accounts import applicant_in_force
from services.payments.terms import own_account, terms_on

_LIVE: Final = exists().where(SentPayment.payment_id == Payment.id, SentPayment.state != "bounced")
_TO_APPLICANT: Final = Payment.payee == Payee.APPLICANT
PAID_BY_RUN: Final = (
    select(
        Payment.id,
        Payment.amount_pence,
        Payment.deducted_pence,
        Payment.released_on,
        Payment.released_by,
        Invoice.number.label("invoice"),
        Invoice.dated,
        Invoice.contractor,
        Contractor.name.label("firm"),
        case((_TO_APPLICANT, Case.client_name), else_=Contractor.name).label("payee"),
        case((_TO_APPLICANT, True), else_=False).label("to_applicant"),
        WorkOrder.number.label("order_number"),
        Case.id.label("case_id"),
        Case.reference,
        Case.authority,
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .join(Case, Case.id == WorkOrder.case_id)
    .join(Contractor, Contractor.code == Invoice.contractor)
)
_DUE: Final = PAID_BY_RUN.where(
    Payment.deducted_pence.is_not(None), Payment.amount_pence > Payment.deducted_pence, ~_LIVE
).order_by(Case.authority, Payment.id)
_LAST_TRY: Final = (
    select(SentPayment.payment_id, func.max(SentPayment.attempt).label("attempt"))
    .group_by(SentPayment.payment_id)
    .subquery()
)
_BOUNCED: Final = select(
    SentPayment.payment_id,
    SentPayment.attempt,
    func.coalesce(SentPayment.account_id, SentPayment.applicant_account_id).label("account_id"),
    SentPayment.why,
).join(
    _LAST_TRY,
    and_(
        _LAST_TRY.c.payment_id == SentPayment.payment_id, _LAST_TRY.c.attempt == SentPayment.attempt
    ),
)
RUNS: Final = rows_by(PaymentRun).order_by(PaymentRun.id.desc())
RUN: Final = rows_by(PaymentRun, "id")
SENT: Final = (
    PAID_BY_RUN.join(SentPayment, SentPayment.payment_id == Payment.id)
    .add_columns(
        SentPayment.id.label("sent_id"),
        SentPayment.run_id,
        SentPayment.attempt,
        SentPayment.amount_pence.label("sent_pence"),
        SentPayment.state,
        SentPayment.said_on,
        SentPayment.why,
    )
    .order_by(SentPayment.id)
)
_KEEP_RUN: Final = insert(PaymentRun).returning(PaymentRun.id)
_KEEP_SENT: Final = insert(SentPayment)


class Due(NamedTuple):
    """A released payment that is in no run.

    Args:
        paid_pence: What leaves: less what is deducted for CIS.
        against: Why no run takes it, or an empty string.
        attempt: Which sending of it the next is.
    """

    row: AnyRow
    paid_pence: int
    account_id: int
    account: Account | None
    attempt: int
    against: str


def payments_due(conn: Connection, *, viewer: Actor, authority: str = "") -> list[Due]:
    """Return released payments that are in no run, or bounced, of authorities somebody serves."""
    before = {row.payment_id: row for row in conn.execute(_BOUNCED)}
    accounts: dict[tuple[bool, str], tuple[int, Account] | None] = {}
    found = []
    for row in conn.execute(_DUE):
        if not may_see(viewer, authority=row.authority) or authority not in ("", row.authority):
            continue
        whose = row.reference if row.to_applicant else row.contractor
        if (row.to_applicant, whose) not in accounts:
            accounts[row.to_applicant, whose] = (
                applicant_in_force(conn, case_id=row.case_id, reference=whose)
                if row.to_applicant
                else in_force(conn, contractor=whose)
            )
        found.append(_due(row, accounts[row.to_applicant, whose], before.get(row.id)))
    return found


def _due(row: AnyRow, held: tuple[int, Account] | None, last: AnyRow | None) -> Due:
    against = ""
    if held is None:
        against = f"No bank details of {row.payee} are confirmed."
    elif last is not None and last.account_id == held[0]:
        against = f"It bounced ({last.why}): the bank details have to be corrected first."
    number, account = held or (0, None)
    attempt = last.attempt + 1 if last is not None else 1
    return Due(row, row.amount_pence - row.deducted_pence, number, account, attempt, against)


def make_run(
    conn: Connection,
    *,
    authority: str,
    by: str,
    reason: str,
    now: datetime,
    payments: Sequence[int] = (),
) -> tuple[int, bool]:
    """Make a run of an authority's payments; return its number, and whether it was made before.

    Args:
        payments: The payments that were seen, by number; none for all that wait.

    Raises:
        ChangedMeanwhileError: Others wait than were seen.
        HandrailError: The person or the reason does not allow it, or nothing waits.
    """
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    check_may_pay(actor=actor, what="a payment run", authority=authority)
    check_reason(reason, what="A payment run")
    ready = [
        one for one in payments_due(conn, viewer=actor, authority=authority) if not one.against
    ]
    made = _made_of(conn, payments)
    if made is not None:
        return made, True
    if not ready:
        raise InvalidDecisionError(
            f"No released payment of {authority} waits for a run.",
            why=_last_words(conn, authority),
            next_step="A run that was made gives the same files again: `handrail payments run`.",
        )
    if payments and sorted(payments) != sorted(one.row.id for one in ready):
        raise ChangedMeanwhileError(
            "Other payments wait now than those that you saw.",
            next_step="Look at them as they are now, and make the run again.",
        )
    return _keep(conn, ready, authority=authority, actor=actor, reason=reason, now=now), False


def _made_of(conn: Connection, payments: Sequence[int]) -> int | None:
    """Return the run that was made of just these payments, if there is one."""
    if not payments:
        return None
    sent = list(conn.execute(SENT.where(Payment.id.in_(payments))))
    for run in {row.run_id for row in sent if row.state != "bounced"}:
        of_run = conn.execute(SENT.where(SentPayment.run_id == run))
        if sorted(row.id for row in of_run) == sorted(payments):
            return int(run)
    return None


def _last_words(conn: Connection, authority: str) -> str:
    last = next((row for row in conn.execute(RUNS) if row.authority == authority), None)
    if last is None:
        return "None was made so far."
    when = f"{london_date(last.made_at):%-d %B %Y}"
    return (
        f"The last is run {last.id} of {when}, {pounds(last.total_pence)}; its file for the ledger "
        f"is unchanged (SHA-256 {last.ledger_sha256[:12]}…)."
    )


def _keep(
    conn: Connection,
    ready: Sequence[Due],
    *,
    authority: str,
    actor: Actor,
    reason: str,
    now: datetime,
) -> int:
    today = london_date(now)
    terms = terms_on(conn, authority=authority, on=today)
    row = {
        "authority": authority,
        "made_by": actor.identity,
        "made_at": now,
        "payments": len(ready),
        "total_pence": sum(one.paid_pence for one in ready),
        "ledger": "",
        "ledger_sha256": "",
    }
    number = _next_number(conn)
    ledger = ledger_file([_line(one, number) for one in ready], terms.columns)
    bank = _bank_file(conn, ready, number, authority=authority, now=now, on=today)
    row |= {"id": number, "ledger": ledger, "ledger_sha256": _sha256(ledger)}
    if bank:
        kept = sealed(bank.encode(), key=bank_key(), about=f"run:{number}")
        row |= {"bank": kept, "bank_sha256": _sha256(bank)}
    conn.execute(_KEEP_RUN, row)
    conn.execute(_KEEP_SENT, [_sent(one, number) for one in ready])
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action="payment run",
        reason=reason,
        detail={
            "run": number,
            "authority": authority,
            "payments": [one.row.id for one in ready],
            "total_pence": row["total_pence"],
            "ledger_sha256": row["ledger_sha256"],
            "bank_sha256": row.get("bank_sha256", ""),
        },
    )
    return number


def _next_number(conn: Connection) -> int:
    """Return the next run's number; whoever makes one has the service's turn."""
    return int(conn.execute(select(func.coalesce(func.max(PaymentRun.id), 0))).scalar_one()) + 1


def _sent(one: Due, run: int) -> dict[str, Any]:
    return {
        "run_id": run,
        "payment_id": one.row.id,
        "attempt": one.attempt,
        "account_id": None if one.row.to_applicant else one.account_id,
        "applicant_account_id": one.account_id if one.row.to_applicant else None,
        "amount_pence": one.paid_pence,
        "state": "sent",
    }


def _line(one: Due, run: int) -> Line:
    row = one.row
    return Line(
        run=run,
        payment=attempt_of(payment_id=row.id, attempt=one.attempt),
        authority=row.authority,
        case=row.reference,
        order=row.order_number,
        invoice=row.invoice,
        invoice_dated=row.dated,
        contractor="" if row.to_applicant else row.contractor,
        payee=row.payee,
        released_pence=row.amount_pence,
        cis_pence=row.deducted_pence,
        paid_pence=one.paid_pence,
        released_on=row.released_on,
        released_by=row.released_by,
    )


def _bank_file(
    conn: Connection, ready: Iterable[Due], run: int, *, authority: str, now: datetime, on: date
) -> str:
    """Return the file for the bank; empty where the authority named no account of its own."""
    own = own_account(conn, authority=authority, on=on)
    if own is None:
        return ""
    transfers = [
        Transfer(
            attempt_of(payment_id=one.row.id, attempt=one.attempt),
            one.paid_pence,
            one.account,
            one.row.invoice,
        )
        for one in ready
        if one.account is not None
    ]
    name = conn.execute(select(Authority.name).where(Authority.code == authority)).scalar_one()
    return transfers_file(
        transfers, run=f"{authority}-{run}"[:35], made_at=now, on=on, by=name, own=own
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""A case of which an instalment is paid, credited and paid back, for the rules of its tables."""

from typing import Any, Final

from adapters import clock
from models.case_queries import case_row, orders_on
from models.database import reading
from models.tables import payment_lines, works
from services.payments.credited import RecordCredit, RecordRefund
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.valuing import ValueDone
from tests.factories import act, begin, case_at
from tests.small_service import FINN

PAYMENTS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_invoice_source_known", works.Invoice, {"number_key": "inv-99", "source": "fax"}),
    ("ck_invoice_sender_known", works.Invoice, {"number_key": "inv-99", "sender": "nobody"}),
    ("ck_payment_set_off_not_negative", works.Payment, {"set_off_pence": -1}),
    ("uq_payment_line_invoice_id_item", payment_lines.PaymentLine, {"net_pence": 1}),
    ("ck_interim_value_net_not_negative", payment_lines.InterimValue, {"net_pence": -1}),
    ("ck_refund_amount_positive", payment_lines.Refund, {"amount_pence": 0}),
    (
        "ck_payment_amount_not_negative",
        works.Payment,
        {"amount_pence": -1, "deducted_pence": None, "grant_pence": None},
    ),
    ("ck_payment_direct_not_negative", works.Payment, {"direct_pence": -1}),
]


def paid_in_parts(url: str, *, reference: str) -> None:
    """Let a line be valued, paid before completion, credited, and some of it paid back."""
    case_at(url, "works", reference=reference, route="call_off")
    today = clock.today()
    begin(url, reference, today)
    act(url, reference, ValueDone(today, ("1",)))
    act(url, reference, RecordInvoice(f"I-{reference}", today, 189_00, as_ordered=True))
    act(url, reference, Release(), by=FINN)
    act(url, reference, RecordCredit(f"C-{reference}", f"I-{reference}", 189_00))
    with reading(url) as conn:
        (order,) = orders_on(conn, case_id=case_row(conn, reference=reference).id)
    act(url, reference, RecordRefund(order.number, 1_00, today), by=FINN)

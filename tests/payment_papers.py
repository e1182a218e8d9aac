"""Papers about money that left, as a real case would fill them."""

from __future__ import annotations

from datetime import date

from rules.documents.remittance import RemittancePaper, RemittedLine
from rules.payments.final import AccountLine, FinalAccount, Paying
from tests.papers import AUTHORITY, CLIENT, CONTRACTOR, TITLE


def final_account() -> FinalAccount:
    """Return the account of a case of which one line is held."""
    line = AccountLine(
        order="WO-RUG-2026-00042",
        item="1",
        what="Level access shower tray",
        first_pence=1_000_00,
        varied_pence=-100_00,
        invoiced_pence=900_00,
        held_pence=200_00,
        paid_pence=700_00,
        to_pay_pence=0,
    )
    return FinalAccount(
        case_reference="DFG-2026-0042",
        authority=AUTHORITY,
        site_address=CLIENT.address,
        works_title=TITLE,
        as_on=date(2026, 5, 5),
        over=False,
        approved_pence=1_000_00,
        fees_pence=50_00,
        lines=(line,),
        settled_pence=0,
        owed_back_pence=0,
        paid_pence=700_00,
        council_pence=700_00,
        held_pence=200_00,
        to_pay_pence=0,
        saved_pence=100_00,
        payers=(Paying("Grant", "approved", 1_050_00),),
    )


def remittance() -> RemittancePaper:
    """Return the advice of one payment, of which CIS deducted something."""
    line = RemittedLine(
        payment="P1-1",
        case_reference="DFG-2026-0042",
        order_number="WO-RUG-2026-00042",
        invoice_number="A-1077",
        released_pence=1_600_00,
        deducted_pence=200_00,
        labour_pence=1_000_00,
        percent=20,
        gross_pence=1_333_33,
    )
    return RemittancePaper(
        run=1,
        authority=AUTHORITY,
        payee=CONTRACTOR,
        made_on=date(2026, 5, 5),
        account_ending="678",
        verification="",
        utr="1234567890",
        employer_reference="120/AB456",
        tax_month_ends=date(2026, 5, 5),
        lines=(line,),
        total_pence=1_400_00,
    )

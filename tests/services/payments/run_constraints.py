"""The rules of the tables of payment runs and the means test, and how each is broken."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from adapters import clock
from models.database import writing
from models.tables import payments
from models.tables.funding import MeansAssessment
from models.tables.works import Payment
from rules.grants.means_test import Basis
from services.grants.means import AssessMeans
from services.payments.cis import record_status
from services.payments.payee import PayApplicant
from services.payments.withholding import WithholdPayment
from tests.factories import case_at, decide
from tests.services.payments.test_payee import DETAILS
from tests.services.payments.test_runs import account, run, terms
from tests.small_service import AVON, FINN, NOW, REASON

RUNS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_bank_account_one_waits", payments.BankAccount, {}),
    ("ck_bank_account_state_known", payments.BankAccount, {"state": "lost"}),
    ("ck_bank_account_looked_by_another", payments.BankAccount, {"looked_by": FINN}),
    ("ck_bank_account_looked_at_once", payments.BankAccount, {"looked_at": None}),
    ("uq_applicant_account_waits", payments.ApplicantAccount, {}),
    (
        "ck_applicant_account_state_known",
        payments.ApplicantAccount,
        {"state": "lost", "looked_at": NOW},
    ),
    ("ck_applicant_account_looked_by_another", payments.ApplicantAccount, {"looked_by": FINN}),
    ("ck_applicant_account_looked_at_once", payments.ApplicantAccount, {"state": "refused"}),
    ("ck_sent_payment_to_one_account", payments.SentPayment, {"attempt": 9, "account_id": None}),
    ("ck_payment_payee_known", Payment, {"payee": "nobody"}),
    ("uq_paying_terms_authority_valid_from", payments.PayingTerms, {}),
    ("ck_payment_run_some_payment", payments.PaymentRun, {"payments": 0}),
    ("uq_sent_payment_payment_id_attempt", payments.SentPayment, {"state": "bounced"}),
    ("uq_sent_payment_once", payments.SentPayment, {"attempt": 9}),
    ("ck_sent_payment_state_known", payments.SentPayment, {"attempt": 9, "state": "lost"}),
    ("ck_sent_payment_amount_positive", payments.SentPayment, {"attempt": 9, "amount_pence": 0}),
    ("uq_cis_status_contractor_valid_from", payments.CisStatus, {}),
    (
        "ck_cis_status_status_known",
        payments.CisStatus,
        {"valid_from": date(2020, 1, 1), "status": "odd"},
    ),
    ("uq_withholding_one_live", payments.Withholding, {}),
    ("ck_payment_deducted_within", Payment, {"deducted_pence": 10**9}),
    ("ck_payment_amount_is_of_whom", Payment, {"received_pence": 10**9}),
    ("ck_means_assessment_basis_known", MeansAssessment, {"basis": "guess"}),
    ("ck_means_assessment_contribution_not_negative", MeansAssessment, {"contribution_pence": -1}),
]


def paid_in_run(url: str) -> None:
    """Send what was released in a run, withhold what was not, and assess a contribution."""
    account(url)
    terms(url)
    run(url)
    account(url, number="87654321", confirm=False)
    with writing(url) as conn:
        record_status(
            conn,
            contractor=AVON,
            status="net",
            utr="1234567890",
            verification="V1234567890",
            valid_from=clock.today(),
            by=FINN,
            reason=REASON,
            now=clock.now(),
        )
    held = case_at(url, "pay", reference="DFG-11")
    decide(url, held, WithholdPayment(clock.today()))
    decide(url, held, PayApplicant())
    decide(url, held, DETAILS, by=FINN)
    means = AssessMeans(Basis.OWNER, {"state pension": 210_00}, {"single person": 200_00})
    decide(url, case_at(url, "approve", reference="DFG-12"), means)

"""What comes after sign-off and what is sent to the bank, broken on purpose."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import CLOSED, PAID, Break

_DEFECT: Final = (
    "INSERT INTO defect (id, case_id, number, order_id, words, urgent, noticed_on, reported_by, "
    "reported_at) SELECT 999, c.id, 9, o.id, 'it drips', false, '2026-06-02', 'x', "
    "'2026-06-02 09:00:00' FROM \"case\" c, work_order o WHERE c.reference = $reference AND o."
)
_OWN: Final = "case_id = c.id"
_STEP: Final = (
    "INSERT INTO defect_step (id, case_id, defect_id, state, day, words, recorded_by, "
    "recorded_at) SELECT 999, id, 999, '{}', '2026-06-02', '', 'x', '2026-06-02 09:00:00' "
    'FROM "case" WHERE reference = $reference'
)
_MONEY: Final = (
    "INSERT INTO repayment (id, case_id, kind, amount_pence, day, charge_pence, disposed_on, "
    "recorded_by, recorded_at) SELECT 999, id, '{}', 100, '2026-07-01', 100, '{}', 'x', "
    "'2026-07-01 09:00:00' FROM \"case\" WHERE reference = $reference"
)
_BREACH: Final = (
    "INSERT INTO condition_breach (id, case_id, what, happened_on, words, recorded_by, "
    "recorded_at) SELECT 999, id, 'disposal', '2040-01-01', '', 'x', '2040-01-01 09:00:00' "
    'FROM "case" WHERE reference = $reference'
)
_RECOVERED: Final = (
    "INSERT INTO repayment (id, case_id, kind, amount_pence, day, charge_pence, ground, "
    "recorded_by, recorded_at) SELECT 999, id, 'demanded', 99999900, '2026-07-01', 99999900, "
    "'late', 'x', '2026-07-01 09:00:00' FROM \"case\" WHERE reference = $reference"
)
AFTERCARE: Final = (
    Break(
        PAID,
        "More is demanded back under s.42 than was paid of the grant: £999,999.00.",
        _RECOVERED,
    ),
    Break(
        PAID,
        "The contractor was paid on invoice INV-DFG-6, and nothing on record says that the "
        "applicant was told of it before the approval (s.39(1)).",
        "DELETE FROM outbox WHERE $case AND key <> "
        "replace(key, 'certificate_request_to_applicant', '')",
    ),
    Break(
        PAID,
        "The applicant was paid on invoice INV-DFG-6, and nobody decided it (s.39(2)).",
        "UPDATE payment SET payee = 'applicant' WHERE $invoice",
    ),
    Break(
        CLOSED,
        "A charge of £1.00 is registered; of the grant as it stands it is £0.00 (2008 General "
        "Consent).",
        "UPDATE decision SET kind = 'charge', facts = '{\"charge_pence\": 100}' WHERE id = "
        "(SELECT max(id) FROM decision WHERE $case)",
    ),
    Break(
        PAID,
        "More was waived and received than was demanded back, by -£1.00.",
        _MONEY.format("received", "2026-07-01"),
    ),
    Break(
        PAID,
        "More is demanded back than the 2008 General Consent allows.",
        _MONEY.format("demanded", "2040-01-01"),
    ),
    Break(PAID, "A condition is said to be broken when none ran (s.44).", _BREACH),
    Break(PAID, "Defect 9 was reported, and nothing says where it stands.", _DEFECT + _OWN),
    Break(
        PAID, "Defect 9 is of an order of another case.", _DEFECT + "case_id <> c.id AND o.id = 1"
    ),
    Break(
        PAID,
        "Defect 9 went from nothing to said to be put right.",
        f"{_DEFECT}{_OWN}; {_STEP.format('put_right')}",
    ),
    Break(
        CLOSED,
        "The case is closed, and defect 9 is reported.",
        f"{_DEFECT}{_OWN}; {_STEP.format('reported')}",
    ),
)

_RUN: Final = "payment run 999"
_SENT: Final = (
    "INSERT INTO payment_run (id, authority, made_by, made_at, payments, total_pence, ledger, "
    "ledger_sha256, bank, bank_sha256) VALUES (999, 'RBC', 'x', '2026-06-02 09:00:00', {}, 1, "
    "'', '', '', ''); "
    "INSERT INTO bank_account (id, contractor, details, ending, state, changed_by, changed_at) "
    "VALUES (999, 'AVON', '', '678', 'waiting', 'x', '2026-06-02 09:00:00'); "
    "INSERT INTO sent_payment (id, run_id, payment_id, attempt, account_id, amount_pence, state, "
    "why) SELECT 999, 999, min(id), 9, 999, 1, 'sent', '' FROM payment"
)
RUNS: Final = (
    Break(_RUN, "It says 2 payments of £0.01; 1 of £0.01 are in it.", _SENT.format(2)),
    Break(
        _RUN,
        "Payment 1 was sent as £0.01; £1,550.00 were released less CIS.",
        _SENT.format(1),
    ),
    Break(
        _RUN,
        "Payment 1 was sent to an account that is not its payee’s (s.39).",
        "; ".join([_SENT.format(1), "UPDATE payment SET payee = 'applicant'"]),
    ),
    Break(_RUN, "Payment 1 was sent to bank details that nobody confirmed.", _SENT.format(1)),
)

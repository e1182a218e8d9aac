"""What no approval can be, for the rules of its table."""

from typing import Any, Final

from models.tables import funding, works

GRANTS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    (
        "ck_approval_both_findings_or_neither",
        works.Approval,
        {"step_revision": 9, "necessary_id": None},
    ),
    ("ck_approval_outcome_known", works.Approval, {"step_revision": 9, "outcome": "perhaps"}),
    ("ck_approval_arithmetic_known", works.Approval, {"step_revision": 9, "arithmetic": "luck"}),
    ("ck_approval_again_for_known", works.Approval, {"step_revision": 9, "again_for": "luck"}),
    (
        "ck_approval_not_eligible_within_works",
        works.Approval,
        {"step_revision": 9, "not_eligible_pence": -1},
    ),
    ("uq_charge_payment_line_id", funding.ChargePayment, {}),
    ("ck_charge_payment_ground_known", funding.ChargePayment, {"line_id": 9, "ground": "luck"}),
    ("ck_charge_payment_amount_positive", funding.ChargePayment, {"line_id": 9, "amount_pence": 0}),
    ("ck_funding_line_kind_known", funding.FundingLine, {"kind": "gift"}),
    ("ck_funding_line_amount_positive", funding.FundingLine, {"amount_pence": 0}),
]

"""Grants whose figures are not reckoned in the order of their decision."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import ORDERED, PAID, Break

GRANTS: Final = (
    Break(
        ORDERED,
        "The grant of £1,600.00 is not reckoned of expense, maximum, contribution and what others "
        "put in, in the order of its decision.",
        "UPDATE approval SET arithmetic = NULL, funders_pence = 5 WHERE $case",
    ),
    Break(
        ORDERED,
        "The grant of £1,600.00 is not reckoned of expense, maximum, contribution and what others "
        "put in, in the order of its decision.",
        "UPDATE approval SET arithmetic = 'contribution_then_maximum', contribution_pence = 5 "
        "WHERE $case",
    ),
    Break(
        PAID,
        "Payment was deferred until 2027-01-01 (s.36), and released on 2026-06-01.",
        "UPDATE approval SET pay_from = '2027-01-01' WHERE $case",
    ),
    Break(
        ORDERED,
        "£1.00 of “Survey” is paid as of a case that has ended, and it is more than is recorded, "
        "or the case has not.",
        "INSERT INTO funding_line (id, case_id, kind, description, amount_pence, recorded_by, "
        "recorded_at) SELECT 99, case_id, 'fee', 'Survey', 100, 'tess@rbc.example', "
        "min(decided_at) FROM decision WHERE $case GROUP BY case_id; "
        "INSERT INTO charge_payment (id, case_id, line_id, ground, amount_pence, paid_on, "
        "decided_by) SELECT 99, case_id, 99, 'applicant_died', 100, '2026-06-01', "
        "'ada@rbc.example' FROM decision WHERE $case GROUP BY case_id",
    ),
    Break(
        ORDERED,
        "Approval 1 rests on no finding that s.24(3)(a) is met.",
        "UPDATE approval SET necessary_id = practicable_id WHERE $case",
    ),
    Break(
        ORDERED,
        "Approval 1 rests on no finding that s.24(3)(b) is met.",
        "UPDATE decision SET facts = '{\"practicable\": false}' "
        "WHERE $case AND kind = 'find-practicable'",
    ),
)

"""What no approval can be, for the rules of its table."""

from typing import Any, Final

from models.tables import works

GRANTS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    (
        "ck_approval_both_findings_or_neither",
        works.Approval,
        {"step_revision": 9, "necessary_id": None},
    ),
    ("ck_approval_outcome_known", works.Approval, {"step_revision": 9, "outcome": "perhaps"}),
    ("ck_approval_arithmetic_known", works.Approval, {"step_revision": 9, "arithmetic": "luck"}),
]

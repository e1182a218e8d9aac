"""Grants whose figures are not reckoned in the order of their decision."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import ORDERED, Break

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

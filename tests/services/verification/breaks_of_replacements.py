"""Orders that another contractor took over, broken on purpose."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import REPLACED, Break

_FIRST: Final = "WO-2026-00006"
REPLACEMENTS: Final = (
    Break(
        REPLACED,
        f"Another contractor took over from {_FIRST}, and what was done of it is not valued.",
        "DELETE FROM valued_line WHERE $order; DELETE FROM order_ending WHERE $order",
    ),
    Break(
        REPLACED,
        f"Whether another contractor took over from {_FIRST} is said otherwise by its order.",
        "UPDATE replacement SET withdrawn_at = CURRENT_TIMESTAMP WHERE $case",
    ),
    Break(
        REPLACED,
        "Whether AVON was replaced is said otherwise by its offer.",
        "UPDATE replacement SET withdrawn_at = CURRENT_TIMESTAMP WHERE $case",
    ),
    Break(
        REPLACED,
        f"What was done of {_FIRST} is valued, and was not inspected by then (s.37(4)).",
        "UPDATE replacement SET inspected_on = NULL WHERE $case",
    ),
    Break(
        REPLACED,
        f"{_FIRST} was paid before what was done of it was inspected (s.37(4)).",
        "UPDATE payment SET released_on = '2026-05-31' WHERE $invoice",
    ),
)

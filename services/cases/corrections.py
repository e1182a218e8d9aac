"""What every correction records: what was on record before, and what is after it."""

from collections.abc import Mapping
from typing import Any

from rules.errors import InvalidDecisionError


def before_and_after(
    before: Mapping[str, Any], after: Mapping[str, Any], *, what: str
) -> dict[str, dict[str, Any]]:
    """Return the facts of a correction: what differs, as it was and as it is, in plain values.

    Args:
        before: What was on record, as plain values.
        after: The same, as it is to be.
        what: What is corrected, for the refusal.

    Raises:
        InvalidDecisionError: Nothing differs.
    """
    names = [name for name in after if before[name] != after[name]]
    if not names:
        raise InvalidDecisionError(
            f"{what} says that already.", next_step="Nothing was changed; say what is wrong in it."
        )
    return {
        "before": {name: before[name] for name in names},
        "after": {name: after[name] for name in names},
    }

"""What is asked of whoever says what was done of an order, line by line."""

from typing import Any

from rules.decisions import particular


def done_in_full(hint: str) -> Any:
    """Return the particular of lines that were done in full.

    Args:
        hint: When each line is valued.
    """
    return particular(
        "A line done in full, or an item A, B, C of a package.",
        default=(),
        entry="LINE",
        label="Done in full",
        hint=hint,
        offers="ordered",
    )


def done_in_part(help_: str = "What was done of a line or item, in net pounds.") -> Any:
    """Return the particular of lines of which a part was done, each with its net sum."""
    return particular(
        help_,
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        example="2=450",
        label="Done in part",
        offers="ordered",
    )


def not_done() -> Any:
    """Return the particular of lines of which nothing was done."""
    return particular(
        "A line or item of which nothing was done.",
        default=(),
        entry="LINE",
        label="Not done",
        offers="ordered",
    )

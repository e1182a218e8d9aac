"""Whose money a payment is made of: which is used first, and what is left of each."""

from collections.abc import Mapping
from typing import Final

from rules.errors import InvalidTermsError

USUAL_ORDER: Final = ("received", "grant", "top_up")
"""What is used first where an authority has said nothing: others' money before the grant."""

WORDS: Final = {
    "received": "of what others paid in",
    "grant": "of the grant",
    "top_up": "of the council’s top-up",
}


def order_of(text: str) -> tuple[str, ...]:
    """Return an order such as ``grant; top_up; received``; the usual one where nothing is said.

    Raises:
        InvalidTermsError: It does not name each once.
    """
    named = tuple(filter(None, (one.strip() for one in text.split(";"))))
    if named and sorted(named) != sorted(USUAL_ORDER):
        raise InvalidTermsError(
            f"Name each of {', '.join(USUAL_ORDER)} once, with ; between.",
            next_step="Nothing was changed.",
        )
    return named or USUAL_ORDER


def spread(
    amount_pence: int, *, order: tuple[str, ...], held: Mapping[str, int], used: Mapping[str, int]
) -> dict[str, int]:
    """Return of which money a payment is, to the penny.

    Args:
        order: Which is used first.
        held: What there is of each for the case.
        used: What earlier payments of the case took of each.

    What is held may be less by the rounding of VAT: those pence are of what is used last.
    """
    left, found = amount_pence, {}
    for name in order:
        found[name] = min(left, max(0, held.get(name, 0) - used.get(name, 0)))
        left -= found[name]
    last = next((name for name in reversed(order) if held.get(name, 0)), order[-1])
    found[last] += left
    return found

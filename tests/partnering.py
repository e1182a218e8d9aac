"""A service whose partnership has agreed on a year, and a table of it as it was printed."""

from __future__ import annotations

from tests.factories import bring
from tests.small_service import TERMS

KINDS = ("partnership_budget", "partnership_capital", "partnership_terms", "printed_tables")


def partnered(url: str) -> str:
    """Bring in everything of a partnership's year."""
    for kind in KINDS:
        bring(url, kind, TERMS[kind])
    return url

"""Rows that the rules of what was found on a line refuse, and what there must be before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from models.tables import completion, works
from services.completion.inspecting import InspectLines
from tests.factories import case_at, decide

COMPLETION_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_inspection_result_known", works.Inspection, {"result": "fine"}),
    (
        "ck_inspection_quantity_found",
        works.Inspection,
        {"result": "cleared", "quantity": Decimal(1)},
    ),
    ("ck_finding_entry_said_known", completion.FindingEntry, {"said": "perhaps"}),
]


def snagged(url: str, *, reference: str) -> None:
    """Let a line have a snag."""
    case_at(url, "sign-off", reference=reference)
    decide(url, reference, InspectLines(snags={1: "it leaks"}))

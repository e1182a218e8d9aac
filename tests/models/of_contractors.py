"""Rows about contractors that their tables refuse, by the name of the rule."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from models.database import writing
from models.tables import contractors
from tests.small_service import NOW

EARLY: Final = date(1999, 1, 1)
CONTRACTORS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    (
        "uq_contractor_document_contractor_document_valid_from",
        contractors.ContractorDocument,
        {},
    ),
    (
        "ck_contractor_document_dates_in_order",
        contractors.ContractorDocument,
        {"document": "X", "valid_to": EARLY},
    ),
    (
        "ck_handed_document_state_known",
        contractors.HandedDocument,
        {"state": "lost", "looked_at": NOW},
    ),
    ("ck_handed_document_looked_at_once", contractors.HandedDocument, {"looked_at": NOW}),
    ("ck_handed_document_dates_in_order", contractors.HandedDocument, {"valid_to": EARLY}),
    ("uq_required_document_authority_document_trade", contractors.RequiredDocument, {}),
    (
        "ck_required_document_minimum_cover_positive",
        contractors.RequiredDocument,
        {"document": "ssip", "minimum_cover_pence": 0},
    ),
    ("uq_contractor_absence_contractor_first_day", contractors.ContractorAbsence, {}),
    (
        "ck_contractor_absence_days_in_order",
        contractors.ContractorAbsence,
        {"contractor": "BRIAR", "last_day": EARLY},
    ),
    ("uq_contractor_conflict_contractor_interest_in_whom", contractors.ContractorConflict, {}),
    (
        "ck_contractor_conflict_interest_in_known",
        contractors.ContractorConflict,
        {"contractor": "BRIAR", "interest_in": "moon"},
    ),
]


def handed(url: str) -> None:
    """Let a document of a contractor be handed in, its file left out."""
    kept = {"name": "a.pdf", "mime": "application/pdf", "path": "a", "sha256": "a", "size": 1}
    days = {"valid_from": NOW.date(), "valid_to": NOW.date()}
    row: dict[str, Any] = {
        "contractor": "AVON",
        "document": "ssip",
        "reference": "",
        "handed_by": "AVON",
    }
    with writing(url) as conn:
        row |= {"handed_at": NOW, "state": "waiting"}
        conn.execute(sa.insert(contractors.HandedDocument), row | kept | days)

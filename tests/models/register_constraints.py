"""Rows that the rules of the register of contractors refuse, and what there must be before."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from models.database import writing
from models.tables import contractors
from tests.factories import bring
from tests.small_service import NOW, TERMS

LATE: Final = NOW.date().replace(year=2025)

REGISTER_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    (
        "ck_handed_document_state_known",
        contractors.HandedDocument,
        {"state": "lost", "looked_at": NOW},
    ),
    ("ck_handed_document_looked_at_once", contractors.HandedDocument, {"looked_at": NOW}),
    ("ck_handed_document_dates_in_order", contractors.HandedDocument, {"valid_to": LATE}),
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
        {"contractor": "BRIAR", "last_day": LATE},
    ),
    ("uq_contractor_conflict_contractor_interest_in_whom", contractors.ContractorConflict, {}),
    (
        "ck_contractor_conflict_interest_in_known",
        contractors.ContractorConflict,
        {"contractor": "BRIAR", "interest_in": "moon"},
    ),
]


def registered(url: str) -> None:
    """Let there be documents required, absences, conflicts, and a document handed in."""
    for kind in ("required_documents", "contractor_absences", "contractor_conflicts"):
        bring(url, kind, TERMS[kind])
    _handed(url)


def _handed(url: str) -> None:
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

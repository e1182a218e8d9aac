"""Rows that the rules of what was found on a line refuse, and what there must be before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from models.tables import completion, works
from rules.cases import ReceivedKind
from services.completion.inspecting import InspectLines
from services.documents.received import ReceiveDocument
from services.orders.handing_in import HandIn
from tests.factories import case_at, decide

LATER: Final = {"valid_from": date(2027, 1, 1)}
COMPLETION_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_inspection_result_known", works.Inspection, {"result": "fine"}),
    (
        "ck_inspection_quantity_found",
        works.Inspection,
        {"result": "cleared", "quantity": Decimal(1)},
    ),
    ("ck_claim_document_shows_known", completion.ClaimDocument, {"shows": "hope", "line": None}),
    (
        "ck_claim_document_certificate_named",
        completion.ClaimDocument,
        {"shows": "before", "certificate": "gas"},
    ),
    (
        "ck_claim_document_refused_whole",
        completion.ClaimDocument,
        {"line": 2, "refused_by": "tess@rbc.example"},
    ),
    ("ck_claim_document_line_photographed", completion.ClaimDocument, {"shows": "servicing"}),
    (
        "ck_completion_terms_photographs_before_known",
        completion.CompletionTerms,
        LATER | {"photographs_before": "some"},
    ),
    (
        "ck_completion_terms_photographs_after_known",
        completion.CompletionTerms,
        LATER | {"photographs_after": "some"},
    ),
    (
        "ck_completion_terms_sample_up_to_not_negative",
        completion.CompletionTerms,
        LATER | {"sample_up_to_pence": -1},
    ),
    ("ck_finding_entry_said_known", completion.FindingEntry, {"said": "perhaps"}),
]


def snagged(url: str, *, reference: str) -> None:
    """Let a line have a snag, and a photograph show one before the works."""
    case_at(url, "sign-off", reference=reference)
    photo = ReceiveDocument(ReceivedKind.PHOTOGRAPH, "b.png", "image/png", "bb/b.png", "bb", 1)
    decide(url, reference, photo)
    decide(url, reference, HandIn(before={1: "doc:1"}))
    decide(url, reference, InspectLines(snags={1: "it leaks"}))

"""The rules of the tables of clients' views and assessors' findings, and how each is broken."""

from __future__ import annotations

from typing import Any, Final

from models.tables.agreement import ClientView, Confirmation
from services.completion.confirming import AskAssessor
from tests.factories import decide
from tests.small_service import NOW, TESS

AGREEMENT_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_client_view_case_id_number", ClientView, {}),
    ("ck_client_view_how_known", ClientView, {"number": 9, "how": "dream"}),
    ("ck_client_view_answered_by_one", ClientView, {"number": 9, "answered_by": TESS}),
    (
        "ck_client_view_answers_what_is_outstanding",
        ClientView,
        {"number": 9, "agrees": True, "answered_by": TESS, "answered_at": NOW},
    ),
    ("uq_confirmation_one_asked", Confirmation, {}),
    ("ck_confirmation_said_by_one", Confirmation, {"said_by": TESS}),
    ("ck_confirmation_said_what", Confirmation, {"meets": True}),
    (
        "ck_confirmation_said_or_withdrawn",
        Confirmation,
        {"said_by": TESS, "said_at": NOW, "meets": True, "withdrawn_at": NOW},
    ),
]


def assessor_asked(url: str, reference: str) -> None:
    """Let an assessor be asked to confirm the works of a case."""
    decide(url, reference, AskAssessor())

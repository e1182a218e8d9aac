"""The rules of the tables of contractors' links and questions, and how each is broken."""

from __future__ import annotations

from typing import Any, Final

from models.tables import links
from rules.cases import LinkOf
from services.links.decide import SendLink
from services.links.questions import Ask
from tests.factories import decide
from tests.small_service import AVON, TESS

LINKS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_contractor_link_name", links.ContractorLink, {}),
    ("ck_contractor_link_one_purpose", links.ContractorLink, {"name": "n", "offer_id": None}),
    ("uq_case_link_name", links.CaseLink, {}),
    ("ck_case_link_purpose_known", links.CaseLink, {"name": "n", "purpose": "officer"}),
    ("uq_contractor_question_case_id_number", links.ContractorQuestion, {}),
    (
        "ck_contractor_question_answered_by_one",
        links.ContractorQuestion,
        {"number": 9, "answered_by": TESS},
    ),
]


def asked_by_contractor(url: str, reference: str) -> None:
    """Let the contractor of a case have asked something, and its client have a link."""
    decide(url, reference, Ask("Is there a stopcock?"), by=AVON)
    decide(url, reference, SendLink(LinkOf.CLIENT), by=TESS)

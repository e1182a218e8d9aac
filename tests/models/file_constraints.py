"""Rows that the rules of files, people and personal data refuse."""

from __future__ import annotations

from typing import Any, Final

from models.tables import files, people, personal, record, reference
from tests.small_service import NOW, TESS

LATE: Final = NOW.date().replace(year=2025)
FILES_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_absence_days_in_order", reference.Absence, {"last_day": LATE}),
    ("ck_absence_covered_by_another", reference.Absence, {"covered_by": TESS}),
    ("uq_case_note_case_id_number_version", files.CaseNote, {}),
    ("ck_case_note_kind_known", files.CaseNote, {"number": 9, "kind": "rumour"}),
    (
        "ck_case_note_contractor_told_of_access_alone",
        files.CaseNote,
        {"number": 9, "for_contractor": True},
    ),
    ("ck_contact_change_whose_known", files.ContactChange, {"whose": "neighbour"}),
    ("ck_contact_change_field_known", files.ContactChange, {"field": "fax"}),
    ("uq_received_document_case_id_number", files.ReceivedDocument, {}),
    ("ck_received_document_kind_known", files.ReceivedDocument, {"number": 9, "kind": "pigeon"}),
    ("ck_received_document_mime_known", files.ReceivedDocument, {"number": 9, "mime": "text/html"}),
    ("ck_received_document_size_positive", files.ReceivedDocument, {"number": 9, "size": 0}),
    ("uq_desk_session_token_hash", people.DeskSession, {}),
    ("uq_council_account_issuer_subject", people.CouncilAccount, {"email": "ada@rbc.example"}),
    ("uq_invitation_token_hash", people.Invitation, {}),
    ("ck_invitation_purpose_known", people.Invitation, {"token_hash": "h", "purpose": "cake"}),
    ("uq_retention_proposal_one_open", personal.RetentionProposal, {}),
    ("ck_retention_proposal_status_known", personal.RetentionProposal, {"status": "lost"}),
    ("ck_retention_case_outcome_known", personal.RetentionCase, {"outcome": "lost"}),
    ("ck_legal_hold_ground_known", personal.LegalHold, {"ground": "whim"}),
    ("uq_own_letter_authority_version", reference.OwnLetter, {}),
    ("uq_returned_mail_outbox_id", record.ReturnedMail, {}),
    ("ck_returned_mail_settled_why_said", record.ReturnedMail, {"settled_why": "rang her"}),
]

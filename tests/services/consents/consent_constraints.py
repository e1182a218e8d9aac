"""The rules of the tables of consents, and how each is broken."""

from __future__ import annotations

from typing import Any, Final

from adapters import clock
from models.database import writing
from models.tables import cases, consents, reference
from rules.people import Role, of_one_case
from services.consents.certificates import AddJointOwner, RecordCertificate
from services.consents.landlord import LandlordAsks
from services.decisions.record import record_decision
from tests.factories import bring, case_at, decide, go
from tests.small_service import NOW, PERMISSIONS, REASON, TESS

CONSENTS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_case_tenancy_known", cases.Case, {"reference": "T", "tenancy": "squat"}),
    ("ck_case_covenant_known", cases.Case, {"reference": "T", "covenant": "maybe"}),
    ("uq_permission_one_a_clause", reference.Permission, {"clause": "9"}),
    ("uq_permission_one_without_clause", reference.Permission, {}),
    ("uq_joint_owner_case_id_kind_number", consents.JointOwner, {}),
    ("ck_joint_owner_kind_known", consents.JointOwner, {"number": 9, "kind": "tenant"}),
    ("ck_joint_owner_after_the_first", consents.JointOwner, {"number": 1}),
    ("uq_grant_certificate_one_of_joint", consents.GrantCertificate, {}),
    ("ck_grant_certificate_joint_after_first", consents.GrantCertificate, {"number": 1}),
    ("uq_tenant_authority_one_stands", consents.TenantAuthority, {}),
    (
        "ck_tenant_authority_how_known",
        consents.TenantAuthority,
        {"how": "heard", "withdrawn_at": NOW},
    ),
    ("uq_landlord_answer_case_id_number", consents.LandlordAnswer, {}),
    ("ck_landlord_answer_answer_known", consents.LandlordAnswer, {"number": 9, "answer": "yes"}),
    ("ck_landlord_answer_how_known", consents.LandlordAnswer, {"number": 9, "how": "heard"}),
    ("uq_landlord_question_case_id_number", consents.LandlordQuestion, {}),
    (
        "ck_landlord_question_answered_by_one",
        consents.LandlordQuestion,
        {"number": 9, "answered_by": TESS},
    ),
    ("uq_consent_terms_authority_valid_from", consents.ConsentTerms, {}),
    (
        "ck_consent_terms_first_after_request",
        consents.ConsentTerms,
        {"authority": "X", "first_reminder": 0},
    ),
    (
        "ck_consent_terms_second_after_first",
        consents.ConsentTerms,
        {"authority": "X", "second_reminder": 5},
    ),
    ("ck_consent_terms_renewed_before", consents.ConsentTerms, {"authority": "X", "renew_days": 0}),
]


def asked_by_landlord(url: str, case_ref: str) -> None:
    """Let a landlord have asked something, and an authority have a schedule of reminders."""
    header, oak = PERMISSIONS.strip().splitlines()
    bring(url, "permissions", f"{header}|clause\n{oak}|9")
    bring(
        url,
        "consent_terms",
        "authority|valid_from|first_reminder|second_reminder\n|2026-01-01|5|10",
    )
    case_at(url, "consent", reference=case_ref, tenure="private_tenant")
    decide(url, case_ref, AddJointOwner("landlord", "Mrs Lett"))
    go(case_ref)
    decide(url, case_ref, RecordCertificate("landlord-2"))
    landlord_asks(url, case_ref, "Who makes good?")


def landlord_asks(url: str, case_ref: str, question: str) -> None:
    """Let the landlord of a case ask something on their page."""
    with writing(url) as conn:
        record_decision(
            conn,
            reference=case_ref,
            decision=LandlordAsks(question),
            by=of_one_case(Role.LANDLORD, name="Mr Lett"),
            reason=REASON,
            now=clock.now(),
        )

"""The certificates of ss.21 and 22: forms, joint owners, the charge explained, history kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.case_queries import case_row
from models.consent_queries import certificates_wanted
from models.database import reading, writing
from models.tables.consents import GrantCertificate, JointOwner
from models.tables.record import Audit, Decision, Document, Outbox
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import StepStatus
from services.consents.certificates import AddJointOwner, RecordCertificate
from services.consents.corrections import WithdrawCertificate
from services.consents.owners import WithdrawJointOwner
from tests.factories import act, case_at, refused
from tests.looking import messages, rows, status_of, step_of
from tests.small_service import NOW

TODAY = NOW.date()


def held(url: str) -> list[dict[str, Any]]:
    return rows(url, GrantCertificate)


@pytest.mark.sqlite
def test_each_certificate_is_asked_for_with_its_form_to_sign(url: str) -> None:
    case_at(url, "certificates", tenure="private_tenant")
    (tenant,) = messages(url, "certificate_request_to_applicant")
    (owner,) = messages(url, "certificate_request_to_landlord")
    forms = [one for one in rows(url, Document) if one["kind"] == "certificate_form"]
    assert [one["version"] for one in forms] == [131, 161]
    assert [one["attachments"][0]["sha256"] for one in (tenant, owner)] == [
        one["sha256"] for one in forms
    ]
    pages = [(settings().documents_folder / one["html_path"]).read_text("utf-8") for one in forms]
    assert "If you apply as a tenant, there is no such charge" in pages[0]
    assert "Mr Lett" in pages[1]
    assert "charge" not in pages[1]
    assert "£5,000" in tenant["context"]["charge"]


@pytest.mark.parametrize("tenure", ["council_tenant", "private_tenant"])
def test_a_council_tenant_is_told_that_they_may_apply(sqlite_service: str, tenure: str) -> None:
    """Ombudsman 18 010 988."""
    case_at(sqlite_service, "certificates", tenure=tenure)
    (asked,) = messages(sqlite_service, "certificate_request_to_applicant")
    told = asked["context"]["charge"]
    assert ("You rent from the council, and may apply" in told) is (tenure == "council_tenant")


@pytest.mark.sqlite
def test_joint_owners_give_one_each_and_the_step_waits_for_all(url: str) -> None:
    reference = case_at(url, "certificates")
    act(url, reference, AddJointOwner("owner", "Mr Ashby"))
    refused(url, reference, AddJointOwner("owner", "Mr  Ashby"), InvalidDecisionError)
    refused(url, reference, AddJointOwner("landlord", "Mr Lett"), InvalidDecisionError)
    asked = messages(url, "certificate_request_to_applicant")
    assert asked[-1]["context"]["certificate"] == "owner’s certificate of Mr Ashby"
    act(url, reference, RecordCertificate("owner", signed_by="Mrs Ashby", shown="doc on file"))
    step = step_of(url, reference, "certificates")
    assert (step.owner, step.waiting_for) == ("applicant", "the owner-2's certificate")
    act(url, reference, RecordCertificate("owner-2"))
    assert status_of(url, reference, "certificates") is StepStatus.DONE
    assert [(one["kind"], one["number"]) for one in held(url)] == [("owner", None), ("owner", 2)]
    assert len(rows(url, JointOwner)) == 1
    for table in (Audit, Decision):
        assert "Mr Ashby" not in repr(rows(url, table))


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["owner-1", "owner-", "dog", "owner-99", "owner-x", ""])
def test_what_is_no_certificate_is_refused(url: str, name: str) -> None:
    reference = case_at(url, "certificates")
    refused(url, reference, RecordCertificate(name), InvalidDecisionError)


@pytest.mark.sqlite
def test_the_charge_is_explained_before_the_choice(url: str) -> None:
    reference = case_at(url, "certificates")
    early = RecordCertificate("owner", signed_on=TODAY - timedelta(days=9))
    assert (
        "before the charge was explained"
        in refused(url, reference, early, InvalidDecisionError).what
    )
    ahead = RecordCertificate("owner", explained_on=date(2030, 1, 1))
    refused(url, reference, ahead, InvalidDecisionError)
    told = TODAY - timedelta(days=10)
    signed = RecordCertificate("owner", signed_on=TODAY - timedelta(days=9), explained_on=told)
    act(url, reference, signed)
    assert held(url)[0]["explained_on"] == told


def test_a_letter_of_an_earlier_version_explained_nothing(url: str) -> None:
    reference = case_at(url, "certificates")
    with writing(url) as conn:
        for row in conn.execute(sa.select(Outbox.id, Outbox.payload)).all():
            payload = dict(row.payload)
            if "charge" in payload.get("context", {}):
                context = {k: v for k, v in payload["context"].items() if k != "charge"}
                changed = sa.update(Outbox).where(Outbox.id == row.id)
                conn.execute(changed.values(payload=payload | {"context": context}))
    error = refused(url, reference, RecordCertificate("owner"), InvalidDecisionError)
    assert "24 006 273" in error.why
    act(url, reference, RecordCertificate("owner", explained_on=TODAY))
    assert status_of(url, reference, "certificates") is StepStatus.DONE


def test_one_that_is_withdrawn_is_kept_and_another_is_held_in_its_place(url: str) -> None:
    reference = case_at(url, "certificates", tenure="private_tenant")
    act(url, reference, RecordCertificate("tenant"))
    act(url, reference, WithdrawCertificate("tenant"))
    act(url, reference, RecordCertificate("tenant"))
    act(url, reference, RecordCertificate("landlord", waived=True))
    first, second, third = held(url)
    assert [one["kind"] for one in (first, second, third)] == ["tenant", "tenant", "landlord"]
    assert first["withdrawn_at"] is not None
    assert (second["withdrawn_at"], third["status"]) == (None, "waived")
    assert status_of(url, reference, "certificates") is StepStatus.DONE


def test_a_joint_owner_recorded_by_mistake_is_taken_off_and_their_number_not_given_again(
    url: str,
) -> None:
    reference = case_at(url, "certificates")
    refused(url, reference, WithdrawJointOwner("owner-2"), StepNotOpenError)
    act(url, reference, AddJointOwner("owner", "Mr Wrong"))
    act(url, reference, RecordCertificate("owner"))
    assert status_of(url, reference, "certificates") is StepStatus.WAITING
    error = refused(url, reference, WithdrawJointOwner("owner-7"), InvalidDecisionError)
    assert "owner-2" in error.why
    act(url, reference, AddJointOwner("owner", "Mr Right"))
    act(url, reference, WithdrawJointOwner("owner-2"))
    assert status_of(url, reference, "certificates") is StepStatus.WAITING
    act(url, reference, AddJointOwner("owner", "Mrs Right"))
    with reading(url) as conn:
        wanted = certificates_wanted(conn, case=case_row(conn, reference=reference))
    assert wanted == ("owner", "owner-3", "owner-4")
    act(url, reference, RecordCertificate("owner-3"))
    error = refused(url, reference, WithdrawJointOwner("owner-3"), InvalidDecisionError)
    assert "Withdraw the certificate first" in error.next_step
    act(url, reference, WithdrawJointOwner("owner-4"))
    assert status_of(url, reference, "certificates") is StepStatus.DONE

"""The certificates of ss.21 and 22 asked for: each with its form to sign, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from adapters import clock
from models.base import AnyRow
from models.consent_queries import certificates_of, certificates_wanted, joint_owners
from models.contacts import client_of, landlord_of, officer_of
from rules.consents.certificates import certifies, explained
from rules.consents.tenure import certificate_key, certificate_name, form_version
from rules.documents.consent_papers import CertificateFormPaper
from rules.parties import Party
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, working_days_on
from services.cases.unit import at_step, seeing
from services.documents.keep import Written, keep_document, write_document
from services.documents.papers import on_every_paper

KIND: Final = "certificate_form"


@dataclass(frozen=True, slots=True)
class ToSign:
    """Certificates that are to be asked for.

    Args:
        step_revision: Which opening of the step they belong to.
        names: What they are called, such as ``owner-2``.
    """

    step_revision: int
    names: tuple[str, ...]


def certificates_to_ask(case_ref: str) -> ToSign | None:
    """Return the certificates that nobody has given yet; None where nothing is to be asked."""
    found: ToSign | None = None
    with at_step(case_ref, StepName.CERTIFICATES) as case:
        if case is not None:
            held = certificates_of(case.conn, case_id=case.id)
            needed = certificates_wanted(case.conn, case=case.row)
            names = tuple(name for name in needed if name not in held)
            found = ToSign(case.steps[StepName.CERTIFICATES].revision, names)
    return found


def write_forms(case_ref: str, asked: ToSign) -> tuple[Written, ...]:
    """Write the form of each certificate.

    Raises:
        StorageError: One could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        papers = [form_paper(conn, case=case, name=name) for name in asked.names]
    return tuple(
        write_document(
            kind=KIND, version=form_version(name, opening=asked.step_revision), paper=paper
        )
        for name, paper in zip(asked.names, papers, strict=True)
    )


def form_paper(conn: Connection, *, case: AnyRow, name: str) -> CertificateFormPaper:
    """Return the form of a certificate as it is printed, for whoever signs it."""
    today, (kind, _) = clock.today(), certificate_key(name)
    return CertificateFormPaper(
        **on_every_paper(conn, case=case),
        officer=officer_of(conn, case=case, on=today),
        client_name=case.client_name,
        signer=_signer(conn, case, name),
        kind=kind,
        statements=certifies(kind),
        charge="" if kind == "landlord" else explained(case.tenure),
    )


def _signer(conn: Connection, case: AnyRow, name: str) -> str:
    for owner in joint_owners(conn, case_id=case.id):
        if certificate_name(owner.kind, owner.number) == name:
            return str(owner.name)
    return landlord_of(conn, case=case).name if name == "landlord" else str(case.client_name)


def ask_for_certificates(case_ref: str, asked: ToSign, forms: Sequence[Written]) -> None:
    """Ask for every certificate that nobody has given yet, each with its form."""
    with at_step(case_ref, StepName.CERTIFICATES) as case:
        if case is None:
            return
        for name, form in zip(asked.names, forms, strict=True):
            _ask_for(case, name, form)
        landlords = all(name.startswith("landlord") for name in asked.names)
        holder = Party.LANDLORD if landlords else Party.CLIENT
        case.start_clock("return_certificates", holder=holder)
        case.move(
            StepName.CERTIFICATES,
            StepStatus.WAITING,
            owner="landlord" if landlords else "applicant",
            waiting_for=f"the {' and '.join(asked.names)}’s certificate",
        )


def _ask_for(case: CaseInHand, name: str, form: Written) -> None:
    """Ask the applicant, or the landlord, for one certificate, once for each opening."""
    kind, number = certificate_key(name)
    landlord = kind == "landlord"
    called = f"{'owner' if landlord else kind}’s certificate"
    if number is not None:
        called += f" of {_signer(case.conn, case.row, name)}"
    attached = keep_document(case, written=form, name=f"{case.reference} {name} certificate")
    tell(
        case,
        kind="certificate_request_to_landlord" if landlord else "certificate_request_to_applicant",
        once_for=f"{case.steps[StepName.CERTIFICATES].revision}:{name}",
        to=landlord_of(case.conn, case=case.row) if landlord else client_of(case.row),
        context={
            "certificate": called,
            "reply_by": working_days_on(case, case.days("return_certificates")),
            **({} if landlord else {"charge": explained(case.row.tenure)}),
        },
        attachments=[attached],
    )

"""What lawfully changes each table with columns that move, for the tests of edits beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from rules.agreement import ViewHow
from rules.appointments import Purpose
from rules.cases import ReceivedKind
from rules.clocks.pause_terms import PauseCause
from rules.grants.funding import FundingKind
from rules.grants.payers import PayerHow
from rules.pathway import CaseStatus, StepName
from rules.replacements import NextBy, ReplaceGround
from rules.tenders.routes import Route
from services.aftercare.survey import AnswerSurvey, CorrectSurvey
from services.assignment.decide import AnswerOffer
from services.clocks.pausing import EndPause, Pause
from services.competitions.competition import AwardQuote
from services.competitions.quoting import RecordQuote, WithdrawQuote
from services.competitions.routing import ChooseRoute
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import HoldCertificate
from services.completion.confirming import AskAssessor, AssessorConfirms
from services.completion.corrections import CorrectCertificate
from services.completion.refusing import RefuseHandedIn
from services.consents.authority import RecordAuthority, WithdrawAuthority
from services.consents.certificates import AddJointOwner, RecordCertificate
from services.consents.corrections import CorrectConsent, WithdrawCertificate
from services.consents.landlord import AnswerLandlord
from services.consents.owners import WithdrawJointOwner
from services.decisions.exits import Exit
from services.documents.received import ReceiveDocument, WithdrawDocument
from services.grants.funding import RecordFunding
from services.grants.payer import RecordPayer
from services.links.questions import AnswerQuestion, Ask
from services.orders.appointments import Appoint, MoveAppointment
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.handing_in import HandIn
from services.orders.replacing import ReplaceContractor
from services.orders.taken_back import WithdrawReplacement
from services.orders.varying import ApproveVariation
from services.orders.works import StartWorks
from services.payments.applicant_accounts import LookAtApplicantAccount
from services.payments.payee import PayApplicant
from services.payments.release import Release
from services.payments.withholding import LiftWithholding, WithholdPayment
from tests.factories import act, decide, usual_decision
from tests.services.consents.consent_constraints import landlord_asks
from tests.services.grants.test_payers import extension_at
from tests.services.payments.test_payee import DETAILS
from tests.small_service import AVON, BRIAR, FAY, NOW

TODAY: Final = NOW.date()
FEE: Final = FundingKind.FEE


@dataclass(frozen=True, slots=True)
class Change:
    """A lawful change of a table on a case.

    Args:
        table: The table.
        at: Where the case stands; empty where what is done first opens it.
        lawful: What is decided.
        sets: The moving columns that it sets, of one row.
        first: What is decided before, so that there are two rows, or one to change.
        options: The case's.
    """

    table: str
    at: str
    lawful: Any
    sets: str
    first: tuple[Any, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


def _usual(step: StepName, until: type) -> Callable[[str, str], None]:
    """Decide at a step what is usual until a kind of decision is next."""

    def go_on(url: str, reference: str) -> None:
        while not isinstance(usual_decision(url, reference, step), until):
            act(url, reference, usual_decision(url, reference, step))

    return go_on


def _document(name: str) -> ReceiveDocument:
    return ReceiveDocument(ReceivedKind.OTHER, name, "application/pdf", f"{name}-path", name * 8, 9)


QUOTED: Final = {"route": "quotes"}
RENTED: Final = {"tenure": "private_tenant"}
VARIED: Final = (ClaimVariation(omit=(1,)), AssessVariation(), ApproveVariation())
DRIPS: Final = ClientAgrees(agrees=False, how=ViewHow.VISIT, other="It drips.")
CHANGES: Final = (
    Change(
        "case", "specify", Exit(CaseStatus.WITHDRAWN), "status ended_at ended_stage ended_reason"
    ),
    Change("case_step", "approve", ChooseRoute(Route.QUOTES), "current"),
    Change(
        "award",
        "tender",
        AwardQuote(BRIAR),
        "contractor placings",
        (_usual(StepName.TENDER, AwardQuote),),
        QUOTED,
    ),
    Change(
        "offer",
        "assign",
        AnswerOffer(accepted=True, start_on=TODAY),
        "status answered_at reason start_on",
    ),
    Change(
        "contractor_question",
        "assign",
        AnswerQuestion(1, "No, it is in the open."),
        "answer answered_by answered_at",
        tuple(
            lambda url, ref, number=number: decide(url, ref, Ask(f"What of {number}?"), by=AVON)
            for number in (1, 2)
        ),
    ),
    Change(
        "client_view",
        "sign-off",
        AnswerClient("We look at it on Monday."),
        "answer answered_by answered_at",
        (ClientAgrees(agrees=True, how=ViewHow.VISIT), DRIPS),
    ),
    Change(
        "claim_document",
        "sign-off",
        RefuseHandedIn((1,)),
        "refused_at refused_by refused_why",
        (_document("a"), _document("b"), HandIn(before={1: "doc:1", 2: "doc:2"})),
    ),
    Change(
        "confirmation",
        "sign-off",
        AssessorConfirms(meets=True),
        "meets missing said_by said_at",
        (AskAssessor(), AssessorConfirms(meets=False, missing="a rail"), AskAssessor()),
    ),
    Change(
        "competition",
        "tender",
        AwardQuote(BRIAR),
        "status",
        (_usual(StepName.TENDER, AwardQuote),),
        QUOTED,
    ),
    Change(
        "quote",
        "tender",
        WithdrawQuote(AVON),
        "status net_pence line_net_pence",
        (RecordQuote(AVON, {1: 100_00, 2: 1}), RecordQuote(BRIAR, {1: 90_00, 2: 1})),
        QUOTED,
    ),
    Change(
        "consent",
        "approve",
        CorrectConsent(valid_to=TODAY + timedelta(days=300)),
        "valid_to",
        (),
        RENTED,
    ),
    Change(
        "grant_certificate",
        "certificates",
        WithdrawCertificate("tenant"),
        "withdrawn_at",
        (
            AddJointOwner("landlord", "Mrs Lett"),
            RecordCertificate("tenant"),
            RecordCertificate("landlord-2"),
        ),
        RENTED,
    ),
    Change(
        "joint_owner",
        "certificates",
        WithdrawJointOwner("landlord-2"),
        "withdrawn_at",
        (AddJointOwner("landlord", "Mrs Lett"), AddJointOwner("landlord", "Mr Lett")),
        RENTED,
    ),
    Change(
        "landlord_question",
        "consent",
        AnswerLandlord(1, "We do."),
        "answer answered_by answered_at",
        tuple(
            lambda url, ref, number=number: landlord_asks(url, ref, f"Who does {number}?")
            for number in (1, 2)
        ),
        RENTED,
    ),
    Change(
        "tenant_authority",
        "certificates",
        WithdrawAuthority(),
        "withdrawn_at",
        (WithdrawAuthority(), RecordAuthority(TODAY)),
        RENTED,
    ),
    Change("work_order", "works", StartWorks(TODAY), "started_on"),
    Change(
        "variation",
        "works",
        ApproveVariation(),
        "status ended_by ended_at ended_reason version",
        (*VARIED, ClaimVariation(added={"RAIL": Decimal(1)}), AssessVariation()),
        {"route": "call_off"},
    ),
    Change(
        "variation_line",
        "works",
        AssessVariation(),
        "taken agreed_quantity agreed_sum_pence agreed_net_pence agreed_vat_pence why works quoted "
        "no_certificates_because",
        (*VARIED, ClaimVariation(added={"RAIL": Decimal(1)})),
        {"route": "call_off"},
    ),
    Change(
        "replacement",
        "works",
        WithdrawReplacement(),
        "withdrawn_at",
        (ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE),),
    ),
    Change("invoice", "pay", Release(), "status", (_usual(StepName.PAY, Release),)),
    Change(
        "funding_line",
        "tender",
        RecordFunding(FEE, "Two", removed=True),
        "removed_at",
        (RecordFunding(FEE, "One", 1_00), RecordFunding(FEE, "Two", 2_00)),
    ),
    Change(
        "payer_share",
        "",
        RecordPayer(None, "Two", withdrawn=True),
        "ended_at",
        (
            lambda url, _: extension_at(url, "assign"),
            RecordPayer(PayerHow.AGREED, "One", 1_00),
            RecordPayer(PayerHow.AGREED, "Two", 2_00),
        ),
    ),
    Change(
        "survey_answer",
        "aftercare",
        CorrectSurvey({"reliability": 2}),
        "score",
        (AnswerSurvey({"overall": 5, "reliability": 5}),),
    ),
    Change(
        "completion_certificate",
        "sign-off",
        CorrectCertificate("electrical", "E-2"),
        "reference",
        (HoldCertificate("electrical", "E-1"),),
        {"route": "call_off"},
    ),
    Change(
        "applicant_account",
        "pay",
        LookAtApplicantAccount(confirmed=True),
        "state looked_by looked_at",
        (
            WithholdPayment(TODAY),
            PayApplicant(),
            lambda url, ref: act(url, ref, DETAILS, by=FAY),
        ),
    ),
    Change(
        "withholding",
        "pay",
        LiftWithholding(),
        "lifted_at",
        (WithholdPayment(TODAY),),
    ),
    Change(
        "pause",
        "tender",
        EndPause(TODAY),
        "ended_on review_on",
        (Pause(PauseCause.HOSPITAL, TODAY, "x1"),),
    ),
    Change(
        "appointment",
        "works",
        MoveAppointment(1, TODAY + timedelta(days=2), "10:00", "11:00"),
        "sequence starts_at ends_at",
        (Appoint(Purpose.START, TODAY + timedelta(days=1), "09:00", "11:00"),),
    ),
    Change(
        "received_document",
        "price",
        WithdrawDocument(1),
        "withdrawn",
        (_document("one"), _document("two")),
    ),
)
"""A lawful change of every table with columns that move, but absences, which are of no case."""

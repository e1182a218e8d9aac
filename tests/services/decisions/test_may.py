"""Who may decide what now: every decision for every role at every gate, as recording has it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import NoReturn

import pytest

from models.database import reading, writing
from models.people import actor_for
from rules.agreement import ViewHow
from rules.appointments import Purpose
from rules.cases import AccessKind, Reached, ReceivedKind
from rules.clocks.pause_terms import PauseCause
from rules.consents.tenancies import Tenancy
from rules.contracting import ContractingParty
from rules.decisions import BaseDecision
from rules.errors import HandrailError, NotPermittedError, StepNotOpenError
from rules.grants.funding import FundingKind
from rules.grants.means_test import Basis
from rules.grants.payers import PayerHow
from rules.hazards import Did, HazardKind
from rules.orders import EndGround
from rules.pathway import PATHWAY, StepName
from rules.people import Actor, Role
from rules.replacements import NextBy, ReplaceGround
from rules.tenders.routes import Route
from services.aftercare.charge_corrections import CorrectCharge
from services.aftercare.close import CloseCase
from services.aftercare.survey import CorrectSurvey
from services.alerts.chase import Chase
from services.assignment.decide import AnswerOffer
from services.batches.decide import AwardBatch
from services.cases.contacts import ChangeContact
from services.cases.notes import CorrectNote, RecordAccess, RecordNote
from services.cases.officers import AssignAssessor, AssignOfficer
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.clocks.rebase import Rebase
from services.clocks.reviewing import ReviewPriority
from services.competitions.competition import AwardQuote, ExtendDeadline, ScoreQuote
from services.competitions.direction import Direct
from services.competitions.quoting import CorrectQuote, DeclineToQuote, WithdrawQuote
from services.competitions.routing import ChooseRoute
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import Certify
from services.completion.confirming import AskAssessor, AssessorConfirms
from services.completion.corrections import CorrectCertificate, CorrectInspection
from services.completion.refusing import RefuseHandedIn
from services.completion.sampling import SampleLines
from services.completion.snags import AnswerSnag
from services.consents.alternatives import Alternative, ConsiderAlternative, Found
from services.consents.authority import RecordAuthority, WithdrawAuthority
from services.consents.certificates import AddJointOwner
from services.consents.corrections import CorrectConsent, WithdrawCertificate
from services.consents.landlord import AnswerLandlord, LandlordAnswers, LandlordAsks, Says
from services.consents.matching import MatchConsent
from services.consents.owners import WithdrawJointOwner
from services.consents.tenancy import RecordTenancy
from services.decisions.kinds import KINDS
from services.decisions.may import May, what_may
from services.decisions.record import record_decision
from services.decisions.reopening import ReopenCase
from services.decisions.specification import SpecifyAgain
from services.documents.received import ReceiveDocument, WithdrawDocument
from services.grants.charges_after import PayCharges
from services.grants.consulting import Consult, View
from services.grants.direct import TellDirectPayment, ToldHow
from services.grants.findings import FindNecessary, FindPracticable
from services.grants.funding import RecordFunding
from services.grants.means import AssessMeans
from services.grants.payer import RecordPayer
from services.grants.waiving import WaiveMeansTest
from services.links.decide import RevokeLink, SendLink
from services.links.questions import AnswerQuestion, Ask
from services.orders.acknowledge import Acknowledge
from services.orders.appointments import Appoint, CancelAppointment, MoveAppointment
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation, WithdrawVariation
from services.orders.corrections import CorrectComplete, CorrectStart
from services.orders.during import AgreeAccess, NoAccess, ReportProgress
from services.orders.ended import EndOrder
from services.orders.extending import ExtendTime
from services.orders.handing_in import HandIn
from services.orders.hazards import LandlordDid, RecordHazard
from services.orders.replacing import ReplaceContractor
from services.orders.safety import HoldPlan, NotifyHse
from services.orders.taken_back import WithdrawReplacement
from services.orders.valuation import CorrectEndOrder, WithdrawEndOrder
from services.orders.varying import ApproveVariation, RejectVariation
from services.orders.works import StartWorks
from services.payments.applicant_accounts import LookAtApplicantAccount, RecordApplicantAccount
from services.payments.credited import RecordCredit, RecordRefund, SayRelated
from services.payments.entries import CorrectInvoice, RejectInvoice, WithdrawInvoice
from services.payments.payee import PayApplicant
from services.payments.recalculating import RecalculateGrant
from services.payments.release import Release
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced, WithdrawReplacedInvoice
from services.payments.valuing import ValueDone
from services.payments.withholding import LiftWithholding, WithholdPayment
from services.pricing.contracting import ChangeParty
from services.pricing.preventive import MarkPreventive
from services.pricing.vat import RecordDeclaration
from tests.factories import case_at, decide
from tests.looking import contents
from tests.rules.test_decisions import SOUND
from tests.services.aftercare.samples import AFTER_SIGN_OFF
from tests.small_service import (
    ADA,
    AUDREY,
    AVON,
    FINN,
    MIA,
    NOW,
    OTTO,
    PLAN,
    REASON,
    TESS,
    WENDY,
)

PEOPLE = (TESS, WENDY, ADA, FINN, OTTO, MIA, AUDREY, AVON)
GATES = [name for name in PATHWAY if name is not StepName.ORDER]  # the order waits for nobody
SAMPLES = {
    decision.kind: decision
    for decision in (
        *SOUND,
        SpecifyAgain(),
        RecordDeclaration(NOW.date()),
        ChangeParty(ContractingParty.COUNCIL),
        ChooseRoute(Route.QUOTES),
        RecordFunding(FundingKind.FEE, "Survey", 90_00),
        WaiveMeansTest("SMALL"),
        *(RecordPayer(PayerHow.DIRECT, "client", 1_00), RecalculateGrant(reduced=True), Direct()),
        AwardBatch(1, AVON),
        *(WithdrawQuote(AVON), DeclineToQuote(AVON)),
        ExtendDeadline(NOW.date() + timedelta(days=30)),
        AssessMeans(Basis.OWNER, {"pension": 210_00}, {"single person": 200_00}),
        ScoreQuote(AVON, {"method": Decimal(80)}),
        AwardQuote(AVON),
        AnswerOffer(accepted=True),
        RecordHazard(HazardKind.DAMP_AND_MOULD, "mould", emergency=False),
        *(HoldPlan("CPP-1", NOW.date()), NotifyHse("F10-1", NOW.date())),
        *(StartWorks(NOW.date()), ReportProgress("as planned")),
        *(NoAccess(NOW.date(), "rang twice", "a card left"), AgreeAccess("with her daughter")),
        *(HandIn(servicing="doc:1"), LandlordDid(1, Did.INVESTIGATED, NOW.date())),
        ClientAgrees(agrees=True, how=ViewHow.VISIT),
        AnswerSnag((1,), put_right=False, words="it was so before we came"),
        *(SampleLines((1,)), RefuseHandedIn((1,)), AskAssessor(), AssessorConfirms(meets=True)),
        AnswerClient("We look at it on Monday."),
        Certify(),
        *(CorrectStart(NOW.date()), CorrectComplete(NOW.date())),
        CorrectInspection(passed=(1,)),
        CorrectCertificate("electrical", "E-2"),
        CorrectSurvey({"overall": 4}),
        CorrectQuote(AVON, {1: 1, 2: 1}),
        *(CorrectConsent(does_not_lapse=True), MatchConsent()),
        *(RecordTenancy(Tenancy.SECURE, NOW.date()), RecordAuthority(NOW.date())),
        *(WithdrawAuthority(), AddJointOwner("owner", "Mr Ashby"), WithdrawJointOwner("owner-2")),
        *(FindNecessary(necessary=True, found_by="Otto"), FindPracticable(practicable=True)),
        *(ReopenCase(), Consult(NOW.date(), View.NECESSARY_AND_APPROPRIATE)),
        *(PayCharges("Fee", "S-1"), LandlordAnswers(Says.AGREED, "Mr Lett")),
        *(LandlordAsks("Who makes good?"), AnswerLandlord(1, "The contractor.")),
        ConsiderAlternative(Alternative.MOVE, Found.OPEN, "a flat is offered"),
        WithdrawCertificate("owner"),
        *(CorrectInvoice(total_pence=1), WithdrawInvoice(), RejectInvoice(), Release()),
        *(WithholdPayment(NOW.date()), LiftWithholding(), PayApplicant()),
        TellDirectPayment(NOW.date(), ToldHow.VISIT),
        RecordApplicantAccount("Ada Ashby", "20-33-44", "87654321"),
        LookAtApplicantAccount(confirmed=True),
        ValueDone(NOW.date(), ("1",)),
        *(RecordCredit("C-1", "A-1", 1), SayRelated(related=True)),
        RecordRefund("WO-2026-00001", 1, NOW.date()),
        CloseCase(),
        *AFTER_SIGN_OFF,
        *(Pause(PauseCause.AWAY, NOW.date(), "letter of 1 June"), EndPause(NOW.date())),
        CorrectPause(1, under_way=True),
        *(Rebase(), ReviewPriority(urgent=True, why="A fall."), MarkPreventive({1: "sight"})),
        Appoint(Purpose.START, NOW.date() + timedelta(days=1), "09:00", "11:00"),
        MoveAppointment(1, NOW.date() + timedelta(days=1), "10:00", "11:00"),
        CancelAppointment(1),
        ExtendTime(NOW.date() + timedelta(days=400)),
        *(ClaimVariation(omit=(1,)), WithdrawVariation()),
        *(AssessVariation(), ApproveVariation(), RejectVariation()),
        EndOrder(EndGround.NEED_CEASED, done=("1",)),
        CorrectEndOrder(EndGround.NEED_CEASED, done=("1",)),
        WithdrawEndOrder(),
        ReplaceContractor(ReplaceGround.AGREED, NextBy.BY_RULE),
        WithdrawReplacement(),
        InvoiceReplaced("WO-2026-00001", "A-1", 1),
        WithdrawReplacedInvoice("WO-2026-00001"),
        ReleaseReplaced("WO-2026-00001"),
        CorrectCharge("CH-2"),
        AssignOfficer(TESS),
        AssignAssessor(OTTO),
        Chase(),
        RecordNote("rang about the tray"),
        RecordAccess(AccessKind.DOG, "a large one", for_contractor=True),
        CorrectNote(1, withdrawn=True),
        ChangeContact(Reached.CLIENT, phone="01788 555 0199"),
        ReceiveDocument(ReceivedKind.DRAWING, "a.pdf", "application/pdf", "aa/a.pdf", "aa", 1),
        WithdrawDocument(1),
        Acknowledge(),
        Ask("Is the soil stack boxed in?"),
        AnswerQuestion(1, "No, it is in the open."),
        RevokeLink(),
        SendLink(),
    )
}
BY_WHAT_IT_SAYS = {
    "assign-officer",
    "approve",
    "quote",
    "correct-quote",
    "withdraw-quote",
    "decline-to-quote",
}
"""Kinds that a person may take, but not with every amount or for everybody."""


def standing_at(url: str, step: StepName) -> str:
    return case_at(url, step, tenure="private_tenant" if step is StepName.CONSENT else "owner")


class UndoneError(Exception):
    """Takes back what was recorded to see whether it could be."""


def may(url: str, reference: str, identity: str) -> dict[str, May]:
    with reading(url) as conn:
        actor = actor_for(conn, identity=identity)
        found = what_may(conn, reference=reference, actor=actor, now=NOW)
    return {one.kind.kind: one for one in found}


def tried(url: str, reference: str, decision: BaseDecision, identity: str) -> HandrailError | None:
    try:
        with writing(url) as conn:
            record_decision(
                conn,
                reference=reference,
                decision=decision,
                by=identity,
                reason=REASON,
                now=NOW,
                plan=PLAN,
            )
            undo()
    except UndoneError:
        return None
    except HandrailError as error:
        return error
    raise AssertionError("what was tried is taken back")


def undo() -> NoReturn:
    raise UndoneError


def test_there_is_a_sample_of_every_kind() -> None:
    assert SAMPLES.keys() == KINDS.keys()


def test_a_correction_stands_at_the_step_of_what_it_corrects_and_names_what_rests_on_it() -> None:
    found = {kind: kind.corrects for kind in KINDS.values() if kind.corrects is not None}
    assert len(found) == 16
    for kind, corrected in found.items():
        assert KINDS[corrected.kind] is corrected
        assert kind.step is corrected.step
        assert kind.roles <= corrected.roles
        assert kind.rests.keys() <= KINDS.keys()


@pytest.mark.parametrize("step", GATES)
def test_what_may_be_decided_is_what_recording_allows(sqlite_service: str, step: StepName) -> None:
    reference = standing_at(sqlite_service, step)
    before = contents(sqlite_service)
    for identity in PEOPLE:
        answers = may(sqlite_service, reference, identity)
        assert contents(sqlite_service) == before
        for kind, answer in answers.items():
            error = tried(sqlite_service, reference, SAMPLES[kind], identity)
            where = (step, identity, kind, str(error))
            if answer.allowed:
                assert not isinstance(error, StepNotOpenError), where
                assert kind in BY_WHAT_IT_SAYS or not isinstance(error, NotPermittedError), where
            else:
                assert error is not None, where
                assert answer.error is not None
                assert (error.what, error.why) == (answer.error.what, answer.error.why), where
                assert answer.reason.startswith(error.what), where
    assert contents(sqlite_service) == before


def test_only_the_roles_that_are_declared_may_decide(sqlite_service: str) -> None:
    reference = standing_at(sqlite_service, StepName.SPECIFY)
    for role in Role:
        actor = Actor("lee@rbc.example", "Lee Low", role, frozenset({"RBC"}))
        with reading(sqlite_service) as conn:
            found = what_may(conn, reference=reference, actor=actor, now=NOW)
        refused = {one.kind for one in found if f"may not record “{one.kind.kind}”" in one.reason}
        assert refused == {kind for kind in KINDS.values() if role not in kind.roles}, role


@pytest.mark.parametrize("step", GATES)
def test_somebody_may_decide_wherever_a_step_waits(sqlite_service: str, step: StepName) -> None:
    reference = standing_at(sqlite_service, step)
    able = {
        (identity, kind)
        for identity in PEOPLE
        for kind, one in may(sqlite_service, reference, identity).items()
        if one.allowed and one.step is step
        if one.kind.step is not None or one.kind.kind == "invoice"
    }
    assert able, step
    assert {identity for identity, _ in able} <= {TESS, ADA, FINN, OTTO, MIA, AVON}


@pytest.mark.sqlite
def test_why_not_is_said_in_a_sentence(url: str) -> None:
    reference = case_at(url, "sign-off")
    answers = may(url, reference, TESS)
    assert answers["certify"].reason.startswith("WO-")
    assert "Outstanding: " in answers["certify"].reason
    assert answers["inspect"].allowed
    assert (
        answers["release"].reason
        == "Tess Tyler is a technical officer and may not record “release”."
    )
    assert answers["exit"].reason.startswith("Works on WO-")
    assert answers["specify"].reason.startswith("Step “specify” of DFG-1 is already decided.")


def test_who_priced_the_case_is_told_that_another_approves_it(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    assert may(sqlite_service, reference, ADA)["approve"].allowed
    assert "may not record" in may(sqlite_service, reference, TESS)["approve"].reason


def test_a_case_that_ended_may_be_opened_again_and_nothing_else(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "tender")
    decide(sqlite_service, reference, SAMPLES["exit"])
    for identity in PEOPLE:
        answers = may(sqlite_service, reference, identity)
        open_to = {name for name, one in answers.items() if one.allowed}
        assert open_to == ({"reopen-case"} if identity == MIA else set())
    assert answers["quote"].reason.startswith("Case DFG-1 has ended (")

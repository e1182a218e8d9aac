"""Recording decisions: all of it or none, by the right person, at an open step, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy.exc import DBAPIError

from models.database import writing
from models.tables.cases import CaseStep
from models.tables.record import Audit, Decision, Outbox
from rules.agreement import ViewHow
from rules.cases import ConsentAnswer
from rules.decisions import BaseDecision, Plan
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.pathway import CaseStatus, StepName
from services.aftercare.charge import RegisterCharge
from services.aftercare.close import CloseCase
from services.assignment.decide import AnswerOffer
from services.cases.effect import APPLIED
from services.cases.unit import note_trouble
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.decisions.kinds import KINDS
from services.decisions.record import record_decision
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.pricing.works import ConfirmPrice
from tests.factories import act, case_at, decide, live_at, new_case, refused
from tests.looking import case, contents, rows, step_of
from tests.small_service import ADA, ADAM, AUDREY, AVON, FINN, MIA, NOW, PLAN, TESS, WENDY

WAIT = 20.0  # seconds before a thread that should go on counts as stuck
TODAY = NOW.date()
GRANTED = AnswerConsent(ConsentAnswer.GRANTED)
NOT_YET: list[tuple[BaseDecision, str]] = [
    (ConfirmPrice(), TESS),
    (Direct(), TESS),
    (RecordQuote(AVON, {1: 1}), TESS),
    (GRANTED, TESS),
    (RecordCertificate("owner"), TESS),
    (Approve(approved=True), ADA),
    (AnswerOffer(accepted=True), AVON),
    (StartWorks(TODAY), AVON),
    (CompleteWorks(TODAY, "photographs"), AVON),
    (InspectLines(all_pass=True), TESS),
    (HoldCertificate("gas", "G-1"), TESS),
    (ClientAgrees(agrees=True, how=ViewHow.VISIT), TESS),
    (Certify(), TESS),
    (RecordInvoice("I", TODAY, 1, as_ordered=True), TESS),
    (Release(), FINN),
    (RegisterCharge("C"), TESS),
    (CloseCase(), TESS),
]


def test_every_kind_of_decision_has_what_applies_it() -> None:
    classes = BaseDecision.__subclasses__()  # with what each was before it was given slots
    classes += [one for kind in classes for one in kind.__subclasses__()]
    declared = {kind.__name__ for kind in classes if kind.__module__.startswith("services.")}
    assert {kind.__name__ for kind in APPLIED} == declared
    assert sorted(KINDS) == sorted(kind.kind for kind in APPLIED)


# ---- what is written


def test_a_decision_is_written_with_who_why_and_its_particulars(url: str) -> None:
    reference = case_at(url, "tender")
    receipt = decide(url, reference, Direct(), reason="one price is plainly enough")
    row = rows(url, Decision)[-1]
    assert (row["step"], row["step_revision"], row["kind"]) == ("tender", 1, "direct")
    assert (row["actor"], row["actor_role"], row["closes"]) == (TESS, "technical_officer", True)
    assert (row["reason"], row["decided_at"]) == ("one price is plainly enough", NOW)
    assert row["plan"] == {
        "proportionate": PLAN.proportionate,
        "legal": PLAN.legal,
        "auditable": PLAN.auditable,
        "necessary": PLAN.necessary,
    }
    audit = rows(url, Audit)[-1]
    assert (audit["chain"], audit["actor"]) == (reference, TESS)
    assert (audit["action"], audit["reason"]) == ("tender: direct", row["reason"])
    assert row["facts"] == {"contractor": AVON}
    told = {"facts": row["facts"], "plan": row["plan"], "role": "technical_officer"}
    assert audit["detail"] == told
    assert (receipt.reference, receipt.step, receipt.step_status) == (reference, "tender", "ready")
    assert receipt.decided_at == NOW


def test_a_decision_asks_for_the_run_that_carries_the_case_on(url: str) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, Specify())
    run = rows(url, Outbox)[-1]
    assert (run["kind"], run["status"], run["next_attempt_at"]) == ("run", "waiting", NOW)
    assert run["key"] == f"{reference}:advance:{case(url, reference).revision}"
    assert run["payload"] == {"flow": "advance-case", "parameters": {"case_ref": reference}}


@pytest.mark.parametrize(
    ("table", "verb"),
    [
        ("decision", "INSERT"),
        ("audit", "INSERT"),
        ("outbox", "INSERT"),
        ("case_step", "UPDATE"),
        ("award", "UPDATE"),
        ('"case"', "UPDATE"),
    ],
)
def test_a_decision_its_audit_and_its_run_commit_together_or_not_at_all(
    url: str, table: str, verb: str
) -> None:
    reference = case_at(url, "tender")
    make_fail(url, table=table, verb=verb)
    before = contents(url)
    with pytest.raises(DBAPIError, match="the disk is full"):
        decide(url, reference, Direct())
    assert contents(url) == before


def make_fail(url: str, *, table: str, verb: str) -> None:
    """Let every write of one kind to a table fail, as a full disk would."""
    with writing(url) as conn:
        if url.startswith("sqlite"):
            conn.exec_driver_sql(
                f"CREATE TRIGGER full_disk BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
            return
        conn.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
        )
        conn.exec_driver_sql(
            f"CREATE TRIGGER full_disk BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )


# ---- who and when


@pytest.mark.sqlite
def test_a_case_or_a_person_nobody_knows_is_said_to_be_unknown(url: str) -> None:
    reference = case_at(url, "specify")
    error = refused(url, "DFG-404", Specify(), UnknownReferenceError)
    assert error.what == "There is no case DFG-404."
    for somebody in ("nobody@rbc.example", "avons", "\x00", "\udcff"):
        error = refused(url, reference, Specify(), UnknownReferenceError, by=somebody)
        assert error.what == f"Nobody is known as “{somebody}”."


@pytest.mark.sqlite
def test_no_step_is_decided_before_it_opens(url: str) -> None:
    reference = case_at(url, "specify")
    for decision, by in NOT_YET:
        error = refused(url, reference, decision, StepNotOpenError, by=by)
        if decision.step is None:
            assert error.what in {
                f"No works of {reference} are ordered.",
                f"The works of {reference} are not said to be complete yet.",
                f"No work order is out on {reference}.",
            }
            continue
        assert error.what == f"Step “{decision.step}” of {reference} is not open yet."
        assert error.why.startswith("It opens once ")
        assert f"handrail case show {reference}" in error.next_step


@pytest.mark.sqlite
def test_a_step_that_is_not_open_says_what_holds_it_and_the_law(url: str) -> None:
    reference = case_at(url, "tender", tenure="private_tenant")
    error = refused(url, reference, Approve(approved=True), StepNotOpenError)
    assert error.why == (
        "It opens once tender, consent, certificates are done (s.24, s.33(4), s.34)."
    )


def test_a_case_that_nothing_has_run_on_yet_says_so(url: str) -> None:
    reference = new_case(url)
    error = refused(url, reference, Specify(), StepNotOpenError)
    assert error.why == "It opens with the next run."


def test_a_step_in_handrail_s_hands_is_not_decided_and_its_trouble_is_said(url: str) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, Specify())
    note_trouble(reference, StepName.PRICE, "No schedule in force has TRAY.")
    error = refused(url, reference, ConfirmPrice(), StepNotOpenError)
    assert error.what == f"Step “price” of {reference} is with Handrail at the moment."
    assert error.why == "No schedule in force has TRAY."


@pytest.mark.sqlite
def test_a_role_that_may_not_decide_is_refused_with_whom_to_ask(url: str) -> None:
    reference = case_at(url, "approve")
    for by in (TESS, FINN, MIA, ADAM, AUDREY, AVON):
        error = refused(url, reference, Approve(approved=True), NotPermittedError, by=by)
        assert error.what.endswith("may not record “approve”.")
        assert error.next_step == "Ask an approving officer to record it."


def test_an_officer_of_another_authority_is_refused(url: str) -> None:
    reference = case_at(url, "specify")
    error = refused(url, reference, Specify(), NotPermittedError, by=WENDY)
    assert error.what == "Wendy Wick does not serve authority RBC."


def test_a_decision_without_its_reason_or_its_plan_is_refused(url: str) -> None:
    reference = case_at(url, "tender")
    before = contents(url)
    for reason, plan, missing in (
        ("  ", PLAN, "a reason"),
        ("good enough", None, "“proportionate”, the PLAN sentence “legal”"),
        (
            "",
            Plan("fair to all", "", "on file", " "),
            "a reason, the PLAN sentence “legal”, the PLAN",
        ),
        ("ok", PLAN, "“ok” is no reason: say it in 2 words or more"),
        ("so it is", Plan("a", "s.2(2)(b)", "on file", "needed now"), "“a” is no reason"),
    ):
        with pytest.raises(MissingReasonError) as refusal, writing(url) as conn:
            record_decision(
                conn,
                reference=reference,
                decision=Direct(),
                by=TESS,
                reason=reason,
                now=NOW,
                plan=plan,
            )
        assert missing in refusal.value.what
        assert refusal.value.next_step == "Give it and record the decision again."
    assert contents(url) == before


def test_words_that_no_record_can_hold_are_refused_and_hostile_text_is_kept(url: str) -> None:
    reference = case_at(url, "specify")
    before = contents(url)
    for reason in ("as a\x00b is", "as a\ud800b is", "as a\x1b[31mb is"):
        with pytest.raises(InvalidDecisionError, match="control characters"):
            decide(url, reference, Specify(), reason=reason)
    assert contents(url) == before
    hostile = '"><script>{{ 7*7 }}</script> =CMD() 😀 שלום \u202e ' + "x" * 100_000
    act(url, reference, Specify(), reason=hostile)
    assert rows(url, Decision)[-1]["reason"] == hostile


# ---- once


def test_a_gate_is_decided_once(url: str) -> None:
    reference = case_at(url, "price", tenure="private_tenant")
    error = refused(url, reference, Specify(), AlreadyDecidedError)
    assert error.text() == (
        f"Step “specify” of {reference} is already decided. {TESS} recorded “specify” on "
        "1 June 2026. Nothing was changed; a decision is made once."
    )


def test_a_step_that_was_not_needed_is_not_decided(url: str) -> None:
    reference = case_at(url, "approve")
    error = refused(url, reference, GRANTED, AlreadyDecidedError)
    assert error.why == "It was not needed."


@pytest.mark.parametrize("step", ["tender", "approve", "assign"])
def test_of_two_people_deciding_a_gate_at_once_exactly_one_does(url: str, step: str) -> None:
    reference = case_at(url, step)
    decisions: dict[str, list[tuple[BaseDecision, str]]] = {
        "tender": [(Direct(), "tess@rbc.example"), (Direct(), "toby@rbc.example")],
        "approve": [(Approve(approved=True), ADA), (Approve(approved=False), ADA)],
        "assign": [(AnswerOffer(accepted=True), AVON), (AnswerOffer(accepted=False), AVON)],
    }
    before = len(rows(url, Decision))
    outcomes = at_once(
        *(partial(decide, url, reference, decision, by=by) for decision, by in decisions[step])
    )
    failed = [outcome for outcome in outcomes if isinstance(outcome, HandrailError)]
    assert len(failed) == 1, outcomes
    assert isinstance(failed[0], AlreadyDecidedError | StepNotOpenError)
    assert failed[0].what
    assert len(rows(url, Decision)) == before + 1


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make calls at the same moment, each in a thread; return what each returned or raised."""
    together = Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        together.wait(WAIT)
        try:
            return call()
        except HandrailError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


# ---- ended cases


@pytest.mark.sqlite
def test_nothing_is_decided_on_a_case_that_has_ended(url: str) -> None:
    reference = case_at(url, "approve")
    act(url, reference, Exit(CaseStatus.MOVED), reason="to her daughter's in Kent")
    for decision, by in [*NOT_YET, (Specify(), TESS), (Exit(CaseStatus.DIED), TESS)]:
        error = refused(url, reference, decision, StepNotOpenError, by=by)
        assert error.text() == (
            f"Case {reference} has ended (moved). to her daughter's in Kent "
            "A new need is a new case."
        )


@pytest.mark.sqlite
def test_a_case_that_is_paid_does_not_leave_the_pathway(url: str) -> None:
    reference = case_at(url, "aftercare", route="call_off")
    error = refused(url, reference, Exit(CaseStatus.MOVED), StepNotOpenError)
    assert error.what == f"Case {reference} is paid and in its defects period."
    live_at(NOW.replace(year=2027, month=6, day=2))
    act(url, reference, CloseCase())
    assert case(url, reference).status == "closed"
    assert step_of(url, reference, "aftercare").status == "done"
    error = refused(url, reference, CloseCase(), StepNotOpenError)
    assert error.what == f"Case {reference} has ended (closed)."
    assert {row["status"] for row in rows(url, CaseStep)} <= {"done", "not_needed"}

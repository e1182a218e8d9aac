"""Anybody decides anything at any moment, runs come and go: what must hold always holds."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters import clock, documents
from adapters.settings import settings as handrail_settings
from desk.verification.commands import verify_all
from flows.advance_case import PROCEDURES
from models.database import reading
from models.tables.cases import CaseStep
from models.tables.competition import Competition, Quote, SealedQuote
from models.tables.prices import Offer
from models.tables.works import Invoice, Payment, WorkOrder
from rules.agreement import ViewHow
from rules.cases import ConsentAnswer
from rules.clocks.pause_terms import PauseCause
from rules.decisions import BaseDecision
from rules.errors import HandrailError
from rules.pathway import EXITS, OVER, PATHWAY, StepName, StepStatus
from services.aftercare.charge import RegisterCharge
from services.aftercare.close import CloseCase
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer, offers_to_lapse
from services.cases.case_steps import StepRow
from services.cases.sweep import request_left_behind
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.competitions.award import competitions_to_open, open_competition
from services.competitions.competition import AwardQuote, ExtendDeadline, ScoreQuote
from services.competitions.direction import Direct
from services.competitions.quoting import DeclineToQuote, RecordQuote, WithdrawQuote
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.orders.during import AgreeAccess, NoAccess, ReportProgress
from services.orders.extending import ExtendTime
from services.orders.safety import HoldPlan
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.pricing.works import ConfirmPrice
from services.verification.verify import Severity
from tests.databases import fresh_sqlite
from tests.factories import decide, go, live_at, new_case, usual_decision
from tests.ground import VARIABLE
from tests.looking import contents, steps
from tests.served import SERVED
from tests.small_service import (
    ADA,
    AMOS,
    AUDREY,
    AVON,
    BRIAR,
    CEDAR,
    FAY,
    FINN,
    MIA,
    NOW,
    OTTO,
    TESS,
    TOBY,
    WENDY,
)

PEOPLE = (TESS, TOBY, WENDY, ADA, AMOS, FINN, FAY, OTTO, MIA, AUDREY, AVON, BRIAR, CEDAR, "nobody")
REFERENCES = st.sampled_from(["DFG-1", "DFG-2"])
FIRMS = st.sampled_from([AVON, BRIAR, CEDAR, "DODO"])
LINES = st.integers(1, 3)
DAYS = st.integers(-2, 1).map(lambda days: NOW.date() + timedelta(days=days))
PENCE = st.sampled_from([0, 1, 1_600_00, 417_60, 1_600_01])
DECISIONS: st.SearchStrategy[BaseDecision] = st.one_of(
    st.builds(Specify, st.sampled_from([(), ("f",), ("z",)])),
    st.builds(ConfirmPrice, st.dictionaries(LINES, st.sampled_from([Decimal(0), Decimal("2.5")]))),
    st.just(Direct()),
    st.builds(RecordQuote, FIRMS, st.dictionaries(LINES, PENCE, max_size=2)),
    st.builds(WithdrawQuote, FIRMS),
    st.builds(DeclineToQuote, FIRMS),
    st.builds(ExtendDeadline, st.integers(-2, 30).map(lambda n: NOW.date() + timedelta(days=n))),
    st.builds(ScoreQuote, FIRMS, st.just({"method": Decimal(50)})),
    st.builds(AwardQuote, FIRMS),
    st.builds(AnswerConsent, st.sampled_from(ConsentAnswer)),
    st.builds(
        RecordCertificate, st.sampled_from(["owner", "tenant", "landlord", "dog"]), st.booleans()
    ),
    st.builds(Approve, st.booleans(), PENCE),
    st.builds(AnswerOffer, st.booleans()),
    st.builds(HoldPlan, st.just("CPP-1"), DAYS),
    st.builds(StartWorks, DAYS),
    st.builds(
        ReportProgress,
        st.just("as planned"),
        st.none() | st.just(40),
        expected_on=st.none() | st.integers(-2, 99).map(lambda n: NOW.date() + timedelta(days=n)),
    ),
    st.builds(NoAccess, DAYS, st.just("rang twice"), st.just("a card left")),
    st.builds(AgreeAccess, st.just("with her daughter")),
    st.builds(ExtendTime, st.integers(-2, 500).map(lambda n: NOW.date() + timedelta(days=n))),
    st.builds(CompleteWorks, DAYS, st.sampled_from(["", "photographs"])),
    st.builds(InspectLines, st.just(()), st.dictionaries(LINES, st.just("leaks")), st.booleans()),
    st.builds(HoldCertificate, st.sampled_from(["electrical", "gas"]), st.just("C-1")),
    st.builds(
        ClientAgrees, st.booleans(), st.sampled_from(ViewHow), other=st.sampled_from(["", "drips"])
    ),
    st.just(AnswerClient("We look at it on Monday.")),
    st.just(Certify()),
    st.builds(RecordInvoice, st.sampled_from(["A", "B"]), DAYS, PENCE, as_ordered=st.just(True)),
    st.just(Release()),
    st.just(AnswerSurvey({"overall": 3})),
    st.just(RegisterCharge("CH-1")),
    st.just(CloseCase()),
    st.builds(Pause, st.sampled_from(PauseCause), DAYS, st.just("a note"), st.none() | DAYS),
    st.builds(EndPause, DAYS, st.none() | st.integers(1, 2)),
    st.builds(CorrectPause, st.integers(1, 2), DAYS, st.none() | DAYS, st.booleans()),
    st.builds(CorrectPause, st.integers(1, 2), withdrawn=st.just(True)),
    st.builds(Exit, st.sampled_from(EXITS)),
)


class Service(RuleBasedStateMachine):
    """A service with two cases, in the hands of people and runs that do as they please."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        self.stack.callback(handrail_settings.cache_clear)
        patch.setattr(documents, "render_pdf", lambda _html: None)
        patch.setenv("HANDRAIL_HOME", str(folder))
        patch.setenv("HANDRAIL_CLOCK_FILE", str(folder / "clock"))
        handrail_settings.cache_clear()
        live_at(NOW)
        ground = Path(os.environ[VARIABLE])
        fresh = fresh_sqlite(ground=ground, folder=folder, stock=SERVED)
        self.url = self.stack.enter_context(fresh)
        patch.setenv("HANDRAIL_DATABASE_URL", self.url)
        handrail_settings.cache_clear()

    @initialize(
        tenure=st.sampled_from(["owner", "rp_tenant", "private_tenant"]),
        route=st.sampled_from(["pre_priced", "call_off", "quotes"]),
        decisions=st.integers(0, 20),
    )
    def open_two_cases(self, tenure: str, route: str, decisions: int) -> None:
        new_case(self.url, tenure=tenure, route=route)
        new_case(self.url, reference="DFG-2", route="call_off")
        go("DFG-1")
        for choice in range(decisions):
            self.somebody_decides_what_is_waited_for("DFG-1", choice, carry_on=True)

    @rule(reference=REFERENCES, decision=DECISIONS, by=st.sampled_from(PEOPLE))
    def anybody_decides_anything(self, reference: str, decision: BaseDecision, by: str) -> None:
        before = contents(self.url)
        with suppress(HandrailError):
            decide(self.url, reference, decision, by=by)
            return
        assert contents(self.url) == before, "a refused decision changed something"

    @rule(reference=REFERENCES, choice=st.integers(0, 20), carry_on=st.booleans())
    def somebody_decides_what_is_waited_for(
        self, reference: str, choice: int, carry_on: bool
    ) -> None:
        found = steps(self.url, reference)
        waiting = [name for name in PATHWAY if status_in(found, name) is StepStatus.WAITING]
        if not waiting:
            return
        step = waiting[choice % len(waiting)]
        with suppress(HandrailError):  # such as a case that cannot be closed yet
            decide(self.url, reference, usual_decision(self.url, reference, step))
        if carry_on:
            go(reference)

    @rule(reference=REFERENCES)
    def a_run_carries_a_case_on(self, reference: str) -> None:
        go(reference)
        assert not [row for row in steps(self.url, reference).values() if is_lost(row)]

    @rule(reference=REFERENCES, step=st.sampled_from(sorted(PROCEDURES)))
    def a_run_of_one_procedure_comes_alone(self, reference: str, step: StepName) -> None:
        PROCEDURES[step](reference)

    @rule(days=st.integers(1, 9))
    def days_pass_and_the_sweep_comes(self, days: int) -> None:
        live_at(clock.now() + timedelta(days=days))
        for reference in offers_to_lapse():
            lapse_offer(reference)
        for reference in competitions_to_open():
            open_competition(reference)
        request_left_behind()

    @invariant()
    def every_step_is_closed_when_it_is_over_and_rests_on_what_it_requires(self) -> None:
        with reading(self.url) as conn:
            found = conn.execute(sa.select(CaseStep.__table__).where(CaseStep.current)).all()
        by_case: dict[int, dict[str, Any]] = {}
        for row in found:
            assert row.step not in by_case.setdefault(row.case_id, {})
            by_case[row.case_id][row.step] = row
            assert (row.closed_at is None) == (row.status in {"ready", "waiting"})
        for held in by_case.values():
            for step, row in held.items():
                required = [held[name] for name in PATHWAY[StepName(step)].requires]
                assert all(one.status in OVER or one.revision > 1 for one in required), row

    @invariant()
    def money_of_a_quote_is_under_its_seal_until_it_is_opened_or_gone(self) -> None:
        with reading(self.url) as conn:
            sealed = conn.execute(sa.select(SealedQuote.quote_id)).scalars().all()
            held = conn.execute(
                sa.select(Quote.id, Quote.status, Competition.status.label("stands")).join(
                    Competition, Competition.award_id == Quote.award_id
                )
            ).all()
        assert sorted(sealed) == sorted(row.id for row in held if row.status == "sealed")
        assert all(row.stands == "open" for row in held if row.status == "sealed")
        assert not any(row.stands == "open" for row in held if row.status == "opened")

    @invariant()
    def no_money_moves_without_a_certified_order_and_nothing_is_live_twice(self) -> None:
        with reading(self.url) as conn:
            paid = conn.execute(
                sa.select(WorkOrder.status, WorkOrder.certified_on)
                .join(Invoice, Invoice.order_id == WorkOrder.id)
                .join(Payment, Payment.invoice_id == Invoice.id)
            ).all()
            live = conn.execute(
                sa.select(Offer.case_id).where(Offer.status.in_(("offered", "accepted")))
            )
            cases = list(live.scalars())
        assert all(row.status == "certified" and row.certified_on for row in paid)
        assert len(cases) == len(set(cases))

    def teardown(self) -> None:
        try:
            with reading(self.url) as conn:
                found = verify_all(conn)
            assert [one for one in found if one.severity is Severity.ERROR] == []
        finally:
            self.stack.close()


def status_in(found: dict[str, StepRow], step: StepName) -> StepStatus | None:
    """Return where a step stands, or None where it has not opened."""
    return found[step].status if step in found else None


def is_lost(row: StepRow) -> bool:
    """Say whether a step was left with work and without a word why."""
    return row.status is StepStatus.READY and not row.trouble


TestService = Service.TestCase
TestService.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

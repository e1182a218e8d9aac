"""Money over lives of a case as anybody may lead them: whatever is tried, it adds up."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from adapters import clock
from models.case_queries import approval_of, case_row, orders_on, price_by_id
from models.database import engine_for, reading
from models.order_account import order_account
from models.tables.payment_lines import PaymentLine, Refund
from models.tables.works import OrderEnding, Payment, WorkOrder
from rules.agreement import ViewHow
from rules.decisions import BaseDecision
from rules.errors import HandrailError
from rules.grants.payers import PayerHow
from rules.orders import EndGround
from rules.pathway import StepName
from rules.payments.account import most_before_completion
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.grants.payer import RecordPayer
from services.grants.proportions import recalculated
from services.orders.assessments import AssessVariation
from services.orders.ended import EndOrder
from services.orders.varying import ApproveVariation
from services.orders.works import CompleteWorks
from services.payments.credited import RecordCredit, RecordRefund
from services.payments.entries import WithdrawInvoice
from services.payments.final_account import account_of
from services.payments.payee import PayApplicant
from services.payments.payment import RecordInvoice
from services.payments.recalculating import RecalculateGrant
from services.payments.release import Release
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from services.payments.valuing import ValueDone
from services.payments.withholding import LiftWithholding, WithholdPayment
from services.verification.verify import findings
from tests.factories import act, begin, case_at, pass_step
from tests.looking import rows
from tests.services.orders.replacing import HALF
from tests.services.orders.varied import SWAP
from tests.small_service import ADA, AVON, FINN, TESS

NETS, VAT = {1: 180_00, 2: 190_50}, {1: 20, 2: 5}
"""Net as ordered; VAT is one part in so many: 5 % and 20 %."""
FIRST = "WO-2026-00001"
lines = st.sampled_from([1, 2])
nets = st.integers(1, 190_50)


def gross(line: int, net: int) -> int:
    return net + (net + VAT[line] // 2) // VAT[line]


class Life(RuleBasedStateMachine):
    """A case whose works have begun: what cannot be is refused, and nothing else moves money."""

    url: str
    reference: str
    kept: Path
    others_pence = 0
    sent = 0

    @initialize()
    def begin(self) -> None:
        file = Path(str(sa.make_url(self.url).database))
        engine_for(self.url).dispose()
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()
        shutil.copy(self.kept, file)
        self.sent = 0

    def tried(self, decision: BaseDecision, *, by: str = TESS) -> None:
        with suppress(HandrailError):
            act(self.url, self.reference, decision, by=by)

    def number(self, letter: str) -> str:
        self.sent += 1
        return f"{letter}-{self.sent}"

    @rule(line=lines, net=nets)
    def value(self, line: int, net: int) -> None:
        self.tried(ValueDone(clock.today(), (), {str(line): min(net, NETS[line])}))

    @rule(line=lines, net=nets)
    def invoice(self, line: int, net: int) -> None:
        total = gross(line, net)
        self.tried(RecordInvoice(self.number("A"), clock.today(), total, {line: net}, apart=True))

    @rule()
    def invoice_the_rest(self) -> None:
        with reading(self.url) as conn:
            *_, order = orders_on(conn, case_id=case_row(conn, reference=self.reference).id)
            total = order_account(conn, order=order).to_invoice_pence
        said = RecordInvoice(
            self.number("A"), clock.today(), total or 1, as_ordered=True, apart=True
        )
        self.tried(said)

    @rule(data=st.data())
    def credit(self, data: Any) -> None:
        with reading(self.url) as conn:
            orders = orders_on(conn, case_id=case_row(conn, reference=self.reference).id)
            standing = [i for one in orders for i in order_account(conn, order=one).invoices]
        if standing:
            one = data.draw(st.sampled_from(standing))
            total = sum(one.stands(item).total_pence for item in one.lines)
            self.tried(RecordCredit(self.number("C"), one.number, total or 1))

    @rule(pence=nets)
    def pay_back(self, pence: int) -> None:
        self.tried(RecordRefund(FIRST, pence, clock.today()), by=FINN)

    @rule()
    def release(self) -> None:
        self.tried(Release(), by=FINN)

    @rule()
    def withdraw(self) -> None:
        self.tried(WithdrawInvoice())

    @rule(snag=st.none() | lines)
    def inspect(self, snag: int | None) -> None:
        self.tried(CompleteWorks(clock.today(), "photographs"))
        passed = tuple(line for line in NETS if line != snag)
        self.tried(InspectLines(passed, {snag: "loose"} if snag else {}))

    @rule()
    def sign_off(self) -> None:
        for one in (
            HoldCertificate("electrical", "E-1"),
            ClientAgrees(agrees=True, how=ViewHow.VISIT),
            Certify(),
        ):
            self.tried(one)

    @rule(line=lines)
    def stop(self, line: int) -> None:
        other = str(3 - line)
        self.tried(EndOrder(EndGround.OCCUPANT_MOVED, (str(line),), {}, (other,)))

    @rule(lifted=st.booleans())
    def pay_the_applicant(self, *, lifted: bool) -> None:
        self.tried(LiftWithholding() if lifted else WithholdPayment(clock.today()))
        self.tried(PayApplicant())

    @rule()
    def another_takes_over(self) -> None:
        if len(rows(self.url, WorkOrder)) == 1:
            with suppress(HandrailError):
                taken_over_half_way(self.url, self.reference)

    @rule(net=nets)
    def pay_the_first(self, net: int) -> None:
        self.tried(InvoiceReplaced(FIRST, self.number("R"), net))
        self.tried(ReleaseReplaced(FIRST), by=FINN)

    @rule()
    def come_out_cheaper(self) -> None:
        self.tried(SWAP, by=AVON)
        self.tried(AssessVariation())
        self.tried(ApproveVariation(), by=ADA)

    @rule(reduced=st.booleans())
    def recalculate(self, *, reduced: bool) -> None:
        self.tried(RecalculateGrant(reduced=reduced))

    @invariant()
    def adds_up(self) -> None:
        with reading(self.url) as conn:
            case = case_row(conn, reference=self.reference)
            account = account_of(conn, reference=self.reference, today=clock.today())
            *before, order = orders_on(conn, case_id=case.id)
            approval = approval_of(conn, case_id=case.id)
            ordered = price_by_id(conn, price_id=order.price_id).total_pence
            owed = [order_account(conn, order=one).ordered_pence for one in before]
            assert approval is not None
            cheaper = recalculated(conn, approval=approval)
        payments = rows(self.url, Payment)
        left = sum(row["amount_pence"] + (row["direct_pence"] or 0) for row in payments)
        back = sum(row["amount_pence"] for row in rows(self.url, Refund))
        assert account.paid_pence == left - back
        agreed = approval.grant_pence + self.others_pence
        assert left - back <= agreed, "never more than its payers agreed"
        of_grant = sum(row["grant_pence"] for row in payments)
        assert of_grant <= approval.grant_pence
        if cheaper is not None and cheaper.reduced:
            assert of_grant <= cheaper.proportion.grant_pence, "no more than in proportion (s.42)"
        assert left - back - account.owed_back_pence <= ordered + sum(owed)
        if order.certified_on is None and not account.over and order.id not in self.ended():
            assert left - back <= most_before_completion(approval.grant_pence)
        once = [(row["invoice_id"], row["item"]) for row in rows(self.url, PaymentLine)]
        assert len(set(once)) == len(once)

    def ended(self) -> set[int]:
        return {row["order_id"] for row in rows(self.url, OrderEnding)}

    def teardown(self) -> None:
        with reading(self.url) as conn:
            found = [one.sentence for one in findings(conn, lambda path: Path(path).stem)]
        assert found == []


def of_a_client_s_too(url: str) -> str:
    """Bring a case to works that have begun, £100.00 of which the client has paid in."""
    reference = case_at(url, "assign", route="call_off", contribution="100.00")
    pass_step(url, reference, StepName("assign"))
    act(url, reference, RecordPayer(PayerHow.RECEIVED, "client", 100_00), by=FINN)
    return reference


def taken_over_half_way(url: str, reference: str) -> None:
    """Let another contractor take over works that are half done, and begin."""
    act(url, reference, HALF, by=TESS)
    for step in (StepName.APPROVE, StepName.ASSIGN):
        pass_step(url, reference, step)
    begin(url, reference, clock.today())


@pytest.mark.parametrize(("others_pence", "by_another"), [(0, False), (100_00, False), (0, True)])
def test_money_is_conserved_whatever_is_tried(
    sqlite_service: str, tmp_path: Path, *, others_pence: int, by_another: bool
) -> None:
    url = sqlite_service
    reference = of_a_client_s_too(url) if others_pence else case_at(url, "works", route="call_off")
    begin(url, reference, clock.today())
    if by_another:
        taken_over_half_way(url, reference)
    engine_for(url).dispose()
    kept = tmp_path / "kept.db"
    shutil.copy(str(sa.make_url(url).database), kept)
    home = {"url": url, "reference": reference, "kept": kept, "others_pence": others_pence}
    run_state_machine_as_test(
        type("Life", (Life,), home),
        settings=settings(
            max_examples=3,
            stateful_step_count=16,
            deadline=None,
            phases=(Phase.generate,),  # each step is a run: nobody waits for it to be shrunk
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

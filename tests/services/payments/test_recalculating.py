"""Works that came out cheaper than approved: the grant pays in proportion, decided once (s.42)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from adapters import clock
from desk.cli import app
from models.database import reading, writing
from models.tables.funding import Budget
from models.tables.record import Decision
from models.tables.works import Payment
from rules.errors import (
    AlreadyDecidedError,
    BudgetError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.payers import PayerHow
from rules.pathway import StepName
from services.grants.payer import RecordPayer
from services.payments.final_account import account_of, account_pdf, account_view
from services.payments.payment import RecordInvoice
from services.payments.recalculating import RecalculateGrant
from services.payments.release import Release
from tests.desk.web.desk import Desk
from tests.factories import act, begin, case_at, pass_step, refused
from tests.looking import messages, rows, step_of
from tests.services.grants.test_budgets import budget
from tests.services.orders.varied import SWAP, sound, varied
from tests.small_service import ADA, AVON, FINN, TESS

REDUCE, KEEP = RecalculateGrant(reduced=True), RecalculateGrant(reduced=False)
DIRECT, RECEIVED = PayerHow.DIRECT, PayerHow.RECEIVED
ESTIMATE, OUT_TURN, GRANT, PART = 417_60, 349_60, 317_60, 265_88
"""Rails and lamps with £100.00 of the client's own; tiles for the rails came £68.00 cheaper."""
WORKING = "£317.60 × £349.60 ÷ £417.60 = £265.88"


def begun(url: str, how: PayerHow) -> str:
    """Let works begin of which the client pays £100.00."""
    reference = case_at(url, "assign", route="call_off", contribution="100.00")
    pass_step(url, reference, StepName("assign"))
    act(url, reference, RecordPayer(how, "client", 100_00), by=FINN)
    begin(url, reference, clock.today())
    return reference


def signed_off(url: str, how: PayerHow) -> str:
    """Sign off those works, cheaper than they were approved, and record the invoice."""
    reference = begun(url, how)
    varied(url, reference, SWAP)
    for name in ("works", "sign-off"):
        pass_step(url, reference, StepName(name))
    act(url, reference, RecordInvoice("A-1", clock.today(), OUT_TURN, as_ordered=True), by=AVON)
    return reference


def account(url: str, reference: str) -> Any:
    with reading(url) as conn:
        return account_of(conn, reference=reference, today=clock.today())


@pytest.mark.sqlite
def test_nothing_more_is_paid_before_it_is_decided_who_pays_less(url: str) -> None:
    reference = signed_off(url, DIRECT)
    error = refused(url, reference, Release(), StatuteError, by=FINN)
    assert error.section == "s.42"
    assert WORKING in error.why
    step = step_of(url, reference, "pay")
    assert step.owner == "technical officer"
    assert "the works came out cheaper (s.42)" in step.waiting_for
    assert "not decided" in account(url, reference).cheaper_words
    act(url, reference, REDUCE, by=TESS)
    assert step_of(url, reference, "pay").owner == "finance"
    act(url, reference, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (PART, OUT_TURN - PART)
    assert payment["grant_pence"] == PART
    assert sound(url) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("how", [DIRECT, RECEIVED])
def test_whoever_pays_the_rest_pays_in_proportion_too(url: str, how: PayerHow) -> None:
    reference = signed_off(url, how)
    act(url, reference, REDUCE, by=TESS)
    act(url, reference, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert payment["grant_pence"] == PART
    assert payment["received_pence"] + payment["direct_pence"] == OUT_TURN - PART
    found = account(url, reference)
    assert (found.paid_pence, found.saved_pence) == (OUT_TURN, ESTIMATE - OUT_TURN)
    assert [(one.who, one.pence) for one in found.payers] == [
        ("Grant", PART),
        ("client", OUT_TURN - PART),
        ("Not needed", ESTIMATE - OUT_TURN),
    ]
    assert sound(url) == []


def test_the_working_stands_wherever_the_account_is_shown(sqlite_service: str) -> None:
    url = sqlite_service
    reference = signed_off(url, RECEIVED)
    page = Desk(TESS).get(f"/cases/{reference}").text
    assert f"/cases/{reference}/decide/recalculate-grant" in page
    act(url, reference, REDUCE, by=TESS)
    for address in (f"/cases/{reference}", f"/cases/{reference}/account"):
        assert WORKING in Desk(TESS).get(address).text
    assert WORKING in CliRunner().invoke(app, ["case", "account", reference]).output
    found = account(url, reference)
    assert account_view(found)["cheaper"] == {
        "estimated_pence": ESTIMATE,
        "outturn_pence": OUT_TURN,
        "granted_pence": GRANT,
        "reduced": True,
    }
    assert account_pdf(found)[0]
    (told,) = messages(url, "grant_recalculated_to_client")
    assert told["context"]["grant_pence"] == PART
    assert told["context"]["others_pence"] == OUT_TURN - PART
    assert told["context"]["given_back_pence"] == 100_00 - (OUT_TURN - PART)


@pytest.mark.sqlite
def test_it_may_be_left_as_approved_and_decided_otherwise_until_it_is_paid(url: str) -> None:
    reference = signed_off(url, RECEIVED)
    act(url, reference, KEEP, by=ADA)
    refused(url, reference, KEEP, AlreadyDecidedError, by=TESS)
    assert "leave the grant as approved" in account(url, reference).cheaper_words
    act(url, reference, REDUCE, by=TESS)
    refused(url, reference, REDUCE, AlreadyDecidedError, by=ADA)
    act(url, reference, Release(), by=FINN)
    refused(url, reference, KEEP, StepNotOpenError, by=TESS)
    assert [
        row["facts"]["grant_pence"]
        for row in rows(url, Decision)
        if row["kind"] == "recalculate-grant"
    ] == [GRANT, PART]


@pytest.mark.sqlite
def test_left_as_approved_the_grant_pays_as_it_did(url: str) -> None:
    reference = signed_off(url, RECEIVED)
    act(url, reference, KEEP, by=TESS)
    act(url, reference, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert (payment["received_pence"], payment["grant_pence"]) == (100_00, OUT_TURN - 100_00)


@pytest.mark.sqlite
def test_it_is_not_decided_before_sign_off_nor_where_it_cost_as_approved(url: str) -> None:
    reference = begun(url, DIRECT)
    refused(url, reference, REDUCE, StepNotOpenError, by=TESS)
    refused(url, reference, REDUCE, NotPermittedError, by=FINN)
    for name in ("works", "sign-off"):
        pass_step(url, reference, StepName(name))
    refused(url, reference, REDUCE, StepNotOpenError, by=TESS)
    act(url, reference, RecordInvoice("A-1", clock.today(), ESTIMATE, as_ordered=True), by=AVON)
    act(url, reference, Release(), by=FINN)
    assert account(url, reference).cheaper_words == ""


@pytest.mark.sqlite
def test_where_the_grant_pays_everything_nobody_has_to_decide(url: str) -> None:
    reference = case_at(url, "works", route="call_off")
    begin(url, reference, clock.today())
    varied(url, reference, SWAP)
    for name in ("works", "sign-off", "pay"):
        pass_step(url, reference, StepName(name))
    (payment,) = rows(url, Payment)
    assert payment["grant_pence"] == OUT_TURN
    assert account(url, reference).cheaper_words == ""


def test_verify_tells_of_more_paid_of_the_grant_than_its_part(url: str) -> None:
    reference = signed_off(url, RECEIVED)
    act(url, reference, REDUCE, by=TESS)
    act(url, reference, Release(), by=FINN)
    moved = sa.text(
        "UPDATE payment SET grant_pence = grant_pence + 1, received_pence = received_pence - 1"
    )
    with writing(url) as conn:
        conn.execute(moved)
    assert "£265.89 of the grant were paid, and in proportion it is £265.88 (s.42)." in sound(url)


def committed(url: str) -> list[int]:
    return [row["committed_pence"] for row in rows(url, Budget)]


def with_budget(url: str, contribution: str) -> str:
    """Bring works that came out cheaper to their payment, their grant committed in a budget."""
    reference = case_at(url, "approve", route="call_off", contribution=contribution)
    budget(url, "1000")
    for name in ("approve", "assign"):
        pass_step(url, reference, StepName(name))
    if contribution != "0":
        act(url, reference, RecordPayer(DIRECT, "client", 100_00), by=FINN)
    begin(url, reference, clock.today())
    varied(url, reference, SWAP)
    for name in ("works", "sign-off"):
        pass_step(url, reference, StepName(name))
    return reference


def test_what_a_reduction_frees_goes_back_to_the_budget_with_it(url: str) -> None:
    reference = with_budget(url, "100.00")
    assert committed(url) == [GRANT]
    act(url, reference, REDUCE, by=TESS)
    assert committed(url) == [PART]
    assert sound(url) == []
    act(url, reference, KEEP, by=TESS)
    assert committed(url) == [GRANT]
    assert sound(url) == []
    act(url, reference, REDUCE, by=TESS)
    with writing(url) as conn:
        conn.execute(sa.text("DELETE FROM grant_held"))
    said = " ".join(sound(url))
    assert "£265.88 is committed in 2026; the grants approved in it come to £317.60" in said


def test_a_reduction_that_the_budget_cannot_hold_again_stays(sqlite_service: str) -> None:
    url = sqlite_service
    reference = with_budget(url, "100.00")
    act(url, reference, REDUCE, by=TESS)
    budget(url, "300")
    assert refused(url, reference, KEEP, BudgetError, by=TESS).section == "s.36"
    assert committed(url) == [PART]


@pytest.mark.sqlite
def test_a_grant_that_pays_everything_pays_what_it_came_to_and_frees_the_rest(url: str) -> None:
    reference = with_budget(url, "0")
    assert committed(url) == [OUT_TURN]
    act(url, reference, RecordInvoice("A-1", clock.today(), OUT_TURN, as_ordered=True), by=AVON)
    act(url, reference, Release(), by=FINN)
    assert sound(url) == []

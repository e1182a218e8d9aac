"""Quotes, end to end: invitations, sealed sums, the deadline, an award, and polite regrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest

from adapters import clock
from adapters.settings import settings
from models.tables.competition import Competition, SealedQuote
from models.tables.prices import Award, Price
from models.tables.record import Document
from rules.errors import StorageError
from rules.pathway import StepName, StepStatus
from services.cases.advance import open_steps
from services.competitions import invitations
from services.competitions.award import competitions_to_open, open_competition
from services.competitions.invitations import invitation_due, send_invitations, write_specification
from services.competitions.quoting import RecordQuote
from services.competitions.tender import tender_case
from services.pricing.estimates import price_case
from services.pricing.works import ConfirmPrice
from tests.competing import (
    BEFORE,
    DEADLINE,
    FIRMS,
    SUMS,
    invited,
    opened,
    quoted,
    quotes,
    texts,
)
from tests.factories import act, bring, case_at, decide, go, later, live_at, new_case, pass_step
from tests.looking import (
    contents,
    messages,
    rows,
    status_of,
    step_of,
    trail,
)
from tests.small_service import AVON, BRIAR, CEDAR, DOCUMENTS

# ---- the invitation


@pytest.mark.sqlite
def test_bespoke_works_are_left_out_of_the_estimate_and_said_to_be(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    assert "1 bespoke line" in step_of(url, reference, "price").waiting_for
    (estimate,) = rows(url, Price)
    assert estimate["basis"]["unpriced_lines"] == [1]
    assert estimate["net_pence"] == 605_00


@pytest.mark.sqlite
def test_everybody_eligible_is_invited_with_the_specification_and_nobody_twice(url: str) -> None:
    reference = invited(url, weighed=True)
    told = messages(url, "invitation_to_quote")
    assert [payload["to"] for payload in told] == [
        *("jobs@avon.example", "jobs@briar.example", "jobs@cedar.example")
    ]
    (document,) = [row for row in rows(url, Document) if row["kind"] == "specification"]
    for payload in told:
        assert payload["context"]["deadline"] == "12 noon on Monday 15 June 2026"
        assert payload["attachments"][0]["name"] == "DFG-1 specification.html"
        assert payload["attachments"][0]["sha256"] == document["sha256"]
    step = step_of(url, reference, "tender")
    assert (step.status, step.owner) == (StepStatus.WAITING, "contractor")
    assert step.due_on == date(2026, 6, 15)
    assert step.waiting_for.startswith("quotes by 12 noon on Monday 15 June 2026 (0 of 3 in,")
    go(reference)
    assert len(messages(url, "invitation_to_quote")) == 3


@pytest.mark.sqlite
def test_the_specification_says_all_that_a_price_needs_and_not_whose_home_it_is(url: str) -> None:
    invited(url, weighed=True)
    (document,) = [row for row in rows(url, Document) if row["kind"] == "specification"]
    page = (settings().documents_folder / document["html_path"]).read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.split("<body")[1]).split())
    for said in (
        *("Ground-floor bedroom", "Wall tiling", "10 m²", "CV22"),
        *("12 noon on Monday 15 June 2026", "sealed until the deadline"),
        *("Price: 60 points of 100.", "method (25), programme (15)"),
        *("Your price without VAT", "before the grant is approved", "Tess Tyler"),
    ):
        assert said in text, said
    invitations = str(messages(url, "invitation_to_quote"))
    for private in ("Ashby", "Hill Road", "5AA", "ashby@home", "1941", "60.50", "605"):
        assert private not in page, private
        assert private not in invitations, private


@pytest.mark.sqlite
def test_an_invitation_says_what_to_do_and_by_when(url: str) -> None:
    invited(url)
    text = texts(url, "invitation_to_quote")["jobs@avon.example"]
    assert "Quotes by: 12 noon on Monday 15 June 2026" in text
    assert "To quote, send the form filled in to home@rbc.example." in text
    assert "If you do not wish to quote, tell us so there or by telephone" in text
    assert "Price alone decides" in text


@pytest.mark.sqlite
def test_invitations_written_and_not_sent_are_sent_once(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    decide(url, reference, ConfirmPrice())
    price_case(reference)
    open_steps(reference)
    tender_case(reference)
    to_invite = invitation_due(reference)
    assert to_invite is not None
    written = write_specification(reference, to_invite)  # here the process is killed
    assert messages(url, "invitation_to_quote") == []
    assert status_of(url, reference, "tender") is StepStatus.READY
    go(reference)
    before = contents(url)
    send_invitations(reference, to_invite, written)
    assert invitation_due(reference) is None
    assert contents(url) == before
    assert len(rows(url, Competition)) == len(rows(url, Award)) == 1
    assert len(messages(url, "invitation_to_quote")) == 3


def test_invitations_held_up_for_days_still_leave_the_days_to_quote(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(url, "price", route="quotes")
    monkeypatch.setattr(invitations, "write_document", _disk_is_full)
    act(url, reference, ConfirmPrice())
    assert "disk" in step_of(url, reference, "tender").trouble
    monkeypatch.undo()
    live_at(later(days=2))
    go(reference)
    assert step_of(url, reference, "tender").due_on == date(2026, 6, 17)
    assert "17 June 2026" in texts(url, "invitation_to_quote")["jobs@avon.example"]
    (document,) = [row for row in rows(url, Document) if row["kind"] == "specification"]
    page = (settings().documents_folder / document["html_path"]).read_text(encoding="utf-8")
    assert "12 noon on Wednesday 17 June 2026" in page
    assert "15 June" not in page


def _disk_is_full(**_paper: object) -> None:
    raise StorageError("The disk is full.", next_step="Make room.")


@pytest.mark.sqlite
def test_a_competition_nobody_may_enter_waits_for_documents(url: str) -> None:
    in_force = "trustmark | 2026-01-01 | 2027-12-31"
    lapsed = DOCUMENTS.replace(in_force, "trustmark | 2026-01-01 | 2026-05-31")
    bring(url, "contractor_documents", lapsed)
    reference = new_case(url, route="quotes")
    go(reference)
    for step in (StepName.SPECIFY, StepName.PRICE):
        pass_step(url, reference, step)
    trouble = step_of(url, reference, "tender").trouble
    assert trouble.startswith("Nobody in lot BUILD may be invited to quote for DFG-1.")
    assert all(name in trouble for name in FIRMS)
    assert rows(url, Award) == rows(url, Competition) == []
    bring(url, "contractor_documents", DOCUMENTS)
    go(reference)
    assert "(0 of 3 in, sealed)" in step_of(url, reference, "tender").waiting_for


# ---- the deadline


@pytest.mark.sqlite
def test_the_sweep_opens_what_is_due_once_and_leaves_the_rest_sealed(url: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        invited(url, reference=reference)
    quoted(url, "DFG-1", AVON, BRIAR)
    quoted(url, "DFG-2", CEDAR)
    live_at(BEFORE)
    assert competitions_to_open() == ()
    live_at(DEADLINE)
    assert competitions_to_open() == ("DFG-1", "DFG-2")
    for reference in ("DFG-1", "DFG-2"):
        open_competition(reference)
    assert competitions_to_open() == ()
    assert quotes(url) == [
        (AVON, "opened", 4_500_50),
        (BRIAR, "opened", 4_550_00),
        (CEDAR, "sealed", None),
    ]
    step = step_of(url, "DFG-1", "tender")
    assert (step.owner, step.due_on) == ("technical officer", date(2026, 6, 22))
    assert step.waiting_for == "officer awards to one of 2 quotes opened"
    assert "no quote is in" not in step_of(url, "DFG-2", "tender").waiting_for
    assert "tender: quotes opened" in trail(url, "DFG-1")
    assert "tender: too few quotes" in trail(url, "DFG-2")
    for reference in ("DFG-1", "DFG-2"):
        go(reference)  # receipts leave
    before = contents(url)
    for reference in ("DFG-1", "DFG-2"):
        open_competition(reference)
        go(reference)
    assert contents(url) == before


def test_a_quote_recorded_while_the_sweep_opens_is_opened_or_late_and_never_half(url: str) -> None:
    for number in range(6):
        reference = invited(url, reference=f"DFG-{number}")
        quoted(url, reference, AVON, BRIAR)
        live_at(DEADLINE - timedelta(milliseconds=1) if number % 2 else DEADLINE)
        own_quote = partial(decide, url, reference, RecordQuote(CEDAR, SUMS[CEDAR]), by=CEDAR)
        sweep = partial(opened, url, reference, at=max(clock.now(), DEADLINE))
        assert _at_once(own_quote, sweep) == []
        opened(url, reference)
        own = [answer for answer in quotes(url)[-3:] if answer[0] == CEDAR]
        assert own in ([(CEDAR, "opened", 4_320_25)], [(CEDAR, "late", None)])
        assert rows(url, SealedQuote) == []
        live_at(DEADLINE - timedelta(days=14))


def _at_once(*acts: Callable[[], Any]) -> list[Exception]:
    """Do several things in threads that begin together; return what they raised."""
    barrier, raised = Barrier(len(acts)), list[Exception]()

    def run(one: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            one()
        except Exception as error:  # noqa: BLE001 - the test asserts that there is none
            raised.append(error)

    threads = [Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised

"""The work order: numbered once, written, sent with its exact bytes, never later than the Act."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from adapters import documents
from adapters.settings import settings
from desk.verification.commands import sha256_of
from flows.issue_work_order import order as issue
from models.tables.record import Document
from models.tables.works import WorkOrder
from rules.pathway import StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.cases.advance import open_steps
from services.cases.sweep import request_left_behind
from services.grants.approve import Approve
from services.orders.raise_order import raise_order
from tests.factories import act, case_at, decide, go, later, live_at, pass_step, runs_ended
from tests.looking import messages, rows, status_of, step_of, steps, waiting_rows
from tests.small_service import NOW, TESS

WAIT = 20.0  # seconds before a thread that should go on counts as stuck
ACCEPT = AnswerOffer(accepted=True)
RENDER_PDF = documents.render_pdf  # as it is outside the small service, which makes HTML only


@pytest.mark.sqlite
def test_the_order_freezes_the_contractor_the_price_and_the_dates(url: str) -> None:
    case_at(url, "works")
    (order,) = rows(url, WorkOrder)
    assert (order["number"], order["version"], order["status"]) == ("WO-2026-00001", 1, "sent")
    assert (order["contractor"], order["lot"]) == ("AVON", "SHOWERS")
    assert order["start_by"] == NOW.date().replace(day=15)
    assert order["complete_by"] == NOW.date().replace(month=8, day=10)
    assert order["raised_at"] == NOW


@pytest.mark.sqlite
def test_the_order_is_due_to_be_finished_within_twelve_months_of_the_approval(url: str) -> None:
    reference = case_at(url, "assign")
    live_at(NOW.replace(year=2027, month=5, day=20))
    decide(url, reference, ACCEPT, by=TESS)  # it came in time, and is recorded late
    go(reference)
    (order,) = rows(url, WorkOrder)
    assert order["start_by"] == order["complete_by"] == NOW.date().replace(year=2027)


@pytest.mark.sqlite
def test_the_contractor_gets_the_very_bytes_on_record(url: str) -> None:
    case_at(url, "works")
    (message,) = messages(url, "order_to_contractor")
    assert message["to"] == "jobs@avon.example"
    assert message["context"]["total_pence"] == 1_600_00
    (attachment,) = message["attachments"]
    order = next(row for row in rows(url, Document) if row["kind"] == "work_order")
    assert attachment["name"] == "WO-2026-00001 v1.html"
    assert attachment["sha256"] == order["sha256"] == sha256_of(order["path"])
    text = (settings().documents_folder / order["path"]).read_text()
    assert "WO-2026-00001" in text
    assert "14 Hill Road" in text


@pytest.mark.skipif(not documents.pdf_available(), reason="Pango is not installed")
def test_where_a_pdf_can_be_made_it_is_sent_and_its_html_is_kept(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(sqlite_service, "assign")
    monkeypatch.setattr(documents, "render_pdf", RENDER_PDF)
    act(sqlite_service, reference, ACCEPT)
    order = rows(sqlite_service, Document)[-1]
    assert (Path(order["path"]).suffix, Path(order["html_path"]).suffix) == (".pdf", ".html")
    assert (settings().documents_folder / order["path"]).read_bytes().startswith(b"%PDF-")
    (message,) = messages(sqlite_service, "order_to_contractor")
    assert message["attachments"][0]["name"] == "WO-2026-00001 v1.pdf"


@pytest.mark.sqlite
def test_orders_are_numbered_by_year_without_gaps_or_repeats(url: str) -> None:
    for number in (1, 2):
        case_at(url, "works", reference=f"DFG-{number}")
    live_at(NOW.replace(year=2027, month=1, day=4))
    case_at(url, "works", reference="DFG-3")
    numbers = [row["number"] for row in rows(url, WorkOrder)]
    assert numbers == ["WO-2026-00001", "WO-2026-00002", "WO-2027-00001"]


@pytest.mark.sqlite
def test_an_order_raised_after_midnight_in_london_bears_that_day_s_date(url: str) -> None:
    reference = case_at(url, "assign")
    live_at(NOW.replace(day=3, hour=23, minute=30))
    act(url, reference, ACCEPT)
    text = (settings().documents_folder / rows(url, Document)[-1]["path"]).read_text()
    assert "4 June 2026" in text


def test_orders_raised_at_once_get_different_numbers(url: str) -> None:
    references = ["DFG-1", "DFG-2", "DFG-3"]
    for reference in references:
        case_at(url, "assign", reference=reference)
        decide(url, reference, ACCEPT)
    for reference in references:
        open_steps(reference)
    together = Barrier(len(references))

    def raise_one(reference: str) -> bool:
        together.wait(WAIT)
        return raise_order(reference)

    with ThreadPoolExecutor(len(references)) as threads:
        assert list(threads.map(raise_one, references)) == [True, True, True]
    numbers = sorted(row["number"] for row in rows(url, WorkOrder))
    assert numbers == ["WO-2026-00001", "WO-2026-00002", "WO-2026-00003"]


def test_two_runs_on_one_case_raise_and_send_one_order(url: str) -> None:
    reference = case_at(url, "assign")
    decide(url, reference, ACCEPT)
    open_steps(reference)
    together = Barrier(2)

    def run(_: int) -> None:
        together.wait(WAIT)
        issue(reference)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, range(2)))
    assert len(rows(url, WorkOrder)) == 1
    assert len(messages(url, "order_to_contractor")) == 1
    assert len([row for row in rows(url, Document) if row["kind"] == "work_order"]) == 1


# ---- documents that cannot be stored


@contextmanager
def no_room() -> Iterator[None]:
    """Let the documents folder be a file, as nobody can write below one."""
    folder, aside = settings().documents_folder, Path(f"{settings().documents_folder}.aside")
    if folder.exists():
        folder.rename(aside)
    folder.write_text("not a folder")
    try:
        yield
    finally:
        folder.unlink()
        if aside.exists():
            aside.rename(folder)


@pytest.mark.sqlite
def test_a_decision_stands_though_its_document_cannot_be_stored_and_work_catches_up(
    url: str,
) -> None:
    reference = case_at(url, "approve")
    with no_room():
        standing = act(url, reference, Approve(approved=True))
        assert standing.state_name == "NeedsAttention"
        step = step_of(url, reference, "approve")
        assert (step.status, step.outcome) == (StepStatus.READY, "approved")
        assert "could not be stored" in step.trouble
        assert "It is tried again by itself." in step.trouble
        assert [row["kind"] for row in rows(url, Document)] == [
            *("certificate_form", "award_record")
        ]
        assert messages(url, "approval_to_client") == []
    runs_ended()
    later(hours=2)
    assert request_left_behind() == (reference,)
    assert go(reference).state_name == "AwaitingContractor"
    assert len(messages(url, "approval_to_client")) == 1
    assert step_of(url, reference, "approve").trouble == ""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("before", "written"), [("specify", "consent"), ("assign", "order"), ("sign-off", "sign-off")]
)
def test_every_other_document_is_caught_up_with_too(url: str, before: str, written: str) -> None:
    reference = case_at(url, before, tenure="private_tenant")
    with no_room():
        pass_step(url, reference, StepName(before))
        in_trouble = [name for name, row in steps(url, reference).items() if row.trouble]
        assert in_trouble[0] == written  # the forms of certificates are written beside a consent
        assert status_of(url, reference, written) is StepStatus.READY
    go(reference)
    assert not any(row.trouble for row in steps(url, reference).values())
    assert status_of(url, reference, written) is not StepStatus.READY
    assert [row.key for row in waiting_rows(url) if row.kind == "message"] == []

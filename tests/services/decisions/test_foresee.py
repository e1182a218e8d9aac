"""What a decision would write, beside what it then wrote: the same letters, the same papers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock, files
from adapters.settings import settings
from models.database import reading
from models.people import actor_for
from models.tables.record import Document, Outbox
from rules.decisions import BaseDecision
from rules.pathway import PATHWAY, StepName, StepStatus
from services.decisions.foresee import Foreseen, foresee
from services.documents.delivery import composed
from services.documents.keep import PREVIEW, page_of
from services.grants.approve import Approve
from tests.factories import act, case_at, go, later, new_case, usual_decision
from tests.looking import contents, status_of
from tests.small_service import ADA, FINN, PLAN, REASON, TESS


def foreseen(url: str, reference: str, decision: BaseDecision, by: str) -> Foreseen:
    """Foresee a decision, and make sure that nothing of it stays: in no table, in no folder."""
    held, kept = contents(url), stored()
    with reading(url) as conn:
        viewer = actor_for(conn, identity=by)
    seen = foresee(
        reference=reference,
        decision=decision,
        viewer=viewer,
        reason=REASON,
        plan=PLAN if decision.needs_plan else None,
        now=clock.now(),
    )
    assert contents(url) == held
    assert stored() == kept
    return seen


def stored() -> set[Path]:
    return {file for file in settings().documents_folder.rglob("*") if file.is_file()}


def written(url: str, *, after: tuple[int, int]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return the words of the messages, and the pages of the documents, written since."""
    with reading(url) as conn:
        asked = sa.select(Outbox.payload).where(Outbox.kind == "message", Outbox.id > after[0])
        payloads = conn.execute(asked.order_by(Outbox.id)).scalars().all()
        found = sa.select(*Document.__table__.c).where(Document.id > after[1])
        papers = conn.execute(found.order_by(Document.id))
        pages = [
            files.read(
                folder=settings().documents_folder, path=row.html_path, sha256=row.html_sha256
            ).decode()
            for row in papers
        ]
    letters = [(composed(one), one["to"]) for one in payloads]
    return [(to, one.subject, one.body) for one, to in letters], pages


def last(url: str) -> tuple[int, int]:
    newest = (sa.select(sa.func.max(table.id)) for table in (Outbox, Document))
    with reading(url) as conn:
        message, document = (conn.execute(one).scalar() or 0 for one in newest)
    return message, document


def unmarked(page: str) -> str:
    """Return a page without the mark of a preview."""
    style = r"\n?(@media print { )?\.mark {.*"
    return re.sub(rf'\n?<p class="mark">{PREVIEW}</p>|{style}', "", page)


def compared(url: str, reference: str, decision: BaseDecision, by: str) -> Foreseen:
    """Foresee a decision, take it, and compare the words."""
    seen, before = foreseen(url, reference, decision, by), last(url)
    act(url, reference, decision, by=by)
    letters, pages = written(url, after=before)
    assert [(one.subject, one.body) for one in seen.letters] == [one[1:] for one in letters]
    for one, (to, _, _) in zip(seen.letters, letters, strict=True):
        assert to in one.what
    previews = [page_of(one) for one in seen.papers]
    assert all(PREVIEW in page for page in previews)
    assert [unmarked(page) for page in previews] == [unmarked(page) for page in pages]
    assert not any(PREVIEW in page for page in pages)
    return seen


@pytest.mark.parametrize(
    ("route", "tenure"), [("pre_priced", "owner"), ("quotes", "private_tenant")]
)
def test_every_letter_of_a_case_leaves_in_the_words_that_were_previewed(
    url: str, route: str, tenure: str
) -> None:
    reference = new_case(url, route=route, tenure=tenure)
    go(reference)
    kinds: set[str] = set()
    told: list[Any] = []
    for step in list(PATHWAY)[: list(PATHWAY).index(StepName.AFTERCARE)]:
        while status_of(url, reference, step) is StepStatus.WAITING:
            decision = usual_decision(url, reference, step)
            by = {"approve": ADA, "release": FINN}.get(decision.kind, TESS)
            seen = compared(url, reference, decision, by)
            kinds.update(one.kind for one in seen.papers)
            told += seen.letters
            assert not seen.stopped
    assert {"approval", "work_order", "completion"} <= kinds
    assert len(told) >= 5
    quotes = {"consent_request", "specification"}
    assert (quotes & kinds == quotes) is (route == "quotes")


def test_a_refusal_is_previewed_with_its_notice_and_what_ends_the_case(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    refusal = Approve(approved=False)
    seen = compared(sqlite_service, reference, refusal, ADA)
    assert [one.kind for one in seen.papers] == ["refusal"]
    assert [(one.papers, one.at_once) for one in seen.letters] == [((0,), False), ((), False)]


def test_what_would_stop_the_work_is_told_before(url: str) -> None:
    reference = case_at(url, "price")
    later(days=900)  # every contractor's papers have run out by then
    seen = foreseen(url, reference, usual_decision(url, reference, StepName.PRICE), TESS)
    assert "SHOWERS" in seen.stopped or "lot" in seen.stopped
    assert seen.letters == ()

"""The whole record of a case as one PDF: everything that happened, its documents, its proof."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from adapters import clock, documents
from adapters.settings import settings
from models.case_queries import case_row
from models.database import engine_for, reading
from models.people import actor_for
from models.tables.record import Audit, Document
from rules.errors import NotPermittedError, UnknownReferenceError
from rules.reports.bundle import BundlePaper
from services.assignment.decide import AnswerOffer
from services.reports.bundle import bundle_paper, case_bundle
from tests.factories import act, case_at
from tests.small_service import ADAM, AUDREY, TESS

RENDER_PDF = documents.render_pdf  # as it is outside the small service, which makes HTML only


def paper(url: str) -> BundlePaper:
    with reading(url) as conn:
        case = case_row(conn, reference="DFG-1")
        by = actor_for(conn, identity=AUDREY)
        return bundle_paper(conn, case=case, by=by, now=clock.now())


def test_it_holds_everything_on_record(url: str) -> None:
    case_at(url, "aftercare")

    found = paper(url)

    with reading(url) as conn:
        query = sa.select(Audit.hash).where(Audit.chain == "DFG-1").order_by(Audit.sequence)
        hashes = list(conn.execute(query).scalars())
        sent = conn.execute(sa.text("SELECT count(*) FROM outbox WHERE kind = 'message'")).scalar()
        filed = conn.execute(sa.text("SELECT count(*) FROM document")).scalar()
    assert [one.mark for one in found.entries] == hashes
    assert found.end == hashes[-1]
    assert len(found.messages) == sent
    assert len(found.annexes) == filed
    approved = next(one for one in found.entries if "approved" in one.what.lower())
    assert "s.34" in approved.law
    assert [letter for letter, _ in approved.plan] in (
        [],
        ["Proportionate", "Legal", "Auditable", "Necessary"],
    )
    assert any(one.plan for one in found.entries)
    assert found.reckoned, "the grant's arithmetic"
    assert not found.broken
    assert "none differs" in found.proof


def test_a_record_that_was_changed_says_so(url: str) -> None:
    case_at(url, "approve")
    trigger = "DROP TRIGGER audit_refuses_update"
    with engine_for(url).begin() as conn:
        sqlite = url.startswith("sqlite")
        conn.exec_driver_sql(trigger if sqlite else "ALTER TABLE audit DISABLE TRIGGER USER")
        conn.exec_driver_sql("UPDATE audit SET reason = 'mine' WHERE sequence = 3")

    found = paper(url)

    assert found.broken
    assert "NOT unbroken" in found.proof


@pytest.mark.skipif(not documents.pdf_available(), reason="Pango is not installed")
def test_the_pdf_has_its_documents_with_bookmarks_where_the_index_says(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(sqlite_service, "assign")
    monkeypatch.setattr(documents, "render_pdf", RENDER_PDF)
    act(sqlite_service, "DFG-1", AnswerOffer(accepted=True))

    with reading(sqlite_service) as conn:
        by = actor_for(conn, identity=ADAM)
        data = case_bundle(conn, reference="DFG-1", by=by, now=clock.now())

    whole = pikepdf.open(io.BytesIO(data))
    with whole.open_outline() as outline:
        last: Any = outline.root[-1]
    assert str(last.title) == "Work order WO-2026-00001"
    order = (settings().documents_folder / _path(sqlite_service)).read_bytes()
    pages = len(pikepdf.open(io.BytesIO(order)).pages)
    assert last.destination[0] == whole.pages[-pages].obj


def _path(url: str) -> str:
    with reading(url) as conn:
        query = sa.select(Document.path).where(Document.kind == "work_order")
        return conn.execute(query).scalar_one()


def test_only_whoever_answers_for_the_service_takes_it(url: str) -> None:
    case_at(url, "specify")
    with reading(url) as conn:
        elsewhere = replace(actor_for(conn, identity=AUDREY), authorities=frozenset({"WDC"}))
        tess = actor_for(conn, identity=TESS)
        for by, error in ((tess, NotPermittedError), (elsewhere, UnknownReferenceError)):
            with pytest.raises(error):
                case_bundle(conn, reference="DFG-1", by=by, now=clock.now())

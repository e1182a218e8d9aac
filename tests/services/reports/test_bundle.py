"""The whole record of a case as one PDF: everything that happened, its documents, its proof."""

from __future__ import annotations

import io

import pikepdf
import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.documents import pdf_available
from models.case_queries import case_row
from models.database import engine_for, reading
from models.people import actor_for
from models.tables.record import Audit
from rules.errors import NotPermittedError, UnknownReferenceError
from rules.reports.bundle import BundlePaper
from services.reports.bundle import bundle_paper, case_bundle
from tests.factories import case_at
from tests.small_service import ADAM, AUDREY, TESS, WENDY


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
    with engine_for(url).begin() as conn:
        conn.execute(
            sa.update(Audit)
            .where(Audit.chain == "DFG-1", Audit.sequence == 3)
            .values(reason="mine")
        )

    found = paper(url)

    assert found.broken
    assert "NOT unbroken" in found.proof


@pytest.mark.skipif(not pdf_available(), reason="Pango is not installed")
def test_the_pdf_has_its_documents_with_bookmarks_where_the_index_says(url: str) -> None:
    case_at(url, "aftercare")

    with reading(url) as conn:
        by = actor_for(conn, identity=ADAM)
        data = case_bundle(conn, reference="DFG-1", by=by, now=clock.now())

    whole = pikepdf.open(io.BytesIO(data))
    with whole.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
    ours = [one.title for one in paper(url).annexes]
    assert [one for one in titles if one in ours] == ours
    assert len(whole.pages) > len(ours)


def test_only_whoever_answers_for_the_service_takes_it(url: str) -> None:
    case_at(url, "specify")
    with reading(url) as conn:
        for who, error in ((TESS, NotPermittedError), (WENDY, UnknownReferenceError)):
            by = actor_for(conn, identity=who)
            with pytest.raises(error):
                case_bundle(conn, reference="DFG-1", by=by, now=clock.now())

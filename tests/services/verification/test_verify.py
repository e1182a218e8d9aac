"""`handrail verify`: silent on a sound database, and a plain sentence for each broken invariant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import clock
from adapters.settings import settings
from models.base import AnyRow
from models.case_queries import case_row, live_offer, live_order
from models.database import engine_for, reading
from models.tables.record import Document
from rules.orders import EndGround
from rules.pathway import CaseStatus, StepName
from rules.variations import Limb
from services.assignment.decide import AnswerOffer
from services.decisions.exits import Exit
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.ended import EndOrder
from services.orders.extending import ExtendTime
from services.orders.varying import ApproveVariation
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from services.verification.checks import run_checks
from services.verification.ledger import out_of_step, uncovered_rows
from services.verification.orders import counters_out_of_step
from services.verification.record import RECORD as RECORDED
from services.verification.record import in_the_future
from services.verification.verify import CHECKS, Finding, Severity, findings
from tests import postgres
from tests.databases import fresh_database
from tests.factories import act, bring, case_at, later, live_at, new_case, pass_step, service
from tests.models.bare import lay_bare
from tests.services.orders.replacing import HALF
from tests.services.verification.breaks import (
    AGAIN,
    CLOSED,
    CONSENTS,
    ENDED,
    EVENTS,
    LEFT,
    OFFERED,
    ORDERED,
    PAID,
    RECORD,
    REPLACED,
    STEPS,
    VARIED,
    Break,
    statement,
)
from tests.services.verification.breaks_of_aftercare import AFTERCARE, RUNS
from tests.services.verification.breaks_of_clocks import CLOCKS
from tests.services.verification.breaks_of_competitions import COMPETITIONS
from tests.services.verification.breaks_of_completion import COMPLETION
from tests.services.verification.breaks_of_delivery import DELIVERY
from tests.services.verification.breaks_of_erasures import ERASED
from tests.services.verification.breaks_of_grants import GRANTS
from tests.services.verification.breaks_of_money import (
    ENDED_ORDERS,
    MONEY,
    ORDERS,
    PAYERS,
    PAYMENTS,
)
from tests.services.verification.breaks_of_pauses import HOLDINGS, PAUSES
from tests.services.verification.breaks_of_replacements import REPLACEMENTS
from tests.services.verification.breaks_of_versions import VERSIONS
from tests.services.verification.tampering import TAMPERED, Tampering
from tests.small_service import ADA, AVON, FINN, NOW

BREAKS: Final = (
    *CONSENTS,
    *EVENTS,
    *RECORD,
    *STEPS,
    *MONEY,
    *GRANTS,
    *ORDERS,
    *PAYMENTS,
    *PAYERS,
    *ENDED_ORDERS,
    *REPLACEMENTS,
    *COMPLETION,
    *VERSIONS,
    *PAUSES,
    *HOLDINGS,
    *CLOCKS,
    *COMPETITIONS,
    *AFTERCARE,
    *RUNS,
    *DELIVERY,
)
A_REFERENCE: Final = "{rows} rows of "  # one such check a foreign key, all made in one place


ON_SQLITE: Final = pytest.mark.parametrize("sound", ["sqlite"], indirect=True)
"""For sentences: that each check finds what is broken on PostgreSQL too is one test of all."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A database where everything holds, with cases all along the pathway."""

    url: str
    documents: Path

    def sha256_of(self, path: str) -> str | None:
        file = self.documents / path
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None

    def findings(self, conn: Connection) -> list[Finding]:
        return list(findings(conn, self.sha256_of))

    def finds(self, conn: Connection, wanted: Finding) -> bool:
        """Say whether something is found; what would be found after it is not looked for."""
        return wanted in findings(conn, self.sha256_of)


@pytest.fixture(
    scope="module",
    params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in postgres.kinds()],
)
def sound(
    request: pytest.FixtureRequest, ground: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sound]:
    """Give a sound database whose own checks are switched off; whoever breaks it rolls back."""
    folder = tmp_path_factory.mktemp("sound")
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(kind=request.param, ground=ground, folder=folder))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HANDRAIL_DATABASE_URL", url)
            patch.setenv("HANDRAIL_HOME", str(folder))
            patch.setenv("HANDRAIL_CLOCK_FILE", str(folder / "clock"))
            settings.cache_clear()
            live_through(url)
            found = Sound(url, settings().documents_folder)
        settings.cache_clear()
        lay_bare(url)
        yield found


def live_through(url: str) -> None:
    """Bring nine cases to where their names say, by real decisions and runs."""
    service(url)
    case_at(url, StepName.WORKS, reference=VARIED, route="call_off")
    act(url, VARIED, ClaimVariation(quantities={1: Decimal(10)}), by=AVON)
    act(url, VARIED, AssessVariation(limb=Limb.UNFORESEEABLE_WORKS))
    act(url, VARIED, ApproveVariation(), by=ADA)
    act(url, VARIED, StartWorks(clock.today()))
    act(url, VARIED, CompleteWorks(clock.today(), "photographs"))
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 100000\nWDC | 2026 | 1000")
    case_at(url, StepName.WORKS, reference=ORDERED, tenure="rp_tenant")
    case_at(url, StepName.AFTERCARE, reference=PAID)
    case_at(url, StepName.ASSIGN, reference=OFFERED, route="quotes", tenure="private_tenant")
    case_at(url, StepName.WORKS, reference=LEFT, route="call_off")
    act(url, LEFT, Exit(CaseStatus.WITHDRAWN))
    case_at(url, StepName.ASSIGN, reference=AGAIN, route="call_off")
    act(url, AGAIN, AnswerOffer(accepted=False))
    case_at(url, StepName.WORKS, reference=ENDED, route="call_off")
    act(url, ENDED, ExtendTime(clock.today() + timedelta(days=300)))
    act(url, ENDED, StartWorks(clock.today()))
    act(url, ENDED, EndOrder(EndGround.OCCUPANT_DIED, part={"1": 100_00}, not_done=("2",)))
    act(url, ENDED, RecordInvoice("INV-DFG-7", clock.today(), 105_00, as_ordered=True))
    act(url, ENDED, Release())
    case_at(url, StepName.WORKS, reference=REPLACED, route="call_off")
    act(url, REPLACED, StartWorks(clock.today()))
    act(url, REPLACED, replace(HALF, inspected_on=clock.today()))
    act(url, REPLACED, InvoiceReplaced("WO-2026-00006", "INV-DFG-8", 52_50))
    act(url, REPLACED, ReleaseReplaced("WO-2026-00006"), by=FINN)
    case_at(url, StepName.AFTERCARE, reference=CLOSED)
    live_at(NOW + timedelta(days=400))
    pass_step(url, CLOSED, StepName.AFTERCARE)


@pytest.mark.sqlite
def test_nothing_is_said_of_a_sound_database(sound: Sound) -> None:
    with reading(sound.url) as conn:
        assert sound.findings(conn) == []


@ON_SQLITE
@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.sentence[:60])
def test_what_does_not_hold_is_said(sound: Sound, broken: Break) -> None:
    with engine_for(sound.url).connect() as conn:
        said = broken.sentence.replace("$number", break_it(conn, broken))
        wanted = Finding(broken.severity, broken.where, said)
        assert sound.finds(conn, wanted), sound.findings(conn)
        conn.rollback()


def break_it(conn: Connection, broken: Break) -> str:
    """Break one invariant, and return the number of the case's order."""
    reference = broken.where if broken.where.startswith("DFG-") else CLOSED
    order = live_order(conn, case_id=case_row(conn, reference=reference).id)
    number = str(order.number) if order else ""
    for sql in broken.sql.split("; "):
        broke = conn.exec_driver_sql(statement(sql, reference=reference, number=number))
        assert broke.rowcount, f"nothing was broken by {sql}"
    return number


@ON_SQLITE
@pytest.mark.parametrize("edit", TAMPERED, ids=lambda edit: edit.sql[:70])
def test_whatever_is_edited_beside_handrail_is_said(sound: Sound, edit: Tampering) -> None:
    with engine_for(sound.url).connect() as conn:
        break_it(conn, Break(edit.where, edit.said, edit.sql))
        found = _quickly(conn)
        conn.rollback()
    assert [one for one in found if one.where == edit.where and one.sentence.startswith(edit.said)]


def _quickly(conn: Connection) -> list[Finding]:
    """Return what the checks find that are asked for edits, without those of files and sums."""
    found = [*out_of_step(conn), *uncovered_rows(conn), *counters_out_of_step(conn)]
    return [
        *found,
        *in_the_future(conn, now=NOW + timedelta(days=900)),
        *run_checks(conn, RECORDED),
    ]


def test_every_check_is_broken_here(sound: Sound) -> None:
    silent = {check.sentence for check in CHECKS if not check.sentence.startswith(A_REFERENCE)}
    with engine_for(sound.url).connect() as conn:
        for broken in (*BREAKS, *ERASED):
            break_it(conn, broken)
            asked = [check for check in CHECKS if check.sentence in silent]
            silent -= {one.sentence for one in asked if conn.execute(one.query).first()}
            conn.rollback()
    # Two prerequisites stand for the others, limits lowered later have a test of their own, and a
    # document received is asked for as one that was sent.
    others = ("comes before it", "as it is now", "that was received has no file")
    assert [words for words in silent if not any(part in words for part in others)] == []


def test_a_document_that_is_lost_or_changed_is_named(sound: Sound) -> None:
    with reading(sound.url) as conn:
        row = _work_order(conn)
        pdf, html = sound.documents / row.path, sound.documents / row.html_path
        kept = {file: file.read_bytes() for file in (pdf, html)}
        try:
            pdf.write_bytes(kept[pdf] + b"\n")
            html.unlink()
            found = sound.findings(conn)
        finally:
            for file, data in kept.items():
                file.write_bytes(data)
    changed = f"The file {row.path} of work_order 1 is not the one that was sent."
    missing = f"The file {row.html_path} of work_order 1 is missing."
    assert found == [Finding(Severity.ERROR, ORDERED, words) for words in (changed, missing)]


def _work_order(conn: Connection) -> AnyRow:
    case = case_row(conn, reference=ORDERED)
    query = sa.select(Document.path, Document.html_path)
    return conn.execute(
        query.where(Document.case_id == case.id, Document.kind == "work_order")
    ).one()


@pytest.mark.sqlite
def test_limits_lowered_afterwards_are_a_warning(url: str) -> None:
    reference = case_at(url, StepName.WORKS)
    with reading(url) as conn:
        offer = live_offer(conn, case_id=case_row(conn, reference=reference).id)
    assert offer is not None
    later(days=1)
    bring(
        url,
        "contractors",
        "contractor | name | email | trades | authorities | capacity_orders\n"
        f"{offer.contractor} | A Firm | a@firm.example | plumbing | RBC | 0",
    )
    bring(
        url,
        "officers",
        "email | name | role | authorities | approval_limit\n"
        f"{ADA} | Ada Able | approving_officer | RBC | 100",
    )
    with reading(url) as conn:
        found = list(findings(conn, lambda path: Path(path).stem))
    limit = (
        f"The grant of £1,600.00 is above the delegated limit of {ADA} as it is now; officers were "
        "imported after the decision."
    )
    capacity = (
        "A Firm has accepted works of £1,600.00 not yet complete (orders: 1), above its capacity "
        "as it is now; contractors were imported after it was offered them."
    )
    assert found == [
        Finding(Severity.WARNING, reference, limit),
        Finding(Severity.WARNING, f"contractor {offer.contractor}", capacity),
    ]


@pytest.mark.sqlite
def test_a_case_that_no_run_has_begun_is_no_fault(url: str) -> None:
    new_case(url)
    with reading(url) as conn:
        assert list(findings(conn, lambda _path: None)) == []

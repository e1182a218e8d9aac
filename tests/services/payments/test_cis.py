"""CIS: what is deducted where the council is the party, and what its statement says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters import clock
from adapters.documents import render_html
from models.database import reading, writing
from models.people import actor_for
from models.tables.payments import CisStatus, SentPayment
from models.tables.record import Audit
from models.tables.works import Payment
from rules.documents.remittance import RemittancePaper
from rules.errors import (
    InvalidDecisionError,
    InvalidTermsError,
    StatuteError,
)
from rules.pathway import StepName
from services.payments.cis import month_figures, record_status
from services.payments.release import Release
from services.payments.remit import remit, remittances
from tests.factories import act, case_at, usual_decision
from tests.looking import rows
from tests.services.payments.test_runs import account, broken, run, terms
from tests.small_service import AVON, FINN, NOW


def advice(url: str, number: int) -> list[tuple[str, RemittancePaper]]:
    with reading(url) as conn:
        return list(remittances(conn, number))


@pytest.mark.parametrize(
    ("status", "utr", "words"),
    [
        ("net", "", "Give its unique taxpayer reference"),
        ("gross", " ", "Give its unique taxpayer reference"),
        ("net", "123", "no unique taxpayer reference"),
    ],
)
def test_a_status_without_its_tax_reference_is_refused(
    sqlite_service: str, status: str, utr: str, words: str
) -> None:
    with writing(sqlite_service) as conn, pytest.raises(InvalidTermsError) as caught:
        record_status(
            conn,
            contractor=AVON,
            status=status,
            verification="V1234567890",
            utr=utr,
            valid_from=NOW.date(),
            by=FINN,
            reason="HMRC online",
            now=clock.now(),
        )
    assert words in caught.value.text()
    assert rows(sqlite_service, CisStatus) == []


def test_the_verification_number_is_stated_where_hmrc_could_not_match_it(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "pay", contracting_party="council", tenure="private_tenant")
    act(url, reference, usual_decision(url, reference, StepName.PAY))
    with writing(url) as conn:
        record_status(
            conn,
            contractor=AVON,
            status="unmatched",
            verification="V1234567890AB",
            valid_from=NOW.date(),
            by=FINN,
            reason="HMRC online",
            now=clock.now(),
        )
    act(url, reference, Release(materials_pence=0))
    account(url)
    ((_, paper),) = advice(url, run(url)[0])
    assert (paper.verification, paper.utr) == ("V1234567890AB", "")
    assert "verification number" in render_html(template="remittance.html", paper=paper)


def test_cis_is_deducted_where_the_council_is_the_party_and_stated(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "pay", contracting_party="council", tenure="private_tenant")
    act(url, reference, usual_decision(url, reference, StepName.PAY))
    with pytest.raises(StatuteError, match="was not verified with HMRC"):
        act(url, reference, Release(materials_pence=0))
    with writing(url) as conn:
        record_status(
            conn,
            contractor=AVON,
            status="net",
            verification="v1234567890",
            utr="98765 43210",
            valid_from=NOW.date() - timedelta(days=3),
            by=FINN,
            reason="HMRC online",
            now=clock.now(),
        )
    with pytest.raises(InvalidDecisionError, match="nobody said what the materials cost"):
        act(url, reference, Release())
    act(url, reference, Release(materials_pence=600_00))
    terms(url)
    (payment,) = rows(url, Payment)
    assert (payment["labour_pence"], payment["cis_percent"]) == (1_000_00, 20)
    assert payment["deducted_pence"] == 200_00
    account(url)
    number, _ = run(url)
    (sent,) = rows(url, SentPayment)
    assert sent["amount_pence"] == payment["amount_pence"] - 200_00
    ((_, paper),) = advice(url, number)
    (line,) = paper.under_cis
    assert (line.gross_pence, line.materials_pence) == (1_600_00, 600_00)
    assert (paper.utr, paper.employer_reference, paper.verification) == (
        "9876543210",
        "120/AB456",
        "",
    )
    said = render_html(template="remittance.html", paper=paper)
    for words in ("9876543210", "120/AB456", "£1,600.00", "£600.00"):
        assert words in said
    assert "verification number" not in said
    remit(run=number, now=clock.now())
    with reading(url) as conn:
        viewer = actor_for(conn, identity=FINN)
        (figure,) = month_figures(conn, day=NOW.date(), viewer=viewer)
        assert month_figures(conn, day=date(2026, 1, 1), viewer=viewer) == []
    assert (figure["contractor"], figure["deducted_pence"]) == (AVON, 200_00)
    assert (figure["utr"], figure["gross_pence"], figure["materials_pence"]) == (
        "9876543210",
        1_600_00,
        600_00,
    )
    (held,) = rows(url, CisStatus)
    assert "9876543210" not in held["utr"]
    assert not any("9876543210" in str(row["detail"]) for row in rows(url, Audit))
    assert broken(url) == []

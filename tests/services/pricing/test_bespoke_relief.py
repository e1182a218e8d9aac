"""VAT on quotes for bespoke works: the relief an officer found, the declaration, the share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.database import reading
from models.tables.cases import WorksLine
from models.tables.prices import Award
from rules.pathway import StepName, StepStatus
from services.competitions.competition import AwardQuote
from services.competitions.quoting import RecordQuote
from services.decisions.specification import Specify
from services.pricing.vat import RecordDeclaration
from services.pricing.views import price_view
from services.pricing.works import ConfirmPrice
from tests.competing import competition, opened
from tests.factories import act, bring, decide, go, new_case, pass_step
from tests.looking import message_kinds, rows, status_of
from tests.services.pricing.priced import lines_of, prices
from tests.small_service import AVON, BRIAR

BATHROOM = """
case  | line | code | quantity | description                      | unit
DFG-1 | 1    |      | 1        | Bathroom extension, ground floor | item
DFG-1 | 2    |      | 1        | Bedroom, ground floor            | item
"""
DISABLED = ("disabled_adaptation",)
ON_DECLARATION = (
    "adaptation for a disabled person (VAT Act 1994 Sch 8 Group 12), on the client's declaration "
    "of eligibility"
)


def bathroom_at_price(url: str, **particulars: str) -> str:
    """Bring a case of a bespoke bathroom and a bespoke bedroom to the price."""
    reference = new_case(url, route="quotes", **particulars)
    bring(url, "works", BATHROOM)
    go(reference)
    act(url, reference, Specify(no_certificates=dict.fromkeys((1, 2), "nothing is certified")))
    assert status_of(url, reference, "price") is StepStatus.WAITING
    return reference


def quoted_for(url: str, reference: str) -> None:
    """Let two firms quote for the bathroom and the bedroom, and the deadline come."""
    decide(url, reference, RecordQuote(AVON, {1: 20_000_01, 2: 8_000_00}), by=AVON)
    decide(url, reference, RecordQuote(BRIAR, {1: 21_000_00, 2: 8_000_00}), by=BRIAR)
    opened(url, reference)


def awarded(url: str, confirmed: ConfirmPrice, **particulars: str) -> list[dict[str, Any]]:
    """Return the lines of the price that the works are awarded at."""
    reference = bathroom_at_price(url, **particulars)
    act(url, reference, confirmed)
    quoted_for(url, reference)
    act(url, reference, AwardQuote(AVON))
    (tender,) = prices(url, "tender")
    lines = lines_of(url, tender)
    assert tender["vat_pence"] == sum(line["vat_pence"] for line in lines)
    return lines


@pytest.mark.sqlite
def test_a_bathroom_for_a_disabled_person_is_zero_rated_and_a_bedroom_is_not(url: str) -> None:
    bathroom, bedroom = awarded(url, ConfirmPrice(reliefs={1: DISABLED}))
    assert (bathroom["vat_rate"], bathroom["vat_pence"]) == (Decimal(0), 0)
    assert bathroom["vat_reason"] == f"Zero rate: {ON_DECLARATION}."
    assert (bedroom["vat_rate"], bedroom["vat_pence"]) == (Decimal("0.2"), 1_600_00)
    assert bedroom["vat_reason"] == "Standard rate: no VAT relief applies to these works."
    assert rows(url, Award)[-1]["inputs"]["lines"][0]["vat_reliefs"] == list(DISABLED)


@pytest.mark.sqlite
def test_a_mixed_extension_is_apportioned_by_its_share(url: str) -> None:
    found = ConfirmPrice(reliefs={1: DISABLED}, relief_percents={1: Decimal(60)})
    bathroom, _ = awarded(url, found)
    assert (bathroom["vat_rate"], bathroom["relief_percent"]) == (Decimal("0.08"), Decimal(60))
    assert bathroom["vat_pence"] == 1_600_00  # 8 % of £20,000.01 is £1,600.0008
    assert bathroom["vat_reason"] == (
        f"60 % of the line at zero rate: {ON_DECLARATION}; 40 % standard rated (apportioned)."
    )


def test_nobody_guesses_a_relief_from_a_description(sqlite_service: str) -> None:
    bathroom, _ = awarded(sqlite_service, ConfirmPrice())
    assert (bathroom["vat_rate"], bathroom["vat_pence"]) == (Decimal("0.2"), 4_000_00)
    assert bathroom["vat_reason"] == "Standard rate: no VAT relief applies to these works."


def test_without_a_declaration_the_bathroom_is_standard_rated_and_with_one_it_is_relieved(
    url: str,
) -> None:
    bathroom, bedroom = awarded(url, ConfirmPrice(reliefs={1: DISABLED}), vat_declaration="no")
    assert (bathroom["vat_rate"], bathroom["vat_pence"]) == (Decimal("0.2"), 4_000_00)
    assert bathroom["vat_reason"] == (
        "Standard rate: a relief covers these works, but no declaration is held."
    )
    with reading(url) as conn:
        assert price_view(conn, reference="DFG-1")["declaration_would_save_pence"] == 4_000_00
    act(url, "DFG-1", RecordDeclaration(date(2026, 5, 20), "D-1042"))
    bathroom, again = lines_of(url, prices(url, "tender")[-1])
    assert (bathroom["vat_pence"], again["vat_pence"]) == (0, bedroom["vat_pence"])
    assert bathroom["vat_reason"].endswith("of eligibility of 20 May 2026 (reference D-1042).")
    with reading(url) as conn:
        assert price_view(conn, reference="DFG-1")["declaration_would_save_pence"] is None


def test_quotes_are_invited_once_for_works_whose_relief_was_found(sqlite_service: str) -> None:
    reference = bathroom_at_price(sqlite_service)
    act(sqlite_service, reference, ConfirmPrice(reliefs={1: DISABLED}))
    go(reference)
    assert competition(sqlite_service).status == "open"
    assert len(rows(sqlite_service, Award)) == 1
    told = message_kinds(sqlite_service)
    assert told.count("invitation_to_quote") == 3
    assert not any("cancel" in kind for kind in told)


def test_the_same_works_imported_again_keep_the_relief_found(sqlite_service: str) -> None:
    reference = bathroom_at_price(sqlite_service)
    found = ConfirmPrice(reliefs={1: DISABLED}, relief_percents={1: Decimal(60)})
    act(sqlite_service, reference, found)
    bring(sqlite_service, "works", BATHROOM)
    bathroom, _ = sorted(rows(sqlite_service, WorksLine), key=lambda row: row["line"])
    assert (bathroom["vat_reliefs"], bathroom["relief_percent"]) == (DISABLED, Decimal(60))
    pass_step(sqlite_service, reference, StepName.TENDER)
    assert lines_of(sqlite_service, prices(sqlite_service, "tender")[-1])[0]["relief_percent"] == 60

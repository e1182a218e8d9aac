"""`handrail decide … price` and `… declaration`, as an officer types them."""

from __future__ import annotations

import pytest

from models.tables.cases import WorksLine
from tests.factories import case_at, go
from tests.journeys.commands import asked, handrail, refused
from tests.looking import case, contents, rows
from tests.small_service import OTTO, TESS

WHY = ("--reason", "as agreed at the visit")


def price(reference: str, *options: str) -> tuple[str, ...]:
    return ("decide", reference, "price", "--by", TESS, *WHY, *options)


def declaration(reference: str, *options: str) -> tuple[str, ...]:
    return ("decide", reference, "declaration", "--by", OTTO, *WHY, *options)


def test_a_price_is_apportioned_measured_and_moved_out_of_hours(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="call_off")
    options = (
        *("--quantity", "1=5.5", "--relief-percent", "1=60%"),
        *("--out-of-hours", "2", "--in-hours", "1"),
    )
    assert "Handrail now does its part of price" in handrail(*price(reference, *options))
    held = sorted(rows(sqlite_service, WorksLine), key=lambda row: row["line"])
    assert [
        (str(row["quantity"]), str(row["relief_percent"]), row["out_of_hours"]) for row in held
    ] == [("5.5", "60", False), ("2", "100", True)]
    go(reference)
    shown = asked("case", "show", reference)
    assert [line["net_pence"] for line in shown["lines"]] == [247_50, 190_50]
    last = asked("case", "history", reference)
    changed = [row for row in last if row["action"] == "price: confirm-price"][-1]
    assert changed["detail"]["facts"]["changed"]["quantity"] == {
        "1": {"before": "4", "after": "5.5"}
    }


def test_a_bespoke_line_is_given_its_relief_and_its_share(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    reliefs = "1=Disabled_Adaptation; mobility_aid_60plus"
    handrail(*price(reference, "--relief", reliefs, "--relief-percent", "1=60"))
    (bedroom,) = [row for row in rows(sqlite_service, WorksLine) if row["code"] is None]
    assert bedroom["vat_reliefs"] == ("disabled_adaptation", "mobility_aid_60plus")
    assert str(bedroom["relief_percent"]) == "60"
    changed = asked("case", "history", reference)[-1]["detail"]["facts"]["changed"]
    assert changed["vat_reliefs"]["1"]["before"] == []


def test_none_is_no_relief(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    handrail(*price(reference, "--relief", "1=none"))
    assert not any(row["vat_reliefs"] for row in rows(sqlite_service, WorksLine))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--relief", "1=disabled_adaptation"), "on line 1 of DFG-1: what has a code is priced"),
        (("--relief", "1=zero"), "Line 1: “zero” is not a VAT relief; use disabled_adaptation or"),
        (("--relief", "1="), "Name the relief, such as 1=disabled_adaptation, or 1=none."),
        (("--relief", "1=none", "--relief", "1=none"), "Line 1 is given twice."),
        (("--relief-percent", "2=50"), "No VAT relief covers line 2 of DFG-1"),
        (("--relief-percent", "1=101"), "a relief covers 0 to 100 per cent of a line"),
        (("--relief-percent", "1=most"), "“most” is no percentage; write it as 60."),
        (("--relief-percent", "half"), "“half” is not LINE=PERCENT"),
        (("--out-of-hours", "9", "--quantity", "8=1"), "There is no works line 8, 9 on DFG-1."),
        (("--out-of-hours", "1", "--in-hours", "1"), "as out of hours and as in hours"),
        (("--out-of-hours", "all"), "--help"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(
    sqlite_service: str, options: tuple[str, ...], said: str
) -> None:
    reference = case_at(sqlite_service, "price", route="call_off")
    before = contents(sqlite_service)
    assert said in refused(*price(reference, *options))
    assert contents(sqlite_service) == before


def test_a_declaration_is_recorded_and_the_saving_is_gone(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="call_off", vat_declaration="no")
    words = "a signed VAT declaration would save £27.00"
    assert words in asked("case", "show", reference)["steps"][1]["waiting_for"]
    handrail(*declaration(reference, "--signed-on", "20/05/2026", "--reference", "D-1042"))
    go(reference)
    assert words not in asked("case", "show", reference)["steps"][1]["waiting_for"]
    held = case(sqlite_service, reference)
    assert (str(held.vat_declared_on), held.vat_declaration_reference) == ("2026-05-20", "D-1042")


def test_a_declaration_after_the_tender_says_what_follows(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "tender", route="call_off", vat_declaration="no")
    said = handrail(*declaration(reference, "--signed-on", "2026-05-20"))
    assert "The estimate is now £417.60 with VAT." in said
    assert "The works are tendered again with the new VAT." in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--signed-on", "2026-06-02"), "It cannot have been signed in the future (2 June 2026)."),
        (("--signed-on", "soon"), "“soon” is no date"),
        (("--reference", "D-1"), "--help"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(
    sqlite_service: str, options: tuple[str, ...], said: str
) -> None:
    reference = case_at(sqlite_service, "price", vat_declaration="no")
    before = contents(sqlite_service)
    assert said in refused(*declaration(reference, *options))
    assert contents(sqlite_service) == before

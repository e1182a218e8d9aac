"""An order in HACT's terms: every unit has its answer, quantities and money are exact."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.cases import UNITS as ALL_UNITS
from rules.contracting import ContractingParty
from rules.documents.contract_terms import ContractTerms
from rules.documents.paper_lines import Contact, PaperLine, UnpricedLine
from rules.documents.papers import WorkOrderPaper
from rules.interchange.hact import UNITS, Ordered, amount, end_of, in_hact, number
from rules.pricing.works import MAX_QUANTITY


def line(place: int, *, unit: str = "m2", covers: tuple[int, ...] | None = None) -> PaperLine:
    return PaperLine(
        line=place,
        code="" if covers is not None else "TILE",
        description="Level access shower" if covers else "Wall tiling",
        location="Bathroom",
        quantity=Decimal("8.25"),
        unit=unit,
        rate=Decimal("60.50"),
        net_pence=49_913,
        vat_rate=Decimal("0.2"),
        vat_pence=9_983,
        vat_reason="",
        calculation="",
        steps="",
        covers=covers,
    )


def said_of(*lines: PaperLine, works: tuple[UnpricedLine, ...] = (), **how: Any) -> dict[str, Any]:
    paper = WorkOrderPaper(
        case_reference="DFG-1",
        authority=Contact(name="Rugby Borough Council"),
        site_address="14 Hill Road, Rugby",
        works_title="level access shower",
        order_number="WO-2026-00001",
        issued_on=date(2026, 6, 1),
        officer=Contact(name="Tess Tyler"),
        contractor=Contact(name="Avon Access Ltd"),
        client_name="Mrs Ashby",
        postcode="CV22 5AA",
        client_phone="01788 5550199",
        purposes=(),
        lines=lines,
        net_pence=49_913 * len(lines),
        vat_pence=9_983 * len(lines),
        total_pence=59_896 * len(lines),
        start_by=date(2026, 6, 12),
        complete_by=date(2026, 11, 30),
        consent_text="",
        consent_conditions=(),
        certificates=(),
        route_text="",
        direction_text="",
        defects_months=12,
        terms=ContractTerms(party=ContractingParty.CLIENT, name="Mrs Ashby", authority="Rugby"),
        works=works,
        access=("The key safe is 4711.",),
    )
    held = {"urgent": True, "started_on": None, "completed_on": None, **how}
    raised = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    return in_hact(
        Ordered(
            paper=paper, version=2, contractor="AVON", authority="RBC", raised_at=raised, **held
        )
    )


def test_every_unit_has_hacts_code_or_is_said_to_have_none() -> None:
    assert set(UNITS) == set(ALL_UNITS)
    for unit, code in UNITS.items():
        (element,) = said_of(line(1, unit=unit))["WorkOrder"]["WorkElement"]
        (item,) = element["RateScheduleItem"]
        assert item["HandrailUnit"] == unit
        assert item["Quantity"].get("UnitOfMeasurementCode") == code


def test_an_order_says_what_is_to_be_done_by_when_for_how_much_and_nothing_of_the_client() -> None:
    said = said_of(line(1))
    order = said["WorkOrder"]
    assert order["DateRaised"] == "2026-05-31T23:30:00Z"
    assert order["Priority"] == {
        "PriorityCode": "3",
        "PriorityDescription": "Urgent",
        "NumberOfDays": 182,  # from 1 June, which it is in London
        "RequiredCompletionDateTime": "2026-11-30T23:59:59Z",
    }
    assert order["HandrailRequiredStartDateTime"] == "2026-06-12T22:59:59Z"
    (element,) = order["WorkElement"]
    assert element["Reference"]["ID"] == "1"
    assert element["RateScheduleItem"][0]["Quantity"] == {
        "Amount": [8.25],
        "UnitOfMeasurementCode": "SM",
    }
    assert element["HandrailPrice"]["NetAmount"] == "499.13"
    assert order["HandrailPrice"]["TotalAmount"] == "598.96"
    assert (said["JobStatusUpdate"], "WorkOrderComplete" in said) == ([], False)
    words = json.dumps(said)
    assert not any(secret in words for secret in ("Ashby", "5550199", "4711"))


def test_a_packages_item_says_the_works_lines_that_it_covers() -> None:
    works = tuple(
        UnpricedLine(
            line=place, code=code, description=code, location="", quantity=Decimal(1), unit="each"
        )
        for place, code in ((1, "TRAY"), (2, "TILE"), (3, "RAIL"))
    )
    elements = said_of(line(1, covers=(1, 2)), line(2, covers=()), works=works)["WorkOrder"]
    first, second = elements["WorkElement"]
    assert first["Reference"] == {"ID": "A", "Description": "Level access shower"}
    assert [one["CustomCode"] for one in first["RateScheduleItem"]] == ["TRAY", "TILE"]
    assert [one["HandrailWorksLine"] for one in first["RateScheduleItem"]] == [1, 2]
    assert not {"CustomCode", "HandrailWorksLine"} & second["RateScheduleItem"][0].keys()


def test_what_became_of_it_is_said_once_it_is_on_record() -> None:
    said = said_of(line(1), started_on=date(2026, 6, 10), completed_on=date(2026, 12, 1))
    (begun,) = said["JobStatusUpdate"]
    (done,) = said["WorkOrderComplete"]["JobStatusUpdates"]
    assert begun["RelatedWorkOrderReference"] == {"ID": "WO-2026-00001"}
    assert [begun["EventTime"], done["EventTime"]] == [
        "2026-06-10T11:00:00Z",
        "2026-12-01T12:00:00Z",
    ]


@given(st.decimals(Decimal("0.0001"), MAX_QUANTITY, places=4), st.integers(0, 10**11))
def test_quantities_and_money_lose_nothing_in_json(quantity: Decimal, pence: int) -> None:
    assert json.loads(json.dumps(number(quantity)), parse_float=Decimal) == quantity
    assert Decimal(amount(pence)) * 100 == pence


def test_a_day_ends_by_londons_clock() -> None:
    assert end_of(date(2026, 10, 24)) == "2026-10-24T22:59:59Z"  # the last night of summer time
    assert end_of(date(2026, 10, 25)) == "2026-10-25T23:59:59Z"

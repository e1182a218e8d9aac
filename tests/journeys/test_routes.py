"""A case by each route to a price, from `case open` to work order, with a real `handrail up`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.factories import later
from tests.journeys.commands import FOUND, asked, handrail
from tests.journeys.service import Service, living_in
from tests.journeys.test_cli_whole_case import PLAN, WHY, as_csv
from tests.small_service import ADA, ADAM, AVON, BRIAR, CEDAR, SERVICE, TERMS, TESS


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a running service, set up from files by the commands, that all the routes share."""
    folder = tmp_path_factory.mktemp("routes")
    with living_in(folder / "home", sweep_seconds="5") as running:
        handrail("init", "--administrator", ADAM, "--name", "Adam Admin")
        for kind, text in {**SERVICE, **TERMS}.items():
            file = folder / f"{kind}.csv"
            file.write_text(as_csv(text), encoding="utf-8")
            version = ("--schedule", "BASE", "--from", "2026-01-01") if kind == "schedule" else ()
            handrail("import", kind, str(file), *version, "--by", ADAM)
        running.start()
        yield running


class Journey:
    """One case on its way, typed by its people."""

    def __init__(
        self, service: Service, reference: str, work_type: str, *, declared: bool = True
    ) -> None:
        self.service, self.reference = service, reference
        particulars = {
            "reference": reference,
            "authority": "RBC",
            "client-name": "Mrs Ashby",
            "address": "14 Hill Road, Rugby",
            "postcode": "CV22 5AA",
            "tenure": "owner",
            "purpose": "f",
            "work-type": work_type,
            "contact-on": "2026-04-01",
            "recommended-on": "2026-04-15",
            "applied-on": "2026-05-01",
            "date-of-birth": "1941-08-17",
            "email": "ashby@home.example",
            "by": TESS,
        }
        options = [word for name, value in particulars.items() for word in (f"--{name}", value)]
        handrail("case", "open", *options, *(["--vat-declaration"] if declared else []))

    def line(self, number: int, quantity: str, **particulars: str) -> None:
        """Type one works line."""
        given = [word for name, value in particulars.items() for word in (f"--{name}", value)]
        line = ("case", "line", self.reference, str(number), "--quantity", quantity)
        handrail(*line, *given, "--by", TESS)

    def gate(self, step: str, words: str = "") -> dict[str, Any]:
        """Wait until a step waits for a decision, or for the one these words name; the case."""

        def waits() -> bool:
            return any(
                one["step"] == step and one["status"] == "waiting" and words in one["waiting_for"]
                for one in self.show()["steps"]
            )

        self.service.wait_for(waits)
        return self.show()

    def decide(self, step: str, by: str, *particulars: str) -> str:
        """Record a decision once its gate waits for it."""
        self.gate(step)
        return handrail("decide", self.reference, step, "--by", by, *WHY, *particulars)

    def show(self) -> dict[str, Any]:
        """Return the case as `case show` does."""
        view: dict[str, Any] = asked("case", "show", self.reference)
        return view

    def award(self) -> dict[str, Any]:
        """Return the award as `case award` does."""
        view: dict[str, Any] = asked("case", "award", self.reference)
        return view

    def approve(self) -> None:
        """Record both findings of s.24(3), and approve the grant."""
        self.gate("approve")
        for found in FOUND:
            handrail("decide", self.reference, *found, "--by", TESS, *WHY)
        self.decide("approve", ADA)

    def to_order(self, contractor: str) -> dict[str, Any]:
        """Go on from the tender to the work order, and return the case."""
        self.decide("certificates", TESS, "--held", "owner")
        self.approve()
        self.decide("assign", contractor, "--accept")
        self.gate("works")
        return self.show()

    def paper(self, kind: str) -> str:
        """Return the text of a document on the case, without its marks."""
        (found,) = [one for one in self.show()["documents"] if one["kind"] == kind]
        html = Path(found["html_path"]).read_text(encoding="utf-8")
        return " ".join(unescape(re.sub("<[^>]+>", "", html)).split())


def check_order(journey: Journey, *, route: str, contractor: str, total_pence: int) -> None:
    """Hold that the order stands at the price of the award, with everything on file."""
    case = journey.show()
    assert (case["route"], case["contractor"]) == (route, contractor)
    assert case["total_pence"] == total_pence
    assert case["order_number"]
    kinds = {document["kind"] for document in case["documents"]}
    assert kinds >= {"award_record", "approval", "work_order"}
    assert asked("verify") == {"sound": True, "findings": []}


def test_a_package_with_additions_and_omissions_priced_again_on_the_declaration(
    service: Service,
) -> None:
    journey = Journey(service, "DFG-2026-0910", "level_access_shower", declared=False)
    changes = ("--quantity", "TILE=6", "--add", "RAIL=2", "--location", "Bathroom")
    handrail("case", "package", journey.reference, "LAS", *changes, "--by", TESS)
    journey.decide("specify", TESS)
    journey.gate("price")
    undeclared = asked("case", "price", journey.reference)
    assert undeclared["vat_pence"] == 330_60  # on £1,200, £363 and £90
    assert undeclared["declaration_would_save_pence"] == 326_10  # all of it but 5 % of the rails
    journey.decide("price", TESS)
    journey.gate("tender")
    declared = ("--signed-on", "2026-05-20", "--reference", "VAT-77", "--by", TESS, *WHY)
    handrail("decide", journey.reference, "declaration", *declared)
    service.wait_for(lambda: journey.award()["version"] == 2)
    award = journey.award()
    assert (award["route"], award["package"], award["rule"]) == ("pre_priced", "LAS", "rotation")
    assert "1 item added and 1 item changed in quantity" in " ".join(award["reasons"])
    journey.decide("tender", TESS, "--direct", *PLAN)
    journey.to_order(AVON)
    # £1,600 + 2 rails at £45 - 2 m² of tiles at £60.50, and 5 % on the rails
    check_order(journey, route="pre_priced", contractor=AVON, total_pence=1_573_50)
    record = journey.paper("award_record")
    for said in (
        "Add: Grab rail",
        "2 each × £45.00 = £90.00",
        "Omit: Wall tiling",
        "-2 m2 × £60.50 = -£121.00",
        "pre-tendered price of package LAS",
        "VAT declaration of 20 May 2026, filed as VAT-77, is held",
        "Rotation: of the eligible",
    ):
        assert said in record, said


def test_a_call_off_from_the_schedule_of_rates(service: Service) -> None:
    journey = Journey(service, "DFG-2026-0911", "grab_rails")
    journey.line(1, "4", code="RAIL", location="Hall")
    journey.line(2, "2", code="LIGHT")
    journey.decide("specify", TESS)
    journey.decide("price", TESS, "--quantity", "2=3")
    journey.gate("tender")
    award = journey.award()
    assert (award["route"], award["rule"], award["contractor"]) == ("call_off", "ranked", AVON)
    assert [row["place"] for row in award["contractors"]] == [1, 2, 3]
    journey.decide("tender", TESS, "--direct", *PLAN)
    journey.to_order(AVON)
    # rails at the contract's own rate, both at the zone's factor; 5 % and 20 % VAT
    check_order(journey, route="call_off", contractor=AVON, total_pence=535_04)
    record = journey.paper("award_record")
    for said in (
        "4 each × £43.25 × 1.02 = £176.46",
        "3 each × £95.25 × 1.02 = £291.47",
        "zone Rugby town (× 1.02)",
        "Direction under section 2(2)(b)",
        "the client cannot wait",
        "Cedar Care Ltd",
    ):
        assert said in record, said
    order = journey.paper("work_order")
    assert "in this particular case, that one price is enough" in order
    assert "Cedar Care Ltd" not in order


def test_quotes_sealed_opened_by_the_sweep_scored_and_passed_on_to_the_second(
    service: Service,
) -> None:
    journey = Journey(service, "DFG-2026-0912", "extension")
    bedroom = {"description": "Ground-floor bedroom", "unit": "item"}
    journey.line(1, "1", **bedroom, **{"no-certificates-because": "nothing in it is certified"})
    journey.line(2, "10", code="TILE")
    journey.decide("specify", TESS)
    journey.decide("price", TESS)
    journey.decide("tender", AVON, "--quote-from", AVON, "--amount", "1=11000", "--amount", "2=700")
    quoted = journey.decide(
        *("tender", TESS, "--quote-from", BRIAR, "--amount", "1=9900", "--amount", "2=650")
    )
    assert "2 of 3" in quoted
    _check_sealed(journey)
    later(days=11)  # the deadline is at noon of the eighth working day, 11 June
    service.wait_for(lambda: _competition(journey)["status"] == "opened")
    late = journey.decide(
        "tender", CEDAR, "--quote-from", CEDAR, "--amount", "1=1", "--amount", "2=1"
    )
    assert "came too late" in late
    for firm, method, programme in ((AVON, 90, 90), (BRIAR, 50, 60)):
        marks = ("--mark", f"method={method}", "--mark", f"programme={programme}")
        journey.decide("tender", TESS, "--score", firm, *marks)
    journey.decide("tender", TESS, "--award-to", AVON, *PLAN)
    journey.decide("certificates", TESS, "--held", "owner")
    journey.approve()
    assert journey.gate("assign")["contractor"] == AVON
    journey.decide("assign", AVON, "--decline")
    service.wait_for(lambda: journey.show()["contractor"] == BRIAR)
    journey.decide("assign", BRIAR, "--accept")
    journey.gate("works")
    check_order(journey, route="quotes", contractor=BRIAR, total_pence=12_530_00)  # VAT on line 1
    _check_record(journey)


def _competition(journey: Journey) -> dict[str, Any]:
    view: dict[str, Any] = asked("case", "competition", journey.reference)
    return view


def _check_sealed(journey: Journey) -> None:
    """Hold that no command, message or audit row has a sum of a sealed quote."""
    assert journey.award()["sealed_until"] == "2026-06-11T11:00:00Z"
    for command in ("show", "history", "price", "award", "competition"):
        for words in (("--json",), ()):
            said = handrail("case", command, journey.reference, *words).replace(",", "")
            for amount in ("1100000", "11000.00", "70000", "700.00", "990000", "9900.00"):
                assert amount not in said, (command, amount)


def _check_record(journey: Journey) -> None:
    record = journey.paper("award_record")
    for said in (
        "Avon Access Ltd",
        "Quoted on 1 June 2026",
        "Late: received on 12 June 2026",
        "12 noon on Thursday 11 June 2026",
        "price 60 %, method 25 %, programme 15 %.",
        "method 90, programme 90 of 100",
        "£13,900.00",
        "Award of the mini-competition",
        "the client cannot wait",
    ):
        assert said in record, said

"""The sample service's import files: enough of everything, and every reference resolves."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[3] / "deployments" / "sample"

UNITS = "each item m m2 m3 hour day set"
YES_NO = "yes no"
WORDS = {
    ("schedule", "vat_reliefs"): "disabled_adaptation mobility_aid_60plus",
    ("schedule", "certificates"): "electrical gas building_control lift_commissioning fensa",
    ("schedule", "unit"): UNITS,
    ("works", "unit"): UNITS,
    ("lots", "award_rule"): "rotation lowest_price ranked mini_competition",
    ("cases", "tenure"): "owner private_tenant rp_tenant council_tenant licensee",
    ("cases", "complexity"): "simple complex",
    ("targets", "complexity"): "simple complex",
    ("targets", "urgent"): "urgent non_urgent",
    ("targets", "verified"): YES_NO,
    ("cases", "purpose"): "a b c d e f g h i j k l",
    ("cases", "urgent"): YES_NO,
    ("cases", "vat_declaration"): YES_NO,
    ("permissions", "silence"): "officer_decides refused given",
    ("contractors", "suspended"): YES_NO,
    ("contractor_documents", "document"): (
        "public_liability employers_liability enhanced_dbs ssip asbestos_awareness trustmark "
        "gas_safe niceic fensa"
    ),
    ("required_documents", "document"): "public_liability",
    ("contractor_conflicts", "interest_in"): "officer client address case",
    ("officers", "role"): (
        "assessor technical_officer approving_officer finance manager administrator auditor"
    ),
}
REFERENCES = [
    (("officers", "authorities"), ("authorities", "authority")),
    (("packages", "code"), ("schedule", "code")),
    (("contractors", "authorities"), ("authorities", "authority")),
    (("contractors", "trades"), ("schedule", "trade")),
    (("contractor_documents", "contractor"), ("contractors", "contractor")),
    (("required_documents", "trade"), ("schedule", "trade")),
    (("contractor_absences", "contractor"), ("contractors", "contractor")),
    (("contractor_conflicts", "contractor"), ("contractors", "contractor")),
    (("lots", "authorities"), ("authorities", "authority")),
    (("lot_contractors", "lot"), ("lots", "lot")),
    (("lot_contractors", "contractor"), ("contractors", "contractor")),
    (("package_prices", "lot"), ("lots", "lot")),
    (("package_prices", "package"), ("packages", "package")),
    (("package_prices", "contractor"), ("contractors", "contractor")),
    (("packages", "work_type"), ("lots", "work_types")),
    (("lot_terms", "lot"), ("lots", "lot")),
    (("zones", "lot"), ("lots", "lot")),
    (("contract_rates", "lot"), ("lots", "lot")),
    (("contract_rates", "contractor"), ("contractors", "contractor")),
    (("contract_rates", "code"), ("schedule", "code")),
    (("budgets", "authority"), ("authorities", "authority")),
    (("waiver_rules", "authority"), ("authorities", "authority")),
    (("waiver_rules", "work_types"), ("lots", "work_types")),
    (("closures", "authority"), ("authorities", "authority")),
    (("targets", "authority"), ("authorities", "authority")),
    (("targets", "lot"), ("lots", "lot")),
    (("escalations", "authority"), ("authorities", "authority")),
    (("escalations", "role"), ("officers", "role")),
    (("consent_terms", "authority"), ("authorities", "authority")),
    (("permissions", "provider"), ("providers", "provider")),
    (("permissions", "work_types"), ("lots", "work_types")),
    (("cases", "authority"), ("authorities", "authority")),
    (("cases", "work_type"), ("lots", "work_types")),
    (("works", "case"), ("cases", "reference")),
    (("works", "code"), ("schedule", "code")),
]


def rows(kind: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(kind: str, column: str) -> set[str]:
    cells = (row[column] for row in rows(kind))
    return {word for cell in cells for word in cell.split(";") if word}


def test_there_is_enough_of_everything() -> None:
    assert len(values("schedule", "code")) == len(rows("schedule")) >= 300
    assert len(values("packages", "package")) >= 12
    assert len(values("contractors", "contractor")) == len(rows("contractors")) >= 15
    assert len(values("lots", "lot")) == len(rows("lots")) >= 4
    assert len(values("providers", "provider")) == len(rows("providers")) >= 5
    assert values("cases", "reference") == {f"DFG-2026-{n:04d}" for n in range(1, 41)}
    assert len(rows("cases")) == 40
    assert values("cases", "tenure") == set(WORDS["cases", "tenure"].split())
    assert values("cases", "work_type") == values("lots", "work_types")


@pytest.mark.parametrize(("found", "known"), REFERENCES)
def test_every_reference_resolves(found: tuple[str, str], known: tuple[str, str]) -> None:
    assert values(*found) - values(*known) == set()


@pytest.mark.parametrize("column", WORDS)
def test_every_word_is_in_the_formats_lists(column: tuple[str, str]) -> None:
    assert values(*column) - set(WORDS[column].split()) == set()


def test_a_rate_is_positive_with_at_most_four_decimal_places() -> None:
    for row in rows("schedule"):
        assert Decimal(row["rate"]) > 0, row["code"]
        assert len(row["rate"].partition(".")[2]) <= 4, row["code"]


def test_each_landlord_is_the_kind_its_tenure_asks_for() -> None:
    known = {
        "owner": {""},
        "rp_tenant": values("providers", "provider"),
        "council_tenant": values("authorities", "authority"),
    }
    for case in rows("cases"):
        assert case["landlord"] in known.get(case["tenure"], {case["landlord"]} - {""})


def test_each_lot_prices_each_of_its_packages_for_each_of_its_contractors() -> None:
    lot_of = {word: lot["lot"] for lot in rows("lots") for word in lot["work_types"].split(";")}
    assert len(lot_of) == sum(len(lot["work_types"].split(";")) for lot in rows("lots"))
    members = [(row["lot"], row["contractor"]) for row in rows("lot_contractors")]
    packages = {(lot_of[row["work_type"]], row["package"]) for row in rows("packages")}
    due = {(lot, p, c) for lot, c in members for package_lot, p in packages if lot == package_lot}
    assert {(r["lot"], r["package"], r["contractor"]) for r in rows("package_prices")} == due


def test_a_works_line_without_a_code_has_a_description_and_a_unit() -> None:
    for row in rows("works"):
        assert row["code"] or (row["description"] and row["unit"]), row
    assert values("works", "case") == values("cases", "reference")

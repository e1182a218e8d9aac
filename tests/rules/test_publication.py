"""What is published: whole by the fields that OCDS 1.1 asks for, and the notice's threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.publication import PublicContract, notice, release

AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
CONTRACT = PublicContract(
    prefix="ocds-213czf",
    number="WO-2026-00042",
    version=1,
    amended=False,
    status="sent",
    authority="Rugby Borough Council",
    authority_code="RBC",
    ons_code="E07000220",
    address="",
    email="",
    contractor="Avon Access Ltd",
    contractor_code="AVON",
    title="Level access shower",
    how="Pre-priced package, Showers, awarded in rotation.",
    lot="SHOWERS",
    competed=False,
    net_pence=25_000_00,
    total_pence=30_000_00,
    awarded_at=AT,
    signed_at=AT,
    changed_at=AT,
    start_by=date(2026, 6, 15),
    complete_by=date(2026, 7, 27),
)
REQUIRED = {
    "": ("ocid", "id", "date", "tag", "initiationType"),
    "tender": ("id",),
    "awards": ("id",),
    "contracts": ("id", "awardID"),
    "parties": ("id", "roles"),
}
"""What the release schema of OCDS 1.1 requires, and the roles that say who is who."""
CODES = {
    "tag": {"award", "contract", "contractAmendment"},
    "status": {"active", "cancelled", "terminated", "complete"},
    "procurementMethod": {"selective", "direct"},
    "mainProcurementCategory": {"works"},
}


def parts(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a part of a release."""
    held = found[name] if name else found
    return held if isinstance(held, list) else [held]


def test_a_release_has_what_the_standard_requires() -> None:
    found = release(CONTRACT)
    for name, fields in REQUIRED.items():
        for part in parts(found, name):
            assert all(part[field] for field in fields), name
    assert set(found["tag"]) <= CODES["tag"]
    for name in ("tender", "awards", "contracts"):
        for part in parts(found, name):
            assert part["status"] in CODES["status"]
    assert found["contracts"][0]["awardID"] == found["awards"][0]["id"]
    named = {party["id"] for party in found["parties"]}
    assert {found["buyer"]["id"], *(one["id"] for one in found["awards"][0]["suppliers"])} == named
    assert found["contracts"][0]["value"]["amount"] == 25_000.0
    assert "#" not in found["id"]


@pytest.mark.parametrize(
    ("status", "version", "shown", "tag"),
    [
        ("sent", 1, "active", "contract"),
        ("complete", 2, "active", "contractAmendment"),
        ("certified", 1, "terminated", "contract"),
    ],
)
def test_a_release_is_named_anew_as_the_order_goes_on(
    status: str, version: int, shown: str, tag: str
) -> None:
    found = release(replace(CONTRACT, status=status, version=version, amended=version > 1))
    assert found["id"] == f"WO-2026-00042-v{version}-{shown}"
    assert found["contracts"][0]["status"] == shown
    assert found["tag"] == ["award", tag]


def test_a_notice_is_asked_for_from_thirty_thousand_pounds_with_vat() -> None:
    assert notice(CONTRACT)["required"]
    assert notice(CONTRACT)["why"].startswith("£30,000.00 with VAT is £30,000 or more")
    assert not notice(replace(CONTRACT, total_pence=29_999_99))["required"]
    assert notice(CONTRACT)["authority_address"] is None

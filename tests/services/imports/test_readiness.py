"""What is missing or odd in the data as a whole is told before a service opens."""

from __future__ import annotations

from datetime import date

from models.database import reading
from rules.contractors import REQUIRED
from services.imports.readiness import odd_data
from tests.services.imports.importing import bring, service

ON = date(2026, 6, 1)
LOTS = """
lot | title | work_types | authorities | award_rule | valid_from | valid_to
L1 | Showers | shower | WDC;RBC | rotation | 2026-04-01 | 2027-03-31
OLD | Rails | rails | WDC | rotation | 2025-04-01 | 2026-03-31
"""
PACKAGES = """
package | title | work_type | code | quantity
P | Shower | shower | A2 | 1
R | Rails | rails | A1 | 1
"""


def test_what_is_missing_or_odd_is_told_until_it_is_mended(database_url: str) -> None:
    service(database_url)
    bring(database_url, "officers", "email|name|role\na@wdc.example|A|approving_officer")
    bring(database_url, "packages", PACKAGES)
    bring(database_url, "lots", LOTS)
    bring(database_url, "lot_contractors", "lot | contractor\nL1 | QB")
    with reading(database_url) as conn:
        found = set(odd_data(conn, on=ON))
    assert {
        ("lot L1", "shower in WDC may be offered to nobody."),
        ("lot OLD", "It is not in force."),
        ("package P", "In lot L1 not priced by QB."),
        ("package R", "No lot in force does rails."),
        ("provider OAK", "It has no e-mail or no postal address to ask for consent."),
        ("authority WDC", "It has no e-mail address to stand on its letters."),
        ("a@wdc.example", "An approving officer without a limit, who may approve nothing."),
    } <= found
    held = "\n".join(f"QB | {kind} | 10000000 | 2026-01-01 | 2027-12-31" for kind in REQUIRED)
    header = "contractor | document | cover | valid_from | valid_to"
    bring(database_url, "contractor_documents", f"{header}\n{held}")
    bring(database_url, "package_prices", "lot|package|contractor|price\nL1|P|QB|100")
    bring(database_url, "providers", "provider|name|email|address\nOAK|Oak|o@oak.example|1 Road")
    with reading(database_url) as conn:
        found = set(odd_data(conn, on=ON))
    about = {one for one, _ in found}
    assert ("lot L1", "shower in WDC may be offered to only QB.") in found
    assert about.isdisjoint({"package P", "provider OAK"})

"""The small service of the tests: a council, its people, three firms, four lots, two landlords.

Each table is a file of few rows, imported through the real importer by ``tests.factories``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from rules.decisions import Plan

NOW: Final = datetime.fromisoformat("2026-06-01T09:00:00+00:00")
REFERENCE: Final = "DFG-1"
REASON: Final = "as agreed at the visit"
PLAN: Final = Plan("a proportionate sum", "within the Act", "on file", "needed now")

TESS, TOBY = "tess@rbc.example", "toby@rbc.example"  # technical officers of Rugby
WENDY = "wendy@wdc.example"  # a technical officer of Warwick
ADA, AMOS = "ada@rbc.example", "amos@rbc.example"  # approving officers: to £30,000, to £1,000
FINN, FAY = "finn@rbc.example", "fay@rbc.example"  # finance
OTTO, MIA = "otto@rbc.example", "mia@rbc.example"  # an assessor, a manager
ADAM, AUDREY = "adam@rbc.example", "audrey@rbc.example"  # an administrator, an auditor
AVON, BRIAR, CEDAR = "AVON", "BRIAR", "CEDAR"  # contractors
PLANS: Final = ("successions", "arrangements")  # kinds of which the sample brings in nothing
PAPERS: Final = (
    *("public_liability", "employers_liability", "enhanced_dbs", "ssip"),
    *("asbestos_awareness", "trustmark", "niceic"),
)

AUTHORITIES: Final = """
authority | name                  | email            | phone         | address
RBC       | Rugby Borough Council | home@rbc.example | 01788 5550100 | Town Hall, Rugby
WDC       | Warwick District      | home@wdc.example | 01926 5550100 | Town Hall, Warwick
"""
OFFICERS: Final = f"""
email    | name         | role              | authorities | approval_limit
{TESS}   | Tess Tyler   | technical_officer | RBC         |
{TOBY}   | Toby Tiler   | technical_officer | RBC         |
{WENDY}  | Wendy Wick   | technical_officer | WDC         |
{ADA}    | Ada Able     | approving_officer | RBC         | 30000
{AMOS}   | Amos Able    | approving_officer | RBC         | 1000
{FINN}   | Finn Fund    | finance           |             |
{FAY}    | Fay Fund     | finance           |             |
{OTTO}   | Otto Therapy | assessor          | RBC         |
{MIA}    | Mia Manage   | manager           |             |
{ADAM}   | Adam Admin   | administrator     |             |
{AUDREY} | Audrey Audit | auditor           |             |
"""
SCHEDULE: Final = """
code  | short_description | unit | rate  | trade      | vat_reliefs         | certificates
TRAY  | Shower tray       | each | 1200  | plumbing   | disabled_adaptation |
TILE  | Wall tiling       | m2   | 60.50 | tiling     | disabled_adaptation |
RAIL  | Grab rail         | each | 45    | joinery    | mobility_aid_60plus |
LIGHT | Low-surface light | each | 95.25 | electrical |                     | electrical
"""
PACKAGES: Final = """
package | title               | work_type           | code | quantity
LAS     | Level access shower | level_access_shower | TRAY | 1
LAS     | Level access shower | level_access_shower | TILE | 8
"""
CONTRACTORS: Final = """
contractor | name            | email              | trades                    | authorities
AVON       | Avon Access Ltd | jobs@avon.example  | plumbing;tiling;joinery;electrical | RBC;WDC
BRIAR      | Briar Baths Ltd | jobs@briar.example | plumbing;tiling;joinery;electrical | RBC;WDC
CEDAR      | Cedar Care Ltd  | jobs@cedar.example | plumbing;tiling;joinery;electrical | RBC
"""
DOCUMENTS: Final = "contractor | document | valid_from | valid_to\n" + "\n".join(
    f"{firm} | {paper} | 2026-01-01 | 2027-12-31"
    for firm in (AVON, BRIAR, CEDAR)
    for paper in PAPERS
)
LOTS: Final = """
lot|title|work_types|authorities|award_rule|valid_from|valid_to|offer_days
SHOWERS|Showers|level_access_shower|RBC;WDC|rotation|2026-01-01|2027-12-31|3
RAILS|Rails and lamps|grab_rails|RBC;WDC|ranked|2026-01-01|2027-12-31|3
BUILD|Extensions|extension|RBC;WDC|mini_competition|2026-01-01|2027-12-31|3
"""
LOT_CONTRACTORS: Final = "lot | contractor | rank | percentage\n" + "\n".join(
    f"{lot} | {firm} | {rank} | {percentage}"
    for lot in ("SHOWERS", "RAILS", "BUILD")
    for firm, rank, percentage in ((AVON, 1, 0), (BRIAR, 2, 5), (CEDAR, 3, 10))
)
PACKAGE_PRICES: Final = """
lot     | package | contractor | price
SHOWERS | LAS     | AVON       | 1600
SHOWERS | LAS     | BRIAR      | 1550
SHOWERS | LAS     | CEDAR      | 1700
"""
PROVIDERS: Final = """
provider | name      | email            | address
OAK      | Oak Homes | home@oak.example | Oak House
ELM      | Elm Homes |                  | Elm House
"""
PERMISSIONS: Final = """
provider|work_types|value_cap|conditions|valid_from|valid_to|response_days|silence
OAK|level_access_shower;grab_rails|2000|Tell us. Photographs.|2026-01-01|2026-12-31|10|
"""

COMPLETION_TERMS: Final = """
authority | valid_from | line_by_line | photographs_before | photographs_after | papers
          | 2026-01-01 | no           | none               | none              | no
"""
SERVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authorities": AUTHORITIES,
        "officers": OFFICERS,
        "schedule": SCHEDULE,
        "packages": PACKAGES,
        "contractors": CONTRACTORS,
        "contractor_documents": DOCUMENTS,
        "lots": LOTS,
        "lot_contractors": LOT_CONTRACTORS,
        "package_prices": PACKAGE_PRICES,
        "providers": PROVIDERS,
        "permissions": PERMISSIONS,
        "completion_terms": COMPLETION_TERMS,
    }
)
"""The text of each file, in the order in which they can be imported."""

TERMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lot_terms": """
            lot     | out_of_hours | quote_days | price_weight | quality_criteria
            SHOWERS | 35           | 10         | 100          |
            BUILD   | 30           | 8          | 60           | method:25;programme:15
        """,
        "zones": """
            lot   | zone         | postcodes | factor
            RAILS | Rugby town   | CV21;CV22 | 1.02
            RAILS | The villages | CV        | 1.1
        """,
        "contract_rates": """
            lot   | contractor | code | rate  | valid_from | valid_to
            RAILS |            | RAIL | 44    | 2026-01-01 | 2026-12-31
            RAILS | AVON       | RAIL | 43.25 | 2026-04-01 | 2026-12-31
        """,
        "required_documents": """
            authority | document | trade   | minimum_cover | asked
            RBC       | gas_safe | heating |               | yes
        """,
        "contractor_absences": """
            contractor | first_day  | last_day   | why     | withdrawn
            AVON       | 2028-08-07 | 2028-08-18 | Holiday | no
        """,
        "contractor_conflicts": """
            contractor | interest_in | whom               | because    | last_day
            AVON       | address     | 1 Own Row, CV1 1AA | Its office |
        """,
        "budgets": """
            authority | year | amount
            RBC       | 2026 | 900000
            WDC       | 2026 | 700000.50
        """,
        "waiver_rules": """
            authority|rule|title|work_types|cost_cap|valid_from|valid_to
            RBC|SMALL|No test up to £5,000|grab_rails|5000|2026-01-01|2027-03-31
        """,
        "simple_works": """
            authority | work_type  | title      | up_to | weekly_single | weekly_couple | valid_from
            WDC       | grab_rails | Grab rails | 1000  | 230           | 330           | 2026-01-01
        """,
        "partnership_budget": """
            partnership | year | line     | heading  | amount
            WORKS       | 2026 | Staffing | staffing | 1000
        """,
        "partnership_capital": """
            partnership | year | partner | dfg_grant | local | social_care
            WORKS       | 2026 | RBC     | 3000      |       | 1000
            WORKS       | 2026 | WDC     | 2000      | 0     |
        """,
        "partnership_terms": """
            partnership | year | who    | fee  | less | fixed | because
            WORKS       | 2026 |        | 12.5 |      |       |
            WORKS       | 2026 | WDC    | 5    | 10   |       | a third of the work
            WORKS       | 2026 | County |      |      | 100   |
        """,
        "printed_tables": """
            table_code|title|partnership|year|cell|row_title|column_title|printed|row_is|column_is|figure|who
            T1|The split|WORKS|2026|B1|Rugby|Fee|£ 501 .|line|figure|fee|RBC
            T1|The split|WORKS|2026|B2|Warwick|Fee|-|line|figure|fee|WDC
            T1|The split|WORKS|2026|B3|Total|Fee|£ 500|total|figure|fee|
        """,
        "means_test_terms": """
            authority|valid_from|band_1|band_2|band_3|owner_1|owner_2|owner_3|owner_4|tenant_1|tenant_2|tenant_3|tenant_4|capital_free|tariff|tariff_60|passporting|verified
            WDC|2026-01-01|50|100|200|20|40|150|400|10|20|90|200|6000|250|500|housing benefit|yes
        """,
        "grant_terms": """
            authority | valid_from | arithmetic
                      | 2026-01-01 | maximum_then_contribution
        """,
        "servicing": """
            authority | works | what      | every_months | for_years | by | valid_from | valid_to
            RBC       | LIGHT | the light | 6            | 5         | us | 2026-01-01 | 2027-12-31
            WDC       | TRAY  | the tray  | 12           | 2         | us | 2026-01-01 | 2027-12-31
        """,
        "closures": """
            authority | day        | title
                      | 2026-12-24 | Christmas Eve
            RBC       | 2026-12-31 | Christmas closure
        """,
        "successions": """
            plan | predecessor | successor | first_day  | instrument     | reason
            ONE  | WDC         | RBC       | 2028-04-01 | the Order 2027 | One council
        """,
        "arrangements": """
            plan  | authority | team  | host | first_day  | postcodes | pool  | instrument | reason
            HEART | RBC       | North | RBC  | 2028-03-01 | CV21      | PURSE | agreement  | shared
            HEART | RBC       | South | WDC  | 2028-03-01 |           | PURSE | agreement  | shared
            HEART | WDC       | South | WDC  | 2028-03-01 |           | PURSE | agreement  | shared
        """,
        "targets": """
            clock|days|urgent|authority|lot|warn_percent|valid_from|verified|source
            start_works|12||||80|2026-04-01|no|
            start_works|20|||BUILD|75|2026-04-01|yes|terms of the lot
            start_works|8|urgent|RBC||80|2026-04-01|yes|policy
            specify|4||||80|2026-04-01|no|
            pay_invoice|15||||80|2026-09-01|yes|policy
        """,
        "consent_terms": """
            authority | valid_from | first_reminder | second_reminder | renew_days
                      | 2026-01-01 | 5              | 10              | 28
            RBC       | 2026-01-01 | 4              | 8               | 28
        """,
        "escalations": """
            authority | rung | role          | days
                      | 3    | manager       | 4
            RBC       | 3    | manager       | 3
            RBC       | 4    | administrator | 8
        """,
    }
)
"""Files on terms and money that the service of ``factories.service`` does without."""

WORKS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "pre_priced": ("level_access_shower", ("TRAY | 1 | | ", "TILE | 8 | | ")),
        "call_off": ("grab_rails", ("RAIL | 4 | | ", "LIGHT | 2 | | ")),
        "quotes": ("extension", (" | 1 | Ground-floor bedroom | item", "TILE | 10 | | ")),
    }
)
"""For each route to a price: the work type, and its lines as code, quantity, description, unit."""

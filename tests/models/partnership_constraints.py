"""What no partnership's year and no printed table can be, for the rules of their tables."""

from decimal import Decimal
from typing import Any, Final

from models.tables import partnership

_OTHER: Final = {"year": 2030}
PARTNERSHIP_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    (
        "ck_partnership_budget_heading_known",
        partnership.PartnershipBudget,
        _OTHER | {"heading": "luck"},
    ),
    (
        "ck_partnership_budget_amount_not_negative",
        partnership.PartnershipBudget,
        _OTHER | {"amount_pence": -1},
    ),
    (
        "ck_partnership_capital_capital_not_negative",
        partnership.PartnershipCapital,
        _OTHER | {"dfg_grant_pence": -1, "local_pence": None},
    ),
    (
        "ck_partnership_terms_fee_or_fixed",
        partnership.PartnershipTerms,
        _OTHER | {"fee": Decimal(5), "fixed_pence": 1},
    ),
    (
        "ck_partnership_terms_less_of_a_fee",
        partnership.PartnershipTerms,
        _OTHER | {"fee": None, "fixed_pence": 1, "less_pence": 1},
    ),
    ("ck_printed_cell_row_is_known", partnership.PrintedCell, {"cell": "Z9", "row_is": "sum"}),
    (
        "ck_printed_cell_column_is_known",
        partnership.PrintedCell,
        {"cell": "Z9", "column_is": "sum"},
    ),
    ("ck_printed_cell_of_a_year_or_of_none", partnership.PrintedCell, {"cell": "Z9", "year": None}),
]

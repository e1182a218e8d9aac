"""The kinds of import file that say on which terms lots price, and with which money grants are met.

They stand beside the kinds of an authority's registers: a lot's terms, zones and contract rates; an
authority's budgets and its rules for waiving the means test.
"""

from decimal import Decimal
from typing import Final

from rules.imports import numbers, words
from rules.imports.columns import (
    MONEY,
    VALID_COLUMNS,
    WORK_TYPES_SENTENCE,
    Column,
    Spec,
    needed,
    needed_code,
    needed_line,
)

DEFAULT_QUOTE_DAYS: Final = 10
PRICE_ALONE: Final = 100
EARLIEST_BUDGET, LATEST_BUDGET = 1997, 2999  # the Act came into force on 17 December 1996

LOT_TERMS: Final = Spec(
    kind="lot_terms",
    key=("lot",),
    columns=(
        needed_code("lot", "The lot's code."),
        Column(
            "out_of_hours",
            numbers.uplift,
            "The uplift for work out of hours in percent, such as 35.",
            default=Decimal(0),
        ),
        Column(
            "quote_days",
            numbers.whole(least=1),
            "Working days to answer an invitation to quote, such as 10.",
            default=DEFAULT_QUOTE_DAYS,
        ),
        Column(
            "price_weight",
            numbers.whole(least=1, most=100),
            "What the price weighs in percent, 1 to 100; the rest is quality.",
            default=PRICE_ALONE,
        ),
        Column(
            "quality_criteria",
            words.list_of(words.criterion),
            "Criteria with their weights in percent, such as `method:25;programme:15`.",
            default=(),
        ),
    ),
)
ZONES: Final = Spec(
    kind="zones",
    key=("lot", "zone"),
    columns=(
        needed_code("lot", "The lot's code."),
        needed_code("zone", "The zone's name."),
        needed(
            "postcodes",
            words.filled_list_of(words.place),
            "Outward codes such as CV21, or areas such as CV, separated by semicolons.",
        ),
        needed("factor", numbers.factor, "The factor on rates there, such as 1.05."),
    ),
)
CONTRACT_RATES: Final = Spec(
    kind="contract_rates",
    key=("lot", "contractor", "code", "valid_from"),
    columns=(
        needed_code("lot", "The lot's code."),
        Column(
            "contractor",
            words.code,
            "The contractor's code, or empty for everyone in the lot.",
            default="",
        ),
        needed_code("code", "The code of a schedule item."),
        needed("rate", numbers.rate, "Pounds a unit, at most 4 decimal places."),
        *VALID_COLUMNS,
    ),
)
BUDGETS: Final = Spec(
    kind="budgets",
    key=("authority", "year"),
    columns=(
        needed_code("authority", "The authority's code."),
        needed(
            "year",
            numbers.whole(least=EARLIEST_BUDGET, most=LATEST_BUDGET),
            "The year in which it begins: 2026 is from 1 April 2026.",
        ),
        needed("amount", numbers.pence, MONEY),
    ),
)
WAIVER_RULES: Final = Spec(
    kind="waiver_rules",
    key=("authority", "rule"),
    columns=(
        needed_code("authority", "The authority's code."),
        needed_code("rule", "The rule's code."),
        needed_line("title", "What the rule says, in one line."),
        Column(
            "work_types",
            words.list_of(words.word),
            f"{WORK_TYPES_SENTENCE} Empty for any works.",
            default=(),
        ),
        Column("cost_cap", numbers.pence, MONEY),
        *VALID_COLUMNS,
    ),
)

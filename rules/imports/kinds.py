"""The kinds of import file, in the order to import them, and the columns of each."""

from decimal import Decimal
from typing import Final

from rules.cases import COMPLETION_CERTIFICATES, RELIEFS, UNITS
from rules.contractors import DOCUMENTS, REQUIRED
from rules.errors import UnknownReferenceError
from rules.grants.arithmetic import Arithmetic
from rules.grants.budgets import EARLIEST, LATEST
from rules.imports import checks, numbers, words
from rules.imports.aftercare_kinds import SERVICING
from rules.imports.case_kinds import CASES
from rules.imports.cells import cell_text
from rules.imports.clock_kinds import ESCALATIONS, TARGETS
from rules.imports.columns import (
    ADDRESS_COLUMN,
    ANY_AUTHORITY,
    DATE,
    EMAIL,
    EMAIL_COLUMN,
    MONEY,
    PARTY_COLUMN,
    PHONE_COLUMN,
    QUANTITY,
    ROLES,
    VALID_COLUMNS,
    WORK_TYPE_COLUMN,
    WORK_TYPES_COLUMN,
    YES_NO,
    Column,
    Spec,
    chosen,
    kind_of,
    listed,
    needed,
    needed_code,
    needed_line,
)
from rules.imports.completion_kinds import COMPLETION_TERMS
from rules.imports.consent_kinds import CONSENT_KINDS
from rules.imports.contractor_kinds import CONTRACTOR_KINDS
from rules.imports.delivery_kinds import ARRANGEMENTS, SUCCESSIONS
from rules.imports.numbers import whole
from rules.imports.partnership_kinds import PARTNERSHIP_KINDS
from rules.imports.statement_kinds import SIMPLE_WORKS

_AWARD_RULES: Final = ("rotation", "lowest_price", "ranked", "mini_competition")

_CODES: Final = "Authority codes separated by semicolons."
_WORK_TYPES: Final = "Work types separated by semicolons."

_RATE_COLUMN: Final = needed("rate", numbers.rate, "Pounds a unit, at most 4 decimal places.")
_AUTHORITIES_COLUMN: Final = needed("authorities", words.filled_list_of(words.code), _CODES)

_BANDS: Final = ("the first slice ends", "the second slice ends", "the third slice ends")
_OFFER_DAYS: Final = 3
_QUOTE_DAYS: Final = 10
_PRICE_ALONE: Final = 100

_REGISTERS: Final = (
    kind_of(
        "authorities",
        ("authority",),
        needed(
            "authority",
            words.authority_code,
            "A short code of the authority's own: at most 20 letters, digits, _ and -.",
        ),
        needed_line("name", "The authority's name."),
        Column("ons_code", words.ons_code, "An ONS code such as E07000218.", ""),
        EMAIL_COLUMN,
        PHONE_COLUMN,
        ADDRESS_COLUMN,
    ),
    kind_of(
        "officers",
        ("email",),
        needed("email", words.email, EMAIL),
        needed_line("name", "The officer's name."),
        chosen("role", ROLES),
        Column("authorities", words.list_of(words.code), _CODES, ()),
        Column("approval_limit", numbers.pence, MONEY),
        Column("last_day", numbers.day, f"Their last day with you; empty while they stay. {DATE}"),
    ),
    kind_of(
        "schedule",
        ("code",),
        needed_code("code", "The item's code."),
        needed_line("short_description", "One line that says what the item is."),
        Column("long_description", cell_text, "What the rate includes.", ""),
        chosen("unit", UNITS),
        _RATE_COLUMN,
        needed("trade", words.word, "A trade such as plumbing."),
        Column("smv", numbers.minutes, "Standard minutes of labour, such as 45."),
        listed("vat_reliefs", tuple(sorted(RELIEFS))),
        listed("certificates", COMPLETION_CERTIFICATES),
    ),
    kind_of(
        "packages",
        ("package", "code"),
        needed_code("package", "The package's code, on every row of its basket."),
        needed_line("title", "The package's title, the same on every row of its basket."),
        WORK_TYPE_COLUMN,
        needed_code("code", "The code of a schedule item."),
        needed("quantity", numbers.quantity, QUANTITY),
        agreeing=("title", "work_type"),
    ),
    kind_of(
        "contractors",
        ("contractor",),
        needed_code("contractor", "The contractor's code."),
        needed_line("name", "The firm's name."),
        needed("email", words.email, EMAIL),
        PHONE_COLUMN,
        needed("trades", words.filled_list_of(words.word), "Trades separated by semicolons."),
        _AUTHORITIES_COLUMN,
        Column("capacity_orders", whole(0), "Open orders at once, such as 5."),
        Column("capacity_value", numbers.pence, MONEY),
        Column("suspended", words.yes_no, YES_NO, default=False),
        Column("suspended_from", numbers.day, f"{DATE} Empty: at once."),
        Column("suspended_until", numbers.day, f"The last day. {DATE} Empty: until lifted."),
        Column("suspended_because", words.line, "Why it is suspended, in a line."),
        row_check=checks.suspension_findings,
    ),
    kind_of(
        "contractor_documents",
        ("contractor", "document", "valid_from"),
        needed_code("contractor", "The contractor's code."),
        needed(
            "document",
            words.known_word(DOCUMENTS),
            f"Of every contractor: {' '.join(REQUIRED)}. Where the works need them: "
            f"{' '.join(DOCUMENTS[len(REQUIRED) :])}.",
        ),
        Column("reference", words.reference, "The policy or certificate number.", ""),
        Column("cover", numbers.pence, MONEY),
        *VALID_COLUMNS,
    ),
    *CONTRACTOR_KINDS,
)
_TERMS: Final = (
    kind_of(
        "lots",
        ("lot",),
        needed_code("lot", "The lot's code."),
        needed_line("title", "The lot's title."),
        WORK_TYPES_COLUMN,
        _AUTHORITIES_COLUMN,
        chosen("award_rule", _AWARD_RULES),
        *VALID_COLUMNS,
        Column(
            "offer_days",
            whole(1, of="days"),
            "Working days to answer an offer, such as 3.",
            _OFFER_DAYS,
        ),
    ),
    kind_of(
        "lot_contractors",
        ("lot", "contractor"),
        needed_code("lot", "The lot's code."),
        needed_code("contractor", "The contractor's code."),
        Column("rank", whole(1), "The contractor's rank in the lot, from 1."),
        Column(
            "percentage",
            numbers.percent,
            "The adjustment tendered, such as -3.5 for 3.5 % below.",
            Decimal(0),
        ),
        file_check=checks.rank_findings,
    ),
    kind_of(
        "package_prices",
        ("lot", "package", "contractor"),
        needed_code("lot", "The lot's code."),
        needed_code("package", "The package's code."),
        needed_code("contractor", "The contractor's code."),
        needed(
            "price", numbers.positive_pence, "Pounds, more than zero, such as 1234.50 or £1,234.50."
        ),
    ),
    kind_of(
        "lot_terms",
        ("lot",),
        needed_code("lot", "The lot's code."),
        Column(
            "out_of_hours",
            numbers.uplift,
            "The uplift for work out of hours in percent, such as 35.",
            Decimal(0),
        ),
        Column(
            "quote_days",
            whole(1, of="days"),
            "Working days to answer an invitation to quote, such as 10.",
            _QUOTE_DAYS,
        ),
        Column(
            "price_weight",
            whole(1, 100),
            "What the price weighs in percent, 1 to 100; the rest is quality.",
            _PRICE_ALONE,
        ),
        Column(
            "quality_criteria",
            words.list_of(words.criterion),
            "Criteria with their weights in percent, such as `method:25;programme:15`.",
            (),
        ),
        PARTY_COLUMN,
        Column(
            "framework",
            words.yes_no,
            "Whether works are called off under a framework: yes or no.",
            default=True,
        ),
        Column(
            "core_terms",
            words.line,
            "Which core terms of the framework bind a call-off, such as `Schedule 4, issue 2`.",
        ),
        Column(
            "entitled",
            words.list_of(words.code),
            "Authorities that the framework entitles to call off, or empty: those of the lot.",
            (),
        ),
        Column("goods", words.yes_no, "Goods and services are bought: yes or no.", default=False),
        row_check=checks.weight_findings,
    ),
    kind_of(
        "zones",
        ("lot", "zone"),
        needed_code("lot", "The lot's code."),
        needed_code("zone", "The zone's name."),
        needed(
            "postcodes",
            words.filled_list_of(words.place),
            "Outward codes such as CV21, or areas such as CV, separated by semicolons.",
        ),
        needed("factor", numbers.factor, "The factor on rates there, such as 1.05."),
        file_check=checks.place_findings,
    ),
    kind_of(
        "contract_rates",
        ("lot", "contractor", "code", "valid_from"),
        needed_code("lot", "The lot's code."),
        Column(
            "contractor", words.code, "The contractor's code, or empty for everyone in the lot.", ""
        ),
        needed_code("code", "The code of a schedule item."),
        _RATE_COLUMN,
        *VALID_COLUMNS,
        file_check=checks.rate_findings,
    ),
    *CONSENT_KINDS,
    kind_of(
        "budgets",
        ("authority", "year"),
        needed_code("authority", "The authority's code."),
        needed(
            "year",
            numbers.year(EARLIEST, LATEST),
            "The year in which it begins: 2026, or 2026/27, is from 1 April 2026.",
        ),
        needed("amount", numbers.pence, MONEY),
    ),
    kind_of(
        "waiver_rules",
        ("authority", "rule"),
        needed_code("authority", "The authority's code."),
        needed_code("rule", "The rule's code."),
        needed_line("title", "What the rule says, in one line."),
        Column("work_types", words.list_of(words.word), f"{_WORK_TYPES} Empty for any works.", ()),
        Column("cost_cap", numbers.pence, MONEY),
        *VALID_COLUMNS,
    ),
    kind_of(
        "means_test_terms",
        ("authority", "valid_from"),
        ANY_AUTHORITY,
        needed("valid_from", numbers.day, DATE),
        *(
            needed(f"band_{number}", numbers.positive_pence, f"Pounds a week: {words_}.")
            for number, words_ in enumerate(_BANDS, 1)
        ),
        *(
            needed(f"{whose}_{number}", numbers.rate, f"Pounds of loan a pound, slice {number}.")
            for whose in ("owner", "tenant")
            for number in range(1, 5)
        ),
        needed("capital_free", numbers.pence, "Pounds of capital that count as no income."),
        needed("tariff", numbers.positive_pence, "Pounds of capital for each pound a week."),
        needed("tariff_60", numbers.positive_pence, "The same from the age of 60."),
        Column(
            "passporting",
            words.list_of(words.line),
            "Benefits on which nothing is asked for, separated by semicolons.",
            (),
        ),
        Column("verified", words.yes_no, YES_NO, default=False),
        row_check=checks.band_findings,
    ),
    kind_of(
        "grant_terms",
        ("authority", "valid_from"),
        ANY_AUTHORITY,
        needed("valid_from", numbers.day, DATE),
        chosen("arithmetic", tuple(Arithmetic)),
        Column(
            "consults",
            words.line,
            "The social services authority that is consulted (s.24(3)); empty for a unitary.",
        ),
    ),
    *(COMPLETION_TERMS, SERVICING, SIMPLE_WORKS),
    *PARTNERSHIP_KINDS,
    kind_of(
        "closures",
        ("authority", "day"),
        ANY_AUTHORITY,
        needed("day", numbers.day, DATE),
        needed("title", words.closure, "Why it is closed all day, such as Christmas closure."),
    ),
)
_SPECS: Final = {
    found.kind: found
    for found in (*_REGISTERS, *_TERMS, TARGETS, ESCALATIONS, SUCCESSIONS, ARRANGEMENTS, *CASES)
}
KINDS: Final[tuple[str, ...]] = tuple(_SPECS)


def spec(kind: str) -> Spec:
    """Return the columns of a kind.

    Args:
        kind: One of ``KINDS``.

    Raises:
        UnknownReferenceError: There is no such kind.
    """
    try:
        return _SPECS[kind]
    except KeyError:
        raise UnknownReferenceError(
            f"There is no kind of import called {kind!r}.",
            next_step=f"Use one of: {', '.join(KINDS)}.",
        ) from None

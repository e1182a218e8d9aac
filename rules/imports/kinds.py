"""The kinds of import file, in the order to import them, and the columns of each."""

from decimal import Decimal
from typing import Final

from rules.cases import PURPOSES, UNITS
from rules.errors import UnknownReferenceError
from rules.imports import numbers, words
from rules.imports.cells import cell_text
from rules.imports.clock_kinds import ESCALATIONS, TARGETS
from rules.imports.columns import (
    ADDRESS_COLUMN,
    AUTHORITIES_COLUMN,
    AWARD_RULES,
    CERTIFICATES,
    CODES,
    COMPLEXITIES,
    DATE,
    EMAIL,
    EMAIL_COLUMN,
    MONEY,
    MORE_THAN_NOTHING,
    PHONE_COLUMN,
    QUANTITY,
    ROLES,
    SILENCES,
    TENURES,
    VALID_COLUMNS,
    VAT_RELIEFS,
    WORK_TYPE_COLUMN,
    WORK_TYPES_COLUMN,
    YES_NO,
    Column,
    Spec,
    chosen,
    listed,
    needed,
    needed_code,
    needed_line,
)
from rules.imports.day_kinds import CLOSURES
from rules.imports.terms_kinds import BUDGETS, CONTRACT_RATES, LOT_TERMS, WAIVER_RULES, ZONES

DEFAULT_OFFER_DAYS: Final = 3
NO_ADJUSTMENT: Final = Decimal(0)

_AUTHORITIES = Spec(
    kind="authorities",
    key=("authority",),
    columns=(
        needed(
            "authority",
            words.authority_code,
            "A short code of the authority's own: at most 20 letters, digits, _ and -.",
        ),
        needed_line("name", "The authority's name."),
        Column("ons_code", words.ons_code, "An ONS code such as E07000218.", default=""),
        EMAIL_COLUMN,
        PHONE_COLUMN,
        ADDRESS_COLUMN,
    ),
)
_OFFICERS = Spec(
    kind="officers",
    key=("email",),
    columns=(
        needed("email", words.email, EMAIL),
        needed_line("name", "The officer's name."),
        chosen("role", ROLES),
        Column("authorities", words.list_of(words.code), CODES, default=()),
        Column("approval_limit", numbers.pence, MONEY),
    ),
)
_SCHEDULE = Spec(
    kind="schedule",
    key=("code",),
    columns=(
        needed_code("code", "The item's code."),
        needed_line("short_description", "One line that says what the item is."),
        Column("long_description", cell_text, "What the rate includes.", default=""),
        chosen("unit", UNITS),
        needed("rate", numbers.rate, "Pounds a unit, at most 4 decimal places."),
        needed("trade", words.word, "A trade such as plumbing."),
        Column("smv", numbers.minutes, "Standard minutes of labour, such as 45."),
        listed("vat_reliefs", VAT_RELIEFS),
        listed("certificates", CERTIFICATES),
    ),
)
_PACKAGES = Spec(
    kind="packages",
    key=("package", "code"),
    agreeing=("title", "work_type"),
    columns=(
        needed_code("package", "The package's code, on every row of its basket."),
        needed_line("title", "The package's title, the same on every row of its basket."),
        WORK_TYPE_COLUMN,
        needed_code("code", "The code of a schedule item."),
        needed("quantity", numbers.quantity, QUANTITY),
    ),
)
_CONTRACTORS = Spec(
    kind="contractors",
    key=("contractor",),
    columns=(
        needed_code("contractor", "The contractor's code."),
        needed_line("name", "The firm's name."),
        needed("email", words.email, EMAIL),
        PHONE_COLUMN,
        needed("trades", words.filled_list_of(words.word), "Trades separated by semicolons."),
        AUTHORITIES_COLUMN,
        Column("capacity_orders", numbers.whole(least=0), "Open orders at once, such as 5."),
        Column("capacity_value", numbers.pence, MONEY),
        Column("suspended", words.yes_no, YES_NO, default=False),
    ),
)
_CONTRACTOR_DOCUMENTS = Spec(
    kind="contractor_documents",
    key=("contractor", "document", "valid_from"),
    columns=(
        needed_code("contractor", "The contractor's code."),
        needed("document", words.word, "A document such as public_liability."),
        Column("reference", words.line, "The policy or certificate number.", default=""),
        Column("cover", numbers.pence, MONEY),
        *VALID_COLUMNS,
    ),
)
_LOTS = Spec(
    kind="lots",
    key=("lot",),
    columns=(
        needed_code("lot", "The lot's code."),
        needed_line("title", "The lot's title."),
        WORK_TYPES_COLUMN,
        AUTHORITIES_COLUMN,
        chosen("award_rule", AWARD_RULES),
        *VALID_COLUMNS,
        Column(
            "offer_days",
            numbers.whole(least=1),
            "Working days to answer an offer, such as 3.",
            default=DEFAULT_OFFER_DAYS,
        ),
    ),
)
_LOT_CONTRACTORS = Spec(
    kind="lot_contractors",
    key=("lot", "contractor"),
    columns=(
        needed_code("lot", "The lot's code."),
        needed_code("contractor", "The contractor's code."),
        Column("rank", numbers.whole(least=1), "The contractor's rank in the lot, from 1."),
        Column(
            "percentage",
            numbers.percent,
            "The adjustment tendered, such as -3.5 for 3.5 % below.",
            default=NO_ADJUSTMENT,
        ),
    ),
)
_PACKAGE_PRICES = Spec(
    kind="package_prices",
    key=("lot", "package", "contractor"),
    columns=(
        needed_code("lot", "The lot's code."),
        needed_code("package", "The package's code."),
        needed_code("contractor", "The contractor's code."),
        needed("price", numbers.positive_pence, MORE_THAN_NOTHING),
    ),
)
_PROVIDERS = Spec(
    kind="providers",
    key=("provider",),
    columns=(
        needed_code("provider", "The registered provider's code."),
        needed_line("name", "The registered provider's name."),
        EMAIL_COLUMN,
        ADDRESS_COLUMN,
    ),
)
_PERMISSIONS = Spec(
    kind="permissions",
    key=("provider", "work_types", "valid_from"),
    columns=(
        needed_code("provider", "The registered provider's code."),
        WORK_TYPES_COLUMN,
        Column("value_cap", numbers.pence, MONEY),
        Column("conditions", cell_text, "The agreement's conditions.", default=""),
        *VALID_COLUMNS,
        Column("response_days", numbers.whole(least=1), "Days to answer, such as 20."),
        Column(
            "silence",
            words.one_of(SILENCES),
            f"One of: {' '.join(SILENCES)}.",
            default=SILENCES[0],
        ),
    ),
)
_CASES = Spec(
    kind="cases",
    key=("reference",),
    columns=(
        needed(
            "reference",
            words.case_reference,
            "The case's reference: at most 40 letters, digits and / . _ -, no blanks.",
        ),
        needed_code("authority", "The code of the authority that pays the grant."),
        needed_line("client_name", "The disabled person's name."),
        needed("address", cell_text, "The address of the works."),
        needed("postcode", words.postcode, "A postcode such as CV34 4LX."),
        Column("uprn", words.uprn, "At most 12 digits.", default=""),
        chosen("tenure", TENURES),
        Column("landlord", words.line, "A provider's code, or the landlord's name.", default=""),
        Column("date_of_birth", numbers.day, DATE),
        EMAIL_COLUMN,
        PHONE_COLUMN,
        WORK_TYPE_COLUMN,
        Column(
            "purpose",
            words.list_of(words.one_of(PURPOSES)),
            "Letters of s.23(1), a to l, separated by semicolons.",
            default=(),
        ),
        needed("urgent", words.yes_no, YES_NO),
        chosen("complexity", COMPLEXITIES),
        needed("contact_on", numbers.day, DATE),
        Column("recommended_on", numbers.day, DATE),
        Column("applied_on", numbers.day, DATE),
        Column("vat_declaration", words.yes_no, YES_NO, default=False),
        Column("contribution", numbers.pence, MONEY, default=0),
    ),
)
_WORKS = Spec(
    kind="works",
    key=("case", "line"),
    columns=(
        needed_code("case", "The case's reference."),
        needed("line", numbers.whole(least=1), "The line's number, from 1."),
        Column("code", words.code, "The code of a schedule item, or empty for a bespoke line."),
        needed("quantity", numbers.quantity, QUANTITY),
        Column("description", cell_text, "What is to be done.", default=""),
        Column("unit", words.one_of(UNITS), f"One of: {' '.join(UNITS)}.", default=""),
        Column("location", words.line, "Where in the house.", default=""),
    ),
)

_SPECS: Final = {
    spec.kind: spec
    for spec in (
        _AUTHORITIES,
        _OFFICERS,
        _SCHEDULE,
        _PACKAGES,
        _CONTRACTORS,
        _CONTRACTOR_DOCUMENTS,
        _LOTS,
        _LOT_CONTRACTORS,
        _PACKAGE_PRICES,
        LOT_TERMS,
        ZONES,
        CONTRACT_RATES,
        _PROVIDERS,
        _PERMISSIONS,
        BUDGETS,
        WAIVER_RULES,
        CLOSURES,
        TARGETS,
        ESCALATIONS,
        _CASES,
        _WORKS,
    )
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

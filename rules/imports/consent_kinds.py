"""The kinds of import file about landlords: who they are, what they permit, their reminders."""

from typing import Final

from rules.consents.permissions import SILENCES
from rules.imports import checks, numbers, words
from rules.imports.cells import cell_text
from rules.imports.columns import (
    ADDRESS_COLUMN,
    ANY_AUTHORITY,
    DATE,
    EMAIL_COLUMN,
    MONEY,
    VALID_COLUMNS,
    WORK_TYPES_COLUMN,
    Column,
    kind_of,
    needed,
    needed_code,
    needed_line,
)
from rules.imports.numbers import whole

_SILENCES: Final = tuple(SILENCES)
_RENEW_DAYS: Final = 20

CONSENT_KINDS: Final = (
    kind_of(
        "providers",
        ("provider",),
        needed_code("provider", "The registered provider's code."),
        needed_line("name", "The registered provider's name."),
        EMAIL_COLUMN,
        ADDRESS_COLUMN,
    ),
    kind_of(
        "permissions",
        ("provider", "work_types", "valid_from", "clause"),
        needed_code("provider", "The registered provider's code."),
        WORK_TYPES_COLUMN,
        Column("value_cap", numbers.pence, MONEY),
        Column("conditions", cell_text, "The agreement's conditions.", ""),
        *VALID_COLUMNS,
        Column("response_days", whole(1, of="days"), "Days to answer, such as 20."),
        Column("silence", words.one_of(_SILENCES), f"One of: {' '.join(_SILENCES)}.", _SILENCES[0]),
        Column("agreement", words.line, "What the agreement is called, and its date."),
        Column("clause", words.code, "The clause that permits it, such as 4.2."),
        Column(
            "left_out",
            words.list_of(words.left_out),
            "Homes it does not cover: UPRNs, postcodes, outward codes such as CV21 or areas such "
            "as CV, separated by semicolons.",
            (),
        ),
    ),
    kind_of(
        "consent_terms",
        ("authority", "valid_from"),
        ANY_AUTHORITY,
        needed("valid_from", numbers.day, DATE),
        Column(
            "first_reminder",
            whole(1, of="days"),
            "Working days after the request at which the landlord is reminded; empty for never.",
        ),
        Column(
            "second_reminder",
            whole(1, of="days"),
            "Working days after the request at which it is reminded again; empty for never.",
        ),
        Column(
            "renew_days",
            whole(1, of="days"),
            "Working days before a consent lapses at which it is asked for anew.",
            _RENEW_DAYS,
        ),
        row_check=checks.reminder_findings,
    ),
)

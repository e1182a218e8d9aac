"""The kinds of file about cases: the cases themselves, and their works."""

from typing import Final

from rules.cases import COMPLETION_CERTIFICATES, PURPOSES, UNITS
from rules.imports import case_checks, checks, numbers, words
from rules.imports.cells import cell_text
from rules.imports.columns import (
    COMPLEXITIES,
    DATE,
    EMAIL_COLUMN,
    MONEY,
    PARTY_COLUMN,
    PHONE_COLUMN,
    QUANTITY,
    WORK_TYPE_COLUMN,
    YES_NO,
    Column,
    chosen,
    kind_of,
    listed,
    needed,
    needed_code,
    needed_line,
)
from rules.imports.numbers import whole

_TENURES: Final = ("owner", "private_tenant", "rp_tenant", "council_tenant", "licensee")

CASES: Final = (
    kind_of(
        "cases",
        ("reference",),
        needed(
            "reference",
            case_checks.reference,
            "The case's reference: at most 40 letters, digits and / . _ -, no blanks; not service.",
        ),
        needed_code("authority", "The code of the authority that pays the grant."),
        needed_line("client_name", "The disabled person's name."),
        needed("address", cell_text, "The address of the works."),
        needed("postcode", words.postcode, "A postcode such as CV34 4LX."),
        Column("uprn", words.uprn, "At most 12 digits.", ""),
        chosen("tenure", _TENURES),
        Column("landlord", words.line, "A provider's code, or the landlord's name.", ""),
        Column("date_of_birth", numbers.day, DATE),
        EMAIL_COLUMN,
        PHONE_COLUMN,
        WORK_TYPE_COLUMN,
        Column(
            "purpose",
            words.list_of(words.one_of(PURPOSES)),
            "Letters of s.23(1), a to l, separated by semicolons.",
            (),
        ),
        needed("urgent", words.yes_no, YES_NO),
        chosen("complexity", COMPLEXITIES),
        needed("contact_on", numbers.day, DATE),
        Column("recommended_on", numbers.day, DATE),
        Column("applied_on", numbers.day, DATE),
        Column("vat_declaration", words.yes_no, YES_NO, default=False),
        Column("contribution", numbers.pence, MONEY, 0),
        PARTY_COLUMN,
        Column("officer", words.email, "A technical officer's address; empty leaves it as it is."),
        row_check=case_checks.case_findings,
    ),
    kind_of(
        "works",
        ("case", "line"),
        needed_code(
            "case",
            f"The case's reference, on at most {case_checks.MOST_WORKS_LINES} lines of works.",
        ),
        needed("line", whole(1), "The line's number, from 1."),
        Column("code", words.code, "The code of a schedule item, or empty for a bespoke line."),
        needed("quantity", numbers.quantity, QUANTITY),
        Column("description", cell_text, "What is to be done.", ""),
        Column("unit", words.one_of(UNITS), f"One of: {' '.join(UNITS)}.", ""),
        Column("location", words.line, "Where in the house.", ""),
        listed("certificates", COMPLETION_CERTIFICATES),
        Column(
            "no_certificates_because",
            words.line,
            "Why a bespoke line needs no certificate; empty where it names some.",
            "",
        ),
        row_check=checks.works_findings,
        file_check=case_checks.works_findings,
    ),
)

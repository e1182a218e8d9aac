"""The kinds of import file about contractors beside the firms and their documents."""

from typing import Final

from rules.contractors import DOCUMENTS, INTERESTS
from rules.imports import checks, numbers, words
from rules.imports.columns import (
    ANY_AUTHORITY,
    DATE,
    MONEY,
    YES_NO,
    Column,
    chosen,
    kind_of,
    needed,
    needed_code,
    needed_line,
)

CONTRACTOR_KINDS: Final = (
    kind_of(
        "required_documents",
        ("authority", "document", "trade"),
        ANY_AUTHORITY,
        needed("document", words.known_word(DOCUMENTS), f"One of: {' '.join(DOCUMENTS)}."),
        Column("trade", words.word, "A trade whose lines need it; empty for any works.", ""),
        Column("minimum_cover", numbers.positive_pence, f"The least cover. {MONEY}"),
        Column(
            "asked",
            words.yes_no,
            f"{YES_NO} No takes it off the list, for this trade.",
            default=True,
        ),
    ),
    kind_of(
        "contractor_absences",
        ("contractor", "first_day"),
        needed_code("contractor", "The contractor's code."),
        needed("first_day", numbers.day, f"The first day away. {DATE}"),
        needed("last_day", numbers.day, f"The last day away. {DATE}"),
        Column("why", words.line, "Such as a holiday.", ""),
        Column("withdrawn", words.yes_no, f"Whether it was taken back: {YES_NO}", default=False),
    ),
    kind_of(
        "contractor_conflicts",
        ("contractor", "interest_in", "whom"),
        needed_code("contractor", "The contractor's code."),
        chosen("interest_in", INTERESTS),
        needed_line(
            "whom",
            "The officer's e-mail; the client's surname or whole name; the address, its postcode "
            "last; or the case's reference.",
        ),
        needed_line("because", "What the interest is, in a line."),
        Column("last_day", numbers.day, f"The last day it stands. {DATE} Empty while it does."),
        row_check=checks.interest_findings,
    ),
)

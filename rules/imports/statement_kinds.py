"""The kind of file that says for which works clients may state their need themselves."""

from typing import Final

from rules.imports import numbers
from rules.imports.columns import (
    DATE,
    WORK_TYPE_COLUMN,
    Column,
    kind_of,
    needed,
    needed_code,
    needed_line,
)

SIMPLE_WORKS: Final = kind_of(
    "simple_works",
    ("authority", "work_type", "valid_from"),
    needed_code("authority", "The code of the authority whose clients may state them."),
    WORK_TYPE_COLUMN,
    needed_line("title", "What a client calls them, such as A shower without a step."),
    needed("up_to", numbers.positive_pence, "What they may cost without an assessor."),
    needed("weekly_single", numbers.pence, "The applicable amount of one person a week."),
    needed("weekly_couple", numbers.pence, "The applicable amount of a couple a week."),
    needed("valid_from", numbers.day, DATE),
    Column("valid_to", numbers.day, DATE),
)

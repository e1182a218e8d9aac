"""The import kind of aftercare: how often what was installed is serviced."""

from typing import Final

from rules.imports import numbers
from rules.imports.columns import DATE, kind_of, needed, needed_code, needed_line
from rules.imports.numbers import whole

SERVICING: Final = kind_of(
    "servicing",
    ("authority", "works", "valid_from"),
    needed_code("authority", "The authority's code."),
    needed_code("works", "A type of works, or the code of a schedule item."),
    needed_line("what", "What is serviced, as its client reads it, such as the stairlift."),
    needed("every_months", whole(1, 120), "Months between two services, such as 12."),
    needed("for_years", whole(1, 30), "Years for which the client is reminded, such as 5."),
    needed_line("by", "Who services it, as the client reads it, with a telephone number."),
    needed("valid_from", numbers.day, DATE),
    needed("valid_to", numbers.day, DATE),
)

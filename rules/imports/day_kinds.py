"""The kind of import file that says on which days nobody works."""

from typing import Final

from rules.imports import numbers, words
from rules.imports.columns import DATE, Column, Spec, needed, needed_line

CLOSURES: Final = Spec(
    kind="closures",
    key=("authority", "day"),
    columns=(
        Column("authority", words.code, "The authority's code, or empty for all.", default=""),
        needed("day", numbers.day, DATE),
        needed_line("title", "Why it is closed, such as Christmas closure."),
    ),
)

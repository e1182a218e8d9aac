"""The file of what authorities ask of a claim that works are complete."""

from typing import Final

from rules.completion_claim import SAMPLED_PENCE, Photographs
from rules.imports import numbers, words
from rules.imports.columns import ANY_AUTHORITY, DATE, YES_NO, Column, chosen, kind_of, needed
from rules.money import pounds

_PHOTOGRAPHS: Final = tuple(one.value for one in Photographs)

COMPLETION_TERMS: Final = kind_of(
    "completion_terms",
    ("authority", "valid_from"),
    ANY_AUTHORITY,
    needed("valid_from", numbers.day, DATE),
    needed("line_by_line", words.yes_no, f"Whether each line is said to be done: {YES_NO}"),
    *(chosen(f"photographs_{when}", _PHOTOGRAPHS) for when in ("before", "after")),
    needed("papers", words.yes_no, f"Whether certificates come as files: {YES_NO}"),
    Column(
        "sample_up_to",
        numbers.pence,
        "Pounds, with VAT, of the largest order of which a sample of the lines may be inspected; "
        f"0 for none, empty for {pounds(SAMPLED_PENCE)}.",
    ),
)

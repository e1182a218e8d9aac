"""A specification as a real competition would fill it, for the tests of what is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.competitions.evaluation import weights_in_words
from rules.competitions.specification import SpecificationPaper
from rules.documents.paper_lines import UnpricedLine
from tests.papers import AUTHORITY, OFFICER

LINES = (
    UnpricedLine(
        line=1,
        code="",
        description="Single-storey rear extension 4.2 × 3.4 m inside as a bedroom: foundations, "
        "insulated cavity walls in matching brick, flat roof, ceiling and plaster",
        location="Rear of house",
        quantity=Decimal(1),
        unit="item",
    ),
    UnpricedLine(
        line=2,
        code="TIL-1010",
        description="Wall tiling, white, full height",
        location="New shower room",
        quantity=Decimal("12.50"),
        unit="m2",
    ),
    UnpricedLine(
        line=3,
        code="ELE-2020",
        description="Low-surface-temperature radiator, 1.2 kW",
        location="",
        quantity=Decimal(2),
        unit="each",
    ),
)


def specification(**changes: object) -> SpecificationPaper:
    """Return a specification weighed on price and two criteria."""
    paper = SpecificationPaper(
        case_reference="DFG-2026-0042",
        written_on=date(2026, 6, 1),
        authority=AUTHORITY,
        officer=OFFICER,
        lot_title="Bespoke works and extensions",
        works_title="bedroom extension",
        postcode_area="CV22",
        lines=LINES,
        deadline="12 noon on Monday 15 June 2026",
        weighing=weights_in_words(price_weight=60, quality_weights={"method": 25, "programme": 15}),
        criteria=("method", "programme"),
        start_days=10,
        works_days=20,
    )
    return replace(paper, **changes)  # type: ignore[arg-type]  # the names are the paper's own

"""What must hold of the files about cases: references of their own, and works within measure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rules.contracting import party_problem
from rules.imports.cells import CellError
from rules.imports.checks import Finding, ParsedRow
from rules.imports.sheet import Cell
from rules.imports.words import case_reference
from rules.sentences import several

MOST_WORKS_LINES: Final = 500
"""Lines of one case: far more than an extension has, and far fewer than a file pasted wrong."""

_OUR_OWN: Final = "service"
"""The name under which the record keeps what concerns no single case."""


def reference(cell: Cell) -> str:
    """Return a case's reference.

    Raises:
        CellError: It is not one that every form takes, or it is the service's own name.
    """
    value = case_reference(cell)
    if value.casefold() == _OUR_OWN:
        raise CellError(
            "the record keeps under that name what concerns no single case",
            right="Another reference, such as the case's number.",
        )
    return value


def case_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield a contracting party that the home cannot have."""
    party, tenure = row.values.get("contracting_party"), row.values.get("tenure")
    if wrong := party_problem(str(party), tenure=str(tenure)):
        yield row.finding("contracting_party", wrong, "client council_for_client council, or empty")


def works_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield each case that has more lines than one case may, once."""
    lines: Counter[object] = Counter()
    beyond: dict[object, ParsedRow] = {}
    for row in rows:
        case = row.values.get("case")
        lines[case] += 1
        if case is not None and lines[case] == MOST_WORKS_LINES + 1:
            beyond[case] = row
    for case, row in beyond.items():
        yield row.finding(
            "case",
            f"the file has {several(lines[case], 'works line')} for this case",
            f"At most {MOST_WORKS_LINES} lines a case; quantities count what is alike.",
        )

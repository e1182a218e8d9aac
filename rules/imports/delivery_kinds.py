"""The kind of file that says which council follows another, from a day on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, cast

from rules.delivery.succession import WHOLE, Succession, in_circle, wrongly_divided
from rules.imports import numbers, words
from rules.imports.checks import Finding, ParsedRow
from rules.imports.columns import DATE, Column, kind_of, needed, needed_code, needed_line
from rules.imports.numbers import whole


def succession_of(row: ParsedRow) -> Succession | None:
    """Return a row as a succession; None where a cell of it is at fault."""
    names = ("plan", "predecessor", "successor", "first_day", "postcodes", "budget_share")
    plan, predecessor, successor, day, places, share = row.cells(names)
    if not (plan and predecessor and successor and isinstance(day, date)):
        return None
    if not isinstance(places, tuple) or not isinstance(share, int):
        return None
    found = (str(plan), str(predecessor), str(successor), day, cast(tuple[str, ...], places))
    return Succession(*found, budget_share=share)


def _findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield predecessors that are divided wrongly, and councils that would follow themselves."""
    sound = [(row, one) for row in rows if (one := succession_of(row)) is not None]
    of_predecessor: dict[tuple[str, str], list[tuple[ParsedRow, Succession]]] = {}
    for row, one in sound:
        of_predecessor.setdefault((one.plan, one.predecessor), []).append((row, one))
    for found in of_predecessor.values():
        for wrong in wrongly_divided([one for _, one in found]):
            right = "Each home goes to one council, and all of the budget, on one day."
            yield found[0][0].finding("predecessor", wrong, right)
    circle = in_circle(one for _, one in sound)
    for row, one in sound:
        if one.predecessor in circle:
            wrong = "it would come to follow itself"
            yield row.finding("predecessor", wrong, "A council that none of its own successors is.")
        elif (one.plan, one.successor) in of_predecessor:
            wrong = "it ends in the same plan"
            yield row.finding("successor", wrong, "A council that stands after the change.")


SUCCESSIONS: Final = kind_of(
    "successions",
    ("plan", "predecessor", "successor"),
    needed_code("plan", "A name for the whole change, such as UNITARY, on each of its rows."),
    needed_code("predecessor", "The code of the authority that ends."),
    needed_code("successor", "The code of the authority that follows it."),
    needed("first_day", numbers.day, f"The day from which the other follows. {DATE}"),
    Column(
        "postcodes",
        words.list_of(words.place),
        "Where one is divided: outward codes such as CV21, or areas such as CV, whose homes this "
        "one takes; empty: all that no other takes.",
        (),
    ),
    Column(
        "budget_share",
        whole(0, WHOLE),
        "Where one is divided: the share of what its budgets have left, in percent.",
        WHOLE,
    ),
    needed_line("instrument", "The order or agreement that says so, as it is cited."),
    needed_line("reason", "Why, in a line."),
    agreeing=("first_day", "instrument", "reason"),
    file_check=_findings,
)

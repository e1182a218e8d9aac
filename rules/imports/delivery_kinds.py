"""The kinds of file that say who follows whom, and who works whose cases, from a day on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, cast

from rules.delivery.arrangement import Arrangement, wrongly_arranged
from rules.delivery.succession import WHOLE, Succession, in_circle, wrongly_divided
from rules.imports import numbers, words
from rules.imports.checks import Finding, ParsedRow
from rules.imports.columns import (
    DATE,
    EMAIL,
    MONEY,
    Column,
    kind_of,
    needed,
    needed_code,
    needed_line,
)
from rules.imports.numbers import whole

_PLAN: Final = needed_code("plan", "A name for the whole change, such as UNITARY, on each row.")
_INSTRUMENT: Final = needed_line("instrument", "The order or agreement, as it is cited.")
_REASON: Final = needed_line("reason", "Why, in a line.")
_PLACES: Final = words.list_of(words.place)


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
    _PLAN,
    needed_code("predecessor", "The code of the authority that ends."),
    needed_code("successor", "The code of the authority that follows it."),
    needed("first_day", numbers.day, f"The day from which the other follows. {DATE}"),
    Column(
        "postcodes",
        _PLACES,
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
    _INSTRUMENT,
    _REASON,
    agreeing=("first_day", "instrument", "reason"),
    file_check=_findings,
)


def arrangement_of(row: ParsedRow) -> Arrangement | None:
    """Return a row as an arrangement; None where a cell of it is at fault."""
    names = ("plan", "authority", "team", "host", "first_day", "officers", "postcodes", "pool")
    plan, authority, team, host, day, officers, places, pool = row.cells(names)
    if not (plan and authority and team and host and isinstance(day, date)):
        return None
    if not (isinstance(officers, tuple) and isinstance(places, tuple)):
        return None
    named = cast(tuple[tuple[str, ...], tuple[str, ...]], (officers, places))
    return Arrangement(
        str(plan), str(authority), str(team), str(host), day, *named, str(pool or "")
    )


def _wrongly_arranged(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield authorities whose homes two teams would work, or whose rows disagree."""
    found: dict[tuple[str, str], list[tuple[ParsedRow, Arrangement]]] = {}
    for row in rows:
        if (one := arrangement_of(row)) is not None:
            found.setdefault((one.plan, one.authority), []).append((row, one))
    for among in found.values():
        for wrong in wrongly_arranged([one for _, one in among]):
            right = "Each home is one team’s, from one day, and a budget is in one pool or apart."
            yield among[0][0].finding("authority", wrong, right)


ARRANGEMENTS: Final = kind_of(
    "arrangements",
    ("plan", "authority", "team"),
    _PLAN,
    needed_code("authority", "The code of the authority whose cases they are: it still decides."),
    needed_line("team", "The team that works them, such as Home Team North."),
    needed_code("host", "The code of the authority whose team it is; its own where it is its own."),
    needed("first_day", numbers.day, f"The day from which the team works them. {DATE}"),
    Column(
        "officers",
        words.list_of(words.email),
        f"The team’s people, each with {EMAIL[0].lower()}{EMAIL[1:]} Empty: whoever has a case "
        "keeps it.",
        (),
    ),
    Column(
        "postcodes",
        _PLACES,
        "Where teams share an authority: outward codes such as CV21, or areas such as CV, that "
        "this one works; empty: all that no other works.",
        (),
    ),
    Column(
        "pool",
        words.line,
        "A name for the budgets that are one with the authority’s; empty: its budget is apart.",
        "",
    ),
    Column(
        "approval_limit",
        numbers.pence,
        "The most that the team’s people approve for the authority, whatever their own limit; "
        f"empty: their own. {MONEY}",
    ),
    _INSTRUMENT,
    _REASON,
    agreeing=("first_day", "instrument", "reason"),
    file_check=_wrongly_arranged,
)

"""`/contractors/performance`: how contractors did, or lots, and the cases behind each figure."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from adapters import clock
from desk.csv_output import write_lines
from desk.reports.performance import COLUMNS, cells
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from rules.errors import HandrailError, InvalidDecisionError, UnknownReferenceError
from rules.people import Actor
from rules.reports.performance import (
    LEAST_TO_RANK,
    MEANS,
    OF_OFFERS,
    RANKED_BY,
    TITLES,
    By,
    Figure,
    Period,
    Standing,
    period,
    ranked,
)
from rules.reports.work import SEE_LISTS, check_may_see
from rules.typed import read_day
from services.reports.performance import Asked, cases_of, performance
from services.reports.work_list import authorities_of
from services.session import Connection, reading

router = APIRouter()

_PAGE: Final = "/contractors/performance"
_A_PAGE: Final = 50
_A_TABLE: Final = 25
_CHOSEN: Final = ("by", "from", "to", "authority", "rank")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address chose; ``problems`` is what of it cannot be read."""

    by: By
    period: Period
    authority: str
    rank: str
    problems: tuple[tuple[str, str], ...]

    def asked(self, viewer: Actor, *, key: str | None = None) -> Asked:
        """Return what is asked for, of the cases that somebody may see."""
        of = frozenset({self.authority}) if self.authority else viewer.authorities
        return Asked(self.by, self.period, clock.today(), of, key)

    def check(self) -> None:
        """Refuse what cannot be read, where there is no form to say so in."""
        if self.problems:
            raise InvalidDecisionError(" ".join(words for _, words in self.problems))

    def address(self, place: str = "", **more: object) -> str:
        """Return the address of the same choice elsewhere."""
        held = {
            "by": self.by.value,
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            **({"authority": self.authority} if self.authority else {}),
        }
        return f"{_PAGE}{place}?{urlencode(held | more)}"

    def cases(self, figure: Figure, key: str) -> str:
        """Return the address of a figure’s cases, from the page of the figures."""
        return self.address("/cases", figure=figure.value, of=key).removeprefix("/contractors/")


@router.get(_PAGE)
def show(request: Request, viewer: Viewer, number: Counted = 1) -> Response:
    """Show the figures of every contractor, or every lot, of a period."""
    with reading() as conn:
        chosen = _chosen(conn, viewer, request.query_params)
        found = performance(conn, asked=chosen.asked(viewer)) if not chosen.problems else ()
        authorities = authorities_of(conn, viewer)
    rows, number = ranked(found, by=chosen.rank), max(1, number)
    part = rows[(number - 1) * _A_TABLE : number * _A_TABLE]
    values = {
        "chosen": chosen,
        "typed": {name: request.query_params.get(name, "") for name in _CHOSEN},
        "rows": [(place, one, _words(one)) for place, one in part],
        "tables": (
            ("Offers", [one for one in Figure if one in OF_OFFERS]),
            ("Orders", [one for one in Figure if one not in OF_OFFERS]),
        ),
        "number": number,
        "pages": max(1, -(-len(rows) // _A_TABLE)),
        "link": lambda page: chosen.address(rank=chosen.rank, number=page),
        "labels": TITLES,
        "few": LEAST_TO_RANK,
        "means": MEANS,
        "ways": [(one.value, one.value.capitalize()) for one in By],
        "ranks": [
            ("", "By name, no ranking"),
            *((n, title) for n, (title, _) in RANKED_BY.items()),
        ],
        "authorities": [("", "All of yours" if viewer.authorities else "All"), *authorities],
    }
    status = 422 if chosen.problems else 200
    return page(request, "reports/pages/performance.html", values, viewer=viewer, status=status)


@router.get(f"{_PAGE}.csv")
def as_csv(request: Request, viewer: Viewer) -> Response:
    """Give the same figures as a file for a spreadsheet."""
    with reading() as conn:
        chosen = _chosen(conn, viewer, request.query_params)
        chosen.check()
        found = performance(conn, asked=chosen.asked(viewer))
    out = io.StringIO()
    write_lines(out, COLUMNS, (cells(place, one) for place, one in ranked(found, by=chosen.rank)))
    name = f"performance-{chosen.period.first}-{chosen.period.last}.csv"
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get(f"{_PAGE}/cases")
def cases(
    request: Request, viewer: Viewer, figure: str = "", of: str = "", number: Counted = 1
) -> Response:
    """Show the cases that one figure rests on, each with what it adds to it."""
    if figure not in {one.value for one in Figure}:
        raise UnknownReferenceError(
            "There is no such figure.", next_step="Choose one of the table."
        )
    wanted, number = Figure(figure), max(1, number)
    with reading() as conn:
        chosen = _chosen(conn, viewer, request.query_params)
        chosen.check()
        asked = chosen.asked(viewer, key=of)
        (one,) = performance(conn, asked=asked) or (None,)
        offset = (number - 1) * _A_PAGE
        lines = cases_of(conn, asked=asked, figure=wanted, limit=_A_PAGE, offset=offset)
    total = _words(one)[wanted][1] if one else 0
    values = {
        "chosen": chosen,
        "figure": wanted,
        "title": TITLES[wanted],
        "one": one,
        "of": of,
        "lines": lines,
        "total": total,
        "number": number,
        "pages": max(1, -(-total // _A_PAGE)),
        "link": lambda page: chosen.address("/cases", figure=figure, of=of, number=page),
    }
    return page(request, "reports/pages/performance_cases.html", values, viewer=viewer)


def _words(one: Standing) -> dict[Figure, tuple[str, int]]:
    """Return each figure in words, and how many cases its list has."""
    found = {}
    for figure in Figure:
        held = getattr(one, figure.value)
        rests_on = held if isinstance(held, int) else held.cases
        found[figure] = (f"{held:,}" if isinstance(held, int) else held.words, rests_on)
    return found | {Figure.ACCEPTED: (one.accept_rate.words, one.accepted)}


def _chosen(conn: Connection, viewer: Actor, given: QueryParams) -> Chosen:
    """Return what an address chose, and what of it cannot be read.

    Raises:
        NotPermittedError: It is not for their role.
        UnknownReferenceError: There is no such authority, or it is not theirs.
    """
    check_may_see(actor=viewer, roles=SEE_LISTS, what="how contractors do")
    authority = given.get("authority", "")
    if authority and authority not in dict(authorities_of(conn, viewer)):
        raise UnknownReferenceError(
            "There is no such authority, or it is not yours.", next_step="Choose one of the list."
        )
    problems: list[tuple[str, str]] = []
    days = {name: _day(given.get(name, ""), name, problems) for name in ("from", "to")}
    try:
        held = period(days["from"], days["to"], today=clock.today())
    except HandrailError as error:
        problems.append(("from", error.what))
        held = period(None, None, today=clock.today())
    by = By.LOT if given.get("by") == By.LOT else By.CONTRACTOR
    rank = given.get("rank", "")
    return Chosen(by, held, authority, rank if rank in RANKED_BY else "", tuple(problems))


def _day(typed: str, name: str, problems: list[tuple[str, str]]) -> date | None:
    if not typed.strip():
        return None
    try:
        return read_day(typed.strip())
    except ValueError as error:
        problems.append((name, str(error)))
        return None

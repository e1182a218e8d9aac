"""`/partnership`: a year's contributions, the check of printed tables, and what would be if."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from desk.csv_output import write_lines
from desk.partnership.lines import COLUMNS, FOUND, finding_cells, lines
from desk.web.page import Viewer, page
from rules.errors import HandrailError
from rules.grants.budgets import year_words
from rules.numbers import percent
from rules.partnership.agreed import SEE_PARTNERSHIP, STREAMS, Agreed
from rules.partnership.contributions import contributions
from rules.partnership.shares import quarters, share_words
from rules.partnership.what_if import Compared, side_by_side, what_if
from rules.partnership.workings import fee_words, of_partner, residual_words, ties
from rules.people import Actor
from rules.reports.work import check_may_see
from rules.typed import whole_or
from services.partnership.years import agreed_year, checked_tables, years
from services.session import Connection, reading

router = APIRouter()

_QUARTERS: Final = ("April to June", "July to September", "October to December", "January to March")
_PREFIXES: Final = ("rate", "fee:", "less:", "capital:", "line:", "fixed:", "without:")
_OF_PARTNER: Final = ("fee", "less", "capital", "without")
_NEW: Final = "new"


@router.get("/partnership")
def show(request: Request, viewer: Viewer) -> Response:
    """Show what is agreed for a year, who contributes what to it, and how each sum comes about."""
    with reading() as conn:
        agreed, values = _frame(conn, viewer, request.query_params)
    if agreed is not None:
        found = None if agreed.missing() else contributions(agreed)
        values |= {"found": found, "streams": STREAMS, "quarters": _QUARTERS}
        values |= {"share": share_words, "in_four": quarters, "how": of_partner}
        values |= {"residual": residual_words(found), "ties": list(ties(found))} if found else {}
    return page(request, "partnership/pages/year.html", values, viewer=viewer)


@router.get("/partnership.csv")
def as_csv(viewer: Viewer, partnership: str = "", year: str = "") -> Response:
    """Give a year's contributions as a file for a spreadsheet."""
    _check(viewer)
    with reading() as conn:
        agreed = agreed_year(conn, partnership=partnership, year=whole_or(year, 0) or None)
    rows = [list(one.values()) for one in lines(contributions(agreed))]
    return _file(f"{agreed.partnership}-{year_words(agreed.year)}", COLUMNS, rows)


@router.get("/partnership/printed")
def printed(request: Request, viewer: Viewer) -> Response:
    """Show every printed table on record, and what in it does not add up."""
    _check(viewer)
    with reading() as conn:
        tables = checked_tables(conn)
    values = {
        "tables": tables,
        "wrong": len({(one.table, one.cell) for _, found in tables for one in found}),
    }
    return page(request, "partnership/pages/printed.html", values, viewer=viewer)


@router.get("/partnership/printed.csv")
def printed_csv(viewer: Viewer) -> Response:
    """Give what does not add up as a file for a spreadsheet."""
    _check(viewer)
    with reading() as conn:
        tables = checked_tables(conn)
    found = [finding_cells(one) for _, findings in tables for one in findings]
    return _file("printed-tables", FOUND, found)


@router.get("/partnership/what-if")
def would_be(request: Request, viewer: Viewer) -> Response:
    """Show contributions as agreed and as they would be; nothing is changed by asking."""
    given = request.query_params
    with reading() as conn:
        agreed, values = _frame(conn, viewer, given)
    if agreed is None:
        return page(request, "partnership/pages/what_if.html", values, viewer=viewer)
    found = what_if(agreed, _typed(given))
    problems = [(_field(key, given), words) for key, words in found.problems]
    rows: Sequence[Compared] = ()
    if not problems:
        try:
            rows = side_by_side(agreed, found)
        except HandrailError as error:
            problems = [("", error.what)]
    values |= {"problems": problems, "said": found.said, "rows": rows, "streams": STREAMS}
    values |= {"typed": lambda key: given.get(key, ""), "fees": _fees(agreed)}
    values |= {"opened": _opened(given), "totals": _totals(rows), "wrong": dict(problems)}
    values["rate"] = percent(agreed.fee.percent) if agreed.fee else "not recorded"
    status = 422 if problems and any(_typed(given)) else 200
    return page(request, "partnership/pages/what_if.html", values, viewer=viewer, status=status)


def _check(viewer: Actor) -> None:
    check_may_see(actor=viewer, roles=SEE_PARTNERSHIP, what="what partners have agreed")


def _frame(
    conn: Connection, viewer: Actor, given: QueryParams
) -> tuple[Agreed | None, dict[str, Any]]:
    """Return the year that an address chose, the newest otherwise, and the choice of years."""
    _check(viewer)
    held = years(conn)
    partnership, year = given.get("partnership", ""), whole_or(given.get("year", ""), 0)
    agreed = agreed_year(conn, partnership=partnership, year=year or None) if held else None
    choices = [
        (f"{code}, {year_words(of)}", f"?{urlencode({'partnership': code, 'year': of})}")
        for code, of in held
        if agreed is None or (code, of) != (agreed.partnership, agreed.year)
    ]
    return agreed, {"agreed": agreed, "others": choices}


def _typed(given: QueryParams) -> Iterator[tuple[str, str]]:
    """Yield what an address says is otherwise; a partner that joins is named in its own field."""
    yield from ((key, value) for key, value in given.items() if key.startswith(_PREFIXES))
    joins = given.get(_NEW, "").strip()
    sums = ((stream, given.get(f"{_NEW}:{stream}", "")) for stream in STREAMS)
    yield from ((f"capital:{joins}:{stream}", value) for stream, value in sums if value.strip())


def _field(key: str, given: QueryParams) -> str:
    """Return the field of a form that something was typed in, empty where it has none."""
    what, _, stream = key.rpartition(":")
    if key in given:
        return key
    return f"{_NEW}:{stream}" if what == f"capital:{given.get(_NEW, '').strip()}" else ""


def _opened(given: QueryParams) -> set[str]:
    """Return the partners, and the parts of the form, in which something was typed."""
    parts = (key.split(":") for key, value in given.items() if value.strip() and ":" in key)
    return {who if what in _OF_PARTNER else what for what, who, *_ in parts}


def _totals(rows: Iterable[Compared]) -> tuple[int, int]:
    pairs = [(one.agreed_pence or 0, one.would_be_pence or 0) for one in rows]
    return sum(one for one, _ in pairs), sum(one for _, one in pairs)


def _fees(agreed: Agreed) -> dict[str, str]:
    """Return how the fee of each partner is worked out as agreed."""
    found = () if agreed.missing() else contributions(agreed).partners
    return {one.partner.code: fee_words(one) for one in found}


def _file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    out = io.StringIO()
    write_lines(out, columns, rows)
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

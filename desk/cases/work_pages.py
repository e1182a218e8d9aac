"""`/`: my work. The address holds all that was chosen, so that a list can be kept and sent."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from adapters import clock
from desk.csv_output import safe
from desk.web.page import Viewer, page, words
from rules.aftercare.outcomes import RESULTS, result_words
from rules.pathway import PATHWAY, StepName
from rules.people import MAY_ENTER, MAY_HAND_ON, OFFICERS, Actor
from rules.reports.sla import Standing
from rules.reports.work import (
    LATENESS,
    ORDERS,
    OUTCOMES,
    OWNERS,
    SEE_LISTS,
    Month,
    Order,
    Tab,
    check_may_see,
    tab_words,
)
from rules.typed import whole_or
from services.cases.statements import statements_waiting
from services.reports.work_cases import Wanted
from services.reports.work_list import A_FILE, WorkPage, work_page, work_rows
from services.reports.work_rows import WorkRow
from services.session import reading

router = APIRouter()

_LONGEST: Final = 100  # characters that are searched for
_COLUMNS: Final[Mapping[str, Callable[[WorkRow], object]]] = {
    "Case": lambda row: row.reference,
    "Authority": lambda row: row.authority,
    "Client": lambda row: row.client,
    "Postcode": lambda row: row.postcode,
    "Works": lambda row: words(row.work_type),
    "Next action": lambda row: row.action,
    "In detail": lambda row: row.detail,
    "Held by": lambda row: row.held_by,
    "Since": lambda row: row.since,
    "Due": lambda row: row.due_on,
    "How late": lambda row: row.timing,
    "Reckoned": lambda row: row.sum,
    "State": lambda row: row.tag,
}
"""The columns of the file, in order."""

_NARROWING: Final = (
    *("step", "holder", "lateness", "authority", "work_type"),
    *("opened", "ended", "outcome", "result", "stage"),
)
_PLAIN: Final = dict.fromkeys(_NARROWING)
"""Nothing chosen of what narrows a list."""


@router.get("/")
def work(request: Request, viewer: Viewer) -> HTMLResponse:
    """Show a list of cases, narrowed and sorted as the address says."""
    check_may_see(actor=viewer, roles=SEE_LISTS, what="lists of cases")
    wanted, not_known = _wanted(request.query_params)
    with reading() as conn:
        found = work_page(
            conn,
            wanted=wanted,
            viewer=viewer,
            today=clock.today(),
            number=_number(request.query_params.get("page", "")),
        )
        stated = statements_waiting(conn, viewer=viewer) if viewer.role in MAY_ENTER else []
    values = {
        "stated": stated,
        "found": found,
        "wanted": wanted,
        "plain": _PLAIN,
        "link": lambda **changed: _address(wanted, **changed),
        "problems": list(_problems(found, not_known)),
        "tabs": [(tab, tab.value.capitalize(), found.counts[tab]) for tab in Tab],
        "explained": tab_words(wanted.tab, viewer.role),
        "choices": _choices(found),
        "in_file": A_FILE,
        "result": result_words(wanted.result) if wanted.result else "",
        "gives": viewer.role in MAY_HAND_ON,
        "hands_over": _hands_over(viewer, wanted),
    }
    return page(request, "cases/pages/work.html", values, viewer=viewer)


def _hands_over(viewer: Actor, wanted: Wanted) -> bool:
    """Say whether cases of a list may be chosen: managers hand on, officers take nobody's."""
    if wanted.tab is Tab.CLOSED or wanted.opened or wanted.result:
        return False
    takes = wanted.tab is Tab.UNASSIGNED and viewer.role in OFFICERS
    return takes or viewer.role in MAY_HAND_ON


@router.get("/cases.csv")
def work_as_csv(request: Request, viewer: Viewer) -> Response:
    """Give the same list as a file for a spreadsheet, from its beginning."""
    check_may_see(actor=viewer, roles=SEE_LISTS, what="lists of cases")
    wanted, _ = _wanted(request.query_params)
    with reading() as conn:
        rows = work_rows(conn, wanted=wanted, viewer=viewer, today=clock.today())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([safe(cell(row)) for cell in _COLUMNS.values()] for row in rows)
    name = f"cases-{wanted.tab}-{clock.today().isoformat()}.csv"
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# ---- the address


def _wanted(given: Mapping[str, str]) -> tuple[Wanted, list[str]]:
    """Return what the address asks for, and the names of what in it nobody knows."""
    chosen: dict[str, Any] = {}
    not_known = []
    for name, read in _READ.items():
        typed = given.get(name, "").strip()
        value = read(typed) if typed else None
        if value is not None:
            chosen[name] = value
        elif typed:
            not_known.append(name)
    return Wanted(**chosen), not_known


def _one_of(kind: type[Enum]) -> Callable[[str], Enum | None]:
    held = {one.value: one for one in kind}
    return held.get


def _among(known: Collection[str]) -> Callable[[str], str | None]:
    return lambda typed: typed if typed in known else None


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "tab": _one_of(Tab),
    "step": _one_of(StepName),
    "stage": _one_of(StepName),
    "lateness": _one_of(Standing),
    "order": _one_of(Order),
    "holder": _among(OWNERS),
    "outcome": _among(OUTCOMES),
    "result": _among(RESULTS),
    "opened": Month.of,
    "ended": Month.of,
    "authority": lambda typed: typed[:_LONGEST],
    "work_type": lambda typed: typed[:_LONGEST],
    "q": lambda typed: typed[:_LONGEST],
}
"""How each part of the address is read; None for what nobody knows."""


def _number(given: str) -> int:
    return whole_or(given, 1)


def _address(wanted: Wanted, *, path: str = "/", **changed: Any) -> str:
    """Return the address of this list with something else chosen; None takes a choice away."""
    plain = Wanted()
    names = (*_NARROWING, "tab", "order", "q")
    chosen = {name: getattr(wanted, name) for name in names} | changed
    said = {
        name: value
        for name, value in chosen.items()
        if value and value != getattr(plain, name, None) and (name, value) != ("page", 1)
    }
    return f"{path}?{urlencode(said)}" if said else path


# ---- what is shown around the list


def _problems(found: WorkPage, not_known: list[str]) -> Iterator[tuple[str, str]]:
    for name in not_known:
        shown = {"order": "sort order"}.get(name, name)
        yield "", f"The address names a {shown} that there is not. The list is shown without it."
    if found.too_short:
        yield "search", "Search for at least two letters or digits."


def _choices(found: WorkPage) -> dict[str, list[tuple[str, str]]]:
    """Return what each field of the form may be."""
    return {
        "step": [("", "Any"), *((step.name.value, step.title) for step in PATHWAY.values())],
        "holder": [("", "Anybody"), *((owner, owner.capitalize()) for owner in OWNERS)],
        "lateness": [("", "Any"), *((how.value, shown) for how, shown in LATENESS.items())],
        "authority": [("", "Any"), *found.authorities],
        "work_type": [("", "Any"), *((one, words(one).capitalize()) for one in found.work_types)],
        "outcome": [("", "Any"), *OUTCOMES.items()],
        "stage": [("", "Any"), *((step.name.value, step.title) for step in PATHWAY.values())],
        "order": [(order.value, shown.capitalize()) for order, shown in ORDERS.items()],
    }

"""`/runs`: what the machine did and could not do, in words, and having it done again."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters import clock
from adapters.prefect_look import SeenRun, look_at_runs, page_of_run
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.streams import followed
from rules.errors import PrefectDownError
from rules.pathway import PATHWAY, StepName
from rules.people import Actor
from rules.reports.work import SEE_LISTS, check_may_see
from rules.runs import MAY_CARRY_ON, TROUBLED, state_words
from rules.typed import whole_or
from services.cases.run_list import (
    RunRow,
    RunWanted,
    ask_again,
    carry_on,
    ended,
    in_trouble,
    one_run,
    waiting,
)
from services.session import reading, writing

router = APIRouter()

_LISTS: Final = {"trouble": "Needs somebody", "waiting": "Waiting", "ended": "Ended"}
_STATES: Final = (
    *sorted(TROUBLED),
    *("Completed", "CaseEnded", "Advanced", *(step.waiting_state for step in PATHWAY.values())),
)
_AGES: Final = {"": "Any", "1": "A day", "7": "Seven days", "30": "Thirty days"}


@router.get("/runs")
def runs(request: Request, viewer: Viewer) -> Response:
    """List runs: those that need somebody, those that wait, or those that ended."""
    given = request.query_params
    return followed(
        request,
        "cases/pages/runs.html",
        lambda who: _listed(who, given),
        viewer=viewer,
        part="cases/pages/runs_part.html",
    )


def _listed(viewer: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    check_may_see(actor=viewer, roles=SEE_LISTS, what="runs")
    chosen = given.get("list", "") if given.get("list") in _LISTS else "trouble"
    wanted, now = _wanted(given), clock.now()
    number = max(1, whole_or(given.get("page", ""), 0))
    more = False
    with reading() as conn:
        trouble, queue = in_trouble(conn, viewer=viewer, now=now), waiting(conn, viewer=viewer)
        found = trouble if chosen == "trouble" else queue
        if chosen == "ended":
            found, more = ended(conn, wanted=wanted, viewer=viewer, now=now, page=number)
    seen, down = _seen([row for row in found if chosen != "ended"])
    return _common(viewer) | {
        "found": found,
        "going": bool(chosen == "waiting" and found),
        "seen": seen,
        "down": down,
        "lists": [
            ("trouble", _LISTS["trouble"], len(trouble)),
            ("waiting", _LISTS["waiting"], len(queue)),
            ("ended", _LISTS["ended"], None),
        ],
        "chosen": chosen,
        "wanted": wanted,
        "case": given.get("case", ""),
        "days": str(wanted.days or ""),
        "steps": [("", "Any"), *((step.name.value, step.title) for step in PATHWAY.values())],
        "states": [("", "Any"), *((state, state_words(state)) for state in _STATES)],
        "ages": list(_AGES.items()),
        "number": number,
        "more": more,
        "link": _link(given),
        "done": given.get("done", ""),
    }


@router.get("/runs/{flow_run_id}")
def run(request: Request, viewer: Viewer, flow_run_id: str) -> HTMLResponse:
    """Show one run: what it did, case by case, and what Prefect says of it now."""
    check_may_see(actor=viewer, roles=SEE_LISTS, what="runs")
    with reading() as conn:
        found = one_run(conn, flow_run_id=flow_run_id, viewer=viewer)
    seen, down = _seen(found)
    values = {
        "found": found,
        "cases": list(dict.fromkeys(row.case for row in found if row.case)),
        "flow_run_id": flow_run_id,
        "seen": seen.get(flow_run_id),
        "down": down,
        "in_prefect": page_of_run(quote(flow_run_id, safe="")),
    }
    return page(request, "cases/pages/run.html", values | _common(viewer), viewer=viewer)


@router.post("/runs/carry-on")
def carried_on(viewer: Viewer, form: Sent) -> Response:
    """Ask for a run that carries a case on."""
    with writing() as conn:
        case = carry_on(conn, reference=text(form, "case"), actor=viewer, now=clock.now())
    return RedirectResponse(
        f"/runs?{urlencode({'list': 'waiting', 'done': case})}", status_code=303
    )


@router.post("/runs/again")
def again(viewer: Viewer, form: Sent) -> Response:
    """Give a request that gave up, or waits for its next attempt, another go at once."""
    with writing() as conn:
        ask_again(conn, key=text(form, "key"), actor=viewer, now=clock.now())
    return RedirectResponse("/runs?list=waiting", status_code=303)


def _wanted(given: Mapping[str, str]) -> RunWanted:
    step = given.get("step", "")
    return RunWanted(
        case=given.get("case", "").strip()[:100],
        step=StepName(step) if step in set(StepName) else None,
        state=given.get("state", "") if given.get("state") in _STATES else "",
        days=whole_or(given["days"], 0) if given.get("days") in _AGES and given["days"] else None,
    )


def _link(given: Mapping[str, str]) -> Callable[..., str]:
    known = ("list", "case", "step", "state", "days", "page")
    held = {name: given[name] for name in known if given.get(name)}

    def link(**changed: Any) -> str:
        chosen = {name: value for name, value in (held | changed).items() if value}
        return f"/runs?{urlencode(chosen)}" if chosen else "/runs"

    return link


def _seen(rows: list[RunRow]) -> tuple[dict[str, SeenRun], PrefectDownError | None]:
    """Return what Prefect says of runs, or that it does not answer."""
    try:
        return look_at_runs(ids={row.flow_run_id for row in rows if row.flow_run_id}), None
    except PrefectDownError as error:
        return {}, error


def _common(viewer: Actor) -> dict[str, Any]:
    return {"state_words": state_words, "troubled": TROUBLED, "may": viewer.role in MAY_CARRY_ON}

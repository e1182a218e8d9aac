"""`/delivery`: who follows whom, who works whose cases: shown, rehearsed, then carried out."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, NotPermittedError, TooMuchAskedError
from rules.grants.budgets import year_words
from rules.people import Actor, Role
from rules.powers import check_may_see_delivery
from rules.sentences import several
from services.cases.choices import choices_for
from services.delivery.carry_out import Outcome, Rehearsal, carry_out, rehearse, waiting
from services.delivery.figures import figures, who_works
from services.delivery.plans import Plan, plan_named, plans
from services.session import Connection, reading, writing

router = APIRouter()

MOST: Final = 300
"""Open cases that a page rehearses or carries out; more would keep it waiting for too long."""


@router.get("/delivery")
def listed(request: Request, viewer: Viewer) -> Response:
    """List the plans that are about authorities of the viewer's."""
    check_may_see_delivery(viewer)
    with reading() as conn:
        values = {
            "plans": plans(conn, viewer=viewer),
            "teams": who_works(conn, viewer=viewer),
            "names": dict(choices_for(conn, actor=viewer).authorities),
        }
    return page(request, "delivery/pages/plans.html", values, viewer=viewer)


@router.get("/delivery/{name}")
def one(request: Request, viewer: Viewer, name: str) -> Response:
    """Show a plan: who follows whom, and what its authorities come to."""
    check_may_see_delivery(viewer)
    return _shown(request, viewer, name)


@router.post("/delivery/{name}")
def do(request: Request, viewer: Viewer, name: str, form: Sent) -> Response:
    """Rehearse a plan and show what came of it, or carry it out."""
    check_may_see_delivery(viewer)
    try:
        if text(form, "do") == "rehearse":
            return _shown(request, viewer, name, rehearsal=_rehearsed(viewer, name))
        check_stepped_up(request, form)
        _check_size(viewer, name)
        carry_out(writing, name=name, by=viewer.identity, now=clock.now())
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _shown(request, viewer, name, error=error)
    return RedirectResponse(f"{request.url.path}?done=yes", status_code=303)


def _rehearsed(viewer: Actor, name: str) -> Rehearsal:
    _check_size(viewer, name)
    with writing() as conn:
        return rehearse(conn, name=name, by=viewer.identity, now=clock.now())


def _check_size(viewer: Actor, name: str) -> None:
    with reading() as conn:
        number = waiting(conn, plan_named(conn, name=name, viewer=viewer))
    if number > MOST:
        raise TooMuchAskedError(
            f"{several(number, 'open case')} would go, and a page takes {MOST} at most.",
            next_step="Ask whoever operates the service: `handrail delivery preview PLAN`, and "
            "`handrail delivery carry-out PLAN`.",
        )


def _shown(
    request: Request,
    viewer: Actor,
    name: str,
    *,
    rehearsal: Rehearsal | None = None,
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        plan = plan_named(conn, name=name, viewer=viewer)
        names = dict(choices_for(conn, actor=viewer).authorities)
        before, after = _both(conn, plan, rehearsal)
    values = {
        "plan": plan,
        "names": names,
        "before": _budgets(before),
        "after": _budgets(after) if after else [],
        "cases": _counted("cases", _status, before, after),
        "teams": _counted("teams", _team, before, after) if plan.arrangements else [],
        "officers": _officers(rehearsal),
        "rehearsal": rehearsal,
        "moves": _moves(rehearsal.outcome) if rehearsal else [],
        "may": viewer.role is Role.ADMINISTRATOR,
        "begins": plan.first_day <= clock.today(),
        "problems": problems_of(error) if error else [],
        "done": request.query_params.get("done") == "yes",
    }
    status = status_of(error) if error else 200
    return page(request, "delivery/pages/plan.html", values, viewer=viewer, status=status)


def _both(
    conn: Connection, plan: Plan, rehearsal: Rehearsal | None
) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """Return the figures before and after: as rehearsed, as kept, or as they are now alone."""
    if rehearsal is not None:
        return rehearsal.outcome.before, rehearsal.outcome.after
    if plan.before is not None and plan.after is not None:
        return plan.before, plan.after
    return figures(conn, authorities=plan.authorities), None


def _budgets(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each budget with what is left, and what those of each year come to together."""
    rows = [
        {**row, "left_pence": row["amount_pence"] - row["committed_pence"]}
        for row in found["budgets"]
    ]
    years = sorted({row["year"] for row in rows})
    money = ("amount_pence", "committed_pence", "left_pence")
    together = [
        {
            "authority": "",
            "year": year,
            **{name: sum(row[name] for row in rows if row["year"] == year) for name in money},
        }
        for year in years
    ]
    in_order = sorted([*rows, *together], key=lambda row: (row["year"], not row["authority"]))
    return [{**row, "financial_year": year_words(row["year"])} for row in in_order]


def _counted(
    what: str,
    of: Callable[[Mapping[str, Any]], str],
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
) -> list[tuple[str, str, int, int | None]]:
    """Return by authority, and by what each row is of, how many there are, before and after."""
    was, now = (
        {(row["authority"], of(row)): row["number"] for row in (found or {}).get(what, ())}
        for found in (before, after)
    )
    return [
        (*which, was.get(which, 0), now.get(which, 0) if after else None)
        for which in sorted({*was, *now})
    ]


def _status(row: Mapping[str, Any]) -> str:
    return str(row["status"]).replace("_", " ").capitalize()


def _team(row: Mapping[str, Any]) -> str:
    return f"{row['team']} ({row['host']})" if row["team"] else "its own officers"


def _officers(rehearsal: Rehearsal | None) -> list[tuple[str, int]]:
    """Return who would be given how many cases that are somebody else's."""
    cases = rehearsal.outcome.cases if rehearsal else ()
    return sorted(Counter(one.officer for one in cases if one.officer).items())


def _moves(found: Outcome) -> list[tuple[str, list[str]]]:
    """Return what names a successor from then on, by what it is."""
    words = {"officers": "Officers", "lots": "Lots", "contractors": "Contractors"}
    words["lot_terms"] = "Framework terms"
    return [(words[kind], list(names)) for kind, names in found.joined.items() if names]

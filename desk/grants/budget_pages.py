"""`/budgets`: what each authority has for grants in a year, and another sum with a reason."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, check_as_seen, seen_as, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, NotPermittedError
from rules.grants.budgets import financial_year, year_words
from rules.people import Actor, may_see
from rules.powers import check_may_correct, may_correct
from services.cases.choices import choices_for
from services.grants.budgets import budget_list
from services.grants.pools import pools
from services.imports.correct import correct
from services.session import Connection, reading, take_turn, writing

router = APIRouter()

_FIELDS: Final = ("authority", "year", "amount", "reason")


@router.get("/budgets")
def budgets(request: Request, viewer: Viewer) -> Response:
    """List the budgets of the authorities that the viewer serves, with what is left."""
    with reading() as conn:
        found = _budgets(conn, viewer)
        names = dict(choices_for(conn, actor=viewer).authorities)
        pooled = pools(conn, on=clock.today(), viewer=viewer)
    values = {
        "pools": pooled,
        "budgets": [
            (one, may_correct(viewer, kind="budgets", authority=one["authority"])) for one in found
        ],
        "names": names,
        "choices": [
            pair for pair in names.items() if may_correct(viewer, kind="budgets", authority=pair[0])
        ],
        "year": financial_year(clock.today()) + 1,
        "done": request.query_params.get("done") == "yes",
    }
    return page(request, "grants/pages/budgets.html", values, viewer=viewer)


@router.get("/budgets/change")
def show(request: Request, viewer: Viewer) -> Response:
    """Show the form of an authority's budget of a year, held or not."""
    given = request.query_params
    typed = {name: given.get(name, "") for name in ("authority", "year")}
    with reading() as conn:
        held = _held(conn, viewer, typed)
    pence = held["amount_pence"] if held else None
    amount = "" if pence is None else f"{Decimal(pence).scaleb(-2):.2f}"
    return _form(request, viewer, typed=typed | {"amount": amount, "reason": ""})


@router.post("/budgets/change")
def change(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Record a budget as an import of its row does; never less than is committed."""
    typed = {name: text(form, name) for name in _FIELDS}
    check_may_correct(actor=viewer, kind="budgets", authority=typed["authority"])
    check_stepped_up(request, form)
    try:
        with writing() as conn:
            take_turn(conn)
            check_as_seen(form, _held(conn, viewer, typed))
            correct(
                conn,
                kind="budgets",
                records=[{name: typed[name] for name in ("authority", "year", "amount")}],
                authorities=[typed["authority"]],
                actor=viewer,
                reason=typed["reason"],
                now=clock.now(),
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _form(request, viewer, typed=typed, error=error)
    return RedirectResponse("/budgets?done=yes", status_code=303)


def _budgets(conn: Connection, viewer: Actor) -> list[dict[str, Any]]:
    return [one for one in budget_list(conn) if may_see(viewer, authority=one["authority"])]


def _held(conn: Connection, viewer: Actor, typed: Mapping[str, str]) -> dict[str, Any] | None:
    wanted = (typed["authority"], typed["year"])
    found = (
        one for one in _budgets(conn, viewer) if (one["authority"], str(one["year"])) == wanted
    )
    return next(found, None)


def _form(
    request: Request, viewer: Actor, *, typed: Mapping[str, str], error: HandrailError | None = None
) -> Response:
    check_may_correct(actor=viewer, kind="budgets", authority=typed["authority"])
    with reading() as conn:
        held = _held(conn, viewer, typed)
        names = dict(choices_for(conn, actor=viewer).authorities)
    problems = problems_of(error) if error else []
    year = typed["year"]
    values = {
        "name": names.get(typed["authority"], typed["authority"]),
        "year": year_words(int(year)) if re.fullmatch("[0-9]{4}", year) else year,
        "held": held,
        "seen": seen_as(held),
        "typed": typed,
        "problems": problems,
        "wrong": dict(reversed(problems)),
    }
    status = status_of(error) if error else 200
    return page(request, "grants/pages/budget.html", values, viewer=viewer, status=status)

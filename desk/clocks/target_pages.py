"""`/targets`: how many working days each clock is given, and another number from a day on."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, check_as_seen, seen_as, text
from desk.web.page import Viewer, page
from rules.clocks.clock_names import CLOCKS
from rules.clocks.targets import SET_OF_STAGES
from rules.errors import (
    HandrailError,
    ImportProblemsError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.imports.clock_kinds import NOT_URGENT, URGENT, WITH_TARGETS
from rules.imports.columns import COMPLEXITIES
from rules.people import Actor
from rules.powers import may_correct
from services.cases.choices import choices_for
from services.clocks.targets import next_change, targets_in_force
from services.imports.correct import correct
from services.session import Connection, reading, take_turn, writing

router = APIRouter()

_WHOM: Final = ("authority", "lot", "urgent", "complexity")
_FIELDS: Final = (
    *_WHOM,
    *("warn_percent", "warn_days", "valid_from", "valid_to", "verified", "source", "reason"),
)


@router.get("/targets")
def targets(request: Request, viewer: Viewer) -> Response:
    """List what each clock is given today, for an authority or for all the viewer serves."""
    given, today = request.query_params, clock.today()
    with reading() as conn:
        choices = choices_for(conn, actor=viewer).authorities
        authority = given.get("authority", "")
        authority = authority if authority in dict(choices) else ""
        found = targets_in_force(conn, authority=authority, on=today)
        later = next_change(conn, on=today)
    theirs = {"", *dict(choices)}
    values = {
        "rows": [(row, _may(viewer, row)) for row in found if row["authority"] in theirs],
        "authority": authority,
        "choices": [("", "Every authority"), *choices],
        "later": later,
        "today": today,
        "done": given.get("done") == "yes",
    }
    return page(request, "clocks/pages/targets.html", values, viewer=viewer)


def _may(viewer: Actor, row: Mapping[str, Any]) -> str:
    """Return where a target is changed, or an empty string where it is not for the viewer."""
    if row["days"] is None or not may_correct(viewer, kind="targets", authority=row["authority"]):
        return ""
    whom = {"urgent": row["urgency"], **{n: row[n] for n in ("authority", "lot", "complexity")}}
    said = {name: value for name, value in whom.items() if value}
    return f"/targets/{row['clock']}?{urlencode(said)}"


@router.get("/targets/{name}")
def show(request: Request, viewer: Viewer, name: str) -> Response:
    """Show the form of another target; the guidance's stages and their total are given together."""
    whom = {one: request.query_params.get(one, "") for one in _WHOM}
    clocks = _together(name)
    with reading() as conn:
        held = _held(conn, clocks, whom)
    main = held.get(name, {})
    today = clock.today()
    typed = {
        **dict.fromkeys(_FIELDS, ""),
        **whom,
        **{f"days-{one}": str(held[one]["days"]) if one in held else "" for one in clocks},
        "warn_percent": str(main.get("warn_percent") or 80),
        "warn_days": str(main.get("warn_days") or 0),
        "valid_from": f"{today:%d/%m/%Y}",
    }
    return _form(request, viewer, name, typed=typed)


@router.post("/targets/{name}")
def change(request: Request, viewer: Viewer, name: str, form: Sent) -> Response:
    """Record another target from a day on, as an import of its row does."""
    clocks = _together(name)
    typed = _typed(form, clocks)
    shared = {one: typed[one] for one in _FIELDS if one != "reason"}
    records = [{"clock": one, "days": typed[f"days-{one}"], **shared} for one in clocks]
    try:
        with writing() as conn:
            take_turn(conn)
            check_as_seen(form, _every(conn, clocks))
            correct(
                conn,
                kind="targets",
                records=records,
                authorities=[typed["authority"]],
                actor=viewer,
                reason=typed["reason"],
                now=clock.now(),
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _form(request, viewer, name, typed=typed, error=error)
    said = urlencode({"authority": typed["authority"], "done": "yes"})
    return RedirectResponse(f"/targets?{said}", status_code=303)


def _together(name: str) -> tuple[str, ...]:
    if name not in WITH_TARGETS:
        raise UnknownReferenceError(
            "There is no such clock that is given a target.",
            next_step="The list of targets shows those that are.",
        )
    return tuple(map(str, SET_OF_STAGES)) if name in SET_OF_STAGES else (name,)


def _typed(form: FormData, clocks: tuple[str, ...]) -> dict[str, str]:
    return {name: text(form, name) for name in (*_FIELDS, *(f"days-{one}" for one in clocks))}


def _held(
    conn: Connection, clocks: tuple[str, ...], whom: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return what such cases are given today by a target of exactly their kind, by clock."""
    wanted = (whom["authority"], whom["lot"], whom["urgent"], whom["complexity"])
    return {
        row["clock"]: row
        for row in targets_in_force(conn, authority=whom["authority"], on=clock.today())
        if row["clock"] in clocks
        and (row["authority"], row["lot"], row["urgency"], row["complexity"]) == wanted
    }


def _every(conn: Connection, clocks: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return every target that clocks are given today, for whomever."""
    found = targets_in_force(conn, authority="", on=clock.today())
    return [row for row in found if row["clock"] in clocks]


def _form(
    request: Request,
    viewer: Actor,
    name: str,
    *,
    typed: Mapping[str, str],
    error: HandrailError | None = None,
) -> Response:
    clocks = _together(name)
    with reading() as conn:
        held, seen = _held(conn, clocks, typed), seen_as(_every(conn, clocks))
        choices = choices_for(conn, actor=viewer).authorities
    problems = _placed(error, clocks) if error else []
    whose = [
        (code, words)
        for code, words in (("", "Every authority"), *choices)
        if may_correct(viewer, kind="targets", authority=code)
    ]
    if not whose:
        raise NotPermittedError("Your role changes no targets.", next_step="Ask a manager.")
    values = {
        "clocks": [(one, CLOCKS[one].title, held.get(one)) for one in clocks],
        "title": CLOCKS[name].title,
        "typed": typed,
        "seen": seen,
        "problems": problems,
        "wrong": dict(reversed(problems)),
        "whose": whose,
        "urgencies": [("", "Urgent or not"), (URGENT, "Urgent"), (NOT_URGENT, "Not urgent")],
        "complexities": [("", "Any"), *((one, one.capitalize()) for one in COMPLEXITIES)],
        "yes_no": [("yes", "Yes"), ("no", "No")],
    }
    status = status_of(error) if error else 200
    return page(request, "clocks/pages/target.html", values, viewer=viewer, status=status)


def _placed(error: HandrailError, clocks: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the problems, those of a number of days beside the field of their clock."""
    found = problems_of(error)
    if not isinstance(error, ImportProblemsError):
        return found
    return [
        (f"days-{clocks[(one.row or 2) - 2]}" if field == "days" else field, sentence)
        for one, (field, sentence) in zip(error.problems, found, strict=True)
    ]

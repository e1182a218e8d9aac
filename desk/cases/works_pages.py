"""`/cases/REF/works`: works lines added, changed and removed, from the schedule or by hand."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.forms import Sent, text
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from rules.cases import COMPLETION_CERTIFICATES, UNITS
from rules.errors import HandrailError, NotPermittedError, StepNotOpenError
from rules.people import Actor
from rules.pricing.package_works import Alterations
from rules.typed import whole_or
from services.imports.entering import add_line, enter_line, enter_package, remove_line
from services.pricing.works_lines import WorksView, works_view
from services.rates.package_works import packages_for
from services.rates.schedules import find_items
from services.session import Connection, reading, writing

router = APIRouter()

_FIELDS: Final = ("code", "quantity", "description", "unit", "location", "no_certificates_because")
_HITS: Final = 12
_LINES: Final = 40
"""Lines on one page; a case may have a thousand."""

_LABELS: Final = {
    "code": "Schedule code",
    "quantity": "How many",
    "description": "What is to be done",
    "location": "Where in the home",
    "certificates": "Certificates it must end with",
    "no_certificates_because": "Why it needs none",
}
_BLANK: Final[Mapping[str, Any]] = {**dict.fromkeys(_FIELDS, ""), "certificates": []}


@router.get("/cases/{reference:path}/works")
def works(
    request: Request,
    reference: str,
    viewer: Viewer,
    q: str = "",
    line: int = 0,
    package: str = "",
    part: str = "",
    page_number: Annotated[Counted, Query(alias="page")] = 1,
) -> Response:
    """Show the lines; with ``q`` the items found, with ``line`` a line to change.

    ``part=hits`` gives the items found alone, for the script that asks while somebody types.
    """
    with reading() as conn:
        view = works_view(conn, reference=reference, viewer=viewer, now=clock.now())
        hits = _hits(conn, view, q)
        packages = _packages(conn, view)
    if part == "hits":
        values = {"view": view, "hits": hits, "q": q}
        return page(request, "cases/pages/hits.html", values, viewer=viewer)
    changed = next((one for one in view.lines if one["line"] == line), None)
    typed = {**_BLANK, **changed, "description": changed["own_description"]} if changed else _BLANK
    asked = {"q": q, "hits": hits, "package": package, "packages": packages, "page": page_number}
    return _shown(request, viewer, view, {**asked, "typed": typed, "line": line if changed else 0})


@router.post("/cases/{reference:path}/works")
def entered(request: Request, reference: str, viewer: Viewer, form: Sent) -> Response:
    """Add, change or remove a line, or make the lines from a package; then show them."""
    act, q = text(form, "act"), text(form, "q")
    try:
        with writing() as conn:
            view = works_view(conn, reference=reference, viewer=viewer, now=clock.now())
            _ACTS.get(act, _unknown)(conn, view, viewer, form)
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _refused(request, viewer, reference, form, error)
    address = f"/cases/{quote(view.case.reference, safe='')}/works"
    return RedirectResponse(f"{address}?{urlencode({'q': q})}" if q else address, status_code=303)


def _add(conn: Connection, view: WorksView, viewer: Actor, form: FormData) -> None:
    add_line(conn, case=view.case, given=_given(form), actor=viewer, now=clock.now())


def _change(conn: Connection, view: WorksView, viewer: Actor, form: FormData) -> None:
    number = _as_seen(view, form)
    enter_line(
        conn, case=view.case, number=number, given=_given(form), actor=viewer, now=clock.now()
    )


def _remove(conn: Connection, view: WorksView, viewer: Actor, form: FormData) -> None:
    number = _as_seen(view, form)
    remove_line(conn, case=view.case, number=number, actor=viewer, now=clock.now())


def _as_seen(view: WorksView, form: FormData) -> int:
    """Return the line that is meant, if it stands as its page showed it.

    Raises:
        StepNotOpenError: Somebody has changed or removed it since.
    """
    number, was = text(form, "line"), text(form, "was")
    found = next((one for one in view.lines if str(one["line"]) == number), None)
    if found is None or found["was"] != was:
        raise StepNotOpenError(
            f"Line {number} was {'removed' if found is None else 'changed'} by somebody else "
            "since this page was shown.",
            why="Nothing was changed.",
            next_step="See how the lines stand now, and send it again if it is still right.",
        )
    return int(number)


def _package(conn: Connection, view: WorksView, viewer: Actor, form: FormData) -> None:
    enter_package(
        conn,
        case=view.case,
        package=text(form, "package"),
        altered=_altered(conn, view, form),
        location=text(form, "location"),
        replace=text(form, "replace") == "yes",
        actor=viewer,
        now=clock.now(),
    )


def _altered(conn: Connection, view: WorksView, form: FormData) -> Alterations:
    """Return how the case differs from the basket: other quantities, items left out, items added.

    A quantity that is the basket's own, and an item that is left empty, change nothing.
    """
    chosen = [one for one in _packages(conn, view) if one.code == text(form, "package")]
    basket = {code: quantity for one in chosen for code, _, _, quantity in one.lines}
    omits = tuple(code for code in basket if text(form, f"omit_{code}") == "yes")
    typed = {code: text(form, f"quantity_{code}") for code in basket if code not in omits}
    quantities = (
        f"{code}={words}"
        for code, words in typed.items()
        if words and words != f"{basket[code].normalize():f}"
    )
    adds = tuple(part for part in text(form, "adds").replace(";", "\n").split("\n") if part.strip())
    return Alterations(tuple(quantities), tuple(part.strip() for part in adds), omits)


def _unknown(_conn: Connection, _view: WorksView, _viewer: Actor, _form: FormData) -> NoReturn:
    raise StepNotOpenError("That is nothing that can be done to works lines.")


_ACTS: Final = {"add": _add, "change": _change, "remove": _remove, "package": _package}


def _given(form: FormData) -> dict[str, Any]:
    chosen = [one for one in form.getlist("certificates") if isinstance(one, str)]
    return {**{name: text(form, name) for name in _FIELDS}, "certificates": ";".join(chosen)}


def _hits(conn: Connection, view: WorksView, q: str) -> list[dict[str, Any]]:
    if not q.strip() or view.why_not:
        return []
    return find_items(conn, text=q, on=clock.today(), limit=_HITS)


def _packages(conn: Connection, view: WorksView) -> Sequence[Any]:
    if view.why_not:
        return ()
    return packages_for(conn, work_type=view.case.work_type, on=clock.today())


def _refused(
    request: Request, viewer: Actor, reference: str, form: FormData, error: HandrailError
) -> Response:
    """Show the lines as they stand, what is wrong, and everything that was typed."""
    q, act = text(form, "q"), text(form, "act")
    with reading() as conn:
        view = works_view(conn, reference=reference, viewer=viewer, now=clock.now())
        hits, packages = _hits(conn, view, q), _packages(conn, view)
    line = text(form, "line")
    certificates = [one for one in form.getlist("certificates") if isinstance(one, str)]
    values = {
        "q": q,
        "hits": hits,
        "packages": packages,
        "package": text(form, "package"),
        "typed": {**{name: text(form, name) for name in _FIELDS}, "certificates": certificates},
        "line": whole_or(line, 0) if act == "change" else 0,
        "problems": problems_of(error, labels=_LABELS),
        "form": form,
    }
    status = 409 if isinstance(error, StepNotOpenError) else 422
    return _shown(request, viewer, view, values, status=status)


def _shown(
    request: Request, viewer: Actor, view: WorksView, values: Mapping[str, Any], status: int = 200
) -> Response:
    problems = values.get("problems", ())
    pages = max(1, -(-len(view.lines) // _LINES))
    at = min(max(1, int(values.get("page", 1))), pages)
    known = {
        "view": view,
        "shown": view.lines[(at - 1) * _LINES : at * _LINES],
        "pages": pages,
        "problems": problems,
        "wrong": {field: sentence for field, sentence in reversed(problems) if field},
        "form": None,
        "units": [("", "As the schedule says"), *((unit, unit) for unit in UNITS)],
        "certificates": [(one, one.replace("_", " ")) for one in COMPLETION_CERTIFICATES],
        "was": {one["line"]: one["was"] for one in view.lines},
    }
    values = {**known, **values, "page": at}
    return page(request, "cases/pages/works.html", values, viewer=viewer, status=status)

"""`/cases/REF/do/price-again`: one case priced again, shown before it is asked for."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.web.forms import Sent, text
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from desk.web.streams import followed
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.people import Actor
from rules.pricing.repricing import Foreseen
from services.pricing.again import (
    became_of,
    check_may_price_again,
    foreseen,
    price_again,
    selection_of,
)
from services.session import reading, writing

router = APIRouter()

_ADDRESS = "/cases/{reference}/do/price-again"
_PAGE = "pricing/pages/price_again.html"
_FIELDS = ("reason", "wrong", "right")


@router.get(_ADDRESS)
def show(request: Request, reference: str, viewer: Viewer, asked: Counted = 0) -> Response:
    """Show the form, or how far a repricing that was asked for is."""
    return followed(
        request,
        _PAGE,
        lambda who: _became(who, reference, asked),
        viewer=viewer,
        part="pricing/pages/price_again_part.html",
    )


def _became(viewer: Actor, reference: str, asked: int) -> dict[str, Any]:
    with reading() as conn:
        reference = check_may_price_again(conn, reference=reference, viewer=viewer)
        became = became_of(conn, reference=reference, number=asked) if asked else None
    return _values(reference, {}) | {"became": became, "going": bool(became and became[0])}


@router.post(_ADDRESS)
def act(request: Request, reference: str, viewer: Viewer, form: Sent) -> Response:
    """Show what the case would cost, or have it priced again."""
    typed = {name: text(form, name) for name in _FIELDS}
    try:
        return _act(request, reference, form, viewer, typed)
    except (UnknownReferenceError, NotPermittedError):
        raise
    except HandrailError as error:
        words = " ".join(filter(None, (error.what, error.why)))
        return _shown(request, reference, viewer, typed, problem=words)


def _act(
    request: Request, reference: str, form: FormData, viewer: Actor, typed: dict[str, str]
) -> Response:
    with reading() as conn:
        reference = check_may_price_again(conn, reference=reference, viewer=viewer)
        selection = selection_of(reference=reference, wrong=typed["wrong"], right=typed["right"])
        seen = foreseen(conn, selection=selection, now=clock.now())
    if text(form, "do") != "record":
        return _shown(request, reference, viewer, typed, seen=seen)
    with writing() as conn:
        number = price_again(
            conn, selection=selection, viewer=viewer, reason=typed["reason"], now=clock.now()
        )
    place = f"/cases/{quote(reference, safe='')}/do/price-again?asked={number}"
    return RedirectResponse(place, status_code=303)


def _shown(
    request: Request,
    reference: str,
    viewer: Actor,
    typed: dict[str, str],
    *,
    problem: str = "",
    seen: Foreseen | None = None,
) -> Response:
    values = _values(reference, typed) | {"seen": seen}
    values["problems"] = [("", problem)] if problem else []
    return page(request, _PAGE, values, viewer=viewer, status=422 if problem else 200)


def _values(reference: str, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "reference": reference,
        "typed": dict.fromkeys(_FIELDS, "") | typed,
        "problems": [],
        "seen": None,
        "became": None,
        "going": False,
    }

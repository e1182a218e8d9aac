"""`/o/TOKEN`: a contractor's own page for one offer or one order, without an account.

Reading changes nothing. A link that cannot be used is answered alike, whatever is wrong with it.
"""

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.documents.pages import shown
from desk.links.answers import Asking, title_by_link
from desk.links.sent import SentByLink, csrf_of_link
from desk.web.numbers import Number
from desk.web.pace import note_guess
from desk.web.page import page
from desk.web.sessions import address_of, real_now
from rules.errors import TooManyTriesError, TooMuchAskedError, UnknownReferenceError
from services.decisions.kinds import KINDS
from services.links.links import Link, find_link
from services.links.sending import count_asking, renew_link, send_orders
from services.reports.contractor_page import contractor_page, paper_bytes
from services.session import Connection, reading, writing

router = APIRouter()

_PAGE: Final = "/o/{token}"
_NOBODY: Final = {"Referrer-Policy": "no-referrer"}
"""Whatever is asked for from such a page is not told its address, which is all that lets in."""


@router.get(_PAGE)
def show(request: Request, token: str, recorded: str = "") -> Response:
    """Show the offer or the order of a link, and what may be said of it now."""
    with reading() as conn:
        link = _link(conn, request, token)
        if link is None:
            return _unusable(request, token)
        values = contractor_page(conn, link=link, now=clock.now())
    buttons = [(kind.kind, title_by_link(kind)) for kind in values["may"]]
    more = {"buttons": buttons, "recorded": recorded if recorded in _TOLD else ""}
    return _drawn(request, token, "page", values | more)


_TOLD: Final = frozenset({"yes", "again", "orders"})
"""What a page may be asked to say was just done."""


@router.get(f"{_PAGE}/do/{{name}}")
def form(request: Request, token: str, name: str) -> Response:
    """Show the form of something that a contractor may record, or why it may not now."""
    with reading() as conn:
        link = _link(conn, request, token)
    if link is None:
        return _unusable(request, token)
    return _asking(request, token, link, name).ask()


@router.post(f"{_PAGE}/do/{{name}}")
def record(request: Request, token: str, name: str, form: SentByLink) -> Response:
    """Record what was sent, once; what was typed is kept whatever is wrong."""
    with reading() as conn:
        link = _link(conn, request, token)
    if link is None:
        return _unusable(request, token)
    again = _asking(request, token, link, name).record(form)
    if isinstance(again, Response):
        return again
    return _back(token, "again" if again else "yes")


@router.get(f"{_PAGE}/papers/{{number}}/{{file}}")
def paper(request: Request, token: str, number: Number, file: str) -> Response:
    """Give a document that left with the order of a link."""
    ending = file.rpartition(".")[2]
    with reading() as conn:
        link = _link(conn, request, token)
        if link is None:
            return _unusable(request, token)
        name, data = paper_bytes(conn, link=link, number=number, ending=ending)
    answer = shown(data, name=name)
    answer.headers.update(_NOBODY)
    return answer


@router.post(f"{_PAGE}/orders")
def orders(request: Request, token: str, form: SentByLink) -> Response:
    """Send the firm its own open orders by e-mail; the page lists none."""
    del form
    with reading() as conn:
        link = _link(conn, request, token)
    if link is None:
        return _unusable(request, token)
    _count(request, token)
    with writing() as conn:
        send_orders(conn, link=link, now=clock.now())
    return _back(token, "orders")


@router.post(f"{_PAGE}/again")
def again(request: Request, token: str, form: SentByLink) -> Response:
    """Send a new link to the address on file, if there is one; it is answered alike if not."""
    del form
    _count(request, token)
    with writing() as conn:
        renew_link(conn, token=token, now=clock.now())
    return _drawn(request, token, "sent_again", {})


@router.get(f"{_PAGE}/orders")
@router.get(f"{_PAGE}/again")
def to_page(token: str) -> Response:
    """Lead to the page whoever asks for the address of one of its buttons, as by loading anew."""
    return RedirectResponse(f"/o/{quote(token)}", status_code=303, headers=_NOBODY)


def _asking(request: Request, token: str, link: Link, name: str) -> Asking:
    if name not in KINDS:
        raise UnknownReferenceError(
            "There is nothing of that kind to say.", next_step="Go back to your page."
        )
    return Asking(lambda *how, **more: _drawn(request, token, *how, **more), link, KINDS[name])


def _link(conn: Connection, request: Request, token: str) -> Link | None:
    """Return what a link is for, or None where it cannot be used; guesses are counted."""
    try:
        return find_link(conn, token=token, now=clock.now())
    except UnknownReferenceError:
        note_guess(request)
        return None


def _count(request: Request, token: str) -> None:
    """Count that something is to be sent, before it is looked whether there is anything.

    Raises:
        TooMuchAskedError: It was asked for too often.
    """
    try:
        with writing() as conn:
            count_asking(conn, token=token, address=address_of(request), now=real_now())
    except TooManyTriesError as error:
        raise TooMuchAskedError(
            "An e-mail was asked for several times in a short while.",
            why="Nothing more was sent, so that nobody’s mailbox is filled.",
            next_step="Look for the e-mail, also where unwanted mail goes, or call the council.",
        ) from error


def _unusable(request: Request, token: str) -> Response:
    return _drawn(request, token, "unusable", {}, status=404)


def _back(token: str, recorded: str) -> Response:
    place = f"/o/{quote(token)}?recorded={recorded}"
    return RedirectResponse(place, status_code=303, headers=_NOBODY)


def _drawn(
    request: Request, token: str, name: str, values: dict[str, Any], *, status: int = 200
) -> Response:
    request.state.csrf = csrf_of_link(token)
    head = {"token": token, **values}
    answer = page(request, f"links/pages/{name}.html", head, viewer=None, status=status)
    answer.headers.update(_NOBODY)
    return answer

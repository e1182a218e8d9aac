"""The pages behind a link, without an account: the same machinery for each role that has them.

Reading changes nothing. A link that cannot be used is answered alike, whatever is wrong with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from adapters.signed_links import PLACES
from desk.decisions.shown import title_of
from desk.documents.pages import shown
from desk.links.answers import Asked, Asking
from desk.links.sent import SentByLink, csrf_of_link
from desk.web.numbers import Number
from desk.web.pace import note_guess
from desk.web.page import page
from desk.web.sessions import address_of, real_now
from rules.decisions import BaseDecision
from rules.errors import TooManyTriesError, TooMuchAskedError, UnknownReferenceError
from rules.people import Role
from services.decisions.kinds import KINDS
from services.links.links import Link, find_link
from services.links.sending import count_asking, renew_link
from services.session import Connection, reading, writing

Words: TypeAlias = Mapping[str, str]
Typed: TypeAlias = Mapping[str, list[str]]
Settles: TypeAlias = Callable[[type[BaseDecision], Typed], Typed]

NOBODY: Final = {"Referrer-Policy": "no-referrer"}
"""Whatever is asked for from such a page is not told its address, which is all that lets in."""

_TOLD: Final = frozenset({"yes", "again", "orders", "document"})
"""What a page may be asked to say was just done."""


@dataclass(frozen=True, slots=True)
class Door:
    """The pages of one role.

    Args:
        role: Whose pages they are.
        shows: The values of the page of a link.
        template: The template of that page.
        paper: The name and the bytes of a document that the page leads to.
        titles: What they call a kind of decision; its own title where left out.
        words: What a form says first; the declaration's own words where left out.
        asks: How these pages ask for a field: its label, hint and choices, by kind and name.
        settles: What of a decision is not asked here, and how it stands for what was typed.
    """

    role: Role
    shows: Callable[[Connection, Link, datetime], Mapping[str, Any]]
    template: str
    paper: Callable[[Connection, Link, int, str], tuple[str, bytes]]
    titles: Words = field(default_factory=lambda: MappingProxyType({}))
    words: Words = field(default_factory=lambda: MappingProxyType({}))
    asks: Mapping[str, Mapping[str, Asked]] = field(default_factory=lambda: MappingProxyType({}))
    settles: Settles = lambda _kind, _typed: {}

    def title(self, kind: type[BaseDecision]) -> str:
        """Return what these pages call a kind of decision."""
        return self.titles.get(kind.kind) or title_of(kind)

    def router(self) -> APIRouter:
        """Return the routes of these pages."""
        router, at = APIRouter(), f"/{PLACES[self.role]}/{{token}}"
        router.add_api_route(at, self.show, methods=["GET"])
        router.add_api_route(f"{at}/do/{{name}}", self.form, methods=["GET"])
        router.add_api_route(f"{at}/do/{{name}}", self.record, methods=["POST"])
        router.add_api_route(f"{at}/papers/{{number}}/{{file}}", self.document, methods=["GET"])
        router.add_api_route(f"{at}/again", self.again, methods=["POST"])
        router.add_api_route(f"{at}/again", self.to_page, methods=["GET"])
        return router

    def show(self, request: Request, token: str, recorded: str = "") -> Response:
        """Show what a link is for, and what may be said of it now."""
        with reading() as conn:
            link = self.link(conn, request, token)
            if link is None:
                return self.unusable(request, token)
            values = self.shows(conn, link, clock.now())
        buttons = [(kind.kind, self.title(kind)) for kind in values["may"]]
        more = {"buttons": buttons, "recorded": recorded if recorded in _TOLD else ""}
        return self.drawn(request, token, self.template, {**values, **more})

    def form(self, request: Request, token: str, name: str) -> Response:
        """Show the form of something that may be recorded here, or why it may not now."""
        with reading() as conn:
            link = self.link(conn, request, token)
        if link is None:
            return self.unusable(request, token)
        return self._asking(request, token, link, name).ask()

    def record(self, request: Request, token: str, name: str, form: SentByLink) -> Response:
        """Record what was sent, once; what was typed is kept whatever is wrong."""
        with reading() as conn:
            link = self.link(conn, request, token)
        if link is None:
            return self.unusable(request, token)
        again = self._asking(request, token, link, name).record(form)
        if isinstance(again, Response):
            return again
        return self.back(token, "again" if again else "yes")

    def document(self, request: Request, token: str, number: Number, file: str) -> Response:
        """Give a document that left with what a link is for."""
        ending = file.rpartition(".")[2]
        with reading() as conn:
            link = self.link(conn, request, token)
            if link is None:
                return self.unusable(request, token)
            name, data = self.paper(conn, link, number, ending)
        answer = shown(data, name=name)
        answer.headers.update(NOBODY)
        return answer

    def again(self, request: Request, token: str, form: SentByLink) -> Response:
        """Send a new link to the address on file, if there is one; answered alike if not."""
        del form
        count_sending(request, token)
        with writing() as conn:
            renew_link(conn, token=token, role=self.role, now=clock.now())
        return self.drawn(request, token, "sent_again", {})

    def to_page(self, token: str) -> Response:
        """Lead to the page whoever asks for the address of a button, as by loading anew."""
        return RedirectResponse(self._mine(token), status_code=303, headers=NOBODY)

    def link(self, conn: Connection, request: Request, token: str) -> Link | None:
        """Return what a link is for, or None where it cannot be used; guesses are counted."""
        try:
            return find_link(conn, token=token, role=self.role, now=clock.now())
        except UnknownReferenceError:
            note_guess(request)
            return None

    def unusable(self, request: Request, token: str) -> Response:
        """Answer that a link cannot be used."""
        return self.drawn(request, token, "unusable", {}, status=404)

    def back(self, token: str, recorded: str) -> Response:
        """Lead back to the page, which says what was just done."""
        place = f"{self._mine(token)}?recorded={recorded}"
        return RedirectResponse(place, status_code=303, headers=NOBODY)

    def drawn(
        self,
        request: Request,
        token: str,
        name: str,
        values: Mapping[str, Any],
        *,
        status: int = 200,
    ) -> Response:
        """Draw a page of a link."""
        request.state.csrf = csrf_of_link(token)
        head = {"mine": self._mine(token), "role": self.role.value, **values}
        answer = page(request, f"links/pages/{name}.html", head, viewer=None, status=status)
        answer.headers.update(NOBODY)
        return answer

    def _mine(self, token: str) -> str:
        return f"/{PLACES[self.role]}/{quote(token)}"

    def _asking(self, request: Request, token: str, link: Link, name: str) -> Asking:
        if name not in KINDS:
            raise UnknownReferenceError(
                "There is nothing of that kind to say.", next_step="Go back to your page."
            )
        kind = KINDS[name]
        return Asking(
            lambda *how, **more: self.drawn(request, token, *how, **more),
            link,
            kind,
            title=self.title(kind),
            words=self.words.get(name, ""),
            asks=self.asks.get(name, {}),
            settles=lambda typed: self.settles(kind, typed),
        )


def count_sending(request: Request, token: str) -> None:
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

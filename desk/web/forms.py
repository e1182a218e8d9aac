"""Reading a form that was sent: only one that a page of this session made is read."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData

from adapters.settings import settings
from desk.web.page import csrf_of
from rules.errors import ChangedMeanwhileError, InvalidDocumentError, NotPermittedError

_FIELDS: Final = 1_000_000  # bytes of a form beside the document that it brings


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """Give the fields of the form that was sent, and close the files in it afterwards.

    Raises:
        InvalidDocumentError: It is longer than a document may be, or does not say how long it is.
        NotPermittedError: Its token is missing, or another session's, or another site sent it.
    """
    check_size(request)
    form = await request.form()
    check_made_by(request, form, csrf=csrf_of(request))
    try:
        yield form
    finally:
        await form.close()


def check_made_by(request: Request, form: FormData, *, csrf: str) -> None:
    """Refuse a form that no page of a session made.

    Args:
        csrf: What that session's forms send back.

    Raises:
        NotPermittedError: Its token is missing, or another session's, or another site sent it.
    """
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    theirs = form.get("csrf", "")
    if elsewhere or not isinstance(theirs, str) or not _same(csrf, theirs):
        raise NotPermittedError(
            "This form was not made by a page of yours, or you have signed in again since.",
            why="Nothing was changed.",
            next_step="Go back, load the page again and send it once more.",
        )


def check_size(request: Request) -> None:
    """Refuse what is too long before it is read.

    Raises:
        InvalidDocumentError: It is, or it does not say how long it is, or comes in pieces, whose
            length nobody has said.
    """
    megabytes = settings().received_megabytes
    said = request.headers.get("content-length", "")
    pieces = "transfer-encoding" in request.headers
    if pieces or not said.isdecimal() or int(said) > megabytes * 1_000_000 + _FIELDS:
        raise InvalidDocumentError(
            f"More was sent than may be, or it does not say how long it is: a document has "
            f"{megabytes} MB at most.",
            why="Nothing was changed.",
            next_step="Send a smaller file, such as a scan with fewer dots to the inch.",
        )


def _same(ours: str, theirs: str) -> bool:
    return bool(ours) and hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


Sent = Annotated[FormData, Depends(sent_form)]


def text(form: FormData, name: str) -> str:
    """Return one field as it was typed, without space around it; empty where it was not sent."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def seen_as(held: object) -> str:
    """Return what a form carries of the record that it was made over."""
    return hashlib.sha256(repr(held).encode()).hexdigest()


def check_as_seen(form: FormData, held: object) -> None:
    """Refuse a form over a record that somebody has changed since it was made.

    Raises:
        ChangedMeanwhileError: It is other than the form says in ``seen``.
    """
    if text(form, "seen") != seen_as(held):
        raise ChangedMeanwhileError(
            "Somebody has changed this since you opened the form.",
            why="Nothing was recorded, and what you typed is kept. Beside it is how it is now.",
            next_step="Look at it, and send the form again if you still want to.",
        )

"""Reading a form that was sent: only one that a page of this session made is read."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from desk.web.page import csrf_of
from rules.errors import NotPermittedError


async def sent_form(request: Request) -> FormData:
    """Return the fields of the form that was sent.

    Raises:
        NotPermittedError: Its token is missing, or another session's, or another site sent it.
    """
    form = await request.form()
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    ours, theirs = csrf_of(request), form.get("csrf", "")
    if elsewhere or not isinstance(theirs, str) or not _same(ours, theirs):
        raise NotPermittedError(
            "This form was not made by a page of yours, or you have signed in again since.",
            why="Nothing was changed.",
            next_step="Go back, load the page again and send it once more.",
        )
    return form


def _same(ours: str, theirs: str) -> bool:
    return bool(ours) and hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


Sent = Annotated[FormData, Depends(sent_form)]


def text(form: FormData, name: str) -> str:
    """Return one field as it was typed, without space around it; empty where it was not sent."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""

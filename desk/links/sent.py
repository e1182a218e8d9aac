"""A form sent by whoever came by a link: bound to that link, with photographs and papers.

There is no session, so what a form sends back is made of the link itself, which only its holder
knows. Of a file that is too large no more is kept than shows that it is, so that what was typed
beside it is not lost; it is read to its end, or the browser would show nothing at all.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from adapters.settings import settings
from desk.web.forms import check_made_by
from rules.errors import InvalidDocumentError, NotPermittedError
from services.people.tokens import hash_of

MOST_FILES: Final = 60
_MOST: Final = 300_000_000  # bytes of a whole form, read and mostly let go
_FORMS: Final = frozenset({b"application/x-www-form-urlencoded", b"multipart/form-data"})


class _Parser(MultiPartParser):
    """Reads a form, and of each file no more than shows that it is too large."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is not None:
            waiting = sum(len(one) for part, one in self._file_parts_to_write if part.file is file)
            room = settings().received_megabytes * 1_000_000 + 1 - (file.size or 0) - waiting
            end = min(end, start + max(0, room))
        super().on_part_data(data, start, end)


def csrf_of_link(token: str) -> str:
    """Return what the forms of a link's pages send back."""
    return hash_of(f"form of {token}")


async def form_by_link(request: Request, token: str) -> AsyncIterator[FormData]:
    """Give the fields and files of the form that was sent, and close the files afterwards.

    Raises:
        InvalidDocumentError: It is far too long, or does not say how long it is.
        NotPermittedError: No page of this link made it.
    """
    request.state.csrf = csrf_of_link(token)
    form = await read_with_files(request)
    try:
        check_made_by(request, form, csrf=request.state.csrf)
        yield form
    finally:
        await form.close()


async def read_with_files(request: Request) -> FormData:
    """Return the fields and files of a form, whoever sent it; whoever asks for it closes it.

    Raises:
        InvalidDocumentError: It is far too long, or does not say how long it is.
        NotPermittedError: It is no form.
    """
    said = request.headers.get("content-length", "")
    if "transfer-encoding" in request.headers or not said.isdecimal() or int(said) > _MOST:
        raise InvalidDocumentError(
            f"More was sent than may be at once: a file has {settings().received_megabytes} MB at "
            "most.",
            why="Nothing was recorded.",
            next_step="Go back, and send fewer or smaller files.",
        )
    return await _read(request)


async def _read(request: Request) -> FormData:
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind not in _FORMS:
        raise NotPermittedError(
            "This was not sent by a form of this page.", next_step="Load the page again."
        )
    if kind != b"multipart/form-data":
        return await request.form()
    parser = _Parser(request.headers, request.stream(), max_files=MOST_FILES)
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise InvalidDocumentError(
            "The form did not come whole.", next_step="Go back and send it again."
        ) from error


SentByLink = Annotated[FormData, Depends(form_by_link)]


def files_of(form: FormData, name: str) -> list[UploadFile]:
    """Return the files that were chosen in a field."""
    return [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]

"""Work that is followed while it goes on: the part of a page that changes, sent as it changes.

A page's own address answers a browser that asks it for events (``EventSource`` in ``desk.js``).
Every second it reads what the page reads, in a transaction of its own, as whoever is still signed
in, and sends the part where it is another. It is over with the work; with the session, or with
what its person may see; with the process; or after a few minutes, when the browser asks again.
Whoever has no script, or more windows open than are served, reads the page again as it was.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from desk.web.page import SecondFactorDueError, drawn, known_viewer, page, signed_in
from desk.web.sessions import EVENTS, asks_for_events, know_again, session_of
from rules.errors import DatabaseBusyError, HandrailError
from rules.people import Actor

EVERY: Final = 1.0
LONGEST: Final = 240.0
"""Seconds between two looks, and for which one answer goes on."""

AT_MOST: Final = 4
"""Streams that one session has in one process: a browser keeps six connections to an address, and
one that followed work with all of them could load no page."""

_QUIET: Final = 15  # seconds; something is sent, so that nothing on the way hangs up

Read = Callable[[Actor], Mapping[str, Any]]
"""What gives a page's values to one person; ``going`` says whether there is more to follow."""

_open: Counter[int] = Counter()
_ends: set[asyncio.Event] = set()


def followed(request: Request, template: str, read: Read, *, viewer: Actor, part: str) -> Response:
    """Return a page of work that may go on, or its events where those are asked for.

    Args:
        part: The template of what changes, which the page includes.
    """
    values = read(viewer)
    if not asks_for_events(request):
        return page(request, template, values, viewer=viewer)
    return StreamingResponse(_events(request, read, part), media_type=EVENTS)


async def _events(request: Request, read: Read, part: str) -> AsyncIterator[str]:
    with _counted(session_of(request).id) as end:
        if end is None:
            yield _event("full")
            return
        began = said = time.monotonic()
        last = ""
        while not end.is_set() and time.monotonic() < began + LONGEST:
            name, text = await run_in_threadpool(_look, request, read, part)
            if text and text != last:
                last, said = text, time.monotonic()
                yield _event("part", text)
            if name:
                yield _event(name)
                return
            if time.monotonic() > said + _QUIET:
                said = time.monotonic()
                yield ":\n\n"
            await _wait(end)


def _look(request: Request, read: Read, part: str) -> tuple[str, str]:
    """Return what ends the stream, or nothing, and the part as it is now."""
    try:
        know_again(request)
        viewer = signed_in(request, known_viewer(request))
        values = read(viewer)
    except DatabaseBusyError:
        return "", ""  # the next look may succeed
    except (HandrailError, SecondFactorDueError):
        return "gone", ""
    return "" if values["going"] else "over", drawn(request, part, values, viewer=viewer)


async def _wait(end: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(end.wait(), EVERY)
    except TimeoutError:
        return


def _event(name: str, text: str = "") -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n"


@contextmanager
def _counted(session: int) -> Iterator[asyncio.Event | None]:
    """Count a stream while it is open; gives what ends it, None where there are enough."""
    if _open[session] >= AT_MOST:
        yield None
        return
    end = asyncio.Event()
    _open[session] += 1
    _ends.add(end)
    try:
        yield end
    finally:
        _ends.discard(end)
        _open[session] -= 1
        if not _open[session]:
            del _open[session]


def end_streams() -> None:
    """End every stream of this process; called where its events are handled."""
    for end in _ends:
        end.set()


def end_streams_on_signals() -> None:
    """Have streams end with the process: uvicorn waits until what is being answered is over.

    Called in the main thread, once uvicorn has said what it does on the signals that stop it.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stop(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(end_streams)
            before(number, frame)

        signal.signal(number, stop)

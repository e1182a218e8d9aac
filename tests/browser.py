"""The desk in a real browser: a server in a thread over a small service, and Debian's Chromium."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, Self

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from desk.site import create_app
from desk.web.sessions import cookie_name, real_now
from services.people import sessions
from services.session import actor_for, writing

WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_AXE: Final = Axe()
_LOOK: Final = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that this machine has; a test that needs one fails where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail(
            "There is no Chromium here, and the desk's pages are tried in one. "
            "Debian: sudo apt-get install chromium",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served_desk() -> Iterator[str]:
    """Serve the desk on a free loopback port, over the service in force; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Windows:
    """A window for each who looks, opened once and led from page to page.

    A window costs more than most pages: use this where nothing is left behind in one.
    """

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser, self._base = browser, base
        self._stack = ExitStack()
        self._open: dict[str, Page] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, who: str) -> Page:
        """Return the window of somebody by their address, or of nobody."""
        if who not in self._open:
            window = opened(self._browser, self._base, as_=who)
            self._open[who] = self._stack.enter_context(window)
        return self._open[who]


@contextmanager
def opened(
    browser: Browser, base: str, *, as_: str = "", script: bool = True, narrow: bool = False
) -> Iterator[Page]:
    """Open a fresh window, signed in as somebody by their address, or as nobody."""
    context = browser.new_context(
        base_url=base, java_script_enabled=script, viewport=NARROW if narrow else WIDE
    )
    context.set_default_timeout(10_000)
    try:
        if as_:
            _sign_in(context, base, as_)
        yield context.new_page()
    finally:
        context.close()


def _sign_in(context: BrowserContext, base: str, email: str) -> None:
    with writing() as conn:
        viewer = actor_for(conn, identity=email)
        token, _ = sessions.begin(conn, actor=viewer, now=real_now(), address="127.0.0.1")
    context.add_cookies([{"name": cookie_name(), "value": token, "url": base}])


def barriers(page: Page) -> list[str]:
    """Return what axe finds in the way of people on a page, with where it is."""
    if not page.evaluate("'axe' in window"):  # reading it is a third of a look
        page.evaluate(_AXE.axe_script)
    found: list[dict[str, Any]] = page.evaluate(_LOOK)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def too_wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )

"""A browser without a screen, signed in as somebody, on the small service."""

from __future__ import annotations

from typing import Any, Final

import httpx2 as httpx
from fastapi.testclient import TestClient

from desk.site import create_app
from desk.web.sessions import cookie_name, real_now
from services.people import sessions
from services.session import actor_for, writing

BASE: Final = "http://127.0.0.1:4300"


class Desk:
    """The desk as one person sees it, or nobody in particular; redirects are not followed.

    ``Desk(TESS).get("/")`` reads a page, ``Desk(TESS).send("/cases/new", client="…")`` posts a form
    as a page of hers would. ``csrf`` is what her forms carry.
    """

    def __init__(self, email: str = "") -> None:
        """Sign somebody in by their address: a real session, with the password given just now."""
        self.app = create_app()
        self.browser = TestClient(self.app, follow_redirects=False, base_url=BASE)
        self.cookies = self.browser.cookies
        self.csrf = ""
        if email:
            with writing() as conn:
                viewer = actor_for(conn, identity=email)
                token, session = sessions.begin(conn, actor=viewer, now=real_now())
            self.cookies.set(cookie_name(), token)
            self.csrf = session.csrf

    def get(self, path: str, **how: Any) -> httpx.Response:
        """Read a page."""
        return self.browser.get(path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        """Post whatever is given, as it is."""
        return self.browser.post(path, **how)

    def send(self, path: str, **fields: Any) -> httpx.Response:
        """Post a form, with the token that a page of this session carries."""
        return self.post(path, data={"csrf": self.csrf, **fields})

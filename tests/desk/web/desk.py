"""A browser without a screen, signed in as somebody, on the small service."""

from fastapi.testclient import TestClient

from desk.site import create_app
from desk.web.viewer import signed_in
from rules.people import Actor
from services.session import actor_for, reading

CSRF = "a-token-of-this-session"


class Desk(TestClient):
    """The desk as one person sees it; ``send`` posts a form as a page of theirs would."""

    def __init__(self, email: str) -> None:
        """Sign somebody in by their address, as a session would."""
        app = create_app()
        with reading() as conn:
            viewer: Actor = actor_for(conn, identity=email)
        app.dependency_overrides[signed_in] = lambda: viewer
        super().__init__(app, follow_redirects=False, base_url="http://127.0.0.1:4300")

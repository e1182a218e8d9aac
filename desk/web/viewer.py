"""Who is signed in, for the pages: every page but those before sign-in asks for them."""

from typing import Annotated

from fastapi import Depends, Request

from rules.errors import NotSignedInError
from rules.people import Actor


class SecondFactorDueError(Exception):
    """Somebody has yet to set up the authenticator app that is asked of their role."""


def known_viewer(request: Request) -> Actor:
    """Return whoever is signed in, also where something is still to be done before they may go on.

    Raises:
        NotSignedInError: Nobody is; the desk answers with the page that asks for it.
    """
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Actor):
        raise NotSignedInError(
            "Nobody is signed in here.", next_step="Sign in; the page you asked for opens then."
        )
    return viewer


def signed_in(request: Request, viewer: Annotated[Actor, Depends(known_viewer)]) -> Actor:
    """Return whoever is signed in and may go on.

    Raises:
        SecondFactorDueError: They have an app to set up first; the desk answers with that page.
    """
    if getattr(request.state, "second_factor_due", False):
        raise SecondFactorDueError
    return viewer


Viewer = Annotated[Actor, Depends(signed_in)]
KnownViewer = Annotated[Actor, Depends(known_viewer)]

"""Who is signed in, for the pages: every page but those before sign-in asks for them."""

from typing import Annotated

from fastapi import Depends, Request

from rules.errors import NotSignedInError
from rules.people import Actor


def signed_in(request: Request) -> Actor:
    """Return whoever is signed in.

    Raises:
        NotSignedInError: Nobody is; the desk answers with the page that asks for it.
    """
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Actor):
        raise NotSignedInError(
            "Nobody is signed in here.", next_step="Sign in; the page you asked for opens then."
        )
    return viewer


Viewer = Annotated[Actor, Depends(signed_in)]

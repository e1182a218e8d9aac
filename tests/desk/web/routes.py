"""The routes of the desk, those of every subject's router too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.routing import Match, Route

from desk.site import create_app


def routes(method: str) -> list[Route]:
    """Return the routes that take a method, in the order in which they are tried."""

    def below(found: Any) -> Iterator[Any]:
        for one in found:
            inner = getattr(one, "original_router", None)
            yield from below(inner.routes) if inner is not None else [one]

    return [
        one
        for one in below(create_app().routes)
        if method in (getattr(one, "methods", None) or set())
    ]


def leads_to(route: Route, path: str) -> bool:
    """Say whether an address leads to a route."""
    scope = {"type": "http", "method": "GET", "path": path.partition("?")[0], "root_path": ""}
    return route.matches(scope)[0] is not Match.NONE

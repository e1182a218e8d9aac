"""Anything at all, sent to every address of the desk: never an answer that we did not mean.

Each awkward value goes into every field of every address once; then Schemathesis makes up what is
sent, from a schema of the routes. The fields of a form are not in the routes, so every short word
in the module that reads it counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings

from desk.completion.pages import form_of_visit
from desk.links.sent import form_by_link
from desk.site import ROUTERS
from desk.web.forms import sent_form
from rules.imports import KINDS
from services.decisions.kinds import KINDS as DECISIONS
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.served import served_at
from tests.small_service import ADAM, AMOS, REASON, TESS, TOBY

AWKWARD: Final = (
    "²",
    "99999999999999999999",
    "-1",
    "9999-12-31",
    "\x00",
    "\u202e<b>{{ 7 }}",
)
"""Digits that are none, more than a column holds, a day without a next one, what is no text."""

USUAL: Final = (
    *AWKWARD,
    "1e999",
    "1",
    "0",
    "NaN",
    "2026-06-01",
    "31/02/2026",
    "yes",
    "RBC",
    "AVON",
    "DFG-1",
)

LEADING: Final[Mapping[str, list[str]]] = {
    "reference": ["DFG-1", "DFG-3", "dfg-1", "NEW/1"],
    "name": ["pause", *sorted(DECISIONS)],
    "kind": sorted(KINDS),
    "email": [TOBY, AMOS],
    "code": ["RBC", "AVON", "SHOWERS", "OAK"],
    "do": ["record", "check", "change"],
    "act": ["change", "add", "remove", "package"],
    "reason": [REASON],
}
"""What leads further in, by the name of the field."""

EACH: Final = settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
"""Few of each address, because there are a hundred; the same ones every time."""

_WORD: Final = re.compile(r'"([a-z_]{1,20})"')
_INSIDE: Final = re.compile(r"{(\w+)(?::\w+)?}")


@pytest.fixture(scope="module")
def service(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give one service with cases in it to all tests here."""
    with pytest.MonkeyPatch.context() as patched:
        for url in served_at("sqlite", ground, tmp_path_factory.mktemp("sent"), patched):
            case_at(url, "price")
            case_at(url, "works", reference="DFG-3", route="pre_priced")
            yield url


def fields_of(route: APIRoute) -> list[str]:
    """Return what may be a field's name in the module that answers a route."""
    source = Path(route.endpoint.__code__.co_filename).read_text("utf-8")
    inside = _INSIDE.findall(route.path)
    return sorted({*_WORD.findall(source)} - {*inside, "csrf"})


FIELDS: Final = {
    (method, _INSIDE.sub(r"{\1}", one.path)): fields_of(one)
    for router in ROUTERS
    for one in router.routes
    if isinstance(one, APIRoute)
    for method in sorted(one.methods or ())
}
"""Method and address of every route of the desk, with the fields that it may read."""


def value(name: str, *, path: bool = False) -> dict[str, Any]:
    """Return what a field may hold; half of what is in a path leads further in."""
    leading, anything = {"enum": LEADING.get(name, list(USUAL))}, {"type": "string"}
    return {"anyOf": [leading, anything] if path else [leading, {"enum": [*USUAL]}, anything]}


def operation(method: str, path: str, fields: list[str]) -> dict[str, Any]:
    """Return what OpenAPI says of an address."""
    inside = [
        {"name": one, "in": "path", "required": True, "schema": value(one, path=True)}
        for one in _INSIDE.findall(path)
    ]
    said = {"responses": {"200": {"description": "a page"}}}
    held = {one: value(one) for one in fields}
    if method == "GET":
        asked = [{"name": one, "in": "query", "schema": held[one]} for one in fields]
        return said | {"parameters": inside + asked}
    form = {"type": "object", "properties": held, "additionalProperties": False}
    content = {"application/x-www-form-urlencoded": {"schema": form}}
    return said | {"parameters": inside, "requestBody": {"required": True, "content": content}}


@cache
def schema() -> Any:
    """Return what Schemathesis knows of every address."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), fields in FIELDS.items():
        paths.setdefault(path, {})[method.lower()] = operation(method, path, fields)
    said = {"openapi": "3.1.0", "info": {"title": "The desk", "version": "1"}, "paths": paths}
    return schemathesis.openapi.from_dict(said)


def made_up(method: str, path: str) -> Any:
    """Return Schemathesis's strategy of what is sent to an address."""
    return schema()[path][method].as_strategy()


def answered(desk: Desk, method: str, path: str, held: Mapping[str, Any], fields: Any) -> int:
    """Send a form or ask for a page; what is in a path is written so that it stays one part."""
    address = path.format(**{name: quote(str(one), safe="") for name, one in held.items()})
    sent = dict(fields) if isinstance(fields, Mapping) else {}
    if method == "GET":
        return desk.get(address, params=sent).status_code
    return desk.post(address, data={"csrf": desk.csrf, **sent}).status_code


def two(path: str) -> tuple[Desk, Desk]:
    """Return whoever may go furthest at an address, and nobody, with a token of their own."""
    nobody = Desk()
    found = re.search(r'name="csrf" value="([^"]+)"', nobody.get("/sign-in").text)
    assert found
    nobody.csrf = found[1]
    return Desk(TESS if path.startswith("/cases/") else ADAM), nobody


@pytest.mark.parametrize(("method", "path"), sorted(FIELDS))
def test_whatever_is_sent_is_answered(service: str, method: str, path: str) -> None:
    assert service
    desks = two(path)

    def look(held: Mapping[str, Any], fields: Any) -> None:
        for desk in desks:
            assert answered(desk, method, path, held, fields) < 500

    for awkward in AWKWARD:
        held = {one: LEADING.get(one, [awkward])[0] for one in _INSIDE.findall(path)}
        look(held, {one: LEADING.get(one, [awkward])[0] for one in FIELDS[method, path]})

    @EACH
    @given(case=made_up(method, path))
    def make_up(case: Any) -> None:
        look(case.path_parameters or {}, case.body if method == "POST" else case.query or {})

    make_up()


def test_every_form_is_read_only_where_a_page_of_its_session_made_it() -> None:
    posts = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    posts = [one for one in posts if one.methods != {"GET"}]
    assert len(posts) > 40
    token = {sent_form, form_of_visit, form_by_link}  # of a session, or of a link
    asks = {one.path for one in posts if token & {d.call for d in one.dependant.dependencies}}
    assert {one.path for one in posts} - asks == set()


def test_every_address_is_tried() -> None:
    assert len(FIELDS) > 40
    assert {path for _, path in FIELDS} >= {"/", "/cases/{reference}", "/alerts/{number}"}


@pytest.mark.parametrize("path", ["/messages/²", "/messages/99999999999999999999", "/messages/x"])
def test_a_number_that_leads_nowhere_is_told_in_words(service: str, path: str) -> None:
    assert service
    answer = Desk(TESS).get(path)
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)

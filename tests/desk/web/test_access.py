"""Every page by role and by authority: who gets it, who is told why not, who finds nothing.

A page is added by one line of ``desk.web.access.PAGES``; a route without one fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from desk.web.access import BY_SIGNATURE, OWN_ALONE, PAGES, WITHOUT_SIGN_IN, Asks
from rules.people import Role
from services.decisions.kinds import KINDS as DECISIONS
from tests.batch_awards import asked as batch_award_asked
from tests.desk.web.desk import Desk
from tests.desk.web.routes import routes
from tests.factories import case_at
from tests.looking import contents
from tests.partnering import partnered
from tests.personal import retained
from tests.repricing import asked_for
from tests.served import served_at
from tests.small_service import ADA, ADAM, AUDREY, FINN, MIA, OTTO, TESS, WENDY
from tests.stating import allow, stated

PEOPLE: Final = {
    TESS: Role.TECHNICAL_OFFICER,
    ADA: Role.APPROVING_OFFICER,
    OTTO: Role.ASSESSOR,
    FINN: Role.FINANCE,
    MIA: Role.MANAGER,
    ADAM: Role.ADMINISTRATOR,
    AUDREY: Role.AUDITOR,
    WENDY: Role.TECHNICAL_OFFICER,
}
"""Rugby's people by their role, and one of Warwick's."""

ASKED: Final = {
    "/cases/{reference}/decide/{name}": "/cases/DFG-1/decide/pause",
    "/cases/{reference:path}/order.json": "/cases/DFG-3/order.json",
    "/cases/{reference:path}/inspect": "/cases/DFG-3/inspect",
    "/cases/{reference:path}/account": "/cases/DFG-3/account",
    "/cases/{reference:path}/invoice-file": "/cases/DFG-3/invoice-file",
    "/cases/{reference:path}/account.pdf": "/cases/DFG-3/account.pdf",
    "/cases/{reference}/decided/{number}": "/cases/DFG-1/decided/1",
    "/registers/{kind}/new": "/registers/providers/new",
    "/imports/out/{kind}": "/imports/out/contractors",
    "/registers/{kind}/change": "/registers/contractors/change?contractor=AVON",
    "/hand-over": "/hand-over?case=DFG-1",
    "/contractors/performance/cases": "/contractors/performance/cases?figure=offers&of=AVON",
    "/contractors/{code:path}/hand-in": "/contractors/CEDAR/hand-in",
    "/calendar/open": "/calendar/open?day=2026-12-25",
    "/reports/{name}": "/reports/waits",
    "/reports/{name}.{form}": "/reports/waits.csv",
    "/reports/{name}/cases": "/reports/waits/cases?column=all&row=all",
    "/budgets/change": "/budgets/change?authority=RBC&year=2026",
}
"""Addresses of pages that need more than ``FILLED`` has."""

FILLED: Final = {
    "{reference:path}": "DFG-1",
    "{reference}": "DFG-1",
    "{email}": TESS,
    "{code}": "RBC",
    "{letter}": "approval_to_client",
    "{name}": "contact_to_completion",
    "{revision}": "1",
    "/contractors/{code:path}": "/contractors/AVON",
    "/contractors/{code:path}/key": "/contractors/AVON/key",
    "/contractors/{code:path}/bank": "/contractors/AVON/bank",
    "/lots/{code:path}": "/lots/SHOWERS",
    "/schedule/{code:path}": "/schedule/RAIL",
    "/repricing/{number}": "/repricing/1",
    "/batches/{number}": "/batches/1",
    "/retention/{number}": "/retention/1",
    "/statements/{number}": "/statements/1",
}

NOWHERE: Final = {
    "/alerts/{number}": "/alerts/1",
    "/runs/{flow_run_id}": "/runs/none",
    "/contractors/{code:path}/handed/{number}": "/contractors/CEDAR/handed/1",
    "/contractors/{code:path}/handed/{number}/look": "/contractors/CEDAR/handed/1/look",
    "/cases/{reference:path}/received/{number}": "/cases/DFG-1/received/1",
    "/cases/{reference:path}/release.json": "/cases/DFG-1/release.json",  # the client's contract
    "/cases/{reference:path}/notice.json": "/cases/DFG-1/notice.json",
    "/messages/{number}": "/messages/999",
    "/payments/runs/{number}": "/payments/runs/1",
    "/payments/runs/{number}/{name}": "/payments/runs/1/ledger.csv",
    "/documents/{number}/{file}": "/documents/999/a.html",
    "/imports/{number}": "/imports/none",
    "/imports/{number}/lines.csv": "/imports/none/lines.csv",
    "/providers/{code:path}": "/providers/NOBODY",
    "/absences/{number}": "/absences/999",
    "/delivery/{name}": "/delivery/none",
}
"""Addresses at which this service has nothing for anybody."""

_CORRECT: Final = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMINISTRATOR})
BY_WHAT_IT_IS: Final = {
    "/cases/{reference}/decide/{name}": DECISIONS["pause"].roles,
    "/registers/{kind}/new": _CORRECT,
    "/registers/{kind}/change": _CORRECT,
}
"""The roles of the pages of which what is looked at decides."""

OWN_TOO: Final = "/people/{email}/away"
"""What everybody has of their own; here it is asked of Tess's."""

NOT_YET: Final = {"/account/password", "/account/app"}  # nobody here has a password


def address_of(route: str) -> str:
    """Return an address of a page in this service."""
    found = ASKED.get(route) or NOWHERE.get(route) or route
    for name, value in FILLED.items():
        found = found.replace(name, value)
    return found


def answer_to(who: str, route: str) -> int:
    """Return what the desk's table says that somebody is answered."""
    if who == "":
        return 303
    access = PAGES[route]
    roles = BY_WHAT_IT_IS[route] if access.roles is None else access.roles
    elsewhere = who == WENDY
    may = PEOPLE[who] in roles or (route == OWN_TOO and who in (TESS, WENDY))
    if route in NOT_YET or not may or (elsewhere and access.asks is Asks.REFUSES):
        return 403
    return 404 if route in NOWHERE or (elsewhere and access.asks is Asks.FINDS_THEIRS) else 200


_ITS_OWN: Final = frozenset({"desk_session", "case_look", "sign_in_try"})
"""Tables that say who was here, which looking at pages does write."""


@pytest.fixture(scope="module")
def service(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give one service with cases in it to all tests here."""
    with pytest.MonkeyPatch.context() as patched:
        for url in served_at("sqlite", ground, tmp_path_factory.mktemp("access"), patched):
            case_at(url, "price")
            case_at(url, "works", reference="DFG-3", route="pre_priced")
            case_at(url, "tender", reference="DFG-5")
            asked_for(url)
            batch_award_asked(url)
            retained(url)
            allow(url)
            stated(url)
            partnered(url)
            yield url


def test_every_page_is_in_the_table() -> None:
    found = {one.path for one in routes("GET")}
    assert len(found) > 50
    assert found == {*PAGES, *WITHOUT_SIGN_IN, *OWN_ALONE}


@pytest.mark.parametrize("who", [*sorted(PEOPLE), ""])
def test_each_gets_what_the_table_says(service: str, who: str) -> None:
    assert service
    desk = Desk(who)
    answered = {route: desk.get(address_of(route)).status_code for route in PAGES}
    assert answered == {route: answer_to(who, route) for route in PAGES}


@pytest.mark.parametrize("who", [AUDREY, WENDY, ""])
def test_whoever_may_not_sends_every_form_and_changes_nothing(service: str, who: str) -> None:
    """An auditor, an officer of another authority and nobody: no form of theirs counts."""
    desk = Desk(who)
    before = {t: rows for t, rows in contents(service).items() if t not in _ITS_OWN}
    answered = {}
    for route in routes("POST"):
        path = route.path.replace("{reference:path}", "DFG-1").replace("{reference}", "DFG-1")
        path = path.replace("{email}", TESS).replace("{code}", "RBC").replace("{name}", "pause")
        path = path.replace("{kind}", "contractors").replace("{number}", "1")
        if not path.startswith(("/sign", "/account", "/invitations")):
            answered[path] = desk.send(path, do="record", reason="because it was so agreed")
    assert len(answered) > 25
    wrong = {path: one.status_code for path, one in answered.items() if one.status_code >= 500}
    assert wrong == {}
    after = {t: rows for t, rows in contents(service).items() if t not in _ITS_OWN}
    assert after == before


def test_what_no_number_can_be_leads_nowhere(service: str) -> None:
    """An address whose number no column can hold, or that is none, or a page beyond all pages."""
    assert service
    desk = Desk(ADAM)
    tried = {}
    for route in routes("GET"):
        for word in (str(10**19), "9" * 400, "-1", "x"):
            path = route.path.replace("{reference:path}", "DFG-1").replace("{reference}", "DFG-1")
            for name in ("{number}", "{revision}"):
                if name in path:
                    where = path.replace(name, word).replace("{file}", "a.html")
                    tried[where] = desk.get(where).status_code
    for list_of in (
        "/imports?page=",
        "/contractors?number=",
        "/cases/DFG-1?history=",
        "/alerts?page=",
    ):
        for word in (str(10**19), "-1", "x"):
            tried[list_of + word] = desk.get(list_of + word).status_code
    assert len(tried) > 40
    wrong = {path: code for path, code in tried.items() if code not in {200, 303, 404}}
    assert wrong == {}


def test_no_form_without_its_token_is_taken(service: str) -> None:
    assert service
    desk = Desk(ADAM)
    found = {
        one.path: desk.post(one.path.replace("{reference:path}", "DFG-1")).status_code
        for one in routes("POST")
        if one.path not in BY_SIGNATURE
    }
    assert {path: code for path, code in found.items() if code not in {403, 422}} == {}


def test_every_form_of_somebody_signed_out_leads_to_sign_in(service: str) -> None:
    """Whose session ended meanwhile: it is said so, and a form that only time ended is kept."""
    assert service
    desk = Desk()
    found = {
        one.path: desk.send(one.path.replace("{reference:path}", "DFG-1"))
        for one in routes("POST")
        if one.path not in WITHOUT_SIGN_IN | BY_SIGNATURE
    }
    assert len(found) > 30
    elsewhere = {
        path: answer.status_code
        for path, answer in found.items()
        if not answer.headers.get("location", "").startswith("/sign-in")
    }
    assert elsewhere == {}

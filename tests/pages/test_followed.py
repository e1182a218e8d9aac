"""Work that is followed in a browser: it moves without a reload, and ends with the session."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from desk.web.sessions import real_now
from models.database import writing
from services.people import sessions
from tests.browser import barriers, opened
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.repricing import carried_out, new_version
from tests.small_service import MIA, TESS

REASON = "the schedule of June went up"


def asked() -> str:
    """Have open cases priced again; gives the page that follows it."""
    answer = Desk(MIA).send("/repricing", do="record", authority="RBC", reason=REASON)
    return str(answer.headers["location"])


def test_progress_moves_without_a_reload(sqlite_service: str, desk: str, browser: Browser) -> None:
    case_at(sqlite_service, "price", reference="DFG-1")
    case_at(sqlite_service, "price", reference="DFG-2")
    new_version(sqlite_service, index="10")
    place = asked()
    with opened(browser, desk, as_=MIA) as page:
        kinds: list[str] = []
        page.on("request", lambda request: kinds.append(request.resource_type))
        page.goto(place)
        expect(page.get_by_text("0 of 2 cases dealt with")).to_be_visible()
        page.evaluate("window.same = true")
        carried_out(int(place.rpartition("/")[2]))
        expect(page.get_by_text("2 of 2 cases dealt with: 2 repriced. It is done.")).to_be_visible()
        expect(page.get_by_role("link", name="DFG-2")).to_be_visible()
        assert page.evaluate("window.same") is True
        assert kinds.count("eventsource") == 1
        assert not {"fetch", "xhr"} & set(kinds)
        assert barriers(page) == []


def test_whoever_was_signed_out_elsewhere_is_told(
    sqlite_service: str, desk: str, browser: Browser
) -> None:
    case_at(sqlite_service, "price")
    place = asked()
    with opened(browser, desk, as_=TESS) as page:
        page.goto(place)
        expect(page.get_by_text("0 of 1 case dealt with")).to_be_visible()
        with writing(sqlite_service) as conn:
            sessions.end_all(conn, email=TESS, now=real_now(), why="revoked")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

"""Coming in by an invitation and going out again, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.web.sessions import real_now
from models.database import writing
from services.people.invitations import invite
from services.session import actor_for
from tests.browser import barriers, opened
from tests.small_service import ADAM, TESS

PASSWORD = "three quiet otters"  # noqa: S105 - of nobody


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has a name is reached."""
    for _ in range(20):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "[document.activeElement.labels?.[0]?.textContent,"
            " document.activeElement.textContent].find(Boolean)?.trim() ?? ''"
        )
        if told.startswith(name):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def type_into(page: Page, name: str, words: str) -> None:
    tab_to(page, name)
    page.keyboard.type(words)


@pytest.mark.parametrize("script", [True, False])
def test_somebody_invited_comes_in_and_goes_out_by_keyboard(
    sqlite_service: str, desk: str, browser: Browser, script: bool
) -> None:
    with writing(sqlite_service) as conn:
        link = invite(conn, by=actor_for(conn, identity=ADAM), email=TESS, now=real_now())
    path = "/" + link.split("/", 3)[3]
    with opened(browser, desk, script=script) as page:
        page.goto(path)
        if script:
            assert barriers(page) == []
        type_into(page, "Password", "short")
        type_into(page, "The same password again", "short")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("at least 12 characters")
        type_into(page, "Password", PASSWORD)
        type_into(page, "The same password again", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Tess Tyler")).to_be_visible()
        tab_to(page, "Sign out")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        type_into(page, "E-mail address", TESS)
        type_into(page, "Password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Tess Tyler")).to_be_visible()

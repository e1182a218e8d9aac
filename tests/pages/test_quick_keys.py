"""Quick keys: through a list and into a case without a mouse, and switched off for good."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser import barriers, opened
from tests.small_service import MIA


def focused(page: Page) -> str:
    """Return what has the focus, by its address or its id."""
    told = "document.activeElement.getAttribute('href') ?? document.activeElement.id"
    return str(page.evaluate(told))


def test_a_list_is_gone_through_by_keys_until_they_are_switched_off(
    looked_at: str, browser: Browser
) -> None:
    with opened(browser, looked_at, as_=MIA) as page:
        page.goto("/?tab=all&order=reference")
        page.keyboard.press("j")
        assert focused(page) == "/cases/DFG-1"
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert focused(page) == "/cases/DFG-2"
        page.keyboard.press("/")
        page.keyboard.type("j/k?")
        expect(page.locator("#search")).to_have_value("j/k?")
        page.locator("h1").click()
        page.keyboard.press("?")
        assert barriers(page) == []
        page.get_by_label("Use quick keys").uncheck()
        page.get_by_role("button", name="Close").click()
        page.reload()
        page.keyboard.press("j")
        assert focused(page) == ""
        page.get_by_role("button", name="Quick keys").click()
        page.get_by_label("Use quick keys").check()
        page.get_by_role("button", name="Close").click()
        page.locator("h1").click()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/DFG-1")

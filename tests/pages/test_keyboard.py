"""From signing in to signing out by the keys alone: nothing is clicked, and focus is never lost."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Browser, Page, expect

from desk.web.sessions import real_now
from models.database import writing
from services.people.passwords import set_password
from tests.browser import opened
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD
from tests.factories import case_at
from tests.looking import trail
from tests.small_service import TESS

MOST: Final = 150  # presses of Tab on one page
WHERE: Final = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const said = at.labels?.[0]?.textContent ?? at.textContent;
  return {
    id: at.id,
    name: said.trim().replace(/\\s+/g, " "),
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    covered: !there || !(at.contains(there) || there.contains(at)),
  };
}"""


def focus(page: Page) -> dict[str, Any]:
    """Return what has the focus, which is there, ringed and in sight."""
    found = page.evaluate(WHERE)
    assert found is not None, "focus is lost"
    assert found["ringed"], f"nothing shows the focus on {found['name'][:60]}"
    assert found["seen"], f"{found['name'][:60]} has the focus out of sight"
    assert not found["covered"], f"{found['name'][:60]} has the focus under something else"
    return dict(found)


def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Press Tab until what has a name is reached, each stop on the way in sight."""
    passed = []
    for _ in range(MOST):
        page.keyboard.press(key)
        passed.append(focus(page)["name"])
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not reached by {key}, only {passed}")


def go(page: Page, name: str, *, key: str = "Enter") -> None:
    """Tab to something, press it, and wait for the page it leads to."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def round_of(page: Page) -> list[str]:
    """Return every stop of a page, from its skip link until Tab leaves it."""
    page.evaluate("document.activeElement.blur()")
    stops: list[str] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if stops and page.evaluate("document.activeElement === document.body"):
            return stops
        name = focus(page)["name"]
        if stops and name == stops[0]:
            return stops
        stops.append(name)
    raise AssertionError(f"Tab never leaves the page: {stops[-5:]}")


def check_heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def sign_in(page: Page) -> None:
    """Sign Tess in, past the head of the page by its skip link."""
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    assert focus(page)["name"] == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focus(page)["name"] == "E-mail address", "the skip link leads past the head"
    page.keyboard.type(TESS)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check_heading(page, "My work")


def find_case(page: Page) -> None:
    """Search for the case by the quick keys, and open it."""
    page.keyboard.press("/")
    assert focus(page)["id"] == "search"
    page.keyboard.type("dfg-1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check_heading(page, "Cases that match")
    page.keyboard.press("j")
    assert focus(page)["name"] == "DFG-1"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check_heading(page, "DFG-1")


def test_a_note_is_recorded_by_the_keys_alone(
    sqlite_service: str, desk: str, browser: Browser
) -> None:
    case_at(sqlite_service, "price")
    with writing(sqlite_service) as conn:
        set_password(conn, email=TESS, password_hash=HASH, now=real_now())
    with opened(browser, desk) as page:
        sign_in(page)
        find_case(page)
        tab_to(page, "What else you may do on this case")
        page.keyboard.press("Space")
        go(page, "Record note")
        check_heading(page, "Record note")
        stops = round_of(page)
        assert (
            len(stops)
            == page.locator(
                "a:visible, button:visible, input:visible:not([type=hidden], [type=radio]), "
                "summary:visible, textarea:visible, input[type=radio]:checked:visible, .skip"
            ).count()
        ), stops
        go(page, "Continue", key="Space")

        said = focus(page)["name"]
        assert said.startswith("There is a problem"), "after a refusal focus is at the summary"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert focus(page)["id"] == "words", "the summary leads to the field"
        page.keyboard.type("She asked for a lower rail.")
        page.keyboard.press("Tab")
        assert focus(page)["name"] == "Note"
        page.keyboard.press("ArrowDown")
        assert focus(page)["name"] == "Call"
        tab_to(page, "Reason")
        page.keyboard.type("told on the telephone")
        go(page, "Continue", key="Space")
        check_heading(page, "check before you record it")
        round_of(page)
        go(page, "Record this decision")
        check_heading(page, "Record note: recorded")
        expect(page.get_by_text("for the file: call.").first).to_be_visible()
        go(page, "Sign out")
        check_heading(page, "Sign in")
    assert trail(sqlite_service, "DFG-1")[-1].endswith("record-note")

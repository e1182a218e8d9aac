"""A visit on a telephone: without a signal, without script, and with the page loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect

from models.tables.completion import FindingEntry
from models.tables.works import Inspection
from tests.adapters.test_received import picture
from tests.browser import barriers, opened, too_wide
from tests.factories import case_at
from tests.looking import rows
from tests.small_service import REFERENCE, TESS

PATH: Final = f"/cases/{REFERENCE}/inspect"
NO_SIGNAL: Final = "There is no signal. What you typed is kept in this browser"
RECORDED: Final = "It is recorded, and stands below line by line."


def test_a_visit_without_a_signal_is_kept_with_its_photographs_and_sent_when_there_is_one(
    sqlite_service: str, desk: str, browser: Browser, tmp_path: Path
) -> None:
    case_at(sqlite_service, "sign-off")
    photo = tmp_path / "tile.jpg"
    photo.write_bytes(picture("JPEG", size=(1200, 900)))
    with opened(browser, desk, as_=TESS, narrow=True) as page:
        page.goto(PATH)
        assert too_wide(page) <= 0
        page.context.set_offline(True)
        line = page.get_by_role("group", name="Line 1: Shower tray, 1 each")
        line.get_by_label("Done as specified").check()
        line = page.get_by_role("group", name="Line 2: Wall tiling, 8 m²")
        line.get_by_label("A snag").check()
        line.get_by_label("What is wrong").fill("a tile is loose")
        line.get_by_label("Photographs of line 2").set_input_files(photo)
        assert barriers(page) == []
        page.get_by_role("button", name="Record what was found").click()
        expect(page.get_by_text(NO_SIGNAL)).to_be_visible()
        assert rows(sqlite_service, Inspection) == []
        page.context.set_offline(False)
        expect(page.get_by_text(RECORDED)).to_be_visible()
    assert [row["result"] for row in rows(sqlite_service, Inspection)] == ["pass", "snag"]
    assert [row["documents"] for row in rows(sqlite_service, FindingEntry)] == [(1,)]


def test_what_was_typed_comes_back_with_the_page_and_what_is_wrong_keeps_photographs(
    sqlite_service: str, desk: str, browser: Browser, tmp_path: Path
) -> None:
    case_at(sqlite_service, "sign-off")
    photo = tmp_path / "tile.jpg"
    photo.write_bytes(picture("JPEG", size=(600, 400)))
    with opened(browser, desk, as_=TESS, narrow=True) as page:
        page.goto(PATH)
        page.locator("#result-2-4").check()
        page.get_by_label("Photographs of line 2").set_input_files(photo)
        page.wait_for_timeout(500)
        page.reload()
        expect(page.get_by_text("is kept in this browser, and is not sent yet")).to_be_visible()
        expect(page.locator("#result-2-4")).to_be_checked()
        page.get_by_role("button", name="Record what was found").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        page.get_by_role("group", name="Line 2").get_by_label("What is wrong").fill("loose")
        page.get_by_role("button", name="Record what was found").click()
        expect(page.get_by_text(RECORDED)).to_be_visible()
        page.reload()
        expect(page.get_by_text("is not sent yet")).to_be_hidden()
    assert [row["documents"] for row in rows(sqlite_service, FindingEntry)] == [(1,)]


def test_without_script_it_is_an_ordinary_form(
    sqlite_service: str, desk: str, browser: Browser
) -> None:
    case_at(sqlite_service, "sign-off")
    with opened(browser, desk, as_=TESS, script=False, narrow=True) as page:
        page.goto(PATH)
        page.locator("#result-1-2").check()
        page.get_by_role("button", name="Record what was found").click()
        expect(page.get_by_text(RECORDED)).to_be_visible()
    assert [row["result"] for row in rows(sqlite_service, Inspection)] == ["pass"]

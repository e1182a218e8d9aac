"""A builder with a telephone and no script: from the offer to the works complete, by links."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect

from models.tables.works import WorkOrder
from rules.pathway import StepName
from services.completion.inspecting import InspectLines
from tests.adapters.test_received import picture
from tests.browser import barriers, opened, too_wide
from tests.desk.links.contractor import path_of
from tests.factories import act, case_at, go, pass_step
from tests.looking import rows
from tests.small_service import REFERENCE

SAID: Final = "It is recorded, and stands below"


def looked_at(page: Page) -> None:
    """Find nothing in anybody's way on what is shown."""
    assert too_wide(page) <= 0
    assert page.locator("h1").count() == 1


def step(page: Page, what: str) -> None:
    """Go to the form of something that may be said now."""
    with page.expect_navigation():  # a click does not wait for the page it leads to
        page.get_by_role("link", name=what, exact=True).click()
    looked_at(page)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text(SAID)).to_be_visible()
    looked_at(page)


def test_a_builder_goes_from_the_offer_to_complete_on_a_telephone_without_script(
    sqlite_service: str, desk: str, browser: Browser, tmp_path: Path
) -> None:
    case_at(sqlite_service, "assign")
    photo = tmp_path / "tap.jpg"
    photo.write_bytes(picture("JPEG", size=(1200, 900)))
    with opened(browser, desk, script=False, narrow=True) as page:
        page.goto(path_of(sqlite_service))
        looked_at(page)
        step(page, "Accept or decline")
        page.get_by_label("Accepts the works").check()
        page.get_by_label("Date works will begin (optional)").fill("08/06/2026")
        send(page)
        go(REFERENCE)
        page.goto(path_of(sqlite_service))
        expect(page.get_by_text("Mrs Ashby")).to_be_visible()
        step(page, "Say that you have the order")
        send(page)
        step(page, "Say which construction phase plan you hold")
        page.get_by_label("The plan’s reference").fill("CPP-7")
        page.get_by_label("Date of the plan").fill("01/06/2026")
        send(page)
        step(page, "Say that works have begun")
        page.get_by_label("Date works began").fill("01/06/2026")
        send(page)
        step(page, "Say that works are complete")
        page.get_by_label("Date works were complete").fill("01/06/2026")
        page.get_by_label("Photographs and papers (optional)").set_input_files(photo)
        send(page)
    assert [row["status"] for row in rows(sqlite_service, WorkOrder)] == ["complete"]


def test_nothing_on_a_contractor_s_pages_is_in_anybody_s_way(
    sqlite_service: str, desk: str, browser: Browser
) -> None:
    case_at(sqlite_service, "works")
    order, offer = path_of(sqlite_service), path_of(sqlite_service, 0)
    forms = [f"{order}/do/{name}" for name in ("start", "ask", "complete", "claim-variation")]
    pages = (offer, order, f"{order}/documents", *forms, "/o/x")
    with opened(browser, desk, narrow=True) as page:
        for path in pages:
            page.goto(path)
            looked_at(page)
            assert barriers(page) == [], path


def test_a_snag_is_answered_and_an_invoice_handed_in_on_a_telephone_without_script(
    sqlite_service: str, desk: str, browser: Browser, tmp_path: Path
) -> None:
    case_at(sqlite_service, "sign-off")
    act(sqlite_service, REFERENCE, InspectLines(passed=(2,), snags={1: "the tray moves"}))
    photo = tmp_path / "tray.jpg"
    photo.write_bytes(picture("JPEG", size=(1200, 900)))
    with opened(browser, desk, script=False, narrow=True) as page:
        page.goto(path_of(sqlite_service))
        expect(page.get_by_text("the tray moves").first).to_be_visible()
        step(page, "Answer snags")
        page.get_by_label("Snag 1").check()
        page.get_by_label("They are put right").check()
        page.get_by_label("Photographs and papers (optional)").set_input_files(photo)
        send(page)
        pass_step(sqlite_service, REFERENCE, StepName.SIGN_OFF)
        page.goto(path_of(sqlite_service))
        step(page, "Hand in your invoice")
        page.get_by_label("Invoice number").fill("AV-1")
        page.get_by_label("Total with VAT").fill("1600")
        page.get_by_label("It charges every line as ordered").check()
        send(page)

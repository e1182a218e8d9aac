"""The pictures of the how-to: each page as it is, its words held to those that were pictured.

``make pictures`` takes them anew, with their words beside them; the test then compares the words.
Numbers are left out of that, and what stands around a page, so that it fails when a page of the
how-to reads otherwise and not for every new sum.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import opened
from tests.factories import case_at
from tests.small_service import ADA, TESS

FOLDER: Final = Path(__file__).parents[2] / "docs" / "how-to" / "pictures"
GUIDE: Final = FOLDER.parent / "desk-in-pictures.md"
WORDS: Final = FOLDER / "words.txt"
TAKING: Final = bool(os.environ.get("TAKE_PICTURES"))
MOST: Final = 60_000  # bytes of a picture
CASES: Final = {
    "specify": ("DFG-2026-0107", "Mr Ahmed Rahman"),
    "price": ("DFG-2026-0104", "Mrs Joan Ashby"),
    "tender": ("DFG-2026-0098", "Mr Peter Lloyd"),
    "approve": ("DFG-2026-0091", "Miss Grace Obi"),
    "assign": ("DFG-2026-0083", "Mrs Mary Keane"),
    "works": ("DFG-2026-0076", "Mr Tom Birch"),
}
"""Where each case stands: its reference and whose it is."""

Steps = Callable[[Page], object]


def case(step: str) -> str:
    """Return the address of the case that stands at a step."""
    return f"/cases/{CASES[step][0]}"


def nothing(_page: Page) -> None:
    """Leave a page as it opens."""


def filled(page: Page) -> None:
    page.get_by_label("Reference").fill("DFG-2026-0112")
    page.get_by_label("Authority").select_option("RBC")
    page.get_by_label("First contact").fill("1/6/2026")
    page.get_by_label("Name of the disabled person").fill("Mrs Ruth Hale")
    page.evaluate("window.scrollTo(0, 0)")


def searched(page: Page) -> None:
    page.locator("form[data-find] input[type=search]").fill("tray")
    page.locator("#hits").get_by_text("Shower tray").wait_for()


def checked(page: Page) -> None:
    """Fill a decision's form in as it is mostly filled in, and go on to its check."""
    for choice in page.get_by_label("Approve the grant").all():
        choice.check()
    page.get_by_label("Reason").fill("As agreed at the visit, and within the schedule.")
    page.get_by_role("button", name="Continue: see what it will do").click()
    page.get_by_role("button", name="Record this decision").wait_for()


def started(page: Page) -> None:
    page.get_by_text("What you may have Handrail do").click()


def at_order(page: Page) -> None:
    page.locator("#order").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('order').scrollIntoView()")


PICTURES: Final[dict[str, tuple[str, str, Steps, bool]]] = {
    "my-work": (TESS, "/?order=reference", nothing, False),
    "open-a-case": (TESS, "/cases/new", filled, False),
    "works": (TESS, f"{case('specify')}/works", searched, False),
    "case": (TESS, case("assign"), started, False),
    "price": (TESS, f"{case('price')}/decide/confirm-price", checked, False),
    "tender": (TESS, f"{case('tender')}/decide/direct", nothing, False),
    "approve": (ADA, f"{case('approve')}/decide/approve", checked, False),
    "order": (TESS, f"{case('works')}#order", at_order, False),
    "phone": (TESS, "/?order=reference", nothing, True),
}
"""Each picture: whose eyes, where, what is done there first, and whether on a telephone."""


PART: Final = {"case": "section.now", "order": "#order ~ *:not(#file, #file ~ *)"}
"""Of a long page, the part that the picture shows."""


def words_of(page: Page, name: str) -> str:
    """Return what a page says between its head and its foot, without its numbers."""
    shown = page.locator(PART.get(name, "main")).all_inner_texts()
    lines = (line.strip() for line in "\n".join(shown).splitlines())
    return re.sub(r"\d[\d,.]*", "#", "\n".join(filter(None, lines)))


def kept() -> dict[str, str]:
    """Return the words of each picture as they were when it was taken."""
    parts = re.split(r"^== (.+)\n", WORDS.read_text("utf-8"), flags=re.M)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def taken(browser: Browser, desk: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield each picture's name, its words and, where pictures are taken, its bytes."""
    for name, (who, path, steps, narrow) in PICTURES.items():
        with opened(browser, desk, as_=who, narrow=narrow) as page:
            page.goto(path)
            steps(page)
            yield name, words_of(page, name), page.screenshot() if TAKING else b""


def test_the_pictures_show_what_the_pages_say(
    sqlite_service: str, desk: str, browser: Browser
) -> None:
    for step, (reference, client) in CASES.items():
        case_at(sqlite_service, step, reference=reference, client_name=client)
    found = {}
    for name, words, picture in taken(browser, desk):
        found[name] = words
        if TAKING:
            Image.open(io.BytesIO(picture)).save(FOLDER / f"{name}.webp", quality=40, method=6)
    if TAKING:
        text = "".join(f"== {name}\n{words}\n\n" for name, words in found.items())
        WORDS.write_text(text.rstrip() + "\n", encoding="utf-8")
    assert found == kept(), "run `make pictures`, look at them, and keep what it writes"


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_small_and_shown(name: str) -> None:
    file = FOLDER / f"{name}.webp"
    assert file.stat().st_size <= MOST
    assert f"](pictures/{name}.webp)" in GUIDE.read_text("utf-8")
    with Image.open(file) as picture:
        assert picture.width == (390 if PICTURES[name][3] else 1280)


def test_no_picture_is_left_that_nothing_takes() -> None:
    assert {file.stem for file in FOLDER.glob("*.webp")} == PICTURES.keys()

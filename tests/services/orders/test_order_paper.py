"""The printed order: its sections are numbered, and what names one names the right one."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

import templates
from adapters.documents import render_html
from tests import papers

PARTS: Final[dict[str, tuple[Any, Any]]] = {
    "works": ((), papers.unpriced(papers.LINES)),
    "changed": ((), ("line 1, Grab rail: omitted",)),
    "access": ((), ("Dog: shut in the kitchen",)),
    "certificates": ((), ("Electrical installation certificate (line 1)",)),
    "consent_conditions": ((), ("No work on Sundays",)),
    "purposes": ((), ("(f) a bath or shower",)),
    "f10": ("", "HSE must be told."),
    "direction_text": ("", "Directed under section 2(2)(b)."),
    "client_phone": ("", "01788 555 0163"),
}
"""Each part that an order may have, without it and with it."""

NAMED: Final = {
    "Write the construction phase plan (section 5)": "Health and safety: CDM 2015",
    "the certificates of section 6": "Certificates to hand over",
}
"""What an order says of another of its sections, and what that section is about."""


def sections(page: str) -> dict[str, str]:
    """Return the title of each numbered section, by its number."""
    return dict(re.findall(r"<h2[^>]*>(\d+)\. ([^<]*)</h2>", page))


@pytest.mark.parametrize("has", [*product((0, 1), repeat=4)])
def test_an_order_s_sections_are_numbered_whatever_it_has(has: tuple[int, ...]) -> None:
    names = list(PARTS)
    for rest in product((0, 1), repeat=len(names) - len(has)):
        held = {name: PARTS[name][which] for name, which in zip(names, has + rest, strict=True)}
        page = render_html(template="work_order.html", paper=papers.work_order(**held))
        found = sections(page)
        assert list(found) == [str(number) for number in range(1, 11)], held
        assert ("certificates of section 6" in page) == bool(held["certificates"])
        told = re.findall(r"[^.<>]*\bsection (\d+)\b(?!\()[^.<>]*", page)
        for words, title in NAMED.items():
            (number,) = re.findall(r"section (\d+)", words)
            assert words not in page or found[number] == title
        assert {*told} <= {"5", "6"}, "a section is named that this test does not know"


def test_the_message_with_an_order_names_the_section_on_invoices() -> None:
    message = Path(str(templates.__file__)).parent / "orders/order_to_contractor.txt"
    (number,) = re.findall(r"Section (\d+) of the order says", message.read_text("utf-8"))
    page = render_html(template="work_order.html", paper=papers.work_order())
    assert sections(page)[number] == "How to invoice"

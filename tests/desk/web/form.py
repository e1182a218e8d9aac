"""What a browser would send of the form of a page, read off the page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self._area = self._select = ""
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._in_main = True
        if not self._in_main:
            return
        name, value = held.get("name", ""), held.get("value", "")
        if tag == "input" and held.get("type") in {"radio", "checkbox"}:
            self._choice(name, value, chosen="checked" in held)
        elif tag == "input" and name:
            self.sent.setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._choice(self._select, value, chosen="selected" in held)
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] = [self.sent[self._area][0] + data]

    def _choice(self, name: str, value: str, *, chosen: bool) -> None:
        self.offered.setdefault(name, []).append(value)
        if chosen:
            self.sent.setdefault(name, []).append(value)


def sent_by(page: str) -> dict[str, Any]:
    """Return what the form in the page's middle sends as it stands; what is ticked as a list."""
    form = _read(page)
    return {name: held if len(held) > 1 else held[0] for name, held in form.sent.items()}


def offered_by(page: str) -> dict[str, list[str]]:
    """Return what each field of the form in the page's middle offers to choose from."""
    return _read(page).offered


def _read(page: str) -> _Form:
    form = _Form()
    form.feed(page)
    return form

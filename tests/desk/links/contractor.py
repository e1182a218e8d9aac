"""A contractor who holds a link, as its e-mail has it, and a browser without a screen."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx2 as httpx

from adapters.signed_links import address_of_link
from models.tables.links import CaseLink, ContractorLink
from tests.desk.web.desk import BASE, Desk
from tests.looking import rows

_HIDDEN: Final = re.compile(r'type="hidden" name="(csrf|over|seen)" value="([^"]*)"')


def path_of(url: str, number: int = -1) -> str:
    """Return the path of a link that was sent: the last one, if not said."""
    return address_of_link(rows(url, ContractorLink)[number]["name"]).removeprefix(BASE)


def client_path(url: str) -> str:
    """Return the path of the newest link that was sent to a client."""
    links = [row for row in rows(url, CaseLink) if row["purpose"] == "client"]
    return address_of_link(f"k/{links[-1]['name']}").removeprefix(BASE)


class Builder:
    """Somebody in a van with the link of an e-mail."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.desk = Desk()

    def get(self, more: str = "") -> httpx.Response:
        """Read a page of the link."""
        return self.desk.get(self.path + more)

    def hidden(self, more: str = "") -> dict[str, str]:
        """Return what the forms of a page of the link carry unseen."""
        return dict(_HIDDEN.findall(self.get(more).text))

    def form(self, kind: str) -> dict[str, str]:
        """Return what the form of a decision carries unseen."""
        found = self.hidden(f"/do/{kind}")
        assert found.keys() == {"csrf", "over", "seen"}, found
        return found

    def send(
        self, kind: str, *, files: Any = None, over: Any = None, **typed: Any
    ) -> httpx.Response:
        """Send the form of a decision, as it was made a moment ago or as given."""
        held = self.form(kind) if over is None else over
        fields = {name.replace("_", "-"): value for name, value in typed.items()}
        return self.desk.post(f"{self.path}/do/{kind}", data=held | fields, files=files)

    def press(self, what: str) -> httpx.Response:
        """Press a button of the page that sends an e-mail."""
        return self.desk.post(f"{self.path}/{what}", data={"csrf": self.hidden()["csrf"]})

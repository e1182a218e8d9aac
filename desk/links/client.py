"""`/k/TOKEN`: the page of a case's client, in plain English."""

from typing import Final

from desk.links.door import Door
from rules.people import Role
from services.reports.client_page import client_page, client_paper

_TITLES: Final = {
    "client-agrees": "Say whether the works are done",
}
_WORDS: Final = {
    "client-agrees": "What you think of the works is recorded as you say it, beside what the "
    "council’s officer found. Nothing is paid while you say that something is still to be done.",
}

DOOR: Final = Door(
    role=Role.CLIENT,
    shows=lambda conn, link, now: client_page(conn, link=link, now=now),
    template="client",
    paper=lambda conn, link, number, ending: client_paper(
        conn, link=link, number=number, ending=ending
    ),
    titles=_TITLES,
    words=_WORDS,
)

router = DOOR.router()

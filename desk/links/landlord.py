"""`/c/TOKEN`: a landlord's own page for one request for consent."""

from typing import Final

from desk.links.door import Door
from rules.people import Role
from services.reports.landlord_page import landlord_page, landlord_paper

_TITLES: Final = {"landlord-answers": "Answer the request", "landlord-asks": "Ask a question"}
_WORDS: Final = {
    "landlord-answers": "Whether you consent to the works on the page before. Conditions go to the "
    "contractor with its order. If you do not agree, your reasons go to the officer.",
    "landlord-asks": "The officer answers by e-mail, and the answer stands on your page. The day "
    "to reply by stays as it is.",
}

DOOR: Final = Door(
    role=Role.LANDLORD,
    shows=lambda conn, link, now: landlord_page(conn, link=link, now=now),
    template="landlord",
    paper=lambda conn, link, number, ending: landlord_paper(
        conn, link=link, number=number, ending=ending
    ),
    titles=_TITLES,
    words=_WORDS,
)

router = DOOR.router()

"""`/k/TOKEN`: the page of a case's client, in plain English."""

from typing import Final

from desk.links.answers import Asked
from desk.links.door import Door, Typed
from rules.agreement import ViewHow
from rules.decisions import BaseDecision
from rules.people import Role
from services.completion.agreement import ClientAgrees
from services.reports.client_page import client_page, client_paper

_TITLES: Final = {
    "client-agrees": "Say what you think of the works",
    "report-defect": "Tell us that something is wrong",
    "confirm-recall": "Say whether it is put right",
    "survey": "Say how we did",
    "record-outcomes": "Say what has got better for you",
}
_WORDS: Final = {
    "report-defect": "We tell the contractor, and write to you. If somebody is in danger now, do "
    "not use what was adapted, and call us.",
    "confirm-recall": "We looked at it and found it right. If you do not, we look again.",
    "survey": "Six questions, each from 1 (poor) to 5 (excellent). Leave out any that you would "
    "rather not answer. Your answers do not affect your grant.",
    "record-outcomes": "What the works were for, in the words of the Care Act. Leave out what "
    "does not matter to you.",
    "client-agrees": "What you think of the works is recorded as you say it, beside what the "
    "council’s officer found. Nothing is paid while you say that something is still to be done. "
    "While the works go on, tell us here what goes wrong.",
}


_ASKS: Final = {
    "client-agrees": {
        "client-agrees": Asked(
            "Are the works done?", "", {"yes": "Yes, they are done", "no": "No, something is left"}
        ),
        "outstanding": Asked("What is left, and where", "Beside each line that it is about."),
        "other": Asked("Anything else that is left"),
        "spoken-by": Asked(
            "If you are not the client: who are you?",
            "Your name, and what you are to the client, such as: Ann Ashby, daughter.",
        ),
        "signed": Asked("Your signature", "Sign in the box, or type your full name below it."),
        "signs": Asked("The name I typed is my signature"),
    }
}


def _settles(kind: type[BaseDecision], typed: Typed) -> Typed:
    """Return how a client says it here: by the link, or with the signature that they gave."""
    if kind is not ClientAgrees:
        return {}
    signed = any(one.strip() for one in typed.get("signed", ()))
    how = ViewHow.SIGNATURE if signed else ViewHow.LINK
    return {"how": [how.value], "said-on": [""]}


DOOR: Final = Door(
    role=Role.CLIENT,
    shows=lambda conn, link, now: client_page(conn, link=link, now=now),
    template="client",
    paper=lambda conn, link, number, ending: client_paper(
        conn, link=link, number=number, ending=ending
    ),
    titles=_TITLES,
    words=_WORDS,
    asks=_ASKS,
    settles=_settles,
)

router = DOOR.router()

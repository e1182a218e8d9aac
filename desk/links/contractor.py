"""`/o/TOKEN`: a contractor's own page for one offer or one order."""

from typing import Final

from fastapi import Request, Response

from adapters import clock
from desk.documents.pages import SANDBOX
from desk.links.answers import Asked
from desk.links.door import NOBODY, Door, count_sending
from desk.links.sent import SentByLink
from desk.payments.file_pages import read_and_kept
from desk.web.numbers import Number
from rules.errors import HandrailError
from rules.people import Role
from services.decisions.by_link import case_of_link, form_by_link
from services.decisions.kinds import KINDS
from services.links.sending import send_orders
from services.reports.contractor_page import contractor_page, paper_bytes, snag_photograph
from services.session import reading, writing

_TITLES: Final = {
    "answer-offer": "Accept or decline",
    "acknowledge": "Say that you have the order",
    "start": "Say that works have begun",
    "complete": "Say that works are complete",
    "answer-snag": "Answer snags",
    "hand-in": "Hand in photographs and certificates",
    "invoice": "Hand in your invoice",
    "credit-note": "Hand in a credit note",
    "ask": "Ask a question",
    "hold-plan": "Say which construction phase plan you hold",
    "notify-hse": "Say that HSE has been told",
    "record-hazard": "Tell us of a hazard in the home",
    "progress": "Say how far works are",
    "no-access": "Say that nobody let you in",
    "make-appointment": "Agree a visit",
    "move-appointment": "Move a visit",
    "cancel-appointment": "Cancel a visit",
    "claim-variation": "Ask for a variation",
    "withdraw-variation": "Take back your variation",
    "answer-recall": "Answer a recall",
    "put-right": "Say that a defect is put right",
}
_WORDS: Final = {
    "answer-recall": "Say that you have it, and which day is agreed with the client; or why it is "
    "no defect of your works.",
    "put-right": "An officer then looks at it, and the client is asked. Add a photograph.",
    "answer-offer": "If you accept, the work order comes to you by e-mail, with the address. "
    "Please do not start before you have it.",
    "acknowledge": "You have the order, have read it, and do the works as it says.",
    "start": "The day on which you began on site.",
    "complete": "Tick each line that is done, and bring what shows it. If something is missing, "
    "all of it is listed, and nothing is recorded. An officer then inspects the works.",
    "hand-in": "They may come before you say that works are complete. An officer checks each "
    "certificate.",
    "answer-snag": "A photograph shows what you put right. An officer then looks at it again.",
    "invoice": "It is matched with the order, line by line. One that differs comes back to you. "
    "Before the works are complete it is for lines that the officer found done.",
    "record-hazard": "Such as damp and mould, or what may hurt somebody. We tell the landlord at "
    "once; in danger, call the emergency services first.",
    "ask": "The officer answers by e-mail, and the answer stands on your page.",
}

_ASKS: Final = {
    "answer-offer": {"accept": Asked("Your answer", "If you decline, please say why below.")},
    "complete": {
        "evidence": Asked("What shows it", "In a few words, such as: photographs of each room.")
    },
}

DOOR: Final = Door(
    role=Role.CONTRACTOR,
    shows=lambda conn, link, now: contractor_page(conn, link=link, now=now),
    template="page",
    paper=lambda conn, link, number, ending: paper_bytes(
        conn, link=link, number=number, ending=ending
    ),
    titles=_TITLES,
    words=_WORDS,
    asks=_ASKS,
)

router = DOOR.router()


@router.get("/o/{token}/snags/{number}")
def photograph(request: Request, token: str, number: Number) -> Response:
    """Give a photograph that shows an open snag of the order of a link."""
    with reading() as conn:
        link = DOOR.link(conn, request, token)
        if link is None:
            return DOOR.unusable(request, token)
        mime, data = snag_photograph(conn, link=link, number=number)
    return Response(data, media_type=mime, headers={"Content-Security-Policy": SANDBOX, **NOBODY})


@router.get("/o/{token}/invoice-file")
def ask_file(request: Request, token: str) -> Response:
    """Ask for an invoice as a structured file."""
    with reading() as conn:
        if DOOR.link(conn, request, token) is None:
            return DOOR.unusable(request, token)
    return DOOR.drawn(request, token, "invoice_file", {"wrong": "", "problems": ()})


@router.post("/o/{token}/invoice-file")
def read_file(request: Request, token: str, form: SentByLink) -> Response:
    """Keep the file, and show what it says beside the order; it is sent by the form below it."""
    with reading() as conn:
        link = DOOR.link(conn, request, token)
    if link is None:
        return DOOR.unusable(request, token)
    try:
        with reading() as conn:
            case = case_of_link(conn, link=link)
            form_by_link(conn, link=link, kind=KINDS["invoice"], now=clock.now())
        filed = read_and_kept(case=case, form=form, by=link.actor)
        with reading() as conn:
            held = form_by_link(conn, link=link, kind=KINDS[filed.kind], now=clock.now())
    except HandrailError as error:
        wrong = " ".join(filter(None, (error.what, error.why, error.next_step)))
        again = {"wrong": wrong, "problems": (("file", wrong),)}
        return DOOR.drawn(request, token, "invoice_file", again, status=422)
    values = {"filed": filed, "over": held.over, "seen": held.subject.seen}
    return DOOR.drawn(request, token, "invoice_read", values)


@router.post("/o/{token}/orders")
def orders(request: Request, token: str, form: SentByLink) -> Response:
    """Send the firm its own open orders by e-mail; the page lists none."""
    del form
    with reading() as conn:
        link = DOOR.link(conn, request, token)
    if link is None:
        return DOOR.unusable(request, token)
    count_sending(request, token)
    with writing() as conn:
        send_orders(conn, link=link, now=clock.now())
    return DOOR.back(token, "orders")


router.add_api_route("/o/{token}/orders", DOOR.to_page, methods=["GET"])

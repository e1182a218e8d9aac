"""A contractor's own page: what it shows, what it takes, and every way to misuse it."""

from __future__ import annotations

from typing import Final

import pytest
import sqlalchemy as sa

from adapters import clock
from desk.web import pace
from desk.web.pace import GUESS
from models.database import writing
from models.tables.files import ReceivedDocument
from models.tables.links import ContractorLink, ContractorQuestion
from models.tables.prices import Offer
from models.tables.record import Decision
from models.tables.variations import Variation
from models.tables.works import Invoice, WorkOrder
from rules.pathway import CaseStatus
from services.assignment.decide import AnswerOffer
from services.decisions.exits import Exit
from services.links.decide import RevokeLink
from tests.adapters.test_received import SVG, pdf, picture
from tests.desk.links.contractor import Builder, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, begin, case_at, decide, go, later
from tests.looking import contents, messages, rows
from tests.small_service import AVON, REFERENCE, TESS

PHOTO: Final = ("files", ("tap.jpg", picture("JPEG"), "image/jpeg"))


@pytest.fixture
def offer(sqlite_service: str) -> Builder:
    """Give whoever was sent an offer."""
    case_at(sqlite_service, "assign")
    return Builder(path_of(sqlite_service))


@pytest.fixture
def order(sqlite_service: str) -> Builder:
    """Give whoever was sent an order."""
    case_at(sqlite_service, "works")
    return Builder(path_of(sqlite_service))


def test_reading_changes_nothing_and_tells_nobody_else_where_one_was(
    sqlite_service: str, offer: Builder
) -> None:
    before = contents(sqlite_service)
    for more in ("", "/do/answer-offer", "/do/ask", "/do/start", "/do/none", "/papers/1/a.pdf"):
        answer = offer.get(more)
        assert answer.status_code in {200, 404, 409}
    assert contents(sqlite_service) == before
    page = offer.get()
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "Tess Tyler" in page.text
    for private in ("Ashby", "Hill Road", "5AA"):
        assert private not in page.text


def test_from_the_offer_to_the_invoice_by_links_alone(sqlite_service: str, offer: Builder) -> None:
    url = sqlite_service
    asked = offer.send("ask", question="Is there a stopcock?")
    assert asked.headers["location"].endswith("?recorded=yes")
    taken = offer.send("answer-offer", accept="yes", start_on="08/06/2026")
    assert taken.status_code == 303, taken.text
    go(REFERENCE)
    on_site = Builder(path_of(url))
    assert "Mrs Ashby" in on_site.get().text
    assert on_site.send("acknowledge").status_code == 303
    plan = on_site.send("hold-plan", reference="CPP-7", dated="01/06/2026")
    assert plan.status_code == 303, plan.text
    assert on_site.send("start", start="01/06/2026").status_code == 303
    shows = [PHOTO, ("files", ("cert.pdf", pdf(), "application/pdf"))]
    done = on_site.send("complete", files=shows, complete="01/06/2026")
    assert done.status_code == 303, done.text
    held = [(row["number"], row["kind"], row["received_by"]) for row in rows(url, ReceivedDocument)]
    assert held == [(1, "photograph", AVON), (2, "certificate", AVON)]
    (complete,) = [row for row in rows(url, Decision) if row["kind"] == "complete"]
    assert complete["facts"]["evidence"] == "As attached (doc:1, doc:2)"
    assert "“What you have told us”" in on_site.get("?recorded=yes").text
    shown = Desk(TESS).get(f"/cases/{REFERENCE}").text
    assert "Is there a stopcock?" in shown
    assert "Answer the contractor’s question" in Desk(TESS).get("/?tab=all").text


def test_an_invoice_is_handed_in_with_its_paper_once_signed_off(sqlite_service: str) -> None:
    case_at(sqlite_service, "pay")
    builder = Builder(path_of(sqlite_service))
    paper = [("files", ("inv.pdf", pdf(), "application/pdf"))]
    sent = builder.send("invoice", files=paper, invoice="A-1", total="1600.00", as_ordered="yes")
    assert sent.status_code == 303, sent.text
    (invoice,) = rows(sqlite_service, Invoice)
    assert (invoice["number"], invoice["recorded_by"]) == ("A-1", AVON)
    (decided,) = [row for row in rows(sqlite_service, Decision) if row["kind"] == "invoice"]
    assert decided["facts"]["document"] == "doc:1"


def test_a_form_sent_twice_records_once_its_photographs_too(
    sqlite_service: str, order: Builder
) -> None:
    order.send("start", start="01/06/2026")
    over = order.form("complete")
    for _ in range(2):
        sent = order.send("complete", over=over, files=[PHOTO], complete="01/06/2026")
        assert sent.status_code == 303, sent.text
    assert sent.headers["location"].endswith("?recorded=again")
    assert "nothing was recorded again" in order.desk.get(sent.headers["location"]).text
    kinds = [row["kind"] for row in rows(sqlite_service, Decision)]
    assert (kinds.count("complete"), len(rows(sqlite_service, ReceivedDocument))) == (1, 1)


def test_a_form_over_an_order_that_changed_since_is_not_recorded_and_kept(
    sqlite_service: str, order: Builder
) -> None:
    over = order.form("start")
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(WorkOrder).values(version=2))
    sent = order.send("start", over=over, start="01/06/2026")
    assert (sent.status_code, 'value="01/06/2026"' in sent.text) == (409, True)
    assert "has changed since you opened this form" in sent.text
    assert rows(sqlite_service, WorkOrder)[0]["started_on"] is None


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tap.jpg", b"MZ\x90\x00" + b"\x00" * 200, "neither a PDF nor a picture"),
        ("tap.jpg", picture("JPEG")[:300], "damaged"),
        ("plan.svg", SVG, "neither a PDF nor a picture"),
        ("cert.pdf", pdf()[:-40], "damaged"),
        ("empty.jpg", b"", "empty"),
    ],
    ids=["program", "cut short", "drawing", "cut document", "nothing"],
)
def test_a_file_that_cannot_be_kept_is_refused_in_words_and_what_was_typed_stays(
    sqlite_service: str, order: Builder, name: str, data: bytes, said: str
) -> None:
    order.send("start", start="01/06/2026")
    before = contents(sqlite_service)
    files = [PHOTO, ("files", (name, data, "image/jpeg"))]
    sent = order.send("complete", files=files, complete="01/06/2026", evidence="tray and rails")
    assert sent.status_code == 422
    assert f"“{name}” was not taken" in sent.text
    assert said in sent.text
    assert 'value="01/06/2026"' in sent.text
    assert "tray and rails" in sent.text
    assert contents(sqlite_service) == before


def test_a_photograph_of_200_mb_is_refused_and_what_was_typed_stays(
    sqlite_service: str, order: Builder
) -> None:
    order.send("start", start="01/06/2026")
    before = contents(sqlite_service)
    huge = [("files", ("huge.jpg", b"\xff\xd8\xff" + bytes(200_000_000), "image/jpeg"))]
    sent = order.send("complete", files=huge, complete="01/06/2026", evidence="tray and rails")
    assert sent.status_code == 422
    assert "“huge.jpg” was not taken. It has more than 20 MB" in sent.text
    assert "tray and rails" in sent.text
    assert contents(sqlite_service) == before


def test_what_is_wrong_is_said_beside_its_field_and_declining_needs_a_reason(
    offer: Builder,
) -> None:
    assert "Your answer is missing" in offer.send("answer-offer").text
    sent = offer.send("answer-offer", accept="no")
    assert (sent.status_code, 'href="#reason"' in sent.text) == (422, True)
    late = offer.send("answer-offer", accept="yes", start_on="30/09/2026")
    assert "cannot be promised to begin on 30 September 2026" in late.text
    assert 'value="30/09/2026"' in late.text
    sent = offer.send("answer-offer", accept="no", reason="no men until May")
    assert sent.status_code == 303
    assert "You declined these works" in offer.get().text


def test_before_works_begin_the_page_says_what_they_wait_for(
    sqlite_service: str, order: Builder
) -> None:
    words = "Then you can say that they have begun"
    assert words not in order.get().text, "the plan is held"
    unheld = case_at(sqlite_service, "assign", reference="DFG-2")
    act(sqlite_service, unheld, AnswerOffer(accepted=True))
    go(unheld)
    page = Builder(path_of(sqlite_service)).get().text
    assert words in page
    assert "/do/start" not in page


def test_an_offer_that_lapsed_or_was_withdrawn_is_refused_in_words(
    sqlite_service: str, offer: Builder
) -> None:
    over = offer.form("answer-offer")
    later(days=4)
    assert "could be accepted until 4 June 2026" in offer.get().text
    sent = offer.send("answer-offer", over=over, accept="yes")
    assert (sent.status_code, "could be accepted until 4 June 2026" in sent.text) == (409, True)
    act(sqlite_service, REFERENCE, Exit(CaseStatus.WITHDRAWN), by=TESS)
    shown = offer.get()
    assert "We withdrew this offer" in shown.text
    assert "Shower tray" not in shown.text
    assert offer.send("answer-offer", over=over, accept="yes").status_code == 409
    assert [row["status"] for row in rows(sqlite_service, Offer)] == ["withdrawn"]


def test_every_link_that_cannot_be_used_is_answered_alike(
    sqlite_service: str, order: Builder
) -> None:
    first = Builder(path_of(sqlite_service, 0))
    over = order.form("start")
    decide(sqlite_service, REFERENCE, RevokeLink(), by=TESS)
    name, _, signed = order.path.rpartition("/")[2].partition(".")
    paths = [order.path, first.path, "/o/x", f"/o/{name}", f"/o/{name}.{signed[::-1]}"]
    answers = [Builder(path).get() for path in paths]
    assert {one.status_code for one in answers} == {404}
    without = {one.text.replace(one.url.path, "").partition("csrf")[0] for one in answers}
    assert len(without) == 1
    before = contents(sqlite_service)
    assert order.send("start", over=over, start="01/06/2026").status_code == 404
    assert order.get("/papers/1/a.html").status_code == 404
    assert contents(sqlite_service) == before
    asked = [Builder(path).press("again") for path in paths]
    assert {(one.status_code, one.text) for one in asked} == {(200, asked[0].text)}
    assert messages(sqlite_service, "link_to_contractor") == []


def test_a_new_link_is_sent_to_the_address_on_file_and_not_without_end(
    sqlite_service: str, order: Builder
) -> None:
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(ContractorLink).values(expires_at=clock.now()))
    said = [order.press("again").status_code for _ in range(8)]
    assert said[0] == 200
    assert said[-1] == 429
    sent = messages(sqlite_service, "link_to_contractor")
    assert 1 <= len(sent) < 8
    assert {one["to"] for one in sent} == {"jobs@avon.example"}
    assert Builder(path_of(sqlite_service)).get().status_code == 200


def test_the_own_orders_are_sent_and_never_listed(sqlite_service: str, order: Builder) -> None:
    case_at(sqlite_service, "works", reference="DFG-2", route="call_off")
    assert "WO-2026-00002" not in order.get().text
    assert order.press("orders").status_code == 303
    (sent,) = messages(sqlite_service, "orders_to_contractor")
    assert sent["to"] == "jobs@avon.example"
    assert [job["order_number"] for job in sent["context"]["jobs"]] != []


def test_a_link_is_for_its_one_purpose(sqlite_service: str, offer: Builder) -> None:
    over = {"csrf": offer.form("ask")["csrf"], "over": "0", "seen": ""}
    decide(sqlite_service, REFERENCE, AnswerOffer(accepted=True))
    go(REFERENCE)
    before = contents(sqlite_service)
    of_the_order = ("start", "acknowledge", "invoice", "make-appointment", "claim-variation", "ask")
    for kind in (*of_the_order, "approve", "record-note", "specify"):
        assert offer.send(kind, over=over, start="01/06/2026").status_code in {409, 422}, kind
    assert contents(sqlite_service) == before
    assert "Ashby" not in offer.get().text


def test_a_form_leaves_out_what_is_not_the_firm_s_to_say_and_refuses_it_forged(
    sqlite_service: str, order: Builder
) -> None:
    begin(sqlite_service, REFERENCE, clock.today())
    assert "telephone, for urgent" not in order.get("/do/claim-variation").text
    said = {"by_telephone": "2026-06-01 09:30", "omit": "1"}
    answer = order.send("claim-variation", **said)
    assert answer.status_code == 422
    assert "Avon Access Ltd may not say “Said by telephone, for urgent safety”." in answer.text
    assert rows(sqlite_service, Variation) == []
    assert "Avon Access Ltd accepts the works it was offered" in order.get().text


def test_a_form_of_another_link_or_site_or_kind_is_not_taken(
    sqlite_service: str, order: Builder
) -> None:
    held = order.form("ask")
    another = Builder(path_of(sqlite_service, 0)).hidden()
    before = contents(sqlite_service)
    path = f"{order.path}/do/ask"
    typed = {"question": "Where is it?"}
    forged = [
        order.desk.post(path, data=typed),
        order.desk.post(path, data={**held, **typed, "csrf": another["csrf"]}),
        order.desk.post(path, data={**held, **typed}, headers={"sec-fetch-site": "cross-site"}),
        order.desk.post(path, json={**held, **typed}),
    ]
    assert {one.status_code for one in forged} == {403}
    assert contents(sqlite_service) == before
    assert rows(sqlite_service, ContractorQuestion) == []


def test_many_guesses_have_to_wait(order: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 3
    monkeypatch.setattr(pace, "MOST", most * (GUESS + 1) - GUESS // 2)
    monkeypatch.setattr(pace, "EACH_SECOND", 0.0001)
    answers = [order.desk.get(f"/o/guess{number}").status_code for number in range(most + 1)]
    assert answers == [404] * most + [429]


def test_the_document_is_the_one_that_was_sent_and_runs_nothing(order: Builder) -> None:
    shown = order.get()
    where = [part for part in shown.text.split('"') if "/papers/" in part]
    assert where
    for path in where:
        paper = order.desk.get(path)
        assert paper.status_code == 200
        assert "sandbox" in paper.headers["content-security-policy"]
    assert order.get("/papers/9/a.html").status_code == 404

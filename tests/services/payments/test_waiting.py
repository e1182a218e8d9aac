"""Invoices that wait to be released: what holds one up is said, and it is not called ready."""

from __future__ import annotations

from models.database import reading
from models.people import actor_for
from rules.agreement import ViewHow
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.inspecting import InspectLines
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.waiting import ToRelease, plain, to_release
from services.payments.withholding import LiftWithholding, WithholdPayment
from tests.factories import act, case_at
from tests.services.payments.test_instalments import RAILS, TODAY, by_line
from tests.small_service import FINN

TOTAL = 417_60


def waits(url: str) -> ToRelease:
    with reading(url) as conn:
        (found,) = to_release(conn, viewer=actor_for(conn, identity=FINN), today=TODAY)
    assert plain(found)["against"] == found.against
    return found


def test_a_payment_that_the_client_asked_to_withhold_is_not_ready(url: str) -> None:
    reference = case_at(url, "pay", route="call_off")
    act(url, reference, RecordInvoice("A-1", TODAY, TOTAL, as_ordered=True))
    assert (waits(url).against, waits(url).part) == ("", "")
    act(url, reference, WithholdPayment(TODAY))
    assert waits(url).against == "Withheld: the client asked for it on 1 June 2026 (s.39(2))."
    act(url, reference, LiftWithholding())
    assert waits(url).against == ""


def test_an_instalment_waits_while_the_client_has_no_answer(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off", route="call_off")
    act(url, reference, InspectLines(passed=(1,)))
    act(url, reference, by_line("A-1", RAILS, l1=180_00))
    act(url, reference, ClientAgrees(agrees=False, how=ViewHow.VISIT, other="It drips."))
    assert waits(url).against == (
        "Held: the client said on 1 June 2026 that works are outstanding, and has no answer in "
        "writing."
    )
    act(url, reference, AnswerClient("We look at it on Monday."))
    assert waits(url).against == ""


def test_a_snag_holds_its_line_and_says_so(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    act(url, reference, InspectLines(passed=(1,), snags={2: "a lamp flickers"}))
    act(url, reference, by_line("A-1", 369_00, l1=180_00, l2=150_00))
    assert (waits(url).against, waits(url).part) == (
        "",
        "Held, part of it: a snag is open on line 2.",
    )
    act(url, reference, Release(), by=FINN)
    assert waits(url).against == "Held, all that is left of it: a snag is open on line 2."

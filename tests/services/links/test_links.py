"""Links to contractors' pages: what lets somebody in, what no longer does, and what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.settings import settings
from adapters.signed_links import UNSEEN, token_of
from models.database import reading, writing
from models.people import actor_for
from models.tables.links import ContractorLink
from models.tables.record import Outbox
from rules.cases import AccessKind
from rules.errors import (
    AlreadyDecidedError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.pathway import CaseStatus
from rules.people import Role
from services.assignment.decide import AnswerOffer
from services.cases.notes import RecordAccess
from services.decisions.exits import Exit
from services.documents.delivery import deliver_due
from services.documents.sent import message, messages_on
from services.links.decide import RevokeLink, SendLink
from services.links.links import OFFER_FOR, Link, find_link
from services.links.questions import AnswerQuestion, Ask, questions_on
from services.links.sending import renew_link, send_orders
from services.orders.acknowledge import Acknowledge
from services.reports.contractor_page import contractor_page
from tests.factories import act, bring, case_at, decide, later, refused
from tests.looking import case, contents, messages, rows
from tests.mail import parsed
from tests.small_service import AVON, BRIAR, CONTRACTORS, REFERENCE, TESS

QUESTION: Final = "Is the soil stack boxed in? Mrs Ashby did not say."


def token(url: str, number: int = -1) -> str:
    return token_of(rows(url, ContractorLink)[number]["name"])


def found(url: str, token: str) -> Link:
    with reading(url) as conn:
        return find_link(conn, token=token, role=Role.CONTRACTOR, now=clock.now())


def usable(url: str, token: str) -> bool:
    try:
        found(url, token)
    except UnknownReferenceError:
        return False
    return True


def shown(url: str, token: str) -> str:
    with reading(url) as conn:
        link = find_link(conn, token=token, role=Role.CONTRACTOR, now=clock.now())
        return repr(contractor_page(conn, link=link, now=clock.now()))


def mailed(url: str) -> list[str]:
    assert url
    deliver_due()
    files = sorted((settings().maildir / "new").iterdir())
    bodies = (parsed(file.read_bytes()).get_body(("plain",)) for file in files)
    return [body.get_content() for body in bodies if body is not None]


@pytest.mark.sqlite
def test_an_offer_s_link_leaves_by_mail_and_nothing_that_is_kept_lets_anybody_in(url: str) -> None:
    case_at(url, "assign")
    mine = token(url)
    assert [mail for mail in mailed(url) if f"/o/{mine}" in mail] != []
    signature = mine.partition(".")[2]
    assert signature not in repr(contents(url))
    with reading(url) as conn:
        (sent,) = [
            one
            for one in messages_on(conn, case_id=case(url, REFERENCE).id)
            if one.what == "Offer to contractor"
        ]
        tess = actor_for(conn, identity=TESS)
        body = message(conn, message_id=sent.id, viewer=tess).body
    assert UNSEEN in body
    assert "/o/" not in body


def revoked(url: str) -> None:
    decide(url, REFERENCE, RevokeLink(), by=TESS)


def run_out(_url: str) -> None:
    later(days=OFFER_FOR.days)


def suspended(url: str) -> None:
    rows_ = CONTRACTORS.strip().splitlines()
    bring(url, "contractors", f"{rows_[0]} | suspended\n{rows_[1]} | yes")


@pytest.mark.parametrize("stopped", [revoked, run_out, suspended])
def test_a_link_that_was_stopped_ran_out_or_is_of_a_suspended_firm_lets_nobody_in(
    url: str, stopped: Callable[[str], None]
) -> None:
    case_at(url, "assign")
    mine = token(url)
    assert usable(url, mine)
    stopped(url)
    assert not usable(url, mine)


@pytest.mark.sqlite
def test_a_forged_link_lets_nobody_in_nor_one_of_another_key(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(url, "assign")
    mine = token(url)
    name, _, signature = mine.partition(".")
    forged = [name, f"{name}.", f"{name}.{'0' * 48}", f"{name[:-1]}x.{signature}", "x", "", "."]
    assert [one for one in forged if usable(url, one)] == []
    monkeypatch.setenv("HANDRAIL_LINK_KEY", str(settings().resolved_home / "another.key"))
    settings.cache_clear()
    assert not usable(url, mine)


def test_a_link_that_ran_out_is_renewed_to_the_address_on_file_and_others_are_not(
    url: str,
) -> None:
    case_at(url, "assign")
    act(url, REFERENCE, AnswerOffer(accepted=True))
    mine, offers = token(url), token(url, 0)
    revoked(url)
    with writing(url) as conn:  # one that ran out, and was not stopped
        one = sa.update(ContractorLink).where(ContractorLink.order_id.is_not(None))
        conn.execute(one.values(revoked_at=None, expires_at=clock.now()))
    before = contents(url)
    with writing(url) as conn:
        for nothing in (offers, "x.y", f"{mine}0"):
            renew_link(conn, token=nothing, role=Role.CONTRACTOR, now=clock.now())
    assert contents(url) == before
    with writing(url) as conn:
        renew_link(conn, token=mine, role=Role.CONTRACTOR, now=clock.now())
    (sent,) = messages(url, "link_to_contractor")
    assert sent["to"] == "jobs@avon.example"
    assert not usable(url, mine)
    assert found(url, token(url)).order_id is not None
    assert "/o/" not in repr(rows(url, Outbox))


def test_an_officer_sends_a_link_only_while_something_of_a_firm_is_in_force(url: str) -> None:
    case_at(url, "assign")
    decide(url, REFERENCE, SendLink(), by=TESS)
    assert usable(url, token(url))
    act(url, REFERENCE, Exit(CaseStatus.WITHDRAWN), by=TESS)
    assert "'state': 'withdrawn'" in shown(url, token(url))
    refused(url, REFERENCE, SendLink(), StepNotOpenError, by=TESS)


def test_the_client_is_told_of_with_the_order_alone_and_no_longer_once_it_is_paid(
    url: str,
) -> None:
    case_at(url, "assign", phone="01788 555 0199")
    for_them = RecordAccess(AccessKind.KEY_SAFE, "code with the neighbour", for_contractor=True)
    inside = RecordAccess(AccessKind.DOG, "bites, ring first", for_contractor=False)
    decide(url, REFERENCE, for_them, by=TESS)
    decide(url, REFERENCE, inside, by=TESS)
    private = ("Mrs Ashby", "Hill Road", "CV22 5AA", "555 0199", "code with the neighbour")
    offer = token(url)
    assert [one for one in private if one in shown(url, offer)] == []
    act(url, REFERENCE, AnswerOffer(accepted=True))
    order = token(url)
    assert [one for one in private if one not in shown(url, order)] == []
    for seen in (shown(url, offer), shown(url, order)):
        assert "bites" not in seen
    assert [one for one in private if one in shown(url, offer)] == []


def test_a_firm_s_orders_are_sent_to_its_address_each_with_its_link_and_no_other_firm_s(
    url: str,
) -> None:
    case_at(url, "works", reference="DFG-1")
    case_at(url, "works", reference="DFG-2", route="call_off")
    case_at(url, "works", reference="DFG-3")
    theirs = {row["order_id"]: row["contractor"] for row in rows(url, ContractorLink)}
    with writing(url) as conn:
        link = find_link(conn, token=token(url, 1), role=Role.CONTRACTOR, now=clock.now())
        send_orders(conn, link=link, now=clock.now())
    (sent,) = messages(url, "orders_to_contractor")
    mine = [order for order, firm in theirs.items() if order and firm == AVON]
    assert len(sent["context"]["jobs"]) == len(mine) < 3
    assert sent["to"] == "jobs@avon.example"
    (mail,) = [one for one in mailed(url) if "Each of your open orders" in one]
    assert mail.count("/o/") == len(mine)
    for name in (job["page"] for job in sent["context"]["jobs"]):
        assert found(url, token_of(name)).actor.identity == AVON


@pytest.mark.sqlite
def test_a_question_is_asked_once_answered_by_mail_and_not_read_on_the_record(url: str) -> None:
    case_at(url, "assign")
    decide(url, REFERENCE, Ask(QUESTION), by=AVON)
    refused(url, REFERENCE, Ask(f" {QUESTION} "), AlreadyDecidedError, by=AVON)
    refused(url, REFERENCE, Ask("May I have it?"), StepNotOpenError, by=BRIAR)
    refused(url, REFERENCE, Ask("Is it so?"), NotPermittedError, by=TESS)
    decide(url, REFERENCE, AnswerQuestion(1, "No, it is in the open."), by=TESS)
    refused(url, REFERENCE, AnswerQuestion(1, "It is."), StepNotOpenError, by=TESS)
    (sent,) = messages(url, "question_answered_to_contractor")
    assert (sent["to"], sent["context"]["answer"]) == (
        "jobs@avon.example",
        "No, it is in the open.",
    )
    with reading(url) as conn:
        (held,) = questions_on(conn, case_id=case(url, REFERENCE).id)
    assert (held.question, held.answered_by) == (QUESTION, TESS)
    record = {name: held for name, held in contents(url).items() if name in ("audit", "decision")}
    assert "soil stack" not in repr(record)
    assert "soil stack" in shown(url, token(url))
    assert "in the open" in shown(url, token(url))


@pytest.mark.sqlite
def test_an_order_is_acknowledged_once_by_its_own_firm(url: str) -> None:
    case_at(url, "works")
    refused(url, REFERENCE, Acknowledge(), NotPermittedError, by=BRIAR)
    decide(url, REFERENCE, Acknowledge(), by=AVON)
    refused(url, REFERENCE, Acknowledge(), AlreadyDecidedError, by=AVON)

"""Every decision as a page: its form, what it would do, and recording it once."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from adapters import clock
from models import database
from models.database import reading, writing
from models.people import actor_for
from models.tables.record import Decision
from rules.decisions import BaseDecision
from rules.decisions.fields import fields_of
from rules.errors import NotPermittedError
from rules.pathway import StepName
from rules.people import Role
from services.aftercare.recovering import DemandRecovery
from services.aftercare.repayments import DemandRepayment, ReceiveRepayment, WaiveRepayment
from services.decisions.kinds import KINDS
from services.decisions.may import what_may
from services.decisions.reopening import ReopenCase
from services.grants.approve import Approve
from services.grants.charges_after import PayCharges
from services.orders.varying import ApproveVariation, RejectVariation
from services.payments.applicant_accounts import LookAtApplicantAccount, RecordApplicantAccount
from services.payments.credited import RecordRefund
from services.payments.release import Release
from services.payments.replaced import ReleaseReplaced
from tests.desk.web.desk import Desk
from tests.factories import case_at, decide, go, later, runs_ended
from tests.looking import contents, rows, trail
from tests.rules.test_decision_forms import LETTERS, filled
from tests.services.decisions.test_may import GATES, SAMPLES, standing_at
from tests.small_service import ADA, AUDREY, FINN, MIA, OTTO, REASON, TESS, WENDY

HOSTILE = "<script>alert('{{ 7*7 }}')</script> & \"so\" said"


def path(reference: str, kind: str) -> str:
    return f"/cases/{reference}/decide/{kind}"


def said(text: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def over(page: str) -> str:
    found = re.search(r'name="over" value="(\d+)"', page)
    assert found, page
    return found[1]


def carried(page: str) -> dict[str, list[str]]:
    """Return what a page carries on unseen, but its token."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        if name not in {"csrf", "tab"}:
            found.setdefault(name, []).append(unescape(value))
    return found


@pytest.mark.parametrize("step", GATES)
def test_every_kind_is_a_form_where_it_may_be_taken_and_says_why_not_where_it_may_not(
    sqlite_service: str, step: StepName
) -> None:
    reference = standing_at(sqlite_service, step)
    before = contents(sqlite_service)
    for identity in (TESS, ADA, FINN, OTTO, MIA, AUDREY):
        desk = Desk(identity)
        with reading(sqlite_service) as conn:
            actor = actor_for(conn, identity=identity)
            found = what_may(conn, reference=reference, actor=actor, now=clock.now())
            answers = [one for one in found if one.kind.command]  # the rest is taken in elsewhere
        told: set[int] = set()
        for one in answers:
            if one.error is None:
                assert desk.get(path(reference, one.kind.kind)).status_code == 200
                _sent_empty(desk, reference, one.kind)
                continue
            status = 403 if isinstance(one.error, NotPermittedError) else 409
            if status in told:
                continue  # the same for every kind: one of each is asked for by each person
            told.add(status)
            shown = desk.get(path(reference, one.kind.kind))
            sent = desk.send(path(reference, one.kind.kind), **_whole(one.kind.kind), over="1")
            for page in (shown, sent):
                assert page.status_code == status, (step, identity, one.kind.kind)
                assert " ".join(one.reason.split()) in said(page.text)
    after = contents(sqlite_service)
    assert {name for name, rows in after.items() if rows != before[name]} == {"desk_session"}


def _whole(kind: str) -> dict[str, list[str]]:
    return filled(SAMPLES[kind]) | {"reason": [REASON], "do": ["record"]} | LETTERS


def _sent_empty(desk: Desk, reference: str, kind: type[BaseDecision]) -> None:
    empty = desk.send(path(reference, kind.kind))
    assert empty.status_code == 422, kind.kind
    wanted = [field.name for field in fields_of(kind) if field.required]
    for name in (*wanted, *([] if kind.usual_reason else ["reason"])):
        assert f'href="#{name}"' in empty.text, (kind.kind, name)
        assert f'id="{name}"' in empty.text, (kind.kind, name)


def test_a_case_of_another_authority_is_nowhere(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    assert Desk(WENDY).get(path(reference, "confirm-price")).status_code == 404
    sent = Desk(WENDY).send(path(reference, "confirm-price"), reason=REASON, do="record", over="9")
    assert sent.status_code == 404
    assert Desk(TESS).get(path("DFG-404", "confirm-price")).status_code == 404
    assert Desk(TESS).get(path(reference, "no-such")).status_code == 404


def test_a_decision_is_shown_before_it_is_made_recorded_once_and_followed(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "confirm-price")
    before = trail(sqlite_service, reference)
    form = desk.get(where).text
    assert "Line 1" in said(form)
    check = desk.send(where, reason=REASON, do="preview", over=over(form))
    assert check.status_code == 200
    words = said(check.text)
    assert "The price is confirmed." in words
    assert "Price the works: is done." in words
    assert "Tender: opens." in words
    assert "Handrail chooses the route to a price" in words
    assert "Nobody is written to at once." in words
    assert trail(sqlite_service, reference) == before, "a preview records nothing"
    first = desk.send(where, **carried(check.text), do="record")
    assert first.status_code == 303
    recorded = trail(sqlite_service, reference)
    assert recorded[len(before) :] == ["price: confirm-price", "tender: opened"]
    again = desk.send(where, **carried(check.text), do="record")
    assert again.headers["location"] == first.headers["location"] + "?again=yes"
    assert trail(sqlite_service, reference) == recorded, "a form sent twice records once"
    assert "nothing was recorded again" in said(desk.get(again.headers["location"]).text)
    _followed(desk, first.headers["location"], reference)


def _followed(desk: Desk, where: str, reference: str) -> None:
    page = desk.get(where)
    assert "Handrail carries the case on now." in said(page.text)
    assert '<noscript><meta http-equiv="refresh"' in page.text
    go(reference)
    runs_ended()
    page = desk.get(where)
    assert "The work that followed is done." in said(page.text)
    assert "http-equiv" not in page.text
    assert "Tender Technical officer" in said(page.text)


def test_where_nothing_carries_the_case_on_the_page_says_that_it_follows_later(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "confirm-price")
    sent = desk.send(where, reason=REASON, do="record", over=over(desk.get(where).text))
    later(minutes=5)
    words = said(desk.get(sent.headers["location"]).text)
    assert "It is recorded. The work that follows has not been done yet" in words


def test_over_a_changed_case_it_is_said_what_changed_and_what_was_typed_is_kept(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "confirm-price")
    form = desk.get(where).text
    decide(sqlite_service, reference, SAMPLES["pause"], by=MIA, reason="in hospital since Monday")
    before = trail(sqlite_service, reference)
    sent = {"reason": HOSTILE, "quantity.1": "2"}
    changed = desk.send(where, **sent, do="record", over=over(form))
    assert changed.status_code == 409
    assert "in hospital since Monday" in said(changed.text)
    assert f"{MIA}:" in said(changed.text)
    assert HOSTILE not in changed.text
    assert carried(changed.text) == {k: [v] for k, v in sent.items()} | {"over": [str(len(before))]}
    assert trail(sqlite_service, reference) == before
    went_on = desk.send(where, **carried(changed.text), do="record")
    assert went_on.status_code == 303
    assert trail(sqlite_service, reference)[-1] == "price: confirm-price"


def test_what_was_typed_is_kept_beside_what_is_wrong_with_it_and_shown_as_text(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "confirm-price")
    wrong = desk.send(where, **{"reason": HOSTILE, "quantity.1": "<b>two"}, do="preview", over="1")
    assert wrong.status_code == 422
    assert "<b>two" not in wrong.text
    assert "&lt;b&gt;two" in wrong.text
    assert HOSTILE not in wrong.text
    assert 'href="#quantity"' in wrong.text
    kept = re.search(r'<textarea id="reason"[^>]*>(.*?)</textarea>', wrong.text, re.DOTALL)
    assert kept
    assert unescape(kept[1]) == HOSTILE
    refused = desk.send(
        where, **{"reason": REASON, "quantity.9": "2"}, do="preview", over=over(wrong.text)
    )
    assert refused.status_code == 422
    assert "There is a problem" in said(refused.text)


def test_a_form_of_nobodys_or_anothers_session_records_nothing(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    desk, other = Desk(TESS), Desk(TESS)
    where, before = path(reference, "confirm-price"), trail(sqlite_service, reference)
    form = over(desk.get(where).text)
    for token in ({}, {"csrf": other.csrf}, {"csrf": ""}):
        data = {"reason": REASON, "do": "record", "over": form} | token
        assert desk.post(where, data=data).status_code == 403
    assert Desk().get(where).status_code == 303
    assert trail(sqlite_service, reference) == before


def test_while_another_holds_the_database_what_was_typed_is_kept(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(sqlite_service, "price")
    desk, where = Desk(TESS), path(reference, "confirm-price")
    form = desk.get(where).text
    _soon_gives_up(monkeypatch, sqlite_service)
    with writing(sqlite_service) as conn:
        busy = desk.send(where, reason=REASON, do="record", over=over(form))
        conn.rollback()
    assert busy.status_code == 503
    assert "What you typed is kept." in said(busy.text)
    assert carried(busy.text) == {"reason": [REASON], "over": [over(form)]}
    sent = desk.send(where, **carried(busy.text), do="record")
    assert sent.status_code == 303


def _soon_gives_up(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let a writer wait for no time to speak of."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    database.close(url)


def test_money_is_moved_by_whoever_gives_the_password_again() -> None:
    of_money = {kind for kind in KINDS.values() if kind.moves_money}
    assert of_money == {
        *(Approve, ApproveVariation, Release, ReleaseReplaced, PayCharges),
        *(DemandRepayment, DemandRecovery, WaiveRepayment, ReopenCase),
        *(RecordApplicantAccount, LookAtApplicantAccount),
    }
    powers = {Role.APPROVING_OFFICER, Role.FINANCE, Role.MANAGER}
    others = {RejectVariation, ReceiveRepayment, RecordRefund}  # they commit nothing
    assert {kind for kind in KINDS.values() if kind.roles <= powers} - others == of_money


def test_whoever_approves_gives_the_password_again_and_whoever_prices_does_not(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(sqlite_service, "approve")
    desk, where = Desk(ADA), path(reference, "approve")
    form = desk.get(where).text
    before = trail(sqlite_service, reference)
    monkeypatch.setattr("desk.web.sessions.password_stands", lambda *_args, **_how: False)
    sent = {"refuse": "yes", "reason": REASON, "over": over(form)}
    assert desk.send(where, **sent, do="preview").status_code == 200
    asked = desk.send(where, **sent, do="record")
    assert asked.status_code == 403
    assert carried(asked.text)["reason"] == [REASON]
    assert "password_again" in asked.text
    assert trail(sqlite_service, reference) == before
    pausing = path(reference, "pause")
    paused = filled(SAMPLES["pause"]) | {"reason": [REASON], "over": [over(form)]}
    assert Desk(TESS).send(pausing, **paused, do="record").status_code == 303


@pytest.mark.parametrize(
    ("step", "who", "kind"),
    [
        ("specify", TESS, "specify"),
        ("tender", TESS, "quote"),
        ("approve", ADA, "approve"),
        ("sign-off", TESS, "inspect"),
        ("pay", TESS, "invoice"),
    ],
)
def test_a_form_asks_the_database_no_more_than_twelve_times(
    sqlite_service: str, step: str, who: str, kind: str
) -> None:
    reference = case_at(sqlite_service, step, **({"route": "quotes"} if step == "tender" else {}))
    desk = Desk(who)
    desk.get(path(reference, kind))  # what may be remembered is remembered
    asked: list[str] = []
    engine = database.engine_for(sqlite_service)
    sa.event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert desk.get(path(reference, kind)).status_code == 200
    asked = [words for words in asked if not words.startswith("BEGIN")]
    assert len(asked) <= 12, asked


def test_what_speaks_for_itself_asks_for_no_reason(sqlite_service: str) -> None:
    reference, desk = case_at(sqlite_service, "approve"), Desk(TESS)
    where = path(reference, "record-note")
    assert "Left empty: kept on the case’s file." in said(desk.get(where).text)
    typed = {"words": "She is away in July.", "kind_of_note": "call", "do": "preview"}
    shown = desk.send(where, over=over(desk.get(where).text), **typed).text
    assert desk.send(where, do="record", **carried(shown)).status_code == 303
    assert rows(sqlite_service, Decision)[-1]["reason"] == "kept on the case’s file"

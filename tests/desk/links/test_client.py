"""A client's own page: what it shows, what it takes, and every way to misuse it."""

from __future__ import annotations

from typing import Final

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.signed_links import PLACES, address_of_link
from models.database import writing
from models.tables.links import CaseLink
from models.tables.record import Audit, Decision
from rules.agreement import ViewHow
from rules.cases import LinkOf, Reached
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.pathway import CaseStatus
from rules.people import Role
from services.cases.contacts import ChangeContact
from services.completion.agreement import ClientAgrees
from services.decisions.exits import Exit
from services.links.decide import RevokeLink, SendLink
from tests.desk.links.contractor import Builder, client_path, path_of
from tests.desk.web.desk import BASE, Desk
from tests.factories import act, case_at, decide, go, refused
from tests.looking import contents, messages, rows
from tests.small_service import REFERENCE, TESS

NAME: Final = "Mrs Ashby"


def client_at(url: str, step: str) -> Builder:
    """Bring a case to a step, and send its client a link."""
    case_at(url, step)
    decide(url, REFERENCE, SendLink(LinkOf.CLIENT), by=TESS)
    return Builder(client_path(url))


@pytest.fixture
def client(sqlite_service: str) -> Builder:
    """Give a client whose works are said to be complete."""
    return client_at(sqlite_service, "sign-off")


def test_a_client_says_of_the_works_what_is_recorded_as_theirs(
    sqlite_service: str, client: Builder
) -> None:
    assert "What was ordered for you" in client.get().text
    sent = client.send("client-agrees", client_agrees="yes")
    assert sent.headers["location"].endswith("?recorded=yes"), sent.text
    (said,) = [row for row in rows(sqlite_service, Decision) if row["kind"] == "client-agrees"]
    assert (said["actor"], said["actor_role"]) == ("the client", Role.CLIENT)
    assert said["reason"] == "said by the client on their own page"
    assert NAME not in repr(rows(sqlite_service, Audit))
    assert "the client" in Desk(TESS).get(f"/cases/{REFERENCE}").text
    go(REFERENCE)
    over = client.form("client-agrees")
    twice = [client.send("client-agrees", over=over, client_agrees="yes") for _ in range(2)]
    assert {("recorded already" in one.text, one.status_code) for one in twice} == {(True, 422)}


def test_reading_changes_nothing_and_shows_what_is_theirs(
    sqlite_service: str, client: Builder
) -> None:
    before = contents(sqlite_service)
    for more in ("", "/do/client-agrees", "/do/certify", "/do/none", "/papers/1/a.pdf", "/again"):
        assert client.get(more).status_code in {200, 303, 404, 409}
    assert contents(sqlite_service) == before
    page = client.get()
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    for theirs in (NAME, "Tess Tyler", "Avon"):
        assert theirs in page.text


@pytest.mark.parametrize("kind", ["certify", "inspect", "ask", "release", "record-note", "start"])
def test_a_client_decides_nothing_that_is_not_theirs(
    sqlite_service: str, client: Builder, kind: str
) -> None:
    over = client.form("client-agrees")
    before = contents(sqlite_service)
    assert client.send(kind, over=over, client_agrees="yes").status_code in {409, 422}
    assert contents(sqlite_service) == before


def test_nobody_records_as_the_client_but_by_the_link(sqlite_service: str) -> None:
    case_at(sqlite_service, "sign-off")
    view = ClientAgrees(agrees=True, how=ViewHow.VISIT)
    for by in ("the client", "client", "the landlord"):
        refused(sqlite_service, REFERENCE, view, UnknownReferenceError, by=by)


def test_the_pages_of_each_are_theirs_alone(sqlite_service: str, client: Builder) -> None:
    name = rows(sqlite_service, CaseLink)[-1]["name"]
    builder = path_of(sqlite_service).rpartition("/")[2]
    others = [address_of_link(f"{place}/{name}").removeprefix(BASE) for place in ("o", "c")]
    mixed = [client.path.replace("/k/", f"/{place}/") for place in ("o", "c")]
    for path in (*others, *mixed, f"/k/{builder}"):
        assert client.desk.get(path).status_code == 404, path
    assert set(PLACES.values()) == {"o", "k", "c"}


def test_a_client_s_link_is_stopped_runs_out_and_is_renewed_to_the_address_on_file(
    sqlite_service: str, client: Builder
) -> None:
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(CaseLink).values(expires_at=clock.now()))
    assert client.get().status_code == 404
    (first,) = messages(sqlite_service, "link_to_client")
    assert client.press("again").status_code == 200
    sent = messages(sqlite_service, "link_to_client")
    assert [one["to"] for one in sent] == [first["to"]] * 2
    again = Builder(client_path(sqlite_service))
    assert again.get().status_code == 200
    assert "/k/" not in repr(contents(sqlite_service)["audit"])
    decide(sqlite_service, REFERENCE, RevokeLink(LinkOf.CLIENT), by=TESS)
    assert again.get().status_code == 404
    assert Builder(path_of(sqlite_service)).get().status_code == 200  # the contractor's goes on
    assert again.press("again").status_code == 200
    assert len(messages(sqlite_service, "link_to_client")) == 2
    stopped = RevokeLink(LinkOf.CLIENT)
    refused(sqlite_service, REFERENCE, stopped, InvalidDecisionError, by=TESS)


def test_a_link_goes_to_an_address_on_file_or_nowhere(sqlite_service: str) -> None:
    case_at(sqlite_service, "sign-off")
    decide(sqlite_service, REFERENCE, ChangeContact(Reached.CLIENT, email=""), by=TESS)
    refused(sqlite_service, REFERENCE, SendLink(LinkOf.CLIENT), InvalidDecisionError, by=TESS)
    refused(sqlite_service, REFERENCE, SendLink(LinkOf.LANDLORD), InvalidDecisionError, by=TESS)


def test_a_case_that_ended_says_so_and_shows_nothing_more(
    sqlite_service: str,
) -> None:
    client = client_at(sqlite_service, "assign")
    assert "Nothing is ordered yet" in client.get().text
    act(sqlite_service, REFERENCE, Exit(CaseStatus.WITHDRAWN), by=TESS)
    go(REFERENCE)
    shown = client.get()
    assert "Your case has ended" in shown.text
    assert "What was ordered" not in shown.text

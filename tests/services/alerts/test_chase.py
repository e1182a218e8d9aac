"""Chasing: whoever a case waits for is reminded on somebody's word, and nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.documents import render_message
from rules.errors import AlreadyDecidedError, NotPermittedError, StepNotOpenError
from services.alerts.chase import Chase
from services.competitions.quoting import DeclineToQuote
from services.decisions.kinds import KINDS
from tests.competing import FIRMS, invited
from tests.factories import act, case_at, decide, live_at
from tests.looking import asked_for, message_kinds, messages
from tests.small_service import AVON, FINN, MIA, NOW

DAY = timedelta(days=1)
KINDS_OF_REMINDER = ("reminder_to_contractor", "reminder_to_landlord")


def reminders(url: str) -> list[str]:
    """Return every reminder as it is read, with the address it goes to before it."""
    found = []
    for kind in KINDS_OF_REMINDER:
        for payload in messages(url, kind):
            message = render_message(kind=kind, context=payload["context"])
            found.append(f"{payload['to']}\n{message.subject}\n{message.body}")
    return found


@pytest.mark.sqlite
def test_a_contractor_is_reminded_of_its_offer_once_a_day(url: str) -> None:
    reference = case_at(url, "assign")
    before = asked_for(url, reference)
    decide(url, reference, Chase())
    (read,) = reminders(url)
    assert "Due soon: 1 job waits for you (DFG-1)" in read
    assert "Answer the offer, by" in read
    assert "Ashby" not in read, "an offer never names the client"
    assert len(asked_for(url, reference)) == len(before) + 1, "the run behind it sends it"
    with pytest.raises(AlreadyDecidedError, match="was reminded today already"):
        decide(url, reference, Chase(), by=MIA)
    assert len(reminders(url)) == 1
    live_at(NOW + DAY)
    decide(url, reference, Chase())
    assert len(reminders(url)) == 2


def test_who_is_late_is_told_so_and_the_association_has_its_own_words(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "consent", tenure="rp_tenant", route="quotes")
    live_at(NOW + 40 * DAY)
    decide(url, reference, Chase())
    (read,) = reminders(url)
    assert read.startswith("home@oak.example\nLate: we wait for your answer about 1 home")
    assert "working days late" in read
    assert "Ashby" not in read


def test_of_those_invited_only_those_without_an_answer_are_reminded(sqlite_service: str) -> None:
    url = sqlite_service
    reference = invited(url)
    act(url, reference, DeclineToQuote(AVON))
    decide(url, reference, Chase())
    assert message_kinds(url).count("reminder_to_contractor") == len(FIRMS) - 1
    assert not any("Avon" in one for one in reminders(url))


@pytest.mark.parametrize(
    ("step", "tenure"),
    [("price", "owner"), ("certificates", "owner"), ("consent", "private_tenant")],
)
def test_the_council_the_client_and_a_private_landlord_are_not_written_to(
    sqlite_service: str, step: str, tenure: str
) -> None:
    reference = case_at(sqlite_service, step, tenure=tenure)
    with pytest.raises(StepNotOpenError, match="waits for no contractor"):
        decide(sqlite_service, reference, Chase())
    assert reminders(sqlite_service) == []


def test_whoever_may_not_reminds_nobody(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    with pytest.raises(NotPermittedError):
        decide(sqlite_service, reference, Chase(), by=FINN)
    assert reminders(sqlite_service) == []
    assert KINDS["chase"].command == "chase"

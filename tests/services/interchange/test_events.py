"""Events of a contractor's system: known by their signature, recorded once, refused in words."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from adapters import clock
from adapters.settings import settings
from models.database import reading, writing
from models.people import actor_for
from rules.errors import (
    EventProblemsError,
    HandrailError,
    NotPermittedError,
    SignatureRefusedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.interchange.signed import OVERLAP, WITHIN, SignedRequest
from rules.pathway import CaseStatus
from services.decisions.exits import Exit
from services.decisions.history import case_history
from services.interchange.keys import Made, keys_of, make_key, revoke_keys
from services.interchange.orders import order_in_hact
from services.verification.verify import findings
from tests import interchange
from tests.factories import act, case_at, go
from tests.interchange import completed, number_of, started
from tests.looking import contents, status_of
from tests.small_service import ADAM, AVON, BRIAR, TESS

AT = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)
"""By the real clock."""


@pytest.fixture
def avon(url: str) -> tuple[str, Made]:
    """An order to Avon whose works have not begun, and the secret of its system."""
    case_at(url, "works", route="call_off")
    return url, _key_for(url, AVON)


_key_for = partial(interchange.key_for, at=AT)
_signed = partial(interchange.signed, at=AT)
_send = partial(interchange.send, at=AT)


def sha256_of(path: str) -> str:
    return hashlib.sha256((settings().documents_folder / path).read_bytes()).hexdigest()


def refused(
    url: str, request: SignedRequest, error: type[HandrailError], at: datetime = AT
) -> HandrailError:
    """Send what must be refused: in sentences, with nothing changed."""
    before = contents(url)
    with pytest.raises(error) as caught:
        _send(request, at=at)
    assert contents(url) == before
    return caught.value


def test_a_start_and_a_completion_are_recorded_as_the_contractors_own(
    avon: tuple[str, Made],
) -> None:
    url, made = avon
    number = number_of(url)
    answer = _send(_signed(made, number, started(number), event="job-1-start"))
    assert answer == {
        "event": "job-1-start",
        "order": number,
        "recorded": "start",
        "recordedAt": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
    }
    shut = started(number, TypeCode="70", Comments="Rang twice.", Evidence=[{"Title": "A card"}])
    del shut["OtherType"]
    assert _send(_signed(made, number, shut, event="job-1-shut"))["recorded"] == "no-access"
    _send(_signed(made, number, completed(number), event="job-1-done"))
    go("DFG-1")
    assert status_of(url, "DFG-1", "works") == "done"
    with reading(url) as conn:
        made_of = [row for row in case_history(conn, reference="DFG-1") if row["actor"] == AVON]
        said = order_in_hact(conn, reference="DFG-1")
        found = list(findings(conn, sha256_of))
    assert [row["action"] for row in made_of[-2:]] == ["works: no-access", "works: complete"]
    assert "as event job-1-done. rails are up" in made_of[-1]["reason"]
    assert said["JobStatusUpdate"][0]["EventTime"].startswith(str(clock.today()))
    assert said["WorkOrderComplete"]["WorkOrderReference"] == {"ID": number}
    assert found == []


def test_the_same_event_is_answered_the_same_and_recorded_once(avon: tuple[str, Made]) -> None:
    url, made = avon
    number = number_of(url)
    request = _signed(made, number, started(number), event="job-1-start")
    first = _send(request)
    before = contents(url)
    later = AT + timedelta(hours=3)
    again = _signed(made, number, started(number), event="job-1-start", at=later)
    assert _send(request) == _send(again, at=later) == first
    assert contents(url) == before
    other = _signed(made, number, started(number, Comments="x"), event="job-1-start")
    assert "said something else" in refused(url, other, StepNotOpenError).what
    assert (
        "began on"
        in refused(
            url, _signed(made, number, started(number), event="job-1-again"), StepNotOpenError
        ).what
    )


def test_sent_many_times_at_once_it_is_recorded_once(avon: tuple[str, Made]) -> None:
    url, made = avon
    number = number_of(url)
    request = _signed(made, number, started(number), event="job-1-start")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _send(request), range(6)))
    assert all(one == answers[0] for one in answers)
    with reading(url) as conn:
        history = case_history(conn, reference="DFG-1")
    assert [row["action"] for row in history].count("works: start") == 1


def test_what_is_not_signed_now_by_a_contractor_is_refused(avon: tuple[str, Made]) -> None:
    url, made = avon
    number = number_of(url)
    good = _signed(made, number, started(number), event="job-1-start")
    forged = replace(good, signature="0" * 64)
    for wrong in (forged, replace(good, key="k-none"), replace(good, body=good.body + b" ")):
        refused(url, wrong, SignatureRefusedError)
    refused(url, good, SignatureRefusedError, AT + WITHIN + timedelta(seconds=1))
    briar = _key_for(url, BRIAR)
    refused(url, replace(good, key=briar.key), SignatureRefusedError)
    refused(url, _signed(made, number, started(number), event="short"), EventProblemsError)


def test_a_secret_gives_way_to_the_next_after_a_day_and_to_revocation_at_once(
    avon: tuple[str, Made],
) -> None:
    url, first = avon
    number = number_of(url)
    second = _key_for(url, AVON)
    day_on = AT + OVERLAP
    old = _signed(first, number, started(number), event="job-1-start", at=day_on)
    refused(url, old, SignatureRefusedError, day_on)
    assert (
        _send(_signed(first, number, started(number), event="job-1-start"))["recorded"] == "start"
    )
    with writing(url) as conn:
        revoke_keys(conn, code="avon", by=actor_for(conn, identity=ADAM), at=AT)
    refused(
        url, _signed(second, number, completed(number), event="job-1-done"), SignatureRefusedError
    )
    with reading(url) as conn:
        assert [one.ends_at for one in keys_of(conn, code=AVON)] == [AT, AT]
        assert first.secret not in repr(contents(url))
    with writing(url) as conn, pytest.raises(NotPermittedError):
        make_key(conn, code=AVON, by=actor_for(conn, identity=TESS), at=AT)


def test_what_is_wrong_with_the_order_or_the_words_is_told_apart(avon: tuple[str, Made]) -> None:
    url, made = avon
    number = number_of(url)
    briar = _key_for(url, BRIAR)

    def told(
        error: type[HandrailError], said: dict[str, Any], who: Made = made, to: str = number
    ) -> HandrailError:
        return refused(url, _signed(who, to, said, event="job-1-event"), error)

    told(UnknownReferenceError, started("WO-9"), to="WO-9")
    told(NotPermittedError, started(number), briar)
    assert "No start is recorded" in told(StepNotOpenError, completed(number)).what
    tomorrow = f"{clock.today() + timedelta(days=2)}T08:00:00Z"
    assert "future" in told(HandrailError, started(number, EventTime=tomorrow)).what
    before = told(HandrailError, started(number, EventTime="2026-01-05T08:00:00Z"))
    assert before.section == "s.29"
    wrong = told(EventProblemsError, started("WO-9", EventTime="today", TypeCode="70"))
    assert isinstance(wrong, EventProblemsError)
    assert len(wrong.problems) == 3
    nothing_shown = completed(number)
    del nothing_shown["JobStatusUpdates"][0]["Comments"]
    assert isinstance(told(EventProblemsError, nothing_shown), EventProblemsError)
    act(url, "DFG-1", Exit(CaseStatus.WITHDRAWN))
    told(StepNotOpenError, started(number))

"""Events of a contractor's system: known by their signature, recorded once, refused in words."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters import clock
from adapters.settings import settings
from models.database import reading, writing
from models.people import actor_for
from rules.errors import (
    EventProblemsError,
    HandrailError,
    InvalidDecisionError,
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
from services.orders.assessments import AssessVariation
from services.orders.varying import ApproveVariation
from services.verification.verify import findings
from tests import interchange
from tests.factories import act, case_at, go
from tests.interchange import completed, number_of, other_update, started, varied
from tests.looking import contents, status_of
from tests.small_service import ADA, ADAM, AVON, BRIAR, TESS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "interchange.md"
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


@pytest.mark.sqlite
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


def documented() -> dict[str, Any]:
    """Return the changes of an order as the reference shows them."""
    examples = re.findall(r"```json\n(.*?)\n```", REFERENCE.read_text("utf-8"), re.DOTALL)
    (shown,) = (one for one in map(json.loads, examples) if "HandrailVersions" in one)
    return dict(shown)


SHELF = {
    "HandrailChange": "bespoke",
    "CustomName": "shelf",
    "HandrailNetAmount": "30.00",
    "HandrailLocation": "Hall",
}


def claimed(number: str) -> dict[str, Any]:
    """Return a claim that leaves out, changes, adds from the schedule and adds a shelf."""
    return varied(
        number,
        {"HandrailChange": "omit", "HandrailWorksLine": 1},
        {"HandrailChange": "quantity", "HandrailWorksLine": 2, "Quantity": {"Amount": [1.5]}},
        {
            "HandrailChange": "add",
            "CustomCode": "TILE",
            "Quantity": {"Amount": [2]},
            "HandrailLocation": "Wet room",
        },
        SHELF,
        Evidence=[{"Title": "Our quote 7"}],
        Comments="The wall is bare.",
    )


@pytest.mark.sqlite
def test_a_contractors_system_acknowledges_and_says_how_far_works_are(
    avon: tuple[str, Made],
) -> None:
    url, made = avon
    number = number_of(url)
    acknowledged = other_update(number, "WorkOrderAcknowledged", HandrailVersion=1)
    assert _send(_signed(made, number, acknowledged, event="job-1-held"))["recorded"] == (
        "acknowledge"
    )
    _send(_signed(made, number, started(number), event="job-1-start"))
    progress = other_update(
        number,
        "WorkInProgress",
        HandrailPercent=40,
        Comments="First fix done.",
        HandrailExpectedCompletionDate=str(clock.today() + timedelta(days=9)),
    )
    assert _send(_signed(made, number, progress, event="job-1-far"))["recorded"] == "progress"
    with reading(url) as conn:
        made_of = [row["action"] for row in case_history(conn, reference="DFG-1")]
    assert made_of[-3:] == ["works: acknowledge", "works: start", "works: progress"]


@pytest.mark.sqlite
def test_a_contractors_system_claims_a_variation_and_reads_the_version_it_became(
    avon: tuple[str, Made],
) -> None:
    url, made = avon
    number = number_of(url)
    event = _signed(made, number, claimed(number), event="job-1-more")
    assert _send(event)["recorded"] == "claim-variation"
    act(
        url,
        "DFG-1",
        AssessVariation(
            not_agreed=(2,),
            why={2: "as ordered"},
            no_certificates={4: "nothing in it is certified"},
        ),
    )
    act(url, "DFG-1", ApproveVariation(), by=ADA)
    with reading(url) as conn:
        said = order_in_hact(conn, reference="DFG-1")
        found = list(findings(conn, sha256_of))
    first, second = said["HandrailVersions"]
    assert (first["HandrailPrice"]["TotalAmount"], first["Changed"]) == ("417.60", [])
    assert (second["HandrailVersion"], second["HandrailVariation"]) == (2, 1)
    assert second["Changed"] == [
        "line 1, Grab rail: omitted",
        "line 3, Wall tiling, Wet room: added, 2 m2",
        "line 4, shelf, Hall: added, 1 item",
    ]
    assert second["HandrailPrice"] == said["WorkOrder"]["HandrailPrice"]
    (variation,) = said["HandrailVariations"]
    assert (variation["Status"], variation["Claimed"] == variation["Agreed"]) == ("approved", False)
    assert [one.get("HandrailLocation") for one in variation["RateScheduleItem"]] == [
        *(None, None),
        *("Wet room", "Hall"),
    ]
    placed = {
        one["RateScheduleItem"][0].get("HandrailLocation")
        for one in said["WorkOrder"]["WorkElement"]
    }
    assert placed >= {"Wet room", "Hall"}
    assert "bare" not in json.dumps(said)
    assert {name: said[name] for name in documented()} == documented()
    assert found == []
    stale = other_update(number, "WorkOrderAcknowledged", HandrailVersion=1)
    error = refused(url, _signed(made, number, stale, event="job-1-old"), StepNotOpenError)
    assert "speaks of version 1" in error.what


@pytest.mark.sqlite
def test_a_claim_of_a_system_is_refused_as_a_persons_and_by_whoever_it_is_not(
    avon: tuple[str, Made],
) -> None:
    url, made = avon
    number = number_of(url)
    tile = {"HandrailChange": "add", "CustomCode": "TILE", "Quantity": {"Amount": [2]}}
    claim = varied(number, tile)
    good = _signed(made, number, claim, event="job-1-more")
    refused(url, replace(good, signature="0" * 64), SignatureRefusedError)
    refused(url, good, SignatureRefusedError, AT + WITHIN + timedelta(seconds=1))
    briar = _key_for(url, BRIAR)
    refused(url, _signed(briar, number, claim, event="job-1-more"), NotPermittedError)
    wrong_order = _signed(made, "WO-2026-09999", claim, event="job-1-more")
    refused(url, wrong_order, UnknownReferenceError)
    nothing = tile | {"Quantity": {"Amount": [0]}}
    withdrawn = tile | {"CustomCode": "GONE"}
    for item, kind in ((nothing, EventProblemsError), (withdrawn, InvalidDecisionError)):
        refused(url, _signed(made, number, varied(number, item), event="job-1-more"), kind)
    assert _send(good)["recorded"] == "claim-variation"
    before = contents(url)
    assert _send(good)["recorded"] == "claim-variation"  # once, however often it is sent
    assert contents(url) == before
    again = _signed(made, number, claim, event="job-1-twice")
    assert "is claimed and not decided" in refused(url, again, StepNotOpenError).what


@pytest.mark.sqlite
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


@pytest.mark.sqlite
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


@pytest.mark.sqlite
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

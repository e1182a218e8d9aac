"""What is signed and when it is taken; the reference's own examples are signed as it says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rules.interchange.signed import WITHIN, SignedRequest, signature_of

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "interchange.md"
SECRET = "an-example-and-no-secret-of-anybodys-3f9c2a7b51"  # noqa: S105 - the reference prints it


def examples() -> list[tuple[SignedRequest, str]]:
    """Return each request of the reference, and what it says is signed."""
    found = re.findall(
        r"```http\n(\w+) (\S+) HTTP/1.1\n(.*?)\n\n(.*?)\n```\s+What is signed:"
        r"\s+```text\n(.*?)\n```",
        REFERENCE.read_text("utf-8"),
        re.DOTALL,
    )
    requests = []
    for method, path, head, body, words in found:
        said = dict(line.split(": ", 1) for line in head.splitlines())
        request = SignedRequest(
            method,
            path,
            key=said["Handrail-Key"],
            timestamp=said["Handrail-Timestamp"],
            event=said["Handrail-Event"],
            signature=said["Handrail-Signature"],
            body=body.encode(),
        )
        requests.append((request, words))
    return requests


def test_the_examples_of_the_reference_are_signed_as_it_says() -> None:
    assert f"`{SECRET}`" in REFERENCE.read_text("utf-8")
    assert len(examples()) == 5
    for request, words in examples():
        assert request.words.decode() == words
        assert request.is_signed_with(SECRET)
        assert request.has_event()


@pytest.mark.parametrize(
    "other",
    [
        {"method": "PUT"},
        {"path": "/api/orders/WO-2026-00025/events"},
        {"timestamp": "2026-10-26T09:00:01Z"},
        {"event": "job-7731-start2"},
        {"body": b"{}"},
        {"signature": ""},
        {"signature": "é" * 64},
    ],
)
def test_nothing_of_it_may_be_another(other: dict[str, str]) -> None:
    request, _ = examples()[0]
    assert not replace(request, **other).is_signed_with(SECRET)  # type: ignore[arg-type]  # of each field its own
    assert not request.is_signed_with(SECRET[:-1])


def test_a_request_is_of_now_or_of_no_use() -> None:
    request, _ = examples()[0]
    made = datetime.fromisoformat(request.timestamp)
    for off in (WITHIN, -WITHIN):
        assert request.is_of(made + off)
        assert not request.is_of(made + off * 1.01)
    for timestamp in (
        "",
        "now",
        "2026-10-26T09:00:00",
        "2026-10-26T09:00:00+01:00",
        "2026-13-26T09:00:00Z",
    ):
        assert not replace(request, timestamp=timestamp).is_of(made + timedelta(0))


def test_two_ways_of_saying_the_lines_are_two_signatures() -> None:
    """A line feed in a field would move the lines; an event has none, and the digest comes last."""
    request, _ = examples()[0]
    moved = replace(request, timestamp="a\nb", event="c12345678")
    other = replace(request, timestamp="a", event="b\nc12345678")
    assert signature_of(moved.words, secret=SECRET) == signature_of(other.words, secret=SECRET)
    assert not moved.is_of(datetime.fromisoformat("2026-10-26T09:00:00Z"))
    assert not other.has_event()

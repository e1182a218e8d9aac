"""What a contractor's system may say, and everything wrong with it at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import strict_json
from rules.interchange.events import SCHEMAS, TAKEN, day_of, message_of, read_event, shown_by
from rules.interchange.hact import midday
from services.decisions.kinds import KINDS

START: dict[str, Any] = {
    "RelatedWorkOrderReference": {"ID": "WO-1"},
    "TypeCode": "0",
    "OtherType": "WorkStarted",
    "EventTime": "2026-06-09T23:30:00Z",
}
COMPLETE: dict[str, Any] = {
    "WorkOrderReference": {"ID": "WO-1"},
    "JobStatusUpdates": [
        {
            "TypeCode": "0",
            "OtherType": "WorkCompleted",
            "EventTime": "2026-06-10T17:00:00+01:00",
            "Comments": "All done.",
            "Evidence": [{"Title": "Photograph", "Filename": "ramp.jpg"}],
        }
    ],
}


def wrong_with(body: Any, number: str = "WO-1") -> list[tuple[str, str]]:
    message = message_of(body)
    return (
        strict_json.problems(body, SCHEMAS[message])
        or (read_event(body, message=message, number=number)[2])
    )


def test_a_start_and_a_completion_are_read_with_londons_day_and_what_shows_them() -> None:
    taken, update, problems = read_event(START, message=message_of(START), number="WO-1")
    assert (taken.kind, problems, day_of(update)) == ("start", [], date(2026, 6, 10))
    taken, update, problems = read_event(COMPLETE, message=message_of(COMPLETE), number="WO-1")
    assert (taken.kind, problems, day_of(update)) == ("complete", [], date(2026, 6, 10))
    assert shown_by(update) == "All done.; Photograph, ramp.jpg"


def test_everything_that_is_taken_is_a_decision_of_ours_and_fills_what_it_has() -> None:
    for taken in TAKEN.values():
        assert taken.fills.keys() <= KINDS[taken.kind].__dataclass_fields__.keys()


def test_everything_wrong_is_said_at_once_and_where() -> None:
    body = {"RelatedWorkOrderReference": {"Id": "WO-1"}, "TypeCode": 70, "Colour": "red"}
    assert [where for where, _ in wrong_with(body)] == [
        "/Colour",
        "/EventTime",
        "/RelatedWorkOrderReference/ID",
        "/RelatedWorkOrderReference/Id",
        "/TypeCode",
        "/TypeCode",
    ]
    assert wrong_with([1])[0][0] == ""
    assert [where for where, _ in wrong_with(COMPLETE | {"JobStatusUpdates": []})] == [
        "/JobStatusUpdates"
    ]
    late = START | {"EventTime": "2026-06-10T09:00:00", "TypeCode": "70"}
    said = dict(wrong_with(late, number="WO-2"))
    assert said.keys() == {"/RelatedWorkOrderReference/ID", "/EventTime", "/TypeCode"}
    assert "TypeCode 70 with OtherType WorkStarted is not taken" in said["/TypeCode"]


def varied(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"TypeCode": "80", "MoreSpecificSORCode": {"RateScheduleItem": list(items)}, **more}
    return {name: held for name, held in (START | said).items() if name != "OtherType"}


RAIL: dict[str, Any] = {"HandrailChange": "add", "CustomCode": "RAIL", "Quantity": {"Amount": [2]}}


def test_a_variation_is_read_line_by_line_with_exact_quantities_and_pence() -> None:
    screen = {
        "HandrailChange": "bespoke",
        "CustomName": "screen",
        "Quantity": {"Amount": [0.1]},
        "HandrailUnit": "m",
        "HandrailNetAmount": "240.10",
        "HandrailLocation": "Bathroom",
    }
    other = {"HandrailChange": "quantity", "HandrailWorksLine": 2, "Quantity": {"Amount": [8.25]}}
    gone = {"HandrailChange": "omit", "HandrailWorksLine": 1}
    body = varied(screen, other, gone, RAIL, HandrailVersion=1)
    taken, update, problems = read_event(body, message=message_of(body), number="WO-1")
    assert problems == []
    assert {name: read(update) for name, read in taken.fills.items()} == {
        "omit": (1,),
        "quantities": {2: Decimal("8.25")},
        "sums": {},
        "added": {"RAIL": Decimal(2)},
        "bespoke": {"0.1 m of screen": 240_10},
        "locations": {"0.1 m of screen": "Bathroom"},
        "evidence": "",
    }


def test_a_line_of_a_variation_says_what_it_needs_and_nothing_else() -> None:
    bare = {"HandrailChange": "bespoke", "CustomCode": "RAIL", "HandrailNetAmount": "1e3"}
    said = wrong_with(varied(bare, RAIL, RAIL, HandrailPercent=5))
    at = "/MoreSpecificSORCode/RateScheduleItem"
    assert [where for where, _ in said] == [
        "/HandrailPercent",
        f"{at}/0/CustomName",
        f"{at}/0/CustomCode",
        f"{at}/0/HandrailNetAmount",
        f"{at}/2",
        "/HandrailVersion",
    ]
    for much in (0, -1, 10**9, 1e400):
        item = RAIL | {"Quantity": {"Amount": [much]}}
        assert [where for where, _ in wrong_with(varied(item, HandrailVersion=1))] == [
            f"{at}/0/Quantity/Amount/0"
        ]
    late = START | {"OtherType": "WorkInProgress", "HandrailExpectedCompletionDate": "soon"}
    assert [where for where, _ in wrong_with(late)] == ["/HandrailExpectedCompletionDate"]
    lines = dict(wrong_with(START | {"TypeCode": "80"}))
    assert "TypeCode 80 with OtherType WorkStarted is not taken" in lines["/TypeCode"]


@pytest.mark.parametrize("time", ["", "yesterday", "2026-06-10", "9999-12-31T23:59:59-23:59"])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    assert "/EventTime" in dict(wrong_with(START | {"EventTime": time}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"TypeCode": "0", "TypeCode": "70"}',
        b'{"TypeCode": NaN}',
        b"\xff",
        b"[" * 60_000,
        b'{"a": ' * 9_000,
        b"1" * 5_000,
        b'{"a\\ud800": 1}',
    ],
)
def test_what_is_no_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$|digits"):
        strict_json.read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*START, *COMPLETE, *RAIL, "Amount", "RateScheduleItem", "ID", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.sampled_from([START, varied(RAIL), COMPLETE, COMPLETE["JobStatusUpdates"][0]]),
    JSON,
    st.data(),
)
def test_whatever_is_said_is_read_or_told_what_is_wrong(
    known: dict[str, Any], strange: Any, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*known, "x"]))
    for body in (strange, known | {name: strange}):
        assert all(words.endswith(".") for _, words in wrong_with(body))


def test_what_goes_out_as_a_day_comes_in_as_the_same_day() -> None:
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        assert day_of({"EventTime": midday(day)}) == day
        assert midday(day).startswith(day.isoformat())

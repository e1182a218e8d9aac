"""Events from a contractor's own system: what of HACT's messages is taken, and as which decision.

The schemas are ours, and strict: HACT's as published accept anything. A type of update is added by
one line of ``TAKEN``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from rules.clocks.dates import london_date
from rules.interchange import varied
from rules.interchange.hact import ACKNOWLEDGED, COMPLETED, IN_PROGRESS, OTHER, STARTED, VARIATION
from rules.pricing.works import MAX_QUANTITY
from rules.variations import Change

TYPE_CODES: Final = (
    *("0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100", "100-10", "100-20"),
    *("110", "120", "120-10", "120-20", "120-30", "120-40", "120-50"),
)
"""HACT's codes of an update."""

NO_ACCESS: Final = "70"
"""HACT's code of a visit at which nobody let the contractor in."""

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 1000}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_REFERENCE: Final = _object(("ID",), ID=_TEXT, Description=_TEXT, AllocatedBy=_TEXT)
_ATTACHMENT: Final = _object((), Filename=_TEXT, Title=_TEXT, Description=_TEXT, URI=_TEXT)
_UPDATE: Final = {
    "Reference": _REFERENCE,
    "TypeCode": {"type": "string", "enum": list(TYPE_CODES)},
    "OtherType": _TEXT,
    "EventTime": _TEXT,
    "Comments": _TEXT,
    "Evidence": {"type": "array", "items": _ATTACHMENT, "maxItems": 20},
}
_ONE_UPDATE: Final = _object(("TypeCode", "EventTime"), **_UPDATE)
_QUANTITY: Final = {"type": "number", "exclusiveMinimum": 0, "maximum": int(MAX_QUANTITY)}
_ITEM: Final = _object(
    ("HandrailChange",),
    HandrailChange={"type": "string", "enum": [one.value for one in Change]},
    HandrailWorksLine={"type": "integer", "exclusiveMinimum": 0, "maximum": 100_000},
    CustomCode=_TEXT,
    CustomName=_TEXT,
    Quantity=_object(
        ("Amount",),
        Amount={"type": "array", "items": _QUANTITY, "minItems": 1, "maxItems": 1},
        UnitOfMeasurementCode=_TEXT,
    ),
    HandrailUnit=_TEXT,
    HandrailLocation=_TEXT,
    HandrailNetAmount=_TEXT,
)
"""A line of a variation: what it does with the line is said, and never told from a quantity."""

SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "JobStatusUpdate": _object(
            ("RelatedWorkOrderReference", "TypeCode", "EventTime"),
            RelatedWorkOrderReference=_REFERENCE,
            **_UPDATE,
            HandrailVersion={"type": "integer", "exclusiveMinimum": 0, "maximum": 100_000},
            HandrailPercent={"type": "integer"},
            HandrailExpectedCompletionDate=_TEXT,
            MoreSpecificSORCode=_object(
                ("RateScheduleItem",),
                RateScheduleItem={"type": "array", "items": _ITEM, "minItems": 1, "maxItems": 200},
            ),
        ),
        "WorkOrderComplete": _object(
            ("WorkOrderReference", "JobStatusUpdates"),
            WorkOrderReference=_REFERENCE,
            JobStatusUpdates={"type": "array", "items": _ONE_UPDATE, "minItems": 1, "maxItems": 1},
        ),
    }
)
"""What is taken, by the name of HACT's message."""

_ORDER_IN: Final = MappingProxyType(
    {"JobStatusUpdate": "RelatedWorkOrderReference", "WorkOrderComplete": "WorkOrderReference"}
)
Problems = list[tuple[str, str]]
"""What is wrong: a JSON pointer to where, and a sentence."""


def message_of(body: Any) -> str:
    """Return which message a body is: whatever names an order as a completion does is one."""
    complete = isinstance(body, Mapping) and _ORDER_IN["WorkOrderComplete"] in body
    return "WorkOrderComplete" if complete else "JobStatusUpdate"


def day_of(update: Mapping[str, Any]) -> date:
    """Return London's day of an update.

    Raises:
        ValueError: Its time is none, or says no offset from UTC.
    """
    at = datetime.fromisoformat(update["EventTime"])
    if at.tzinfo is None:
        raise ValueError("no offset")
    return london_date(at)


def shown_by(update: Mapping[str, Any]) -> str:
    """Return what an update says in words: its comments, and what each piece of evidence is."""
    return "; ".join(filter(None, (comments_of(update), pieces_of(update))))


def comments_of(update: Mapping[str, Any]) -> str:
    """Return what an update says in its sender's words."""
    return str(update.get("Comments", "")).strip()


def pieces_of(update: Mapping[str, Any]) -> str:
    """Return what each piece of evidence of an update is called."""
    return "; ".join(
        ", ".join(one[name] for name in ("Title", "Description", "Filename", "URI") if name in one)
        for one in update.get("Evidence", ())
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What a type of update is recorded as.

    Args:
        kind: The decision.
        fills: Each of its particulars, by what reads it of the update.
    """

    kind: str
    fills: Mapping[str, Callable[[Mapping[str, Any]], Any]]


def expected_of(update: Mapping[str, Any]) -> date | None:
    """Return the day on which works are expected to finish, if an update says it.

    Raises:
        ValueError: It is no day.
    """
    said = update.get("HandrailExpectedCompletionDate")
    return None if said is None else date.fromisoformat(said)


TAKEN: Final[Mapping[tuple[str, str, str], Taken]] = MappingProxyType(
    {
        ("JobStatusUpdate", OTHER, STARTED): Taken("start", {"started_on": day_of}),
        ("JobStatusUpdate", NO_ACCESS, ""): Taken(
            "no-access", {"visited_on": day_of, "tried": comments_of, "evidence": pieces_of}
        ),
        ("JobStatusUpdate", OTHER, ACKNOWLEDGED): Taken("acknowledge", {}),
        ("JobStatusUpdate", OTHER, IN_PROGRESS): Taken(
            "progress",
            {
                "done": comments_of,
                "percent": lambda update: update.get("HandrailPercent"),
                "expected_on": expected_of,
            },
        ),
        ("JobStatusUpdate", VARIATION, ""): Taken(
            "claim-variation", {**varied.FILLS, "evidence": pieces_of}
        ),
        ("WorkOrderComplete", OTHER, COMPLETED): Taken(
            "complete", {"completed_on": day_of, "evidence": shown_by, "all_done": lambda _: True}
        ),
    }
)
"""What is recorded, by message, TypeCode and OtherType; nothing else is."""


_OURS: Final = frozenset(
    {"HandrailVersion", "HandrailPercent", "HandrailExpectedCompletionDate", varied.FIELD}
)
_READS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "acknowledge": frozenset({"HandrailVersion"}),
        "claim-variation": frozenset({"HandrailVersion", varied.FIELD}),
        "progress": frozenset({"HandrailPercent", "HandrailExpectedCompletionDate"}),
    }
)
_OF_A_VERSION: Final = frozenset({"acknowledge", "claim-variation"})
"""What is said of an order in one version of it, which is checked to be the one in force."""


def version_of(update: Mapping[str, Any]) -> int | None:
    """Return the version of the order that an update speaks of, if it says one."""
    version: int | None = update.get("HandrailVersion")
    return version


def read_event(
    body: Any, *, message: str, number: str
) -> tuple[Taken, Mapping[str, Any], Problems]:
    """Return what a body that fits its schema is recorded as, its update, and what is wrong.

    Args:
        number: The order that the address names.
    """
    prefix, update = ("", body)
    if message == "WorkOrderComplete":
        prefix, update = "/JobStatusUpdates/0", body["JobStatusUpdates"][0]
    named, problems = body[_ORDER_IN[message]]["ID"], Problems()
    if named != number:
        where = f"/{_ORDER_IN[message]}/ID"
        problems.append((where, f"It names the order {named}, and the address names {number}."))
    try:
        day_of(update)
    except (ValueError, OverflowError):
        words = "It is no date and time with its offset from UTC, such as 2026-06-10T09:30:00Z."
        problems.append((f"{prefix}/EventTime", words))
    try:
        expected_of(update)
    except ValueError:
        words = "It is no day, such as 2026-06-10."
        problems.append((f"{prefix}/HandrailExpectedCompletionDate", words))
    taken = TAKEN.get((message, update["TypeCode"], update.get("OtherType", "")))
    if taken is None:
        problems.append((f"{prefix}/TypeCode", _not_taken(message, update)))
    else:
        problems += _more_or_less(taken, update, at=prefix)
    return taken or Taken("", {}), update, problems


def _more_or_less(taken: Taken, update: Mapping[str, Any], *, at: str) -> Problems:
    """Return what an update of a kind lacks, and what it says that nothing reads."""
    found = Problems()
    reads = _READS.get(taken.kind, frozenset())
    for name in sorted((update.keys() & _OURS) - reads):
        found.append((f"{at}/{name}", "It says nothing of an update of this type."))
    if taken.kind == "claim-variation":
        found += varied.problems_of(update, at=at)
    if taken.kind in _OF_A_VERSION and "HandrailVersion" not in update:
        found.append(
            (f"{at}/HandrailVersion", "It is missing: say the version of the order that you hold.")
        )
    return found


def _not_taken(message: str, update: Mapping[str, Any]) -> str:
    other = f" with OtherType {update['OtherType']}" if "OtherType" in update else ""
    ways = ", ".join(
        f"{name} with TypeCode {code}" + (f" and OtherType {which}" if which else "")
        for name, code, which in TAKEN
    )
    return (
        f"A {message} with TypeCode {update['TypeCode']}{other} is not taken from a program. "
        f"Taken: {ways}. Tell the council's officer of anything else."
    )

"""A contractor's own system: its secret, what it says of an order, and the requests it signs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from adapters import clock
from models.case_queries import case_row, order_in_force
from models.database import reading, writing
from models.people import actor_for
from models.tables.interchange import ContractorKey, OrderEvent
from rules.interchange.hact import COMPLETED, STARTED, VARIATION
from rules.interchange.signed import SignedRequest, signature_of
from services.interchange.events import take_event
from services.interchange.keys import Made, make_key
from tests.small_service import ADAM, AVON, NOW

BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_contractor_key_key", ContractorKey, {}),
    ("uq_order_event_contractor_event", OrderEvent, {}),
]
"""Each rule of these tables, with what breaks it."""


def key_for(url: str, code: str, *, at: datetime) -> Made:
    """Make a contractor's system a secret, at an instant of the real clock."""
    with writing(url) as conn:
        return make_key(conn, code=code, by=actor_for(conn, identity=ADAM), at=at)


def number_of(url: str, reference: str = "DFG-1") -> str:
    """Return the number of the order on a case."""
    with reading(url) as conn:
        case = case_row(conn, reference=reference)
        return str(order_in_force(conn, case_id=case.id).number)


def started(number: str, **other: Any) -> dict[str, Any]:
    """Return what says that works began today."""
    return {
        "RelatedWorkOrderReference": {"ID": number},
        "TypeCode": "0",
        "OtherType": STARTED,
        "EventTime": f"{clock.today()}T08:00:00Z",
        **other,
    }


def completed(number: str, **other: Any) -> dict[str, Any]:
    """Return what says that they were complete today."""
    update = started(number, OtherType=COMPLETED, Comments="rails are up", **other)
    del update["RelatedWorkOrderReference"]
    return {"WorkOrderReference": {"ID": number}, "JobStatusUpdates": [update]}


def other_update(number: str, what: str, **more: Any) -> dict[str, Any]:
    """Return an update of no standard type, of today."""
    return {**started(number), "OtherType": what, **more}


def varied(number: str, *items: dict[str, Any], version: int = 1, **more: Any) -> dict[str, Any]:
    """Return what claims a variation of a version of an order."""
    said = {
        "TypeCode": VARIATION,
        "HandrailVersion": version,
        "MoreSpecificSORCode": {"RateScheduleItem": list(items)},
        **more,
    }
    update = {**started(number), **said}
    del update["OtherType"]
    return update


def signed(
    made: Made, number: str, said: dict[str, Any] | bytes, *, event: str, at: datetime
) -> SignedRequest:
    """Return a request as a contractor's system signs it."""
    path, body = f"/api/orders/{number}/events", said
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    plain = SignedRequest("POST", path, made.key, f"{at:%Y-%m-%dT%H:%M:%SZ}", event, "", body)
    return replace(plain, signature=signature_of(plain.words, secret=made.secret))


def send(request: SignedRequest, *, at: datetime) -> dict[str, Any]:
    """Have an event taken, without HTTP."""
    number = request.path.split("/")[3]
    return take_event(request, number=number, now=clock.now(), at=at)


def begun_by_its_system(url: str, reference: str) -> None:
    """Have Avon's system say that works began on a case."""
    number = number_of(url, reference)
    made = key_for(url, AVON, at=NOW)
    send(signed(made, number, started(number), event=f"{reference}-start", at=NOW), at=NOW)

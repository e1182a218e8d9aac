"""An order in the terms of HACT's UK Housing Data Standards, as its JSON schemas spell them.

What is not HACT's begins with ``Handrail``: its schemas have no price, no trade of ours and no
version of an order. Of the client there is the home and nothing else, which is less than the order
itself says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from rules.clocks.dates import LONDON, instant
from rules.documents.items import item_of
from rules.documents.paper_lines import PaperLine, UnpricedLine
from rules.documents.papers import WorkOrderPaper

UNITS: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "each": "EA",
        "item": "EA",
        "m": "LM",
        "m2": "SM",
        "hour": "HR",
        "m3": None,
        "day": None,
        "set": None,
    }
)
"""HACT's code of each unit. None: its list of two-letter codes calls itself UN/ECE's and is of
ANSI X12, and the two mean other things by the letters that might be it."""

PRIORITIES: Final[Mapping[bool, tuple[str, str]]] = MappingProxyType(
    {True: ("3", "Urgent"), False: ("4", "Not urgent")}
)
"""PriorityCode (HACT's are 1 to 5, from the most urgent) and its description, by urgency."""

WORK_CLASS: Final = {"WorkClassCode": "0", "WorkClassDescription": "Disabled facilities grant"}
"""HACT has no class of adaptations; 0 is the code of what is in none."""

OTHER: Final = "0"
"""The TypeCode of an update that is of no standard type: ``OtherType`` says which."""

STARTED: Final = "WorkStarted"
"""The ``OtherType`` by which we say, and are told, that works began: no code of HACT's says it."""

COMPLETED: Final = "WorkCompleted"
"""The same of their completion, within a ``WorkOrderComplete``."""


ACKNOWLEDGED: Final = "WorkOrderAcknowledged"
"""The same of a version of an order that its contractor has and does as it stands."""

IN_PROGRESS: Final = "WorkInProgress"
"""The same of how far works are."""

VARIATION: Final = "80"
"""HACT's code of more specific codes identified, by which a variation is claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order as it stands.

    Args:
        paper: What it says.
        version: Its version.
        contractor: The contractor's code.
    """

    paper: WorkOrderPaper
    version: int
    contractor: str
    authority: str
    urgent: bool
    raised_at: datetime
    started_on: date | None
    completed_on: date | None


def in_hact(order: Ordered) -> dict[str, Any]:
    """Return an order, what became of it, and its completion, for JSON."""
    said: dict[str, Any] = {"WorkOrder": _work_order(order), "JobStatusUpdate": []}
    number = order.paper.order_number
    if order.started_on:
        update = _update(STARTED, order.started_on)
        said["JobStatusUpdate"].append({"RelatedWorkOrderReference": {"ID": number}, **update})
    if order.completed_on:
        said["WorkOrderComplete"] = {
            "WorkOrderReference": {"ID": number},
            "JobStatusUpdates": [_update(COMPLETED, order.completed_on)],
        }
    return said


def _update(what: str, day: date) -> dict[str, Any]:
    return {"TypeCode": OTHER, "OtherType": what, "EventTime": midday(day)}


def _work_order(order: Ordered) -> dict[str, Any]:
    paper = order.paper
    code, description = PRIORITIES[order.urgent]
    raised_on = order.raised_at.astimezone(LONDON).date()
    return {
        "Reference": [{"ID": paper.order_number, "AllocatedBy": paper.authority.name}],
        "HandrailVersion": order.version,
        "DateRaised": instant(order.raised_at),
        "DescriptionOfWork": paper.works_title,
        "WorkClass": WORK_CLASS,
        "Priority": {
            "PriorityCode": code,
            "PriorityDescription": description,
            "NumberOfDays": (paper.complete_by - raised_on).days,
            "RequiredCompletionDateTime": end_of(paper.complete_by),
        },
        "HandrailRequiredStartDateTime": end_of(paper.start_by),
        "SitePropertyUnit": [
            {"Address": {"AddressLine": [paper.site_address], "PostalCode": paper.postcode}}
        ],
        "InstructedBy": _organization(order.authority, paper.authority.name),
        "AssignedToPrimary": _organization(order.contractor, paper.contractor.name),
        "WorkElement": [_element(line, paper.works) for line in paper.lines],
        "HandrailPrice": price(net_pence=paper.net_pence, vat_pence=paper.vat_pence),
    }


def _organization(code: str, name: str) -> dict[str, Any]:
    return {"Name": name, "Organization": {"Reference": [{"ID": code}], "Name": name}}


def _element(line: PaperLine, works: tuple[UnpricedLine, ...]) -> dict[str, Any]:
    """Return a priced line; of a package's item, what is to be done are the lines it covers."""
    covered = tuple(one for one in works if one.line in (line.covers or ()))
    return {
        "Reference": {
            "ID": str(item_of(line=line.line, covers=line.covers)),
            "Description": line.description,
        },
        "RateScheduleItem": [_item(one) for one in covered or (line,)],
        "HandrailPrice": {
            "NetAmount": amount(line.net_pence),
            "VATRate": format(line.vat_rate, "f"),
            "VATAmount": amount(line.vat_pence),
            "CurrencyCode": "GBP",
        },
    }


def _item(line: UnpricedLine) -> dict[str, Any]:
    quantity: dict[str, Any] = {"Amount": [number(line.quantity)]}
    if code := UNITS[line.unit]:
        quantity["UnitOfMeasurementCode"] = code
    said = {
        "CustomName": line.description,
        "Quantity": quantity,
        "HandrailUnit": line.unit,
        "HandrailWorksLine": line.line if getattr(line, "covers", None) is None else None,
        "HandrailLocation": line.location,
    }
    coded = {"CustomCode": line.code} if line.code else {}
    return coded | {name: held for name, held in said.items() if held not in ("", None)}


def amount(pence: int) -> str:
    """Return pence as exact pounds: ``"1600.00"``."""
    return format(Decimal(pence).scaleb(-2), ".2f")


def price(*, net_pence: int, vat_pence: int) -> dict[str, str]:
    """Return a price, or a difference of two, as HACT's orders have none."""
    return {
        "NetAmount": amount(net_pence),
        "VATAmount": amount(vat_pence),
        "TotalAmount": amount(net_pence + vat_pence),
        "CurrencyCode": "GBP",
    }


def number(quantity: Decimal) -> int | float:
    """Return a quantity as a JSON number, which reads back as the same digits.

    A float says at least 15 digits as they were written; a quantity has fewer.
    """
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def midday(day: date) -> str:
    """Return a day of which no time is on record as its midday: the same day in UTC and London."""
    return instant(datetime.combine(day, time(12), LONDON))


def end_of(day: date) -> str:
    """Return the last second of a day of London's."""
    return instant(datetime.combine(day, time(23, 59, 59), LONDON))

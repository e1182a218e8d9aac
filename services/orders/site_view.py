"""Works on site as they are shown: time allowed, the plan, progress, visits in vain."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.site_queries import appointments_on, extensions_on, order_on_site
from rules.appointments import Purpose, when_words
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import Calendar
from rules.errors import NoBankHolidayDataError
from services.orders.safety import f10_words, notifiable_order

_VISIT = ("number", "purpose", "status", "contractor", "starts_at", "ends_at", "sequence")
_EXTENSION = ("number", "order_from", "order_to", "limit_from", "limit_to", "pause", "decided_by")


def site_view(
    conn: Connection, *, case: AnyRow, order: AnyRow | None, calendar: Calendar | None, today: date
) -> dict[str, Any]:
    """Return how the works of a case go on site.

    Args:
        order: The order in force, if any.
        calendar: The authority's working days; None where no bank holidays are held.
    """
    extensions = extensions_on(conn, case_id=case.id)
    view: dict[str, Any] = {
        "extensions": [
            {name: getattr(row, name) for name in _EXTENSION} | {"decided_at": row.decided_at}
            for row in extensions
        ],
        "visits": [
            {name: getattr(row, name) for name in _VISIT}
            | {"what": Purpose(row.purpose).words, "when": when_words(row.starts_at, row.ends_at)}
            for row in appointments_on(conn, case_id=case.id)
        ],
        "order": None,
    }
    return view if order is None else view | _of_order(conn, case, order, calendar, today)


def _of_order(
    conn: Connection, case: AnyRow, order: AnyRow, calendar: Calendar | None, today: date
) -> dict[str, Any]:
    found = order_on_site(conn, order=order)
    hse = None
    late = ""
    try:
        if calendar is not None:
            hse = notifiable_order(conn, case=case, order=order, calendar=calendar)
            late = _late_start(order, calendar, today)
    except NoBankHolidayDataError:
        pass  # the years of this order are not loaded: nothing is counted in working days
    done = order.status in ("complete", "certified")
    expected = None if done else found.expected_on
    return {
        "order": order.number,
        "plan": _dated(found.plan),
        "notified": _dated(found.notified),
        "progress": _dated(found.progress),
        "expected_on": expected,
        "overrun": expected is not None and expected > order.complete_by,
        "no_access": [_dated(one) for one in found.no_access],
        "late_start": late,
        "hse": hse.words if hse else "",
        "hse_needed": hse.needed if hse else None,
        "hse_todo": f10_words(conn, hse, order) if hse and found.notified is None else "",
    }


def _late_start(order: AnyRow, calendar: Calendar, today: date) -> str:
    """Return how late works began, or have not begun; empty where they are in time."""
    days = calendar.between(order.start_by, order.started_on or today)
    if days <= 0 or order.status == "cancelled":
        return ""
    return f"{in_working_days(days)} late" + ("" if order.started_on else " so far")


def _dated(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what was said with its days as dates."""
    if told is None:
        return None
    return {
        name: date.fromisoformat(held) if held and name in _DAYS else held
        for name, held in told.items()
    }


_DAYS = frozenset({"dated", "notified_on", "expected_on", "visited_on"})

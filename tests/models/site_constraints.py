"""Rows that the rules of extensions and appointments refuse, and what there must be before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from adapters import clock
from models.tables import site
from rules.appointments import Purpose
from services.orders.appointments import Appoint
from services.orders.extending import ExtendTime
from tests.factories import decide
from tests.small_service import NOW

LATEST: Final = NOW.date().replace(year=2029)
ANOTHER_VISIT: Final = {"number": 2, "uid": "another"}

SITE_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_appointment_case_id_number", site.Appointment, {"uid": "another"}),
    ("uq_appointment_uid", site.Appointment, {"number": 2}),
    ("ck_appointment_purpose_known", site.Appointment, ANOTHER_VISIT | {"purpose": "tea"}),
    ("ck_appointment_status_known", site.Appointment, ANOTHER_VISIT | {"status": "lost"}),
    ("ck_appointment_times_in_order", site.Appointment, ANOTHER_VISIT | {"ends_at": NOW}),
    ("ck_appointment_sequence_counts", site.Appointment, ANOTHER_VISIT | {"sequence": -1}),
    ("uq_extension_case_id_number", site.Extension, {}),
    ("ck_extension_order_later", site.Extension, {"number": 2, "order_from": LATEST}),
    ("ck_extension_limit_later", site.Extension, {"number": 2, "limit_from": LATEST}),
    ("ck_extension_order_dated", site.Extension, {"number": 2, "order_to": None}),
    (
        "ck_extension_moves_a_date",
        site.Extension,
        {"number": 2, "order_id": None, "order_to": None, "limit_to": None},
    ),
]


def on_site(url: str, *, reference: str) -> None:
    """Let works be given more time, and somebody come to the home."""
    tomorrow = clock.today() + timedelta(days=1)
    decide(url, reference, ExtendTime(clock.today() + timedelta(days=400)))
    decide(url, reference, Appoint(Purpose.START, tomorrow, "09:00", "10:00", closed_day=True))

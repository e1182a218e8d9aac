"""Every rule of the clocks' tables with the insert that breaks it, and the rows it starts from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from models.database import writing
from models.tables import clocks
from rules.clocks.pause_terms import PauseCause
from services.alerts.lapsing import sweep_lapses
from services.alerts.raising import sweep_clocks
from services.clocks.pausing import Pause
from tests.factories import bring, decide
from tests.small_service import NOW, TERMS

TODAY: Final = NOW.date()
EARLIER: Final = TODAY.replace(year=2025)
AT_NIGHTFALL: Final = datetime(2026, 12, 20, 9, tzinfo=UTC)  # the year's documents lapse soon
FRESH: Final = {"subject": "another"}
OF_NO_CLOCK: Final = {"kind": "lapse", "clock_id": None, "case_id": None}

CLOCKS_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("uq_target_authority_lot_clock_urgency_complexity_valid_from", clocks.Target, {}),
    ("ck_target_days_positive", clocks.Target, {"lot": "X", "days": 0}),
    ("ck_target_warn_percent_known", clocks.Target, {"lot": "X", "warn_percent": 101}),
    ("ck_target_warn_days_not_negative", clocks.Target, {"lot": "X", "warn_days": -1}),
    ("ck_target_urgency_known", clocks.Target, {"urgency": "dire"}),
    ("ck_target_complexity_known", clocks.Target, {"complexity": "odd"}),
    ("ck_target_dates_in_order", clocks.Target, {"lot": "X", "valid_to": EARLIER}),
    ("ck_escalation_rung_known", clocks.Escalation, {"rung": 2}),
    ("ck_escalation_days_positive", clocks.Escalation, {"authority": "X", "days": 0}),
    ("uq_clock_case_id_name_step_revision_subject", clocks.Clock, {}),
    ("ck_clock_kind_known", clocks.Clock, FRESH | {"kind": "cuckoo"}),
    ("ck_clock_holder_known", clocks.Clock, FRESH | {"holder": "nobody"}),
    ("ck_clock_stopped_why_said", clocks.Clock, FRESH | {"stopped_on": None, "stopped_why": "x"}),
    (
        "ck_clock_dates_in_order",
        clocks.Clock,
        FRESH | {"stopped_on": EARLIER, "stopped_why": "done"},
    ),
    ("ck_clock_rung_known", clocks.Clock, FRESH | {"rung": 5}),
    (
        "ck_clock_paused_alerts_nobody",
        clocks.Clock,
        FRESH | {"paused": True, "next_on": TODAY},
    ),
    ("uq_pause_case_id_number", clocks.Pause, {}),
    ("ck_pause_dates_in_order", clocks.Pause, {"number": 9, "ended_on": EARLIER}),
    ("ck_pause_owner_known", clocks.Pause, {"number": 9, "owner": "nobody"}),
    ("uq_alert_once_a_rung", clocks.Alert, {}),
    ("uq_alert_once_a_subject", clocks.Alert, OF_NO_CLOCK | {"subject": "permission:1"}),
    ("ck_alert_kind_known", clocks.Alert, {"kind": "gong", "clock_id": None, "subject": "x"}),
    ("ck_alert_rung_known", clocks.Alert, {"rung": 5}),
    ("ck_alert_clock_named", clocks.Alert, {"clock_id": None, "subject": "x"}),
    ("ck_alert_cleared_why_said", clocks.Alert, {"cleared_why": "done"}),
]


def clocks_and_alerts(url: str, *, reference: str) -> None:
    """Bring in targets and a ladder, pause a case, and let clocks and documents run out."""
    for kind in ("targets", "escalations"):
        bring(url, kind, TERMS[kind])
    decide(url, reference, Pause(PauseCause.HOSPITAL, TODAY, "A telephone note"))
    with writing(url) as conn:
        sweep_clocks(conn, now=AT_NIGHTFALL)
        sweep_lapses(conn, now=AT_NIGHTFALL)

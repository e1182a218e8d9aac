"""Councils that ended, and still have something open; and such as would follow themselves."""

from __future__ import annotations

from typing import Final

from services.verification.checks import Severity
from tests.services.verification.breaks import ORDERED, Break

_FOLLOWS: Final = (
    "INSERT INTO succession (plan, predecessor, successor, first_day, postcodes, budget_share, "
    "instrument, reason) VALUES ('ONE', '{}', '{}', '2026-06-01', '', 100, 'an order', 'one')"
)
_ENDED: Final = (
    "INSERT INTO carried_plan (plan, begun_at, begun_by, before, ended_at, after) VALUES ('ONE', "
    "'2026-06-01 09:00:00', 'adam@rbc.example', '{}', '2026-06-01 10:00:00', '{}')"
)
_NOTHING, _POUND = '{"budgets": []}', '{"budgets": [{"year": 2026, "amount_pence": 100}]}'

_ARRANGED: Final = (
    "INSERT INTO arrangement (id, plan, authority, team, host, first_day, officers, postcodes, "
    "pool, instrument, reason) "
    "VALUES (7, 'ONE', '{}', 'Home', 'WDC', '2026-06-01', '', '', '', 'x', 'y')"
)
_WORKED: Final = 'UPDATE "case" SET arrangement = 7 WHERE reference = $reference'

DELIVERY: Final = (
    Break(
        ORDERED,
        "It is a case of RBC, and worked by Home as one of WDC.",
        f"{_ARRANGED.format('WDC')}; {_WORKED}",
    ),
    Break(
        ORDERED,
        "No team works it, and plan ONE arranges the work of RBC: `handrail delivery carry-out "
        "ONE` gives it to one.",
        f"{_ARRANGED.format('RBC')}; {_ENDED.format(_NOTHING, _NOTHING)}",
    ),
    Break(
        ORDERED,
        "It is open, and RBC ended with plan ONE: `handrail delivery carry-out ONE` takes it "
        "along.",
        f"{_FOLLOWS.format('RBC', 'WDC')}; {_ENDED.format(_NOTHING, _NOTHING)}",
    ),
    Break(
        "budget of WDC",
        "£1,000.00 is left in 2026, and the authority ended with plan ONE: `handrail delivery "
        "carry-out ONE` hands it on.",
        f"{_FOLLOWS.format('WDC', 'RBC')}; {_ENDED.format(_NOTHING, _NOTHING)}",
    ),
    Break(
        "authority RBC",
        "It would come to follow itself.",
        f"{_FOLLOWS.format('RBC', 'WDC')}; {_FOLLOWS.format('WDC', 'RBC')}",
    ),
    Break(
        "plan ONE",
        "The budgets of 2026-27 came to £0.00 as it began and to £1.00 as it ended: somebody "
        "changed them meanwhile.",
        f"{_FOLLOWS.format('RBC', 'WDC')}; {_ENDED.format(_NOTHING, _POUND)}",
        severity=Severity.WARNING,
    ),
)

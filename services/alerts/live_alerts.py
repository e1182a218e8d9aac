"""The alerts that stand, each with its clock and its case, read in one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from models.tables.cases import Case
from models.tables.clocks import Alert, Clock
from rules.alerts.alert_words import Level, level_of, title_of
from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.parties import Party
from services.alerts.raising import standing


@dataclass(frozen=True, slots=True)
class LiveAlert:
    """An alert that stands, as its columns are; those of its clock and case may be empty."""

    id: int
    kind: str
    rung: int
    authority: str
    subject: str
    words: str
    raised_at: datetime
    emitted_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    acknowledged_why: str
    snoozed_until: date | None
    snoozed_by: str
    snoozed_why: str
    snoozes: int
    due_on: date | None
    clock_id: int | None
    clock: str | None
    clock_subject: str | None
    step: str | None
    holder: str | None
    opened_on: date | None
    target_days: int | None
    promised_on: date | None
    target_source: str | None
    case_id: int | None
    case: str | None
    client_name: str | None
    client_phone: str | None
    tenure: str | None
    landlord: str | None
    postcode: str | None
    work_type: str | None

    @property
    def level(self) -> Level:
        """How bad it is."""
        return level_of(kind=self.kind, rung=self.rung, subject=self.subject)

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return title_of(clock=self.clock or "", subject=self.subject)

    @property
    def about(self) -> str:
        """What it is about, the same for every rung of it."""
        return f"clock:{self.clock_id}" if self.clock_id is not None else self.subject

    @property
    def party(self) -> Party | None:
        """The party whose clock it is; None for what is no clock."""
        return Party(self.holder) if self.holder else None

    @property
    def statutory(self) -> bool:
        """Whether it is of a limit of the Act."""
        return self.clock is not None and CLOCKS[self.clock].kind is ClockKind.STATUTORY

    def snoozed(self, today: date) -> bool:
        """Say whether it is put off on a day."""
        return self.snoozed_until is not None and today < self.snoozed_until

    def silent(self, today: date) -> bool:
        """Say whether nobody is to be told of it on a day: acknowledged, or put off."""
        return self.acknowledged_at is not None or self.snoozed(today)

    @property
    def worst_first(self) -> tuple[Any, ...]:
        """What a list of alerts is sorted by."""
        order = list(Level).index(self.level)
        return (order, -self.rung, self.due_on or date.max, self.case or self.subject, self.id)


_RENAMED: Final[dict[str, ColumnElement[Any]]] = {
    "due_on": func.coalesce(Clock.due_on, Alert.due_on),
    "clock": Clock.__table__.c.name,
    "clock_subject": Clock.__table__.c.subject,
    "case": Case.__table__.c.reference,
    "client_phone": Case.__table__.c.phone,
}


def _column(name: str) -> ColumnElement[Any]:
    """Return the column of a field: of the alert, else its clock, else its case."""
    if name in _RENAMED:
        return _RENAMED[name].label(name)
    return next(one.__table__.c[name] for one in (Alert, Clock, Case) if name in one.__table__.c)


ALERTS: Final = (
    select(*(_column(one.name) for one in fields(LiveAlert)))
    .outerjoin_from(Alert, Clock, Clock.id == Alert.clock_id)
    .outerjoin(Case, Case.id == Alert.case_id)
)
"""Every alert, as the columns of a ``LiveAlert`` in its order."""

_STANDING: Final = ALERTS.where(standing()).order_by(Alert.id)


def live_alerts(
    conn: Connection, *, today: date, only: Sequence[ColumnElement[bool]] = ()
) -> list[LiveAlert]:
    """Return every alert that stands, looked at live, oldest first.

    Args:
        only: Conditions on the alert, its clock or its case that it is to meet as well.
    """
    return [LiveAlert(*row) for row in conn.execute(_STANDING.where(*only), {"today": today})]


def highest(alerts: Iterable[LiveAlert]) -> list[LiveAlert]:
    """Return alerts with each clock or subject once, by its highest rung."""
    found: dict[str, LiveAlert] = {}
    for alert in alerts:
        held = found.get(alert.about)
        if held is None or held.rung < alert.rung:
            found[alert.about] = alert
    return list(found.values())

"""Clocks and what moves them: targets, pauses, who held what, and the alerts that came of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class Target(Numbered, Base):
    """How many working days a clock is given, for whom and from when; the most special wins."""

    __table_args__ = (
        UniqueConstraint("authority", "lot", "clock", "urgency", "complexity", "valid_from"),
        CheckConstraint("days > 0", name="days_positive"),
        CheckConstraint("warn_percent between 1 and 100", name="warn_percent_known"),
        CheckConstraint("warn_days >= 0", name="warn_days_not_negative"),
        known("urgency", "urgent non_urgent", or_empty=True),
        known("complexity", "simple complex", or_empty=True),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    authority: Mapped[str] = mapped_column(default="", doc="empty: every authority")
    lot: Mapped[str] = mapped_column(default="", doc="empty: every lot")
    clock: Mapped[str]
    urgency: Mapped[str] = mapped_column(default="", doc="empty: either")
    complexity: Mapped[str] = mapped_column(default="", doc="empty: either")
    days: Mapped[int] = mapped_column(doc="working days")
    warn_percent: Mapped[int] = mapped_column(doc="share of the target after which to warn")
    warn_days: Mapped[int] = mapped_column(doc="working days left at which to warn")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    verified: Mapped[bool] = mapped_column(default=False, doc="somebody read it in its source")
    source: Mapped[str] = mapped_column(default="")


class Escalation(Base):
    """Who is told of a late clock next, and how many working days after it was due."""

    __table_args__ = (
        CheckConstraint("rung in (3, 4)", name="rung_known"),
        CheckConstraint("days > 0", name="days_positive"),
    )

    authority: Mapped[str] = mapped_column(
        primary_key=True, default="", doc="empty: every authority"
    )
    rung: Mapped[int] = mapped_column(primary_key=True, doc="3 escalates, 4 escalates again")
    role: Mapped[str]
    days: Mapped[int] = mapped_column(doc="working days after the due date")


class Clock(Numbered, OfCase, Base):
    """One clock of a case: since when it runs, when it is due, and when somebody is to be told."""

    __table_args__ = (
        UniqueConstraint("case_id", "name", "step_revision", "subject"),
        known("kind", "step guidance statutory contract review expiry"),
        known("holder", "council assessor landlord contractor client"),
        CheckConstraint("(stopped_on is null) = (stopped_why = '')", name="stopped_why_said"),
        CheckConstraint("stopped_on >= opened_on", name="dates_in_order"),
        CheckConstraint("rung between 0 and 4", name="rung_known"),
        CheckConstraint("not paused or next_on is null", name="paused_alerts_nobody"),
        partial("ix_clock_next", "next_on", where="stopped_on is null"),
        partial("ix_clock_running_case", "case_id", where="stopped_on is null"),
    )

    kind: Mapped[str]
    name: Mapped[str]
    step: Mapped[str] = mapped_column(default="", doc="the step it belongs to, if any")
    step_revision: Mapped[int] = mapped_column(default=0)
    subject: Mapped[str] = mapped_column(
        default="", doc="which of several, such as an offer's number"
    )
    holder: Mapped[str] = mapped_column(doc="the party whose clock it is")
    opened_on: Mapped[date] = mapped_column(doc="day 0, or the next open day is")
    target_days: Mapped[int | None] = mapped_column(doc="working days; none where a date was given")
    warn_percent: Mapped[int] = mapped_column(default=80)
    warn_days: Mapped[int] = mapped_column(default=0)
    target_source: Mapped[str] = mapped_column(default="", doc="where the target is from")
    promised_on: Mapped[date | None] = mapped_column(
        doc="the date that was given: by the Act, a letter or a contract"
    )
    paused: Mapped[bool] = mapped_column(default=False, doc="a pause is under way")
    due_on: Mapped[date | None] = mapped_column(doc="none while paused")
    warn_on: Mapped[date | None]
    late_on: Mapped[date | None] = mapped_column(doc="the day after it is due")
    escalate_on: Mapped[date | None]
    escalate_again_on: Mapped[date | None]
    rung: Mapped[int] = mapped_column(default=0, doc="the highest alert raised")
    next_on: Mapped[date | None] = mapped_column(doc="when the sweep is to look at it again")
    stopped_on: Mapped[date | None]
    stopped_why: Mapped[str] = mapped_column(default="")


class ClockChange(Numbered, Base):
    """A due date that moved: from when to when, and why."""

    __table_args__ = (Index("ix_clock_change_clock_id", "clock_id"),)

    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    at: Mapped[datetime]
    from_due: Mapped[date | None]
    to_due: Mapped[date | None]
    why: Mapped[str]


class Pause(Numbered, OfCase, Base):
    """A time in which the controllable clocks of a case stand still. It is corrected in place."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("ended_on >= started_on", name="dates_in_order"),
        known("owner", "council assessor landlord contractor client"),
    )

    number: Mapped[int] = mapped_column(doc="1, 2, … on its case")
    cause: Mapped[str] = mapped_column(doc="hospital, client_choice, …")
    owner: Mapped[str] = mapped_column(doc="the party whose delay it is")
    evidence: Mapped[str] = mapped_column(default="", doc="where it is filed")
    reason: Mapped[str]
    started_on: Mapped[date] = mapped_column(doc="the first day that is not counted")
    ended_on: Mapped[date | None] = mapped_column(doc="the last day that is not counted")
    review_on: Mapped[date | None] = mapped_column(doc="when somebody is to look at it")
    withdrawn: Mapped[bool] = mapped_column(default=False, doc="entered in error")
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Holding(Numbered, OfCase, Base):
    """A time in which one owner held an open step, before somebody else did."""

    __table_args__ = (Index("ix_holding_case_id", "case_id"),)

    step: Mapped[str]
    step_revision: Mapped[int]
    owner: Mapped[str]
    held_from: Mapped[datetime]
    held_to: Mapped[datetime]


class Alert(Numbered, Base):
    """Something that somebody must be told: a clock, something that lapses, or the machine."""

    __table_args__ = (
        partial(
            "uq_alert_once_a_rung",
            "clock_id",
            "rung",
            unique=True,
            where="cleared_at is null and clock_id is not null",
        ),
        partial(
            "uq_alert_once_a_subject",
            "subject",
            "rung",
            unique=True,
            where="cleared_at is null and clock_id is null",
        ),
        partial("ix_alert_live", "raised_at", where="cleared_at is null"),
        Index("ix_alert_case_id", "case_id"),
        known("kind", "clock lapse machine"),
        CheckConstraint("rung between 1 and 4", name="rung_known"),
        CheckConstraint("(kind = 'clock') = (clock_id is not null)", name="clock_named"),
        CheckConstraint("(cleared_at is null) = (cleared_why = '')", name="cleared_why_said"),
    )

    kind: Mapped[str]
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    authority: Mapped[str] = mapped_column(default="", doc="empty: the whole service")
    subject: Mapped[str] = mapped_column(default="", doc="what lapses, or what stalls")
    rung: Mapped[int] = mapped_column(doc="1 warns, 2 is a breach, 3 and 4 escalate")
    due_on: Mapped[date | None] = mapped_column(doc="as it was when raised")
    words: Mapped[str] = mapped_column(default="", doc="what is so, for lapses and machines")
    raised_at: Mapped[datetime]
    emitted_at: Mapped[datetime | None] = mapped_column(doc="when Prefect was told")
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str] = mapped_column(default="")
    acknowledged_why: Mapped[str] = mapped_column(default="")
    snoozed_until: Mapped[date | None] = mapped_column(doc="the first day it is back")
    snoozed_by: Mapped[str] = mapped_column(default="")
    snoozed_why: Mapped[str] = mapped_column(default="")
    snoozes: Mapped[int] = mapped_column(default=0)
    cleared_at: Mapped[datetime | None]
    cleared_why: Mapped[str] = mapped_column(default="")


class AlertTold(Base):
    """That one person was told of one alert, in which message."""

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    person: Mapped[str] = mapped_column(
        primary_key=True, doc="an officer's address, or `contractor:CODE`, `provider:CODE`"
    )
    turn: Mapped[int] = mapped_column(primary_key=True, doc="0, and one more after each snooze")
    message: Mapped[str] = mapped_column(doc="the outbox key of the digest")
    told_on: Mapped[date]


class WatchMark(Base):
    """When something that must happen again and again last happened, such as the sweep."""

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(default="")

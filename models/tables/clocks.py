"""Clocks and what moves them: targets, pauses, who held what, and the alerts that came of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, RowId


class Target(Base):
    """How many working days a clock is given, for whom and from when; the most special wins."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("authority", "lot", "clock", "urgency", "complexity", "valid_from"),
        CheckConstraint("days > 0", name="days_positive"),
        CheckConstraint("warn_percent between 1 and 100", name="warn_percent_known"),
        CheckConstraint("warn_days >= 0", name="warn_days_not_negative"),
        CheckConstraint("urgency in ('', 'urgent', 'non_urgent')", name="urgency_known"),
        CheckConstraint("complexity in ('', 'simple', 'complex')", name="complexity_known"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    authority: Mapped[str] = mapped_column(Text, default="", doc="empty: every authority")
    lot: Mapped[str] = mapped_column(Text, default="", doc="empty: every lot")
    clock: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text, default="", doc="empty: either")
    complexity: Mapped[str] = mapped_column(Text, default="", doc="empty: either")
    days: Mapped[int] = mapped_column(doc="working days")
    warn_percent: Mapped[int] = mapped_column(doc="share of the target after which to warn")
    warn_days: Mapped[int] = mapped_column(doc="working days left at which to warn")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    verified: Mapped[bool] = mapped_column(default=False, doc="somebody read it in its source")
    source: Mapped[str] = mapped_column(Text, default="")


class Escalation(Base):
    """Who is told of a late clock next, and how many working days after it was due."""

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("rung in (3, 4)", name="rung_known"),
        CheckConstraint("days > 0", name="days_positive"),
    )

    authority: Mapped[str] = mapped_column(
        Text, primary_key=True, default="", doc="empty: every authority"
    )
    rung: Mapped[int] = mapped_column(primary_key=True, doc="3 escalates, 4 escalates again")
    role: Mapped[str] = mapped_column(Text)
    days: Mapped[int] = mapped_column(doc="working days after the due date")


class Clock(Base):
    """One clock of a case: since when it runs, when it is due, and when somebody is to be told."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("case_id", "name", "step_revision", "subject"),
        CheckConstraint(
            "kind in ('step', 'guidance', 'statutory', 'contract', 'review', 'expiry')",
            name="kind_known",
        ),
        CheckConstraint(
            "holder in ('council', 'assessor', 'landlord', 'contractor', 'client')",
            name="holder_known",
        ),
        CheckConstraint("(stopped_on is null) = (stopped_why = '')", name="stopped_why_said"),
        CheckConstraint("stopped_on >= opened_on", name="dates_in_order"),
        CheckConstraint("rung between 0 and 4", name="rung_known"),
        CheckConstraint("not paused or next_on is null", name="paused_alerts_nobody"),
        Index(
            "ix_clock_next",
            "next_on",
            sqlite_where=text("stopped_on is null"),
            postgresql_where=text("stopped_on is null"),
        ),
        Index(
            "ix_clock_running_case",
            "case_id",
            sqlite_where=text("stopped_on is null"),
            postgresql_where=text("stopped_on is null"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text, default="", doc="the step it belongs to, if any")
    step_revision: Mapped[int] = mapped_column(default=0)
    subject: Mapped[str] = mapped_column(
        Text, default="", doc="which of several, such as an offer's number"
    )
    holder: Mapped[str] = mapped_column(Text, doc="the party whose clock it is")
    opened_on: Mapped[date] = mapped_column(doc="day 0, or the next open day is")
    target_days: Mapped[int | None] = mapped_column(doc="working days; none where a date was given")
    warn_percent: Mapped[int] = mapped_column(default=80)
    warn_days: Mapped[int] = mapped_column(default=0)
    target_source: Mapped[str] = mapped_column(Text, default="", doc="where the target is from")
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
    stopped_why: Mapped[str] = mapped_column(Text, default="")


class ClockChange(Base):
    """A due date that moved: from when to when, and why."""

    __tablename__ = "clock_change"
    __table_args__ = (Index("ix_clock_change_clock_id", "clock_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    from_due: Mapped[date | None]
    to_due: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text)


class Pause(Base):
    """A time in which the controllable clocks of a case stand still. It is corrected in place."""

    __tablename__ = "pause"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("ended_on >= started_on", name="dates_in_order"),
        CheckConstraint(
            "owner in ('council', 'assessor', 'landlord', 'contractor', 'client')",
            name="owner_known",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, … on its case")
    cause: Mapped[str] = mapped_column(Text, doc="hospital, client_choice, …")
    owner: Mapped[str] = mapped_column(Text, doc="the party whose delay it is")
    evidence: Mapped[str] = mapped_column(Text, default="", doc="where it is filed")
    reason: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date] = mapped_column(doc="the first day that is not counted")
    ended_on: Mapped[date | None] = mapped_column(doc="the last day that is not counted")
    review_on: Mapped[date | None] = mapped_column(doc="when somebody is to look at it")
    withdrawn: Mapped[bool] = mapped_column(default=False, doc="entered in error")
    recorded_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Holding(Base):
    """A time in which one owner held an open step, before somebody else did."""

    __tablename__ = "holding"
    __table_args__ = (Index("ix_holding_case_id", "case_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(Text)
    step_revision: Mapped[int]
    owner: Mapped[str] = mapped_column(Text)
    held_from: Mapped[datetime] = mapped_column(Instant)
    held_to: Mapped[datetime] = mapped_column(Instant)


class Alert(Base):
    """Something that somebody must be told: a clock, something that lapses, or the machine."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_once_a_rung",
            "clock_id",
            "rung",
            unique=True,
            sqlite_where=text("cleared_at is null and clock_id is not null"),
            postgresql_where=text("cleared_at is null and clock_id is not null"),
        ),
        Index(
            "uq_alert_once_a_subject",
            "subject",
            "rung",
            unique=True,
            sqlite_where=text("cleared_at is null and clock_id is null"),
            postgresql_where=text("cleared_at is null and clock_id is null"),
        ),
        Index(
            "ix_alert_live",
            "raised_at",
            sqlite_where=text("cleared_at is null"),
            postgresql_where=text("cleared_at is null"),
        ),
        Index("ix_alert_case_id", "case_id"),
        CheckConstraint("kind in ('clock', 'lapse', 'machine')", name="kind_known"),
        CheckConstraint("rung between 1 and 4", name="rung_known"),
        CheckConstraint("(kind = 'clock') = (clock_id is not null)", name="clock_named"),
        CheckConstraint("(cleared_at is null) = (cleared_why = '')", name="cleared_why_said"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    authority: Mapped[str] = mapped_column(Text, default="", doc="empty: the whole service")
    subject: Mapped[str] = mapped_column(Text, default="", doc="what lapses, or what stalls")
    rung: Mapped[int] = mapped_column(doc="1 warns, 2 is a breach, 3 and 4 escalate")
    due_on: Mapped[date | None] = mapped_column(doc="as it was when raised")
    words: Mapped[str] = mapped_column(Text, default="", doc="what is so, for lapses and machines")
    raised_at: Mapped[datetime] = mapped_column(Instant)
    emitted_at: Mapped[datetime | None] = mapped_column(Instant, doc="when Prefect was told")
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[str] = mapped_column(Text, default="")
    acknowledged_why: Mapped[str] = mapped_column(Text, default="")
    snoozed_until: Mapped[date | None] = mapped_column(doc="the first day it is back")
    snoozed_by: Mapped[str] = mapped_column(Text, default="")
    snoozed_why: Mapped[str] = mapped_column(Text, default="")
    snoozes: Mapped[int] = mapped_column(default=0)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_why: Mapped[str] = mapped_column(Text, default="")


class AlertTold(Base):
    """That one person was told of one alert, in which message."""

    __tablename__ = "alert_told"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    person: Mapped[str] = mapped_column(
        Text, primary_key=True, doc="an officer's address, or `contractor:CODE`, `provider:CODE`"
    )
    turn: Mapped[int] = mapped_column(primary_key=True, doc="0, and one more after each snooze")
    message: Mapped[str] = mapped_column(Text, doc="the outbox key of the digest")
    told_on: Mapped[date]


class WatchMark(Base):
    """When something that must happen again and again last happened, such as the sweep."""

    __tablename__ = "watch_mark"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    detail: Mapped[str] = mapped_column(Text, default="")

"""What was decided, written down for good, and what must leave the house because of it.

A decision, its audit row and its outbox rows commit together or not at all.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class Decision(Numbered, OfCase, Base):
    """What a person decided at a step, why, and the particulars they gave."""

    __table_args__ = (
        partial(
            "uq_decision_gate_decided_once",
            "case_id",
            "step",
            "step_revision",
            unique=True,
            where="closes",
        ),
        Index("ix_decision_case_id", "case_id"),
    )

    step: Mapped[str]
    step_revision: Mapped[int]
    kind: Mapped[str]
    closes: Mapped[bool]
    actor: Mapped[str]
    actor_role: Mapped[str]
    os_user: Mapped[str] = mapped_column(
        default="", doc="whoever sat at the command line; empty where none was"
    )
    reason: Mapped[str]
    plan: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    facts: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]


class Audit(Numbered, Base):
    """The record that only grows: each row carries the hash of the one before it in its chain."""

    __table_args__ = (UniqueConstraint("chain", "sequence"),)

    chain: Mapped[str] = mapped_column(doc="the case reference, or 'service'")
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[dict[str, Any]]
    covers: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="what the rows held that were written with it"
    )
    previous_hash: Mapped[str]
    hash: Mapped[str]


class Outbox(Numbered, Base):
    """A run to start or a message to send, kept until it has left."""

    __table_args__ = (
        UniqueConstraint("key"),
        known("kind", "run message"),
        known("status", "waiting claimed sent dead"),
        partial(
            "ix_outbox_due", "kind", "next_attempt_at", where="status in ('waiting', 'claimed')"
        ),
        Index("ix_outbox_case_id", "case_id"),
        partial("ix_outbox_dead", "id", where="status = 'dead'"),
    )

    key: Mapped[str]
    kind: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    flow_run_id: Mapped[str | None]
    claimed_by: Mapped[str | None] = mapped_column(doc="the conductor that has, or had, it in hand")


class ReturnedMail(Numbered, Base):
    """A message that did not reach its reader: refused when it was sent, or come back since."""

    __table_args__ = (
        UniqueConstraint("outbox_id"),
        CheckConstraint("(settled_at is null) = (settled_why = '')", name="settled_why_said"),
        partial("ix_returned_mail_open", "outbox_id", where="settled_at is null"),
    )

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    status: Mapped[str] = mapped_column(default="", doc="such as 5.1.1 of RFC 3463; or empty")
    words: Mapped[str] = mapped_column(doc="what the mail server or the officer says")
    reported_by: Mapped[str] = mapped_column(default="", doc="an officer; empty: a mail server")
    reported_at: Mapped[datetime]
    again_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox.id"), doc="what was sent in its stead"
    )
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
    settled_why: Mapped[str] = mapped_column(default="")


class Document(Numbered, OfCase, Base):
    """A document as sent: where its exact bytes are kept, and their SHA-256."""

    __table_args__ = (UniqueConstraint("case_id", "kind", "version"),)

    kind: Mapped[str]
    version: Mapped[int]
    path: Mapped[str] = mapped_column(doc="the PDF, or the HTML where no PDF could be made")
    sha256: Mapped[str]
    html_path: Mapped[str]
    html_sha256: Mapped[str]
    created_at: Mapped[datetime]


class Counter(Base):
    """The last number given out under a name, such as the work orders of a year."""

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]

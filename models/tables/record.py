"""What was decided, written down for good, and what must leave the house because of it.

A decision, its audit row and its outbox rows commit together or not at all.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, RowId


class Decision(Base):
    """What a person decided at a step, why, and the particulars they gave."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_gate_decided_once",
            "case_id",
            "step",
            "step_revision",
            unique=True,
            sqlite_where=text("closes"),
            postgresql_where=text("closes"),
        ),
        Index("ix_decision_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(Text)
    step_revision: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    closes: Mapped[bool]
    actor: Mapped[str] = mapped_column(Text)
    actor_role: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    plan: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    decided_at: Mapped[datetime] = mapped_column(Instant)


class Audit(Base):
    """The record that only grows: each row carries the hash of the one before it in its chain."""

    __tablename__ = "audit"
    __table_args__ = (UniqueConstraint("chain", "sequence"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    chain: Mapped[str] = mapped_column(Text, doc="the case reference, or 'service'")
    sequence: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class Outbox(Base):
    """A run to start or a message to send, kept until it has left."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("kind in ('run', 'message')", name="kind_known"),
        CheckConstraint("status in ('waiting', 'claimed', 'sent', 'dead')", name="status_known"),
        Index(
            "ix_outbox_due",
            "kind",
            "next_attempt_at",
            sqlite_where=text("status in ('waiting', 'claimed')"),
            postgresql_where=text("status in ('waiting', 'claimed')"),
        ),
        Index("ix_outbox_case_id", "case_id"),
        Index(
            "ix_outbox_dead",
            "id",
            sqlite_where=text("status = 'dead'"),
            postgresql_where=text("status = 'dead'"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(Text, default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(Text, default="")
    flow_run_id: Mapped[str | None] = mapped_column(Text)


class Document(Base):
    """A document as sent: where its exact bytes are kept, and their SHA-256."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("case_id", "kind", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    path: Mapped[str] = mapped_column(Text, doc="the PDF, or the HTML where no PDF could be made")
    sha256: Mapped[str] = mapped_column(Text)
    html_path: Mapped[str] = mapped_column(Text)
    html_sha256: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Counter(Base):
    """The last number given out under a name, such as the work orders of a year."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int]

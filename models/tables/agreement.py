"""What others than the officer say of the works: the client, and the assessor where it is asked."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class ClientView(Numbered, OfCase, Base):
    """What a client said of the works, and what an officer answered; the newest stands."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        known("how", "link visit telephone signature not_recorded"),
        CheckConstraint("(answered_at is null) = (answered_by is null)", name="answered_by_one"),
        CheckConstraint("answered_at is null or not agrees", name="answers_what_is_outstanding"),
        partial("ix_client_view_open", "case_id", where="answered_at is null and not agrees"),
    )

    number: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    agrees: Mapped[bool]
    how: Mapped[str] = mapped_column(doc="not_recorded: before that was asked")
    said_on: Mapped[date]
    spoken_by: Mapped[str] = mapped_column(default="", doc="who for the client; empty: the client")
    lines: Mapped[dict[str, str]] = mapped_column(doc="works line to what is outstanding there")
    other: Mapped[str] = mapped_column(default="", doc="what else is outstanding")
    signed: Mapped[str] = mapped_column(default="", doc="the name typed, or doc:3 for a document")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    answered_at: Mapped[datetime | None]


class Confirmation(Numbered, OfCase, Base):
    """That an assessor is asked to confirm the works before sign-off, and what they said."""

    __table_args__ = (
        CheckConstraint("(said_at is null) = (said_by is null)", name="said_by_one"),
        CheckConstraint("(said_at is null) = (meets is null)", name="said_what"),
        CheckConstraint("said_at is null or withdrawn_at is null", name="said_or_withdrawn"),
        partial(
            "uq_confirmation_one_asked",
            "case_id",
            unique=True,
            where="said_at is null and withdrawn_at is null",
        ),
        Index("ix_confirmation_case_id", "case_id"),
    )

    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    meets: Mapped[bool | None] = mapped_column(doc="whether the works meet what was recommended")
    missing: Mapped[str] = mapped_column(default="", doc="what does not, in the assessor's words")
    said_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    said_at: Mapped[datetime | None]

"""What clients state for themselves on the open page, and for which simple works they may."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known, partial


class SimpleWorks(Base):
    """Works that a client may ask for by a statement of their own, from a day on."""

    __table_args__ = (
        CheckConstraint("up_to_pence > 0", name="up_to_positive"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"), primary_key=True)
    work_type: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    title: Mapped[str] = mapped_column(doc="what a client calls them")
    up_to_pence: Mapped[int] = mapped_column(Pence, doc="what they may cost without an assessor")
    weekly_single_pence: Mapped[int] = mapped_column(Pence, doc="the applicable amount of one")
    weekly_couple_pence: Mapped[int] = mapped_column(Pence)


class Statement(Numbered, Base):
    """A client's own statement. Who stated it is emptied once it is a case, or a year later."""

    __table_args__ = (
        known("state", "received accepted answered"),
        known("how", "page telephone"),
        CheckConstraint("(state = 'accepted') = (case_id is not null)", name="accepted_is_a_case"),
        CheckConstraint("(state = 'received') = (looked_by is null)", name="looked_by_somebody"),
        partial("uq_statement_once", "digest", unique=True, where="state = 'received'"),
        partial("uq_statement_case", "case_id", unique=True, where="case_id is not null"),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    work_type: Mapped[str]
    digest: Mapped[str] = mapped_column(doc="of who asks for which works where")
    state: Mapped[str]
    how: Mapped[str]
    client_name: Mapped[str]
    address: Mapped[str]
    postcode: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    tenure: Mapped[str]
    words: Mapped[str]
    up_to_pence: Mapped[int] = mapped_column(Pence)
    indicated_pence: Mapped[int] = mapped_column(Pence, doc="the contribution as indicated")
    received_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    looked_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    looked_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))

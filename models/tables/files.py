"""What a case's file holds: notes, contact details as they change, documents received."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known

NOTES = "note call visit"
ACCESS = "key_safe dog carer two_at_a_visit vulnerability other_access"


class CaseNote(Numbered, OfCase, Base):
    """One version of a note: what was said, or what to know before a visit. The newest counts."""

    __table_args__ = (
        UniqueConstraint("case_id", "number", "version"),
        known("kind", f"{NOTES} {ACCESS}"),
        CheckConstraint(
            f"not for_contractor or kind not in ({', '.join(repr(n) for n in NOTES.split())})",
            name="contractor_told_of_access_alone",
        ),
    )

    number: Mapped[int]
    version: Mapped[int]
    kind: Mapped[str]
    happened_on: Mapped[date]
    with_whom: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    for_contractor: Mapped[bool] = mapped_column(default=False)
    withdrawn: Mapped[bool] = mapped_column(default=False, doc="it counts no longer, and is kept")
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]


class ContactChange(Numbered, OfCase, Base):
    """One contact detail as it changed: the newest is how somebody is reached now."""

    __table_args__ = (
        known("whose", "client alternative landlord"),
        known("field", "name relation phone email address"),
        Index("ix_contact_change_case_id", "case_id"),
    )

    whose: Mapped[str]
    field: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    changed_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    changed_at: Mapped[datetime]
    reason: Mapped[str]


class ReceivedDocument(Numbered, OfCase, Base):
    """A document that somebody handed in: of the case, of one of its lines, or of a decision."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        known(
            "kind", "drawing photograph signed_form certificate asbestos quote letter invoice other"
        ),
        known("mime", "application/pdf image/jpeg image/png application/xml"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    number: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(doc="as its sender called it")
    mime: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(doc="bytes")
    line: Mapped[int | None] = mapped_column(doc="the works line that it belongs to, if one")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    received_by: Mapped[str]
    received_at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(default=False, doc="attached by mistake, and kept")


class Looked(Base):
    """That somebody looked at a case on a London day: one row, however often."""

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    officer: Mapped[str] = mapped_column(ForeignKey("officer.email"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]

"""Works said to be complete: what is asked of that and handed in, and what is said of snags."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known


class FindingEntry(Numbered, Base):
    """What was said of a finding: a snag found, answered, looked at again; why nobody got in.

    It only grows. Words may be about the client, so they stand here, where they can be erased.
    """

    __table_args__ = (
        known("said", "found put_right disputed still cleared withdrawn"),
        Index("ix_finding_entry_inspection_id", "inspection_id"),
    )

    inspection_id: Mapped[int] = mapped_column(
        ForeignKey("inspection.id"), doc="the finding; one with a snag is that snag"
    )
    said: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    documents: Mapped[tuple[int, ...]] = mapped_column(
        doc="numbers of the photographs that show it"
    )
    rectify_by: Mapped[date | None]
    by: Mapped[str]
    at: Mapped[datetime]


class ClaimDocument(Numbered, Base):
    """What a document received shows of the works of an order, and why one does not count."""

    __table_args__ = (
        known("shows", "before after certificate servicing"),
        CheckConstraint(
            "(shows = 'certificate') = (certificate is not null)", name="certificate_named"
        ),
        CheckConstraint("line is null or shows in ('before', 'after')", name="line_photographed"),
        CheckConstraint(
            "(refused_at is null) = (refused_by is null) "
            "and (refused_at is null) = (refused_why is null)",
            name="refused_whole",
        ),
        Index("ix_claim_document_order_id", "order_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    shows: Mapped[str]
    line: Mapped[int | None] = mapped_column(doc="of a photograph; none: the works as a whole")
    certificate: Mapped[str | None]
    document: Mapped[int] = mapped_column(doc="its number on the case")
    handed_in_at: Mapped[datetime]
    refused_at: Mapped[datetime | None] = mapped_column(
        doc="an officer found that it does not count"
    )
    refused_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    refused_why: Mapped[str | None] = mapped_column(doc="as its contractor is told")


class CompletionTerms(Base):
    """What is asked of a claim of completion, from a day on; everybody's where it names nobody."""

    __table_args__ = (
        known("photographs_before", "none works lines"),
        known("photographs_after", "none works lines"),
        CheckConstraint("sample_up_to_pence >= 0", name="sample_up_to_not_negative"),
    )

    authority: Mapped[str] = mapped_column(primary_key=True, default="")
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    line_by_line: Mapped[bool]
    photographs_before: Mapped[str]
    photographs_after: Mapped[str]
    papers: Mapped[bool] = mapped_column(doc="certificates and servicing instructions as files")
    sample_up_to_pence: Mapped[int | None] = mapped_column(
        Pence, doc="the largest order of which a sample may be inspected; none: as usual"
    )

"""What was said of what was found on a line, such as a snag, and since."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, known


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

"""The ledger of what Handrail itself wrote, beside what the audit rows hold of it."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, RowId


class Covered(Numbered, Base):
    """What rows held when a transaction of ours ended that wrote them without an audit row."""

    __table_args__ = (Index("ix_covered_scope", "scope"),)

    scope: Mapped[int] = mapped_column(RowId, doc="the case's number; 0: the service")
    after: Mapped[int] = mapped_column(doc="how many rows the audit chain of the scope had then")
    covers: Mapped[dict[str, Any]] = mapped_column(
        doc="by table: how it was written, and each row's key with its digests"
    )

"""The ledgers of what Handrail itself wrote: rows beside the audit, and the ends of its chains."""

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


class Chain(Base):
    """Where one audit chain ends, a case's or the service's, by what was written to it."""

    name: Mapped[str] = mapped_column(primary_key=True, doc="the case's reference, or service")
    count: Mapped[int] = mapped_column(doc="how many rows were written to it")
    head: Mapped[str] = mapped_column(doc="the hash of the last")

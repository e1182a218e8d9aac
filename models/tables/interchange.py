"""What contractors' own systems send: the secrets they sign with, and the events taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase


class ContractorKey(Numbered, Base):
    """A secret that a contractor's own system signs with. Times go by the real clock."""

    key: Mapped[str] = mapped_column(unique=True, doc="its name, which a request says")
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"), index=True)
    secret: Mapped[str] = mapped_column(doc="sealed")
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(doc="from then on nothing is taken with it")


class OrderEvent(Numbered, OfCase, Base):
    """An event that a contractor's own system sent, and the decision that it was recorded as."""

    __table_args__ = (UniqueConstraint("contractor", "event"),)

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    event: Mapped[str] = mapped_column(doc="what its sender calls it")
    digest: Mapped[str] = mapped_column(doc="SHA-256 of the address and the body")
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    received_at: Mapped[datetime]
    answer: Mapped[dict[str, Any]]

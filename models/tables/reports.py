"""What reports count: the facts of each case as they stand, as they stood before, and what is new.

A row of ``case_facts`` says when a case reached each stage, how it ended, and what it came to. It
is worked out from the record, never typed; what it said on earlier days is ``case_facts_before``.
The database itself notes in ``to_count`` each case whose record grew.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, RowId

_Days = SmallInteger()


class Facts:
    """One case, as reports count it. What is not on record is NULL, and never nought."""

    known_from: Mapped[datetime] = mapped_column(doc="since when the record says so")
    authority: Mapped[str]
    work_type: Mapped[str]
    tenure: Mapped[str]
    urgent: Mapped[bool]
    route: Mapped[str | None] = mapped_column(doc="of the award: how its works were priced")
    age: Mapped[int | None] = mapped_column(_Days, doc="years, on the day of first contact")
    status: Mapped[str]
    contact_on: Mapped[date]
    recommended_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    priced_on: Mapped[date | None] = mapped_column(doc="the works first had a price")
    offered_on: Mapped[date | None] = mapped_column(doc="a contractor was first offered them")
    approved_on: Mapped[date | None] = mapped_column(doc="the first approval")
    ordered_on: Mapped[date | None] = mapped_column(doc="the first order")
    started_on: Mapped[date | None]
    certified_on: Mapped[date | None] = mapped_column(doc="the last order in force was signed off")
    paid_on: Mapped[date | None] = mapped_column(doc="all was paid")
    ended_on: Mapped[date | None] = mapped_column(doc="it left, or was closed")
    ended_stage: Mapped[str | None]
    ended_ground: Mapped[str | None] = mapped_column(doc="how it left, if it did")
    budget_year: Mapped[int | None] = mapped_column(SmallInteger())
    grant_pence: Mapped[int | None] = mapped_column(Pence, doc="what the grant stands at")
    top_up_pence: Mapped[int | None] = mapped_column(Pence)
    others_pence: Mapped[int | None] = mapped_column(Pence, doc="contribution and other funders")
    works_pence: Mapped[int | None] = mapped_column(Pence, doc="orders in force, with VAT")
    paid_pence: Mapped[int | None] = mapped_column(Pence, doc="released so far by the council")
    preventive_lines: Mapped[int] = mapped_column(_Days)
    contacts: Mapped[int] = mapped_column(_Days, doc="calls and visits on its file")
    hand_offs: Mapped[int] = mapped_column(_Days, doc="how often it went from one party to another")
    days_council: Mapped[int | None] = mapped_column(_Days, doc="of the wait, once that is over")
    days_assessor: Mapped[int | None] = mapped_column(_Days)
    days_landlord: Mapped[int | None] = mapped_column(_Days)
    days_contractor: Mapped[int | None] = mapped_column(_Days)
    days_client: Mapped[int | None] = mapped_column(_Days)
    said_respect_and_dignity: Mapped[int | None] = mapped_column(_Days, doc="1 (poor) to 5")
    said_communication: Mapped[int | None] = mapped_column(_Days)
    said_responsiveness: Mapped[int | None] = mapped_column(_Days)
    said_reliability: Mapped[int | None] = mapped_column(_Days)
    said_contractors: Mapped[int | None] = mapped_column(_Days)
    said_overall: Mapped[int | None] = mapped_column(_Days)
    care_dignity: Mapped[str | None] = mapped_column(doc="how far the domain was achieved")
    care_health: Mapped[str | None]
    care_protection: Mapped[str | None]
    care_control: Mapped[str | None]
    care_participation: Mapped[str | None]
    care_economic: Mapped[str | None]
    care_relationships: Mapped[str | None]
    care_accommodation: Mapped[str | None]
    care_contribution: Mapped[str | None]


class CaseFacts(Facts, Base):
    """A case as it stands now."""

    __table_args__ = (Index("ix_case_facts_authority", "authority"),)

    case_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("case.id"), primary_key=True, autoincrement=False, sort_order=-2
    )


class CaseFactsBefore(Facts, Numbered, OfCase, Base):
    """A case as it stood on days that are over: from ``known_from`` until ``known_to``."""

    __table_args__ = (Index("ix_case_facts_before_case_id", "case_id", "known_to"),)

    known_to: Mapped[datetime] = mapped_column(doc="when the record said otherwise")


class ToCount(Numbered, Base):
    """A case whose record grew since it was counted. The database writes these by itself."""

    case_id: Mapped[int] = mapped_column(RowId)

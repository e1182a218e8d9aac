"""A partnership's year: its budget, capital by partner and stream, and who pays on which terms.

Beside it, tables as a document printed them, to be held to their own sums.
"""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Pence, known


class PartnershipBudget(Base):
    """A line of what the service costs in a year."""

    __table_args__ = (
        known("heading", "staffing running_costs support_costs additional"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
    )

    partnership: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, doc="2016: from 1 April 2016")
    line: Mapped[str] = mapped_column(primary_key=True)
    heading: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(Pence)


class PartnershipCapital(Base):
    """What a partner puts in as capital; null where a stream of it is not recorded."""

    __table_args__ = (
        CheckConstraint(
            "dfg_grant_pence >= 0 and local_pence >= 0 and social_care_pence >= 0",
            name="capital_not_negative",
        ),
    )

    partnership: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("authority.code"), primary_key=True)
    dfg_grant_pence: Mapped[int | None] = mapped_column(Pence)
    local_pence: Mapped[int | None] = mapped_column(Pence)
    social_care_pence: Mapped[int | None] = mapped_column(Pence)


class PartnershipTerms(Base):
    """A fee on capital, of all partners or of one, or the fixed sum of a funder."""

    __table_args__ = (
        CheckConstraint("(fee is null) <> (fixed_pence is null)", name="fee_or_fixed"),
        CheckConstraint("less_pence is null or fee is not null", name="less_of_a_fee"),
    )

    partnership: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(
        primary_key=True, default="", doc="a partner or a funder; empty: every other partner"
    )
    fee: Mapped[Decimal | None] = mapped_column(doc="per cent of the partner's capital")
    less_pence: Mapped[int | None] = mapped_column(Pence, doc="taken off the fee")
    fixed_pence: Mapped[int | None] = mapped_column(Pence)
    because: Mapped[str] = mapped_column(default="")


class PrintedCell(Base):
    """One cell of a table as a document prints it."""

    __table_args__ = (
        known("row_is", "line subtotal total"),
        known("column_is", "figure total percentage"),
        CheckConstraint("(partnership = '') = (year is null)", name="of_a_year_or_of_none"),
    )

    table_code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    partnership: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    cell: Mapped[str] = mapped_column(primary_key=True, doc="as a spreadsheet names it: B3")
    row_title: Mapped[str]
    column_title: Mapped[str]
    printed: Mapped[str] = mapped_column(default="", doc="empty where it prints no number")
    row_is: Mapped[str]
    column_is: Mapped[str]
    figure: Mapped[str] = mapped_column(default="", doc="of the partnership's year, if any")
    who: Mapped[str] = mapped_column(default="")

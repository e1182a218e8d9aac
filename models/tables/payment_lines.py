"""What is paid line by line: what was valued before completion, each line paid, money paid back."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence


class InterimValue(Numbered, Base):
    """What was done of a line before completion, as it was inspected; the newest stands."""

    __table_args__ = (
        CheckConstraint("net_pence >= 0", name="net_not_negative"),
        Index("ix_interim_value_order_id", "order_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    item: Mapped[str] = mapped_column(doc="the line's number, or the letter of an item")
    net_pence: Mapped[int] = mapped_column(Pence)
    inspected_on: Mapped[date]
    valued_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))


class PaymentLine(Numbered, Base):
    """One line of an invoice that a payment pays: once, as it stands then.

    A payment of an earlier version has none: it paid the whole invoice.
    """

    __table_args__ = (
        UniqueConstraint("invoice_id", "item"),
        Index("ix_payment_line_payment_id", "payment_id"),
    )

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    item: Mapped[str]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)


class Refund(Numbered, Base):
    """Money that a contractor paid back of what was credited after it was paid."""

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        Index("ix_refund_order_id", "order_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    amount_pence: Mapped[int] = mapped_column(Pence)
    received_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))

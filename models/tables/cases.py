"""The case: one household's adaptation, its works lines, its steps and its runs."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Instant, Pence, RowId, Words


class Case(Base):
    """One household's adaptation, from recommendation to final account."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("complexity in ('simple', 'complex')", name="complexity_known"),
        CheckConstraint(
            "tenure in ('owner', 'private_tenant', 'rp_tenant', 'council_tenant', 'licensee')",
            name="tenure_known",
        ),
        CheckConstraint("contribution_pence >= 0", name="contribution_not_negative"),
        CheckConstraint("route in ('', 'pre_priced', 'call_off', 'quotes')", name="route_known"),
        Index("ix_case_authority_status", "authority", "status"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    client_name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(Text)
    uprn: Mapped[str] = mapped_column(Text, default="")
    tenure: Mapped[str] = mapped_column(Text)
    landlord: Mapped[str] = mapped_column(Text, default="", doc="provider code, or a name")
    date_of_birth: Mapped[date | None]
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    work_type: Mapped[str] = mapped_column(Text)
    purpose: Mapped[tuple[str, ...]] = mapped_column(Words, default=())
    urgent: Mapped[bool]
    complexity: Mapped[str] = mapped_column(Text)
    contact_on: Mapped[date]
    recommended_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    vat_declaration: Mapped[bool] = mapped_column(default=False)
    vat_declared_on: Mapped[date | None] = mapped_column(doc="the day the declaration was signed")
    vat_declaration_reference: Mapped[str] = mapped_column(Text, default="")
    contribution_pence: Mapped[int] = mapped_column(Pence, default=0)
    package: Mapped[str] = mapped_column(
        Text, default="", doc="the package that the works were made from, if any"
    )
    route: Mapped[str] = mapped_column(
        Text, default="", doc="the route an officer chose against the rule; empty: by rule"
    )
    status: Mapped[str] = mapped_column(Text, default="open")
    revision: Mapped[int] = mapped_column(default=0, doc="counts decisions and automatic moves")
    audit_sequence: Mapped[int] = mapped_column(default=0)
    audit_hash: Mapped[str] = mapped_column(Text, default="")
    paused_on: Mapped[date | None] = mapped_column(
        doc="the first day of the pause that is under way, if any"
    )
    opened_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_stage: Mapped[str | None] = mapped_column(Text)
    ended_reason: Mapped[str | None] = mapped_column(Text)


class WorksLine(Base):
    """One line of the works: a schedule item and a quantity, or a bespoke item."""

    __tablename__ = "works_line"
    __table_args__ = (UniqueConstraint("case_id", "line"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    line: Mapped[int]
    code: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Exact)
    description: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text, default="")
    location: Mapped[str] = mapped_column(Text, default="")
    out_of_hours: Mapped[bool] = mapped_column(default=False)
    relief_percent: Mapped[Decimal] = mapped_column(
        Exact, default=Decimal(100), doc="share of the line that its VAT relief covers"
    )
    vat_reliefs: Mapped[tuple[str, ...]] = mapped_column(
        Words, default=(), doc="reliefs that an officer found a bespoke line to qualify for"
    )


class CaseStep(Base):
    """One opening of one step. A gate is a row: who owns it, what it waits for, since when."""

    __tablename__ = "case_step"
    __table_args__ = (
        UniqueConstraint("case_id", "step", "revision"),
        Index(
            "uq_case_step_one_current",
            "case_id",
            "step",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
        CheckConstraint(
            "status in ('ready', 'waiting', 'done', 'not_needed', 'ended')", name="status_known"
        ),
        CheckConstraint(
            "(status in ('ready', 'waiting')) = (closed_at is null)", name="closed_when_over"
        ),
        Index(
            "ix_case_step_open",
            "status",
            "due_on",
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    waiting_for: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    held_since: Mapped[datetime] = mapped_column(
        Instant, doc="since when its present owner holds it"
    )
    due_on: Mapped[date | None] = mapped_column(
        doc="the earliest due date of its running clocks; none while they are paused"
    )
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(Text, default="")
    trouble: Mapped[str] = mapped_column(
        Text, default="", doc="why automatic work could not finish"
    )


class FlowRun(Base):
    """The link from a case and step to the Prefect run that worked on it, and how it ended."""

    __tablename__ = "flow_run"
    __table_args__ = (
        UniqueConstraint("flow_run_id", "step"),
        Index("ix_flow_run_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(Text)
    flow_run_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

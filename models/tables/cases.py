"""The case: one household's adaptation, its works lines, its steps and its runs."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, known, partial
from rules.contracting import PARTIES


class Case(Numbered, Base):
    """One household's adaptation, from recommendation to final account."""

    __table_args__ = (
        UniqueConstraint("reference"),
        known("complexity", "simple complex"),
        known("tenure", "owner private_tenant rp_tenant council_tenant licensee"),
        known("tenancy", "secure introductory protected statutory assured long_lease licence"),
        known("covenant", "with_consent forbidden nothing"),
        CheckConstraint("contribution_pence >= 0", name="contribution_not_negative"),
        known("route", "pre_priced call_off quotes", or_empty=True),
        known("contracting_party", " ".join(PARTIES)),
        Index("ix_case_authority_status", "authority", "status"),
        Index("ix_case_officer_status", "officer", "status"),
        Index("ix_case_assessor_status", "assessor", "status"),
        Index("ix_case_client_name", "client_name"),
        Index("ix_case_work_type", "work_type"),
        Index("ix_case_opened_at", "opened_at"),
        Index("ix_case_ended_at", "ended_at"),
        Index("ix_case_status_stage", "status", "ended_stage"),
    )

    reference: Mapped[str]
    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    client_name: Mapped[str]
    address: Mapped[str]
    postcode: Mapped[str]
    uprn: Mapped[str] = mapped_column(default="")
    tenure: Mapped[str]
    tenancy: Mapped[str | None] = mapped_column(doc="the kind of tenancy; none: not recorded")
    tenancy_since: Mapped[date | None]
    covenant: Mapped[str | None] = mapped_column(doc="what it says of improvements by the tenant")
    landlord: Mapped[str] = mapped_column(default="", doc="provider code, or a name")
    correspondence_address: Mapped[str | None] = mapped_column(
        doc="where the client's letters go, if not to the home"
    )
    date_of_birth: Mapped[date | None]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    officer: Mapped[str | None] = mapped_column(
        ForeignKey("officer.email"), doc="the technical officer whose case it is; none: nobody's"
    )
    assessor: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    arrangement: Mapped[int | None] = mapped_column(
        ForeignKey("arrangement.id"), doc="by which a team works it; none: its authority by itself"
    )
    work_type: Mapped[str]
    purpose: Mapped[tuple[str, ...]] = mapped_column(default=())
    urgent: Mapped[bool]
    complexity: Mapped[str]
    contact_on: Mapped[date]
    recommended_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    vat_declaration: Mapped[bool] = mapped_column(default=False)
    vat_declared_on: Mapped[date | None] = mapped_column(doc="the day the declaration was signed")
    vat_declaration_reference: Mapped[str] = mapped_column(default="")
    contribution_pence: Mapped[int] = mapped_column(Pence, default=0)
    contracting_party: Mapped[str | None] = mapped_column(
        doc="whose contract it is; none: as its lot's terms say, else the client's"
    )
    package: Mapped[str] = mapped_column(
        default="", doc="the package that the works were made from, if any"
    )
    route: Mapped[str] = mapped_column(
        default="", doc="the route an officer chose against the rule; empty: by rule"
    )
    status: Mapped[str] = mapped_column(default="open")
    revision: Mapped[int] = mapped_column(default=0, doc="counts decisions and automatic moves")
    audit_sequence: Mapped[int] = mapped_column(default=0)
    audit_hash: Mapped[str] = mapped_column(default="")
    paused_on: Mapped[date | None] = mapped_column(
        doc="the first day of the pause that is under way, if any"
    )
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_stage: Mapped[str | None]
    ended_reason: Mapped[str | None]


class WorksLine(Numbered, OfCase, Base):
    """One line of the works: a schedule item and a quantity, or a bespoke item."""

    __table_args__ = (UniqueConstraint("case_id", "line"),)

    line: Mapped[int]
    code: Mapped[str | None]
    quantity: Mapped[Decimal]
    description: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    out_of_hours: Mapped[bool] = mapped_column(default=False)
    relief_percent: Mapped[Decimal] = mapped_column(
        default=Decimal(100), doc="share of the line that its VAT relief covers"
    )
    vat_reliefs: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="reliefs that an officer found a bespoke line to qualify for"
    )
    certificates: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="certificates that an officer says a bespoke line must end with"
    )
    no_certificates_because: Mapped[str] = mapped_column(
        default="", doc="why a bespoke line needs none; empty on lines of an earlier version too"
    )
    preventive_because: Mapped[str | None] = mapped_column(
        doc="which foreseeable need it is for; none: it is needed now"
    )


class CaseStep(Numbered, OfCase, Base):
    """One opening of one step. A gate is a row: who owns it, what it waits for, since when."""

    __table_args__ = (
        UniqueConstraint("case_id", "step", "revision"),
        partial("uq_case_step_one_current", "case_id", "step", unique=True, where="current"),
        known("status", "ready waiting done not_needed ended"),
        CheckConstraint(
            "(status in ('ready', 'waiting')) = (closed_at is null)", name="closed_when_over"
        ),
        partial("ix_case_step_open", "status", "due_on", where="closed_at is null"),
        partial("ix_case_step_due", "due_on", "id", where="closed_at is null"),
        partial("ix_case_step_at", "step", "case_id", where="closed_at is null"),
        partial("ix_case_step_late", "owner", "case_id", "due_on", where="closed_at is null"),
        partial("ix_case_step_trouble", "id", where="trouble <> ''"),
        partial("ix_case_step_held", "held_since", "id", where="closed_at is null"),
        partial(
            *("ix_case_step_of_case", "case_id", "owner", "step", "due_on", "held_since"),
            where="closed_at is null",
        ),
    )

    step: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str]
    owner: Mapped[str]
    waiting_for: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    held_since: Mapped[datetime] = mapped_column(doc="since when its present owner holds it")
    due_on: Mapped[date | None] = mapped_column(
        doc="the earliest due date of its running clocks; none while they are paused"
    )
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    trouble: Mapped[str] = mapped_column(default="", doc="why automatic work could not finish")


class FlowRun(Numbered, Base):
    """The link from a case and step to the Prefect run that worked on it, and how it ended."""

    __table_args__ = (
        UniqueConstraint("case_id", "flow_run_id", "step"),
        Index("ix_flow_run_flow_run_id", "flow_run_id"),
    )

    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str]
    flow_run_id: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

"""After sign-off: defects, outcomes, money demanded back, servicing, and the client's survey."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, known

STATES = (
    "reported late not_of_works issued acknowledged visit_agreed disputed elsewhere put_right "
    "not_right passed not_confirmed confirmed lapsed"
)
DOMAINS = (
    "dignity health protection control participation economic relationships accommodation "
    "contribution"
)


class Defect(Numbered, OfCase, Base):
    """A defect that was reported after sign-off; what became of it is in its steps."""

    __table_args__ = (UniqueConstraint("case_id", "number"),)

    number: Mapped[int] = mapped_column(doc="1, 2, … on its case; of its recall as well")
    order_id: Mapped[int] = mapped_column(
        ForeignKey("work_order.id"), doc="the order whose works it is said to be of"
    )
    line: Mapped[int | None] = mapped_column(doc="the works line, where one is named")
    words: Mapped[str] = mapped_column(doc="what is wrong, as it was told")
    urgent: Mapped[bool]
    noticed_on: Mapped[date] = mapped_column(doc="the day on which the client told of it")
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]


class DefectStep(Numbered, OfCase, Base):
    """One step in the life of a defect; the newest says where it stands. It never changes."""

    __table_args__ = (
        known("state", STATES),
        CheckConstraint(
            "(state = 'elsewhere') = (contractor is not null)", name="elsewhere_with_somebody"
        ),
        CheckConstraint("(contractor is null) = (cost_pence is null)", name="elsewhere_at_a_cost"),
        CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        Index("ix_defect_step_case_id", "case_id"),
    )

    defect_id: Mapped[int] = mapped_column(ForeignKey("defect.id"))
    state: Mapped[str]
    day: Mapped[date] = mapped_column(doc="when it was so; of a visit, the day agreed")
    words: Mapped[str] = mapped_column(default="", doc="why, or what was found")
    contractor: Mapped[str | None] = mapped_column(
        ForeignKey("contractor.code"), doc="who puts it right at the first contractor's account"
    )
    cost_pence: Mapped[int | None] = mapped_column(Pence)
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CareOutcome(Numbered, OfCase, Base):
    """How far one domain of well-being was achieved; the newest counts. It never changes."""

    __table_args__ = (
        known("domain", DOMAINS),
        known("result", "achieved partly not_achieved"),
        Index("ix_care_outcome_case_id", "case_id"),
    )

    domain: Mapped[str]
    result: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Repayment(Numbered, OfCase, Base):
    """Money of a grant demanded back, waived since or received. It never changes.

    A demand holds what was considered before it: the four things of the 2008 General Consent.
    """

    __table_args__ = (
        known("kind", "demanded waived received"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        CheckConstraint(
            "kind != 'demanded' or ground is not null or (disposed_on is not null "
            "and charge_pence is not null and hardship is not null and job is not null "
            "and health is not null and care is not null)",
            name="considered_first",
        ),
        CheckConstraint(
            "kind != 'demanded' or amount_pence <= charge_pence", name="within_the_charge"
        ),
        CheckConstraint("ground is null or kind = 'demanded'", name="ground_of_a_demand"),
        Index("ix_repayment_case_id", "case_id"),
    )

    kind: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(Pence)
    day: Mapped[date]
    charge_pence: Mapped[int | None] = mapped_column(Pence, doc="what might be demanded at most")
    disposed_on: Mapped[date | None]
    hardship: Mapped[str | None]
    job: Mapped[str | None]
    health: Mapped[str | None]
    care: Mapped[str | None]
    ground: Mapped[str | None] = mapped_column(doc="of s.42; none: for a disposal")
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]


class ConditionBreach(Numbered, OfCase, Base):
    """A condition of the grant that was broken within its five years (s.44). It never changes."""

    __table_args__ = (
        known("what", "disposal occupation"),
        Index("ix_condition_breach_case_id", "case_id"),
    )

    what: Mapped[str]
    happened_on: Mapped[date]
    words: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]


class Servicing(Numbered, Base):
    """How often an authority has something serviced: policy with dates, by what it is."""

    __table_args__ = (
        UniqueConstraint("authority", "works", "valid_from"),
        CheckConstraint("every_months between 1 and 120", name="interval_sane"),
        CheckConstraint("for_years between 1 and 30", name="years_sane"),
        CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    works: Mapped[str] = mapped_column(doc="a type of works, or the code of a schedule item")
    what: Mapped[str] = mapped_column(doc="what is serviced, as its client reads it")
    every_months: Mapped[int]
    for_years: Mapped[int]
    by: Mapped[str] = mapped_column(doc="who services it, as its client reads it")
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class AftercareLook(Base):
    """When a case whose works are certified is next looked at for what time alone brings."""

    __table_args__ = (Index("ix_aftercare_look_due_on", "due_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    due_on: Mapped[date]


class SurveyAnswer(Numbered, OfCase, Base):
    """One client's answer to one question, 1 (poor) to 5 (excellent), as the letter asks.

    Answers recorded before the scale was kept, in per cent, are in their decisions only.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "question"),
        known(
            "question",
            "respect_and_dignity communication responsiveness reliability contractors overall",
        ),
        CheckConstraint("score between 1 and 5", name="score_on_scale"),
    )

    question: Mapped[str]
    score: Mapped[int]

"""Defects and recalls after sign-off, outcomes, repayments, breaches, and servicing by policy.

Revision: 0040
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_STATES = (
    "reported late not_of_works issued acknowledged visit_agreed disputed elsewhere put_right "
    "not_right passed not_confirmed confirmed lapsed"
)
_DOMAINS = (
    "dignity health protection control participation economic relationships accommodation "
    "contribution"
)


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _pence(name: str, *, nullable: bool) -> sa.Column[int]:
    return sa.Column(name, models.base.Pence(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _known(table: str, column: str, words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _recorded(prefix: str = "recorded") -> tuple[sa.Column[str], sa.Column[object]]:
    return (
        sa.Column(f"{prefix}_by", sa.Text(), nullable=False),
        sa.Column(f"{prefix}_at", models.base.Instant(timezone=True), nullable=False),
    )


def _of_case(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        *columns,
        _to(table, "case_id", "case.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    _of_case(
        "defect",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", _row_id(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        *_recorded("reported"),
        _to("defect", "order_id", "work_order.id"),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_defect_case_id_number")),
    )
    _of_case(
        "defect_step",
        sa.Column("defect_id", _row_id(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=True),
        _pence("cost_pence", nullable=True),
        *_recorded(),
        _known("defect_step", "state", _STATES),
        _check(
            "defect_step",
            "elsewhere_with_somebody",
            "(state = 'elsewhere') = (contractor is not null)",
        ),
        _check(
            "defect_step", "elsewhere_at_a_cost", "(contractor is null) = (cost_pence is null)"
        ),
        _check("defect_step", "cost_not_negative", "cost_pence >= 0"),
        _to("defect_step", "defect_id", "defect.id"),
        _to("defect_step", "contractor", "contractor.code"),
    )
    op.create_index("ix_defect_step_case_id", "defect_step", ["case_id"])
    _of_case(
        "care_outcome",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        *_recorded(),
        _known("care_outcome", "domain", _DOMAINS),
        _known("care_outcome", "result", "achieved partly not_achieved"),
    )
    op.create_index("ix_care_outcome_case_id", "care_outcome", ["case_id"])
    _of_case(
        "repayment",
        sa.Column("kind", sa.Text(), nullable=False),
        _pence("amount_pence", nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _pence("charge_pence", nullable=True),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("hardship", "job", "health", "care")
        ),
        *_recorded(),
        _known("repayment", "kind", "demanded waived received"),
        _check("repayment", "amount_not_negative", "amount_pence >= 0"),
        _check(
            "repayment",
            "considered_first",
            "kind != 'demanded' or (disposed_on is not null and charge_pence is not null "
            "and hardship is not null and job is not null and health is not null "
            "and care is not null)",
        ),
        _check(
            "repayment", "within_the_charge", "kind != 'demanded' or amount_pence <= charge_pence"
        ),
        _to("repayment", "recorded_by", "officer.email"),
    )
    op.create_index("ix_repayment_case_id", "repayment", ["case_id"])
    _of_case(
        "condition_breach",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *_recorded(),
        _known("condition_breach", "what", "disposal occupation"),
        _to("condition_breach", "recorded_by", "officer.email"),
    )
    op.create_index("ix_condition_breach_case_id", "condition_breach", ["case_id"])
    op.create_table(
        "servicing",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("works", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("for_years", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _check("servicing", "interval_sane", "every_months between 1 and 120"),
        _check("servicing", "years_sane", "for_years between 1 and 30"),
        _check("servicing", "dates_in_order", "valid_from <= valid_to"),
        _to("servicing", "authority", "authority.code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_servicing")),
        sa.UniqueConstraint(
            "authority", "works", "valid_from", name=op.f("uq_servicing_authority_works_valid_from")
        ),
    )
    op.create_table(
        "aftercare_look",
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _to("aftercare_look", "case_id", "case.id"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_aftercare_look")),
    )
    op.create_index("ix_aftercare_look_due_on", "aftercare_look", ["due_on"])
    # Cases in aftercare are looked at once, so that their survey and its reminder go on.
    op.execute(
        "INSERT INTO aftercare_look (case_id, due_on) "
        "SELECT id, '2000-01-01' FROM \"case\" WHERE status = 'paid'"
    )


def downgrade() -> None:
    for table in (
        *("aftercare_look", "servicing", "condition_breach", "repayment", "care_outcome"),
        *("defect_step", "defect"),
    ):
        op.drop_table(table)

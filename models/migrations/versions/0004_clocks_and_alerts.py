"""Clocks: targets, pauses, who held what, alerts; a step held since it opened, as far as is known.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'dead'"),
        postgresql_where=sa.text("status = 'dead'"),
    )
    op.create_table(
        "escalation",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_escalation_days_positive")),
        sa.CheckConstraint("rung in (3, 4)", name=op.f("ck_escalation_rung_known")),
        sa.PrimaryKeyConstraint("authority", "rung", name=op.f("pk_escalation")),
    )
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("complexity", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("warn_percent", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "complexity in ('', 'simple', 'complex')", name=op.f("ck_target_complexity_known")
        ),
        sa.CheckConstraint(
            "urgency in ('', 'urgent', 'non_urgent')", name=op.f("ck_target_urgency_known")
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_target_days_positive")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_target_dates_in_order")),
        sa.CheckConstraint("warn_days >= 0", name=op.f("ck_target_warn_days_not_negative")),
        sa.CheckConstraint(
            "warn_percent between 1 and 100", name=op.f("ck_target_warn_percent_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "authority",
            "lot",
            "clock",
            "urgency",
            "complexity",
            "valid_from",
            name=op.f("uq_target_authority_lot_clock_urgency_complexity_valid_from"),
        ),
    )
    op.create_table(
        "watch_mark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watch_mark")),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("step_revision", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("target_days", sa.Integer(), nullable=True),
        sa.Column("warn_percent", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.Column("target_source", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("warn_on", sa.Date(), nullable=True),
        sa.Column("late_on", sa.Date(), nullable=True),
        sa.Column("escalate_on", sa.Date(), nullable=True),
        sa.Column("escalate_again_on", sa.Date(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stopped_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(stopped_on is null) = (stopped_why = '')", name=op.f("ck_clock_stopped_why_said")
        ),
        sa.CheckConstraint(
            "holder in ('council', 'assessor', 'landlord', 'contractor', 'client')",
            name=op.f("ck_clock_holder_known"),
        ),
        sa.CheckConstraint(
            "kind in ('step', 'guidance', 'statutory', 'contract', 'review', 'expiry')",
            name=op.f("ck_clock_kind_known"),
        ),
        sa.CheckConstraint(
            "not paused or next_on is null", name=op.f("ck_clock_paused_alerts_nobody")
        ),
        sa.CheckConstraint("rung between 0 and 4", name=op.f("ck_clock_rung_known")),
        sa.CheckConstraint("stopped_on >= opened_on", name=op.f("ck_clock_dates_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_clock_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint(
            "case_id",
            "name",
            "step_revision",
            "subject",
            name=op.f("uq_clock_case_id_name_step_revision_subject"),
        ),
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clock_next",
            ["next_on"],
            unique=False,
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )
        batch_op.create_index(
            "ix_clock_running_case",
            ["case_id"],
            unique=False,
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )

    op.create_table(
        "holding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("step_revision", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("held_from", models.base.Instant(timezone=True), nullable=False),
        sa.Column("held_to", models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_holding_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index("ix_holding_case_id", ["case_id"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "owner in ('council', 'assessor', 'landlord', 'contractor', 'client')",
            name=op.f("ck_pause_owner_known"),
        ),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_pause_dates_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_pause_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_pause_case_id_number")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("clock_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("emitted_at", models.base.Instant(timezone=True), nullable=True),
        sa.Column("acknowledged_at", models.base.Instant(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_why", sa.Text(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snoozed_by", sa.Text(), nullable=False),
        sa.Column("snoozed_why", sa.Text(), nullable=False),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("cleared_at", models.base.Instant(timezone=True), nullable=True),
        sa.Column("cleared_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(cleared_at is null) = (cleared_why = '')", name=op.f("ck_alert_cleared_why_said")
        ),
        sa.CheckConstraint(
            "(kind = 'clock') = (clock_id is not null)", name=op.f("ck_alert_clock_named")
        ),
        sa.CheckConstraint(
            "kind in ('clock', 'lapse', 'machine')", name=op.f("ck_alert_kind_known")
        ),
        sa.CheckConstraint("rung between 1 and 4", name=op.f("ck_alert_rung_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alert_case_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_alert_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("ix_alert_case_id", ["case_id"], unique=False)
        batch_op.create_index(
            "ix_alert_live",
            ["raised_at"],
            unique=False,
            sqlite_where=sa.text("cleared_at is null"),
            postgresql_where=sa.text("cleared_at is null"),
        )
        batch_op.create_index(
            "uq_alert_once_a_rung",
            ["clock_id", "rung"],
            unique=True,
            sqlite_where=sa.text("cleared_at is null and clock_id is not null"),
            postgresql_where=sa.text("cleared_at is null and clock_id is not null"),
        )
        batch_op.create_index(
            "uq_alert_once_a_subject",
            ["subject", "rung"],
            unique=True,
            sqlite_where=sa.text("cleared_at is null and clock_id is null"),
            postgresql_where=sa.text("cleared_at is null and clock_id is null"),
        )

    op.create_table(
        "clock_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("from_due", sa.Date(), nullable=True),
        sa.Column("to_due", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_change_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_change")),
    )
    with op.batch_alter_table("clock_change", schema=None) as batch_op:
        batch_op.create_index("ix_clock_change_clock_id", ["clock_id"], unique=False)

    op.create_table(
        "alert_told",
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_told_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", "person", "turn", name=op.f("pk_alert_told")),
    )
    op.add_column("case", sa.Column("paused_on", sa.Date(), nullable=True))
    op.add_column(
        "case_step",
        sa.Column(
            "held_since",
            models.base.Instant(timezone=True),
            server_default="1970-01-01 00:00:00+00",
            nullable=False,
        ),
    )
    op.execute("UPDATE case_step SET held_since = opened_at")


def downgrade() -> None:
    op.drop_column("case_step", "held_since")

    op.drop_column("case", "paused_on")

    op.drop_table("alert_told")
    with op.batch_alter_table("clock_change", schema=None) as batch_op:
        batch_op.drop_index("ix_clock_change_clock_id")

    op.drop_table("clock_change")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alert_once_a_subject",
            sqlite_where=sa.text("cleared_at is null and clock_id is null"),
            postgresql_where=sa.text("cleared_at is null and clock_id is null"),
        )
        batch_op.drop_index(
            "uq_alert_once_a_rung",
            sqlite_where=sa.text("cleared_at is null and clock_id is not null"),
            postgresql_where=sa.text("cleared_at is null and clock_id is not null"),
        )
        batch_op.drop_index(
            "ix_alert_live",
            sqlite_where=sa.text("cleared_at is null"),
            postgresql_where=sa.text("cleared_at is null"),
        )
        batch_op.drop_index("ix_alert_case_id")

    op.drop_table("alert")
    op.drop_table("pause")
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.drop_index("ix_holding_case_id")

    op.drop_table("holding")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_running_case",
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )
        batch_op.drop_index(
            "ix_clock_next",
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )

    op.drop_table("clock")
    op.drop_table("watch_mark")
    op.drop_table("target")
    op.drop_table("escalation")
    op.drop_index(
        "ix_outbox_dead",
        "outbox",
        sqlite_where=sa.text("status = 'dead'"),
        postgresql_where=sa.text("status = 'dead'"),
    )
